//! Playing a transcript.

use super::pattern::{Names, Patterns, compare, fill_in};
use super::script::{Line, Step, parse};
use crate::client::{Acks, Client, Failure, Keychain, Login, Profile};
use crate::house::House;
use std::collections::{HashMap, VecDeque};
use std::time::Duration;
use tokio::time::timeout;
use xmpp::scram::Hash;
use xmpp::{Element, Stanza, ns};

/// How long one expected stanza may take to come. It comes at once, or something is wrong.
const PATIENCE: Duration = Duration::from_secs(10);

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

/// Plays the transcript `text` against a fresh server.
///
/// # Errors
/// At the first line where the server does something else.
pub async fn play(text: &str, seed: u64) -> Result<(), Failed> {
    let lines = parse(text).map_err(|why| Failed { line: 0, why })?;
    let house = House::start(seed).await.map_err(|why| Failed { line: 0, why })?;
    let mut stage = Stage {
        house,
        actors: HashMap::new(),
        names: Names::from([("filler".into(), "x".repeat(FILLER))]),
        keychain: Keychain::new(),
    };
    for Line { number, step } in lines {
        stage.step(step).await.map_err(|why| Failed { line: number, why })?;
    }
    stage.house.stop().await;
    Ok(())
}

struct Stage {
    house: House,
    actors: HashMap<String, Actor>,
    names: Names,
    keychain: Keychain,
}

struct Actor {
    user: String,
    resource: String,
    client: Option<Client>,
    left: Option<(Acks, String)>,
    inbox: VecDeque<Stanza>,
}

impl Stage {
    async fn step(&mut self, step: Step) -> Result<(), String> {
        match step {
            Step::People(people) => {
                for name in people {
                    self.house.add_account(&name, &password(&name)).await?;
                }
            }
            Step::Connects { client, user, resource } => self.connect(client, user, resource).await?,
            Step::ComesOnline { client, user, resource } => {
                self.connect(client.clone(), user, resource).await?;
                self.come_online(&client).await?;
            }
            Step::Sends { client, stanzas } => {
                for stanza in Patterns::parse(&fill_in(&stanzas, &self.names))?.elements() {
                    self.client(&client)?.send(stanza.raw()).await.map_err(said)?;
                }
            }
            Step::Gets { client, stanzas } => self.gets(&client, &stanzas).await?,
            Step::GetsInAnyOrder { client, stanzas } => self.gets_in_any_order(&client, &stanzas).await?,
            Step::GetsNothing { client } => self.gets_nothing(&client).await?,
            Step::Discards { client } => {
                self.settle().await?;
                self.actor(&client)?.inbox.clear();
            }
            Step::EnablesAcks { client } => self.client(&client)?.enable_acks().await.map_err(said)?,
            Step::IsCutOff { client } => self.cut(&client)?,
            Step::Resumes { client } => self.resume(&client).await?,
            Step::Leaves { client } => {
                let leaving = self.actor(&client)?.client.take().ok_or("it is not connected")?;
                leaving.close().await.map_err(said)?;
            }
            Step::Passes { seconds } => {
                self.settle().await?;
                self.house.advance(seconds);
            }
            Step::DiskFull(full) => self.house.fill_disk(full),
        }
        Ok(())
    }

    async fn connect(&mut self, name: String, user: String, resource: String) -> Result<(), String> {
        let (target, secret) = (self.house.target(), password(&user));
        let client = Client::login(&target, login(&user, &resource, &secret, &self.keychain));
        let client = timeout(PATIENCE, client).await.map_err(|_| "the login takes too long")?.map_err(said)?;
        let actor = Actor { user, resource, client: Some(client), left: None, inbox: VecDeque::new() };
        self.actors.insert(name, actor);
        Ok(())
    }

    async fn come_online(&mut self, name: &str) -> Result<(), String> {
        let client = self.client(name)?;
        client.ask("get", None, "<query xmlns='jabber:iq:roster'/>").await.map_err(said)?;
        client.send("<presence/>").await.map_err(said)?;
        self.settle().await?;
        self.actor(name)?.inbox.clear();
        Ok(())
    }

    async fn gets(&mut self, name: &str, stanzas: &str) -> Result<(), String> {
        let patterns = Patterns::parse(stanzas)?;
        for pattern in patterns.elements() {
            let stanza =
                self.next(name).await?.ok_or_else(|| format!("nothing came instead of\n  {}", pattern.raw()))?;
            let text = written(&stanza);
            let actual = Element::first(&text, ns::CLIENT).ok_or("an unreadable stanza came")?;
            compare(&pattern, &actual, &mut self.names).map_err(|why| format!("{why}\n  it was {text}"))?;
        }
        Ok(())
    }

    async fn gets_in_any_order(&mut self, name: &str, stanzas: &str) -> Result<(), String> {
        let patterns = Patterns::parse(stanzas)?;
        let mut wanted: Vec<_> = patterns.elements().collect();
        while !wanted.is_empty() {
            let Some(stanza) = self.next(name).await? else {
                return Err(format!("nothing came instead of\n  {}", wanted[0].raw()));
            };
            let text = written(&stanza);
            let actual = Element::first(&text, ns::CLIENT).ok_or("an unreadable stanza came")?;
            let mut fits = |pattern: &Element<'_>| {
                let mut names = self.names.clone();
                let fits = compare(pattern, &actual, &mut names).is_ok();
                if fits {
                    self.names = names;
                }
                fits
            };
            let Some(at) = wanted.iter().position(|pattern| fits(pattern)) else {
                return Err(format!("this was not expected: {text}"));
            };
            wanted.remove(at);
        }
        Ok(())
    }

    async fn gets_nothing(&mut self, name: &str) -> Result<(), String> {
        self.settle().await?;
        match self.actor(name)?.inbox.front() {
            None => Ok(()),
            Some(stanza) => Err(format!("this came: {}", written(stanza))),
        }
    }

    /// The next stanza for a client; none if nothing comes.
    async fn next(&mut self, name: &str) -> Result<Option<Stanza>, String> {
        let actor = self.actor(name)?;
        if let Some(stanza) = actor.inbox.pop_front() {
            return Ok(Some(stanza));
        }
        let client = actor.client.as_mut().ok_or("it is not connected")?;
        match timeout(PATIENCE, client.receive()).await {
            Ok(stanza) => stanza.map(Some).map_err(said),
            Err(_) => Ok(None),
        }
    }

    /// Lets everything that is under way arrive: twice round, every client asks the server something
    /// and takes in what comes before the answer.
    async fn settle(&mut self) -> Result<(), String> {
        for _ in 0..2 {
            self.house.quiet().await;
            for actor in self.actors.values_mut() {
                let Some(client) = &mut actor.client else { continue };
                let ping = client.ask("get", None, "<ping xmlns='urn:xmpp:ping'/>");
                timeout(PATIENCE, ping).await.map_err(|_| "a ping was not answered")?.map_err(said)?;
                while let Some(stanza) = client.waiting() {
                    actor.inbox.push_back(stanza);
                }
            }
        }
        Ok(())
    }

    fn cut(&mut self, name: &str) -> Result<(), String> {
        let actor = self.actor(name)?;
        let client = actor.client.take().ok_or("it is not connected")?;
        actor.left = client.cut();
        Ok(())
    }

    async fn resume(&mut self, name: &str) -> Result<(), String> {
        let target = self.house.target();
        let actor = self.actors.get_mut(name).ok_or("nobody of that name is here")?;
        let left = actor.left.take().ok_or("there is nothing to resume")?;
        let secret = password(&actor.user);
        let login = login(&actor.user, &actor.resource, &secret, &self.keychain);
        actor.client = Some(Client::resume(&target, login, left).await.map_err(said)?);
        Ok(())
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

fn password(user: &str) -> String {
    format!("the password of {user}")
}

fn written(stanza: &Stanza) -> String {
    let mut bytes = Vec::new();
    stanza.write(None, &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn said(failure: Failure) -> String {
    format!("{failure:?}")
}
