//! Playing a transcript.

use super::actor::{Actor, PATIENCE, said};
use super::elsewhere::Elsewhere;
use super::pattern::{Names, Patterns, fill_in};
use super::script::{self, Proof, Step, parse};
use crate::client::{Client, Failure, Keychain, Login, Profile, Security, Target};
use crate::house::{self, House, Rules, limit};
use features::service::Federation;
use features::watch;
use hub::{Heading, Line};
use std::collections::HashMap;
use tokio::time::timeout;
use xmpp::Jid;
use xmpp::scram::Hash;

/// Where and how the server did something else than the transcript says.
#[derive(Debug)]
pub struct Failed {
    /// The line, counted from one.
    pub line: usize,
    /// What happened instead.
    pub why: String,
}

/// What `{filler}` stands for, in characters: more than any page of a database has room for.
const FILLER: usize = 20_000;

/// Whether a transcript is to be played over STARTTLS too.
pub fn wants_starttls(text: &str) -> bool {
    text.lines().any(|line| line.trim() == "// over STARTTLS")
}

/// Plays the transcript `text` against a fresh server, over TLS of that kind.
///
/// # Errors
/// At the first line where the server does something else.
pub async fn play(text: &str, seed: u64, security: Security) -> Result<(), Failed> {
    let at = |line: usize| move |why: String| Failed { line, why };
    let lines = parse(text).map_err(at(0))?;
    let house = House::start_with(seed, rules(&lines)?).await.map_err(at(0))?;
    let mut stage = Stage {
        house,
        security,
        actors: HashMap::new(),
        names: Names::from([("filler".into(), "x".repeat(FILLER))]),
        keychain: Keychain::new(),
    };
    for script::Line { number, step } in lines {
        stage.step(step).await.map_err(at(number))?;
    }
    stage.house.stop().await;
    Ok(())
}

fn rules(lines: &[script::Line]) -> Result<Rules, Failed> {
    let mut rules = Rules::default();
    for script::Line { number, step } in lines {
        match step {
            Step::Limit { name, value } => {
                let why = || Failed { line: *number, why: format!("there is no limit called {name}") };
                rules.limits.set(limit(name).ok_or_else(why)?, *value);
            }
            Step::SignUp(words) => {
                let why = || Failed { line: *number, why: format!("nobody signs up by `{words}`") };
                rules.sign_up = house::sign_up(words).ok_or_else(why)?;
            }
            Step::NewcomerRooms(rooms) => rules.newcomer_rooms.extend(rooms.iter().cloned()),
            Step::Admins(names) => rules.admins.extend(names.iter().cloned()),
            Step::Others(_) => rules.federation = Federation::Open,
            Step::Services(kinds) => rules.branches.extend(kinds),
            Step::Components(names) => {
                for written in names {
                    let (name, words) = written.split_once(" with ").unwrap_or((written, ""));
                    let why = || Failed { line: *number, why: format!("no component has `{words}`") };
                    rules.components.push((name.to_owned(), house::rights(words).ok_or_else(why)?));
                }
            }
            _ => {}
        }
    }
    Ok(rules)
}

struct Stage {
    house: House,
    security: Security,
    actors: HashMap<String, Actor>,
    names: Names,
    keychain: Keychain,
}

impl Stage {
    async fn step(&mut self, step: Step) -> Result<(), String> {
        match step {
            Step::Limit { .. } | Step::SignUp(_) | Step::NewcomerRooms(_) => {}
            Step::Admins(_) | Step::Services(_) | Step::Components(_) => {}
            Step::Others(domains) => {
                for domain in domains {
                    let service = Elsewhere::connect(self.house.hub(), &domain).await?;
                    self.actors.insert(domain, Actor::elsewhere(service));
                }
            }
            Step::People(people) => {
                for name in people {
                    self.house.add_account(&name, &password(&name)).await?;
                }
            }
            Step::Friends(one, other) => self.befriend(&one, &other).await?,
            Step::Passes { seconds } => {
                self.settle().await?;
                self.house.advance(seconds);
            }
            Step::Fails { .. } | Step::IsBelieved { .. } => self.watch(step).await?,
            Step::DiskFull(full) => self.house.fill_disk(full),
            Step::Restarts => self.restart().await?,
            Step::Connects { client, user, resource } => self.connect(client, user, resource).await?,
            Step::ComesOnline { client, user, resource } => {
                self.connect(client.clone(), user, resource).await?;
                self.come_online(&client).await?;
            }
            Step::Opens { client } => {
                let opening = timeout(PATIENCE, Client::connect(&self.target())).await;
                let (stream, features) = opening.map_err(|_| "no stream opens")?.map_err(said)?;
                self.actors.insert(client, Actor::bare(stream, features.element().raw().to_owned()));
            }
            Step::Attaches { client } => {
                let (target, secret) = self.house.component(&client);
                let attaching = timeout(PATIENCE, Client::attach(&target, &secret)).await;
                let stream = attaching.map_err(|_| "no stream opens")?.map_err(said)?;
                self.actors.insert(client, Actor::beside(stream));
            }
            Step::LogsIn { client, user, proof, wishes } => self.log_in(&client, &user, proof, &wishes).await?,
            Step::EnablesAcks { client } => self.client(&client)?.enable_acks().await.map_err(said)?,
            Step::IsCutOff { client } => self.cut(&client)?,
            Step::Resumes { client } => self.resume(&client).await?,
            Step::Leaves { client } => {
                let leaving = self.actor(&client)?.client.take().ok_or("it is not connected")?;
                leaving.close().await.map_err(said)?;
            }
            other => return self.exchange(other).await,
        }
        Ok(())
    }

    /// What the watch over links with other services sees.
    async fn watch(&mut self, step: Step) -> Result<(), String> {
        let hub = self.house.hub();
        match step {
            Step::Fails { domain, course, cause } => {
                let evidence = "What was seen.".to_owned();
                hub.failed(watch::Failed { domain: address(&domain)?, course, cause, evidence });
            }
            Step::IsBelieved { domain } => {
                let (domain, since) = (address(&domain)?, hub.clock().now());
                let (tls, proof) = ("1.3", "certificate");
                drop(hub.on_line(Line { domain, heading: Heading::Both, tls, proof, is_managed: true, since }));
            }
            other => return Err(format!("nobody watches {other:?}")),
        }
        self.settle().await
    }

    /// What goes to and fro.
    async fn exchange(&mut self, step: Step) -> Result<(), String> {
        match step {
            Step::Sends { client, stanzas } => {
                for stanza in Patterns::parse(&fill_in(&stanzas, &self.names))?.elements() {
                    if let Some(service) = &self.actor(&client)?.elsewhere {
                        service.send(stanza.raw())?;
                        continue;
                    }
                    self.client(&client)?.send(stanza.raw()).await.map_err(said)?;
                }
                Ok(())
            }
            Step::Writes { client, text } => {
                let text = fill_in(&text, &self.names);
                self.client(&client)?.write(text.trim_end()).await.map_err(said)
            }
            Step::Gets { client, stanzas } => {
                let actor = self.actors.get_mut(&client).ok_or("nobody of that name has come yet")?;
                actor.gets(&Patterns::parse(&stanzas)?, &mut self.names).await
            }
            Step::GetsInAnyOrder { client, stanzas } => {
                let actor = self.actors.get_mut(&client).ok_or("nobody of that name has come yet")?;
                actor.gets_in_any_order(&Patterns::parse(&stanzas)?, &mut self.names).await
            }
            Step::GetsNothing { client } => {
                self.settle().await?;
                self.actor(&client)?.unseen().map_or(Ok(()), |text| Err(format!("this came: {text}")))
            }
            Step::Discards { client } => {
                self.settle().await?;
                self.actor(&client)?.discard();
                Ok(())
            }
            Step::IsDisconnected { client } => self.actor(&client)?.is_disconnected().await,
            other => Err(format!("nobody plays {other:?}")),
        }
    }

    async fn connect(&mut self, name: String, user: String, resource: String) -> Result<(), String> {
        let client = self.enter(&user, &resource).await?;
        self.actors.insert(name, Actor::logged_in(user, resource, client));
        Ok(())
    }

    async fn enter(&self, user: &str, resource: &str) -> Result<Client, String> {
        let (target, secret) = (self.target(), password(user));
        let client = Client::login(&target, login(user, resource, &secret, &self.keychain));
        timeout(PATIENCE, client).await.map_err(|_| "the login takes too long")?.map_err(said)
    }

    async fn come_online(&mut self, name: &str) -> Result<(), String> {
        let client = self.client(name)?;
        client.ask("get", None, "<query xmlns='jabber:iq:roster'/>").await.map_err(said)?;
        client.send("<presence/>").await.map_err(said)?;
        self.settle().await?;
        self.actor(name)?.discard();
        Ok(())
    }

    /// Each approves the other in advance (RFC 6121 §3.4), and then asks.
    async fn befriend(&mut self, one: &str, other: &str) -> Result<(), String> {
        let mut pair = [(self.enter(one, "friends").await?, other), (self.enter(other, "friends").await?, one)];
        for signal in ["subscribed", "subscribe"] {
            for (client, to) in &mut pair {
                client.send(&format!("<presence to='{to}@localhost' type='{signal}'/>")).await.map_err(said)?;
                client.ask("get", None, "<ping xmlns='urn:xmpp:ping'/>").await.map_err(said)?;
            }
        }
        self.house.quiet().await;
        for (client, _) in pair {
            client.close().await.map_err(said)?;
        }
        Ok(())
    }

    async fn log_in(&mut self, name: &str, user: &str, proof: Proof, wishes: &str) -> Result<(), String> {
        let wishes = fill_in(wishes, &self.names);
        let actor = self.actors.get_mut(name).ok_or("nobody of that name has come yet")?;
        let client = actor.client.as_mut().ok_or("it is not connected")?;
        let secret = match proof {
            Proof::Password => password(user),
            Proof::WrongPassword => "a guess".to_owned(),
            Proof::Token(token) => {
                let token = fill_in(&token, &self.names);
                return client.prove_by_token(user, &token, &wishes).await.map_err(said);
            }
        };
        match client.prove(login(user, "", &secret, &self.keychain), &wishes).await {
            // Before there was a challenge.
            Err(Failure::Refused(answer)) => {
                actor.heard(answer);
                Ok(())
            }
            proved => proved.map_err(said),
        }
    }

    /// Lets everything that is under way arrive: twice round, every client asks the server something
    /// and takes in what comes before the answer.
    async fn settle(&mut self) -> Result<(), String> {
        for _ in 0..2 {
            self.house.quiet().await;
            for actor in self.actors.values_mut() {
                actor.settle().await?;
            }
        }
        Ok(())
    }

    async fn restart(&mut self) -> Result<(), String> {
        self.settle().await?;
        self.house.restart().await?;
        for actor in self.actors.values_mut() {
            actor.left = actor.client.take().and_then(Client::cut).or(actor.left.take());
        }
        Ok(())
    }

    fn cut(&mut self, name: &str) -> Result<(), String> {
        let hub = self.house.hub().clone();
        let actor = self.actor(name)?;
        if let Some(service) = actor.elsewhere.take() {
            return service.vanish(&hub, name);
        }
        let client = actor.client.take().ok_or("it is not connected")?;
        actor.left = client.cut();
        Ok(())
    }

    async fn resume(&mut self, name: &str) -> Result<(), String> {
        let target = self.target();
        let actor = self.actors.get_mut(name).ok_or("nobody of that name is here")?;
        if actor.user.is_empty() {
            actor.elsewhere = Some(Elsewhere::connect(self.house.hub(), name).await?);
            return Ok(());
        }
        let left = actor.left.take().ok_or("there is nothing to resume")?;
        let secret = password(&actor.user);
        let login = login(&actor.user, &actor.resource, &secret, &self.keychain);
        actor.client = Some(Client::resume(&target, login, left).await.map_err(said)?);
        Ok(())
    }

    fn target(&self) -> Target {
        match self.security {
            Security::Direct => self.house.target(),
            Security::StartTls => self.house.starttls(),
        }
    }

    fn actor(&mut self, name: &str) -> Result<&mut Actor, String> {
        self.actors.get_mut(name).ok_or_else(|| format!("nobody called {name} has come yet"))
    }

    fn client(&mut self, name: &str) -> Result<&mut Client, String> {
        self.actor(name)?.client.as_mut().ok_or_else(|| format!("{name} is not connected"))
    }
}

fn login<'a>(user: &'a str, resource: &'a str, password: &'a str, keychain: &'a Keychain) -> Login<'a> {
    Login { user, password, resource, hash: Hash::Sha256, profile: Profile::Sasl, keychain }
}

fn address(text: &str) -> Result<Jid, String> {
    Jid::parse(text).map_err(|error| format!("{text}: {error}"))
}

fn password(user: &str) -> String {
    format!("the password of {user}")
}
