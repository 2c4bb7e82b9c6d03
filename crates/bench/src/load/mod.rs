//! The loads: what the clients do, and what is measured while they do it.

mod archived;
mod chat;
mod crowd;
mod cutter;
mod end;
mod idle;
mod links;
mod logins;
mod pep;
mod rooms;

pub use chat::Chat;

use crate::Outcome;
use crate::rivals::{Rival, Running, Setting, data};
use crate::usage::{self, Usage};
use clap::ValueEnum;
use std::time::{Duration, Instant};
use testkit::client::{Client, Failure, Keychain, Login, Profile};
use xmpp::scram::Hash;

/// Clients that log in at the same time.
const LOGINS_AT_ONCE: usize = 8;
/// One login may take this long.
const LOGIN_SECONDS_MAX: u64 = 30;

/// A load.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Work {
    /// Pairs talk, one message in flight in each.
    Chat,
    /// Pairs talk, eight messages in flight in each.
    Chat8,
    /// As chat, with an acknowledgement asked for after each message.
    Sm,
    /// As chat, everything archived for both sides.
    Archive,
    /// As chat, each with somebody of another server.
    S2s,
    /// As chat8, each with somebody of another server.
    S2s8,
    /// `--links` domains are linked and silent: memory.
    S2sIdle,
    /// Log in by SCRAM-SHA-1, fetch the roster, be present, leave.
    Login,
    /// The same by SCRAM-SHA-256.
    Login256,
    /// The same by SASL2 and Bind 2, SCRAM-SHA-256.
    Sasl2,
    /// One person talks in a room of `--occupants`, which is archived.
    RoomFan,
    /// The same, eight people talk at the same time.
    RoomFan8,
    /// Enter a room of `--crowd`.
    RoomJoin,
    /// Enter a room at the same time, `--storm` people.
    RoomStorm,
    /// Be in a room of `--crowd` people: memory.
    RoomOccupant,
    /// `--rooms` persistent rooms in which nobody is: memory.
    RoomIdle,
    /// One changes an avatar, and all contacts are told.
    Pep,
    /// Log in and be silent.
    Idle,
}

/// How much of each load.
#[derive(Clone, clap::Args)]
pub struct Size {
    /// Users that talk, two in each pair.
    #[arg(long, default_value_t = 100)]
    pub users: usize,
    /// Seconds of talk that are measured, after as many tenths to warm up.
    #[arg(long, default_value_t = 5)]
    pub seconds: u64,
    /// Logins in one round.
    #[arg(long, default_value_t = 2_000)]
    pub logins: usize,
    /// Sessions that are idle at the same time.
    #[arg(long, default_value_t = 10_000)]
    pub sessions: usize,
    /// Domains that are linked at the same time.
    #[arg(long, default_value_t = 10_000)]
    pub links: usize,
    /// Occupants of the room that hears what is said.
    #[arg(long, default_value_t = 500)]
    pub occupants: usize,
    /// Occupants of the room that is entered.
    #[arg(long, default_value_t = 1_000)]
    pub crowd: usize,
    /// People that enter at the same time.
    #[arg(long, default_value_t = 2_000)]
    pub storm: usize,
    /// Rooms that stay when everybody has left.
    #[arg(long, default_value_t = 10_000)]
    pub rooms: usize,
    /// Contacts of whoever changes an avatar.
    #[arg(long, default_value_t = 5_000)]
    pub contacts: usize,
    /// How often.
    #[arg(long, default_value_t = 10)]
    pub publications: usize,
}

/// What one run found.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Microseconds of CPU for each operation; KiB of memory for each session, occupant or room where that is
    /// what the work is about.
    pub cost: f64,
    /// Operations in a second.
    pub rate: f64,
    /// Microseconds of our own CPU for each operation.
    pub own: f64,
    /// Resident memory of the server at the start of the run, in MiB.
    pub rss_mib: f64,
}

impl Work {
    /// The name in options.
    pub fn name(self) -> &'static str {
        match self {
            Work::Chat => "chat",
            Work::Chat8 => "chat8",
            Work::Sm => "sm",
            Work::Archive => "archive",
            Work::S2s => "s2s",
            Work::S2s8 => "s2s8",
            Work::S2sIdle => "s2s-idle",
            Work::Login => "login",
            Work::Login256 => "login256",
            Work::Sasl2 => "sasl2",
            Work::RoomFan => "room-fan",
            Work::RoomFan8 => "room-fan8",
            Work::RoomJoin => "room-join",
            Work::RoomStorm => "room-storm",
            Work::RoomOccupant => "room-occupant",
            Work::RoomIdle => "room-idle",
            Work::Pep => "pep",
            Work::Idle => "idle",
        }
    }

    /// How the server must stand for it.
    pub fn setting(self) -> Setting {
        match self {
            Work::Archive => Setting::Archived,
            Work::S2s | Work::S2s8 | Work::S2sIdle => Setting::Linked,
            work if work.is_in_rooms() => Setting::Archived,
            _ => Setting::Plain,
        }
    }

    /// Whether it wants a server that has done nothing yet.
    pub fn wants_fresh(self) -> bool {
        matches!(self, Work::Idle | Work::Pep | Work::S2sIdle | Work::RoomStorm | Work::RoomOccupant | Work::RoomIdle)
    }

    fn is_in_rooms(self) -> bool {
        use Work::{RoomFan, RoomFan8, RoomIdle, RoomJoin, RoomOccupant, RoomStorm};
        matches!(self, RoomFan | RoomFan8 | RoomJoin | RoomStorm | RoomOccupant | RoomIdle)
    }

    /// Whether `rival` can do it. The peers keep one hash, SCRAM-SHA-1's, as they come.
    pub fn suits(self, rival: Rival) -> bool {
        match self {
            Work::Archive => rival != Rival::Relay,
            _ if rival.is_variant() => false,
            Work::Sm | Work::Pep | Work::S2s | Work::S2s8 | Work::S2sIdle => rival != Rival::Relay,
            work if work.is_in_rooms() => rival != Rival::Relay,
            Work::Login256 | Work::Sasl2 => rival == Rival::Folkmoot,
            _ => true,
        }
    }

    /// Accounts that must exist.
    pub fn accounts(self, size: &Size) -> usize {
        match self {
            Work::Idle => size.sessions,
            Work::RoomFan | Work::RoomFan8 => size.occupants,
            Work::RoomJoin => rooms::entry::accounts(size),
            Work::RoomOccupant => size.crowd,
            Work::RoomStorm => size.storm,
            Work::Pep => size.contacts + 1,
            _ => size.users,
        }
    }

    /// Puts the load on `server`. `run` counts all runs, so that nothing sent is sent twice.
    ///
    /// # Errors
    /// When the server refuses or breaks, loses or reorders messages, or is too slow to finish.
    pub async fn run(self, server: &Running, size: &Size, run: u64) -> Outcome<Sample> {
        let chat = |in_flight, acks| Chat { in_flight, acks, setting: self.setting(), run };
        match self {
            Work::Chat | Work::Archive | Work::S2s => chat::run(server, size, chat(1, false)).await,
            Work::Chat8 | Work::S2s8 => chat::run(server, size, chat(8, false)).await,
            Work::Sm => chat::run(server, size, chat(1, true)).await,
            Work::S2sIdle => links::idle(server, size).await,
            Work::Login => logins::run(server, size, Way::COMMON).await,
            Work::Login256 => logins::run(server, size, Way { hash: Hash::Sha256, profile: Profile::Sasl }).await,
            Work::Sasl2 => logins::run(server, size, Way { hash: Hash::Sha256, profile: Profile::Sasl2 }).await,
            Work::RoomFan => rooms::fan::run(server, size, 1, run).await,
            Work::RoomFan8 => rooms::fan::run(server, size, 8, run).await,
            Work::RoomJoin => rooms::entry::one_by_one(server, size, run).await,
            Work::RoomStorm => rooms::entry::all_at_once(server, size).await,
            Work::RoomOccupant => rooms::weight::occupants(server, size).await,
            Work::RoomIdle => rooms::weight::idle(server, size).await,
            Work::Pep => pep::run(server, size).await,
            Work::Idle => idle::run(server, size).await,
        }
    }
}

/// The state of things at the beginning of what is measured.
struct Meter<'a> {
    running: &'a Running,
    start: Instant,
    server: Usage,
    own: Usage,
}

impl Meter<'_> {
    fn start(running: &Running) -> Outcome<Meter<'_>> {
        Ok(Meter { running, start: Instant::now(), server: running.usage()?, own: usage::of_myself()? })
    }

    /// What `operations` have cost since then.
    fn stop(&self, operations: u64) -> Outcome<Sample> {
        let seconds = self.start.elapsed().as_secs_f64();
        let each = |now: u64, then: u64| (now - then) as f64 / operations.max(1) as f64;
        Ok(Sample {
            cost: each(self.running.usage()?.cpu_micros, self.server.cpu_micros),
            rate: operations as f64 / seconds,
            own: each(usage::of_myself()?.cpu_micros, self.own.cpu_micros),
            rss_mib: self.server.rss_kib as f64 / 1024.0,
        })
    }
}

/// By which door clients come in.
#[derive(Clone, Copy)]
struct Way {
    hash: Hash,
    profile: Profile,
}

impl Way {
    /// What all servers know.
    const COMMON: Way = Way { hash: Hash::Sha1, profile: Profile::Sasl };
}

/// Logs account `number` in by STARTTLS and the common way.
async fn log_in(server: &Running, number: usize, resource: &str, keychain: &Keychain) -> Result<Client, Failure> {
    log_in_by(Way::COMMON, server, number, resource, keychain).await
}

/// Logs account `number` in by STARTTLS and `way`.
async fn log_in_by(
    way: Way,
    server: &Running,
    number: usize,
    resource: &str,
    keychain: &Keychain,
) -> Result<Client, Failure> {
    let Way { hash, profile } = way;
    let login = Login { user: &data::user(number), password: data::PASSWORD, resource, hash, profile, keychain };
    let limit = Duration::from_secs(LOGIN_SECONDS_MAX);
    tokio::time::timeout(limit, Client::login(&server.target, login)).await.map_err(|_| Failure::Closed)?
}
