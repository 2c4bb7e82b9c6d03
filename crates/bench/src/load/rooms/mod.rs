//! The loads in rooms (XEP-0045): who is in one, and how a room is made.

pub mod entry;
pub mod fan;
mod guest;
pub mod weight;

use super::{LOGINS_AT_ONCE, log_in};
use crate::Outcome;
use crate::load::crowd::for_each;
use crate::rivals::{DOMAIN, Running};
use guest::{Counts, Guest, Stage};
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use testkit::client::{Client, Keychain};
use tokio::sync::watch;
use tokio::task::JoinSet;
use xmpp::ns;

/// All that is on its way may take this long to arrive: a storm of the size that is usual makes four million stanzas.
const ARRIVAL_SECONDS_MAX: u64 = 500;
/// A server that is done uses less than this share of one CPU.
const QUIET_SHARE: f64 = 0.05;
/// It is looked at in steps of this length.
const QUIET_MILLIS: u64 = 400;

/// The address of a room.
pub fn address(name: &str) -> String {
    format!("{name}@rooms.{DOMAIN}")
}

/// The nickname of account `number`.
fn nick(number: usize) -> String {
    format!("nick{number}")
}

/// The presence by which account `number` enters.
fn entry_of(room: &str, number: usize) -> String {
    format!("<presence to='{room}/{}'><x xmlns='{}'><history maxstanzas='0'/></x></presence>", nick(number), ns::MUC)
}

/// Makes a room as its first occupant; with `fields` of the form, else as the service has it.
///
/// # Errors
/// When the server does not want it.
async fn make(client: &mut Client, room: &str, number: usize, fields: &str) -> Outcome<()> {
    client.send(&entry_of(room, number)).await?;
    // §7.2.15: the subject is the last thing that somebody who enters gets.
    loop {
        let stanza = client.receive().await?;
        if stanza.kind.is_error() {
            return Err(format!("the room {room} cannot be made: {}", stanza.inner_str()).into());
        }
        if stanza.has("subject", ns::CLIENT) {
            break;
        }
    }
    // §10.1.2, §10.1.3
    let form =
        format!("<query xmlns='{}'><x xmlns='{}' type='submit'>{fields}</x></query>", ns::MUC_OWNER, ns::DATA_FORMS);
    client.ask("set", Some(room), &form).await?;
    Ok(())
}

/// A room with people in it, all listening.
struct Crowd {
    room: String,
    counts: Arc<Counts>,
    stage: watch::Sender<Stage>,
    talks: JoinSet<Outcome<Guest>>,
}

impl Crowd {
    /// Makes the room `name`; account 0 is in it.
    async fn make(server: &Running, name: &str) -> Outcome<Crowd> {
        let room = address(name);
        let mut first = log_in(server, 0, "room", &Keychain::new()).await?;
        make(&mut first, &room, 0, "").await?;
        let mut crowd =
            Crowd { room, counts: Arc::default(), stage: watch::channel(Stage::Talk).0, talks: JoinSet::new() };
        crowd.counts.presences.fetch_add(1, Ordering::Relaxed);
        crowd.counts.subjects.fetch_add(1, Ordering::Relaxed);
        crowd.listen(Guest::new(first, 0));
        Ok(crowd)
    }

    fn listen(&mut self, guest: Guest) {
        let (counts, stages) = (self.counts.clone(), self.stage.subscribe());
        self.talks.spawn(guest.talk(counts, stages));
    }

    /// They enter, all at once, in the order of their numbers.
    async fn enter(&mut self, guests: Vec<Guest>) -> Outcome<()> {
        for mut guest in guests {
            guest.say(&entry_of(&self.room, guest.number)).await?;
            self.listen(guest);
        }
        Ok(())
    }

    /// Waits until a counter is where it has to be.
    async fn reaches(&mut self, what: &'static str, due: u64, counter: impl Fn(&Counts) -> &AtomicU64) -> Outcome<()> {
        let start = Instant::now();
        loop {
            let seen = counter(&self.counts).load(Ordering::Relaxed);
            if seen == due {
                return Ok(());
            }
            if seen > due || start.elapsed() > Duration::from_secs(ARRIVAL_SECONDS_MAX) {
                return Err(format!("{due} {what} were due, but {seen} arrived").into());
            }
            self.pause(Duration::from_millis(2)).await?;
        }
    }

    /// Waits, unless somebody stops listening before.
    async fn pause(&mut self, time: Duration) -> Outcome<()> {
        match tokio::time::timeout(time, self.talks.join_next()).await {
            Err(_) => Ok(()),
            Ok(Some(Ok(Err(error)))) => Err(error),
            Ok(_) => Err("somebody stopped listening".into()),
        }
    }

    /// Waits until everybody who was to enter `had` presences of each other, and the subject.
    async fn is_complete(&mut self, occupants: usize) -> Outcome<()> {
        let occupants = occupants as u64;
        // Each is shown each, themselves included, once: on entering or later.
        self.reaches("presences", occupants * occupants, |counts| &counts.presences).await?;
        self.reaches("subjects", occupants, |counts| &counts.subjects).await
    }

    /// From now on `speakers` of them talk, in numbers from `first` on.
    async fn converse(mut self, speakers: usize, first: u64) -> Outcome<Crowd> {
        let guests = self.gather().await?;
        self.stage = watch::channel(Stage::Talk).0;
        for mut guest in guests {
            guest.converse(&self.room, speakers, first);
            self.listen(guest);
        }
        Ok(self)
    }

    /// Everybody stops listening. Returns them in the order of their numbers, still connected.
    async fn gather(&mut self) -> Outcome<Vec<Guest>> {
        self.stage.send_replace(Stage::Leave);
        let mut guests = Vec::with_capacity(self.talks.len());
        while let Some(talk) = self.talks.join_next().await {
            guests.push(talk??);
        }
        guests.sort_by_key(|guest| guest.number);
        Ok(guests)
    }
}

/// Logs accounts `first` to `end` in, without presence, ready to enter.
async fn guests(server: &Running, first: usize, end: usize) -> Outcome<Vec<Guest>> {
    let keychain = Keychain::new();
    let guests = RefCell::new(Vec::with_capacity(end - first));
    for_each(end - first, LOGINS_AT_ONCE, async |at| {
        let client = log_in(server, first + at, "room", &keychain).await?;
        guests.borrow_mut().push(Guest::new(client, first + at));
        Ok(())
    })
    .await?;
    let mut guests = guests.into_inner();
    guests.sort_by_key(|guest| guest.number);
    Ok(guests)
}

/// Waits until the server is done with what was before: people who leave a room are work for a while.
async fn quiet(server: &Running) -> Outcome<()> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(ARRIVAL_SECONDS_MAX) {
        let before = server.usage()?.cpu_micros;
        tokio::time::sleep(Duration::from_millis(QUIET_MILLIS)).await;
        let used = server.usage()?.cpu_micros - before;
        if (used as f64) < QUIET_SHARE * (QUIET_MILLIS * 1_000) as f64 {
            return Ok(());
        }
    }
    Err(format!("{} did not come to rest", server.rival.name()).into())
}
