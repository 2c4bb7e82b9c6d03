//! One client: it sends numbered messages to its partner, notes which are acknowledged, and takes in
//! what its partner sends, live and from the archive.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Duration;
use testkit::client::{Client, Failure, Keychain, Login, Profile, Target};
use testkit::lab::archive::read;
use testkit::lab::process::PASSWORD;
use tokio::time::{interval, timeout};
use xmpp::scram::Hash;
use xmpp::{Element, Stanza, ns};

/// Messages that may be unacknowledged at a time.
const WINDOW: usize = 12;

static KEYCHAIN: LazyLock<Keychain> = LazyLock::new(Keychain::new);

/// What one client knows, over all its connections.
pub struct Talker {
    /// `user{number}`
    pub number: u32,
    /// The next message's number.
    next: u64,
    /// Numbers of messages that the server acknowledged.
    pub acknowledged: Vec<u64>,
    /// Numbers of the partner's messages that came, live or from the archive.
    pub seen: BTreeSet<u64>,
    /// The archive id of the last message that came.
    last_id: Option<String>,
}

impl Talker {
    /// A client that has not spoken yet.
    pub fn new(number: u32) -> Talker {
        Talker { number, next: 1, acknowledged: Vec::new(), seen: BTreeSet::new(), last_id: None }
    }

    /// How many messages were acknowledged so far.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged.len()
    }

    /// Its name, and its nickname in a room.
    pub fn user(&self) -> String {
        format!("user{}", self.number)
    }

    fn partner(&self) -> String {
        format!("user{}@localhost", self.number ^ 1)
    }

    /// Talks until the connection breaks, as it will.
    ///
    /// # Errors
    /// When the server says something that it must not.
    pub async fn talk(mut self, target: Target) -> Result<Talker, String> {
        let Ok(mut client) = self.log_in(&target).await else { return Ok(self) };
        if client.enable_acks().await.is_err() || client.send("<presence/>").await.is_err() {
            return Ok(self);
        }
        // Live messages may come while the archive is read; both are noted.
        match self.catch_up(&mut client).await {
            Ok(()) => {}
            Err(Failure::Refused(error)) => return Err(format!("{} cannot catch up: {error}", self.user())),
            Err(_) => return Ok(self),
        }
        let mut pace = interval(Duration::from_millis(2));
        let mut waiting: Vec<u64> = Vec::new();
        loop {
            self.note_acknowledged(&client, &mut waiting);
            tokio::select! {
                stanza = client.receive() => match stanza {
                    Ok(stanza) => self.take_in(&stanza)?,
                    Err(_) => break,
                },
                _ = pace.tick() => {
                    let partner = self.partner();
                    if self.say(&mut client, &mut waiting, ("chat", &partner)).await.is_err() {
                        break;
                    }
                }
            }
        }
        self.note_acknowledged(&client, &mut waiting);
        Ok(self)
    }

    /// Logs in on a fresh session.
    pub async fn log_in(&self, target: &Target) -> Result<Client, Failure> {
        let user = self.user();
        let login = Login {
            user: &user,
            password: PASSWORD,
            resource: "crash",
            hash: Hash::Sha1,
            profile: Profile::Sasl,
            keychain: &KEYCHAIN,
        };
        match timeout(Duration::from_secs(20), Client::login(target, login)).await {
            Ok(client) => client,
            Err(_) => Err(Failure::Refused("the login takes too long".into())),
        }
    }

    /// Sends the next message, unless too many wait to be acknowledged.
    ///
    /// # Errors
    /// When the connection breaks; the message counts as sent all the same.
    pub async fn say(
        &mut self,
        client: &mut Client,
        waiting: &mut Vec<u64>,
        (kind, to): (&str, &str),
    ) -> Result<(), Failure> {
        if waiting.len() >= WINDOW {
            return Ok(());
        }
        let number = self.next;
        self.next += 1;
        waiting.push(number);
        let message = format!("<message to='{to}' type='{kind}' id='n{number}'><body>{number}</body></message>");
        client.send(&message).await?;
        client.write("<r xmlns='urn:xmpp:sm:3'/>").await
    }

    /// What is no longer among the unacknowledged was acknowledged.
    pub fn note_acknowledged(&mut self, client: &Client, waiting: &mut Vec<u64>) {
        let Some(acks) = client.acks() else { return };
        let open: BTreeSet<u64> = acks.unacknowledged.iter().filter_map(|raw| number_in(raw)).collect();
        let (still, done): (Vec<u64>, Vec<u64>) = waiting.iter().partition(|number| open.contains(number));
        self.acknowledged.extend(done);
        *waiting = still;
    }

    /// A live message. An error for one of ours would be a broken promise only if it was acknowledged
    /// as delivered; none is expected here at all.
    fn take_in(&mut self, stanza: &Stanza) -> Result<(), String> {
        if stanza.kind.name() != "message" {
            return Ok(());
        }
        if stanza.kind.is_error() {
            return Err(format!("{} got an error: {stanza:?}", self.user()));
        }
        let Some(number) = stanza.child("body", ns::CLIENT).and_then(|body| body.text().parse().ok()) else {
            return Ok(());
        };
        let id = stanza.child("stanza-id", ns::STANZA_ID).and_then(|id| id.attr("id").map(|id| id.into_owned()));
        let id = id.ok_or_else(|| format!("{} got a message without its archive id: {stanza:?}", self.user()))?;
        self.seen.insert(number);
        self.last_id = Some(id);
        Ok(())
    }

    /// Reads what came since the last message that is known.
    pub async fn catch_up(&mut self, client: &mut Client) -> Result<(), Failure> {
        for kept in read(client, self.last_id.clone()).await? {
            if !kept.sent {
                self.seen.insert(kept.number);
            }
            self.last_id = Some(kept.id);
        }
        Ok(())
    }
}

fn number_in(raw: &str) -> Option<u64> {
    Element::first(raw, ns::CLIENT)?.child("body", ns::CLIENT)?.text().parse().ok()
}
