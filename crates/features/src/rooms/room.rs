//! What a room keeps in memory. One where nobody is sleeps, and keeps nothing.

use super::affiliations::{Affiliations, Standing};
use super::card::Pictures;
use super::config::Config;
use super::hats::Hats;
use super::history::History;
use super::occupants::Occupants;
use super::pace::Paces;
use super::role::{Affiliation, Role};
use super::voice::Voices;
use crate::service::Service;
use data_encoding::HEXLOWER;
use xmpp::scram::Hash;
use xmpp::{Jid, Text};

/// The memory of one room; only its owner touches it.
#[derive(Debug)]
pub struct Room {
    /// Its address.
    pub jid: Jid,
    /// The row of the store, which also names the archive. A room that is not there has the number that it
    /// would get.
    pub id: i64,
    /// Whether there is such a room.
    pub stage: Stage,
    /// When somebody entered an empty room last, in microseconds since 1970, to the day.
    pub used_at: i64,
    /// How it is configured.
    pub config: Config,
    /// The pictures that are shown of it.
    pub pictures: Pictures,
    /// What it shows beside its people.
    pub hats: Hats,
    /// What it is about at the moment.
    pub subject: Subject,
    /// Who is what to it.
    pub affiliations: Affiliations,
    /// Who was given voice, or lost it, and may come back (§5.1).
    pub voices: Voices,
    /// Who is there.
    pub occupants: Occupants,
    /// What was said last.
    pub history: History,
    /// Who spoke when.
    pub paces: Paces,
}

/// Whether there is such a room (XEP-0045 §10.1.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// There is none.
    Absent,
    /// Its creator is there and has yet to configure it; for all others there is none.
    Locked,
    /// There is.
    Open,
}

/// What a room is about (§8.1).
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Subject {
    /// The subject; empty for none.
    pub text: Box<str>,
    /// Who made it so: an occupant JID. Empty if nobody ever did.
    pub by: Box<str>,
    /// When, in microseconds since 1970.
    pub at: i64,
}

impl Room {
    /// An address without a room. One that is made there gets the number `id`.
    pub fn absent(jid: Jid, id: i64) -> Room {
        Room {
            jid,
            id,
            stage: Stage::Absent,
            used_at: 0,
            config: Config::default(),
            pictures: Pictures::default(),
            hats: Hats::default(),
            subject: Subject::default(),
            affiliations: Affiliations::default(),
            voices: Voices::default(),
            occupants: Occupants::default(),
            history: History::default(),
            paces: Paces::default(),
        }
    }

    /// Its archive in the store: no account's has that number.
    pub fn archive(&self) -> i64 {
        -self.id
    }

    /// Whether nothing of it would be missed but what is in the store.
    pub fn is_resting(&self) -> bool {
        self.occupants.is_empty()
    }

    /// There is no such room any more. The next one there has another number, and so another archive.
    pub fn end(&mut self) {
        let next = Hash::Sha256.digest(&self.id.to_be_bytes());
        *self = Room::absent(self.jid.clone(), number(&next));
    }

    /// What is in the store of this room is other than thought: who is there stays as they are shown.
    pub fn take_over(&mut self, stored: Room) {
        self.id = stored.id;
        self.stage = stored.stage;
        self.used_at = stored.used_at;
        self.config = stored.config;
        self.pictures = stored.pictures;
        self.hats = stored.hats;
        self.subject = stored.subject;
        self.affiliations = stored.affiliations;
        self.history = stored.history;
    }

    /// What somebody is to the room.
    pub fn affiliation(&self, jid: &Jid) -> Affiliation {
        self.affiliations.of(jid)
    }

    /// The most that somebody may do in the room with any of their nicknames.
    pub fn role(&self, jid: &Jid) -> Role {
        self.occupants.of_bare(jid.bare_str()).map(|occupant| occupant.role).max().unwrap_or(Role::None)
    }

    /// The role that somebody enters with (§5.1.2), who may have been in it before.
    pub fn first_role(&self, jid: &Jid, affiliation: Affiliation) -> Role {
        let usual = affiliation.role(self.config.is_moderated);
        self.voices.of(jid).filter(|_| usual < Role::Moderator).unwrap_or(usual)
    }

    /// Whether somebody may enter it, but for the password (§7.2.6, §7.2.7).
    pub fn admits(&self, jid: &Jid) -> bool {
        let least = if self.config.is_members_only { Affiliation::Member } else { Affiliation::None };
        self.affiliation(jid) >= least
    }

    /// Whether somebody is shown the addresses behind nicknames (§7.2.3, §7.2.4).
    pub fn shows_addresses_to(&self, role: Role) -> bool {
        self.config.is_non_anonymous() || role == Role::Moderator
    }

    /// Makes somebody something to the room; a nickname that is kept for them stays, unless they are banned.
    pub fn affiliate(&mut self, bare: &str, affiliation: Affiliation, reason: &str) {
        let nick = match affiliation {
            Affiliation::Outcast => Box::default(),
            _ => self.affiliations.get(bare).map(|known| known.nick.clone()).unwrap_or_default(),
        };
        self.affiliations.set(bare, Standing { affiliation, nick, reason: reason.into() });
    }

    /// Keeps a nickname for somebody who is `affiliation` to the room (§7.10); an empty one is none.
    pub fn keep_nick(&mut self, bare: &str, affiliation: Affiliation, nick: Box<str>) {
        let reason = self.affiliations.get(bare).map(|known| known.reason.clone()).unwrap_or_default();
        self.affiliations.set(bare, Standing { affiliation, nick, reason });
    }
}

/// Who somebody is in a room, whatever the nickname (XEP-0421 §4.1): the same each time, another in each
/// room, and telling nothing of the address.
pub fn occupant_id(service: &Service, room: &Jid, bare: &str) -> Text {
    let mac = Hash::Sha256.hmac(&service.secrets.decoy, format!("occupant\0{room}\0{bare}").as_bytes());
    HEXLOWER.encode(&mac[..20]).into()
}

/// A number for a room, of random bytes: never negative.
pub fn number(random: &[u8]) -> i64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&random[..8]);
    i64::from_be_bytes(bytes) & i64::MAX
}
