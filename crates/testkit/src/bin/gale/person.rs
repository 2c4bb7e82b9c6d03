//! Somebody at a service who talks with everybody else, and comes back whenever the connection is lost.

use crate::Sky;
use crate::place::Place;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::LazyLock;
use std::time::Duration;
use testkit::client::{Client, Failure, Keychain, Login, Profile, Target};
use testkit::lab::process::PASSWORD;
use testkit::storm::dice::Dice;
use tokio::sync::watch;
use tokio::time::{Instant, interval, sleep, timeout};
use xmpp::scram::Hash;
use xmpp::{Stanza, ns};

/// Messages that may be unacknowledged at a time.
const WINDOW: usize = 30;
/// Between two looks at whether there is something to say.
const PACE: Duration = Duration::from_millis(60);
/// Bytes of one message of a flood.
const FLOOD_BYTES: usize = 4000;

static KEYCHAIN: LazyLock<Keychain> = LazyLock::new(Keychain::new);

/// A person.
pub struct Person {
    /// Their service, by number.
    pub place: usize,
    user: String,
    jid: String,
    target: Target,
}

/// What one of them knows while they are connected.
struct Session {
    number: usize,
    client: Client,
    dice: Dice,
    /// Sent and not acknowledged, by number.
    waiting: VecDeque<usize>,
}

impl Person {
    /// The person of that number at a service.
    pub fn new(place: usize, name: usize, at: &Place) -> Person {
        let user = format!("person{name}");
        let jid = format!("{user}@{}", at.domain);
        Person { place, user, jid, target: at.process.target() }
    }

    /// Logs in by that name for a device.
    pub async fn log_in(&self, resource: &str) -> Result<Client, Failure> {
        let login = Login {
            user: &self.user,
            password: PASSWORD,
            resource,
            hash: Hash::Sha1,
            profile: Profile::Sasl,
            keychain: &KEYCHAIN,
        };
        match timeout(Duration::from_secs(20), Client::login(&self.target, login)).await {
            Ok(client) => client,
            Err(_) => Err(Failure::Refused("the login takes too long".into())),
        }
    }
}

/// Lives until it is over.
///
/// # Errors
/// When something comes that must not.
pub async fn live(
    number: usize,
    all: Arc<Vec<Person>>,
    sky: Arc<Sky>,
    mut is_over: watch::Receiver<bool>,
) -> Result<(), String> {
    let mut dice = Dice::new(number as u64);
    while !*is_over.borrow() {
        let Ok(mut client) = all[number].log_in("gale").await else {
            sleep(Duration::from_millis(300)).await;
            continue;
        };
        if client.enable_acks().await.is_err() || client.send("<presence/>").await.is_err() {
            continue;
        }
        let mut session = Session { number, client, dice, waiting: VecDeque::new() };
        session.talk(&all, &sky, &mut is_over).await?;
        dice = session.dice;
    }
    Ok(())
}

impl Session {
    /// Until the connection breaks, or all is over.
    async fn talk(&mut self, all: &[Person], sky: &Sky, is_over: &mut watch::Receiver<bool>) -> Result<(), String> {
        let mut pace = interval(PACE);
        loop {
            self.note_acknowledged(sky);
            tokio::select! {
                stanza = self.client.receive() => match stanza {
                    Ok(stanza) => self.take_in(&stanza, sky)?,
                    Err(_) => break,
                },
                _ = pace.tick() => if self.speak(all, sky).await.is_err() { break },
                _ = is_over.changed() => return Ok(()),
            }
        }
        self.note_acknowledged(sky);
        Ok(())
    }

    async fn speak(&mut self, all: &[Person], sky: &Sky) -> Result<(), Failure> {
        if Instant::now() < sky.until && self.waiting.len() < WINDOW {
            let to = self.dice.below(all.len());
            while sky.pours(self.number) {
                self.say(&all[to], to, FLOOD_BYTES, sky).await?;
            }
            if self.dice.chance(40) {
                let bytes = self.dice.below(600);
                self.say(&all[to], to, bytes, sky).await?;
            }
        }
        if self.waiting.is_empty() { Ok(()) } else { self.client.write("<r xmlns='urn:xmpp:sm:3'/>").await }
    }

    async fn say(&mut self, person: &Person, to: usize, bytes: usize, sky: &Sky) -> Result<(), Failure> {
        if to == self.number {
            return Ok(());
        }
        let number = sky.ledger.lock().enter(self.number, to);
        self.waiting.push_back(number);
        let padding = "w".repeat(bytes);
        let message = format!(
            "<message to='{}' type='chat' id='m{number}'><body>{number}</body><padding xmlns='urn:example:gale'>{padding}</padding></message>",
            person.jid
        );
        self.client.send(&message).await
    }

    /// What is no longer among the unacknowledged was acknowledged: they are so in order.
    fn note_acknowledged(&mut self, sky: &Sky) {
        let Some(acks) = self.client.acks() else { return };
        let open = acks.unacknowledged.iter().filter(|raw| raw.starts_with("<message")).count();
        let done = self.waiting.len().saturating_sub(open);
        let mut ledger = sky.ledger.lock();
        self.waiting.drain(..done).for_each(|number| ledger.notes[number].acknowledged = true);
    }

    fn take_in(&mut self, stanza: &Stanza, sky: &Sky) -> Result<(), String> {
        if stanza.kind.name() != "message" {
            return Ok(());
        }
        let number = stanza.id.as_ref().and_then(|id| id.as_str().strip_prefix('m')?.parse().ok());
        let Some(number) = number else { return Ok(()) };
        let number: usize = number;
        let mut ledger = sky.ledger.lock();
        let note = ledger.notes.get_mut(number).ok_or("a message that nobody sent")?;
        if stanza.kind.is_error() {
            if note.from != self.number {
                return Err(format!("m{number} comes back to somebody who did not send it"));
            }
            note.bounced = true;
            return Ok(());
        }
        if note.to != self.number || stanza.child("body", ns::CLIENT).is_none() {
            return Err(format!("m{number} reaches somebody else, or not as it was sent"));
        }
        note.seen.get_or_insert_with(Instant::now);
        Ok(())
    }
}
