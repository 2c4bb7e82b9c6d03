//! Who is in a room: by nickname, each with one or more sessions of the same person (XEP-0045 §7.2.8).

use super::role::{Affiliation, Role};
use smallvec::SmallVec;
use std::collections::BTreeMap;
use std::sync::Arc;
use xmpp::{Jid, Stanza, Text};

/// Somebody in the room.
#[derive(Debug)]
pub struct Occupant {
    /// The occupant JID: the room's with the nickname.
    pub address: Jid,
    /// The bare JID behind it.
    pub bare: Jid,
    /// Who it is whatever the nickname (XEP-0421).
    pub id: Text,
    /// What they are to the room, as everybody in it was told.
    pub affiliation: Affiliation,
    /// What they may do.
    pub role: Role,
    /// Their hats, as presence shows them (XEP-0317 §3.1).
    pub hats: Box<str>,
    /// Their clients, the one whose presence is shown last.
    pub sessions: SmallVec<[Session; 1]>,
}

/// A client in the room.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its full JID.
    pub jid: Jid,
    /// What it said of itself last, without what only the room may say.
    pub presence: Arc<Stanza>,
    /// Its name among the clients in the room, for answers that come back through it.
    pub tag: u32,
}

impl Occupant {
    /// The nickname.
    pub fn nick(&self) -> &str {
        self.address.resource().unwrap_or_default()
    }

    /// The session whose presence is shown.
    pub fn shown(&self) -> Option<&Session> {
        self.sessions.last()
    }

    /// Whether a client is one of theirs.
    pub fn is(&self, jid: &Jid) -> bool {
        self.sessions.iter().any(|session| session.jid == *jid)
    }
}

/// Everybody in the room.
#[derive(Default, Debug)]
pub struct Occupants {
    by_nick: BTreeMap<Box<str>, Occupant>,
    nicks: BTreeMap<Jid, Box<str>>,
    last_tag: u32,
}

impl Occupants {
    /// The occupant of that nickname.
    pub fn get(&self, nick: &str) -> Option<&Occupant> {
        self.by_nick.get(nick)
    }

    /// The same, to change.
    pub fn get_mut(&mut self, nick: &str) -> Option<&mut Occupant> {
        self.by_nick.get_mut(nick)
    }

    /// The nickname of a client.
    pub fn nick_of(&self, jid: &Jid) -> Option<&str> {
        self.nicks.get(jid).map(AsRef::as_ref)
    }

    /// The occupant that a client is of.
    pub fn of(&self, jid: &Jid) -> Option<&Occupant> {
        self.nick_of(jid).and_then(|nick| self.get(nick))
    }

    /// The occupants of a bare JID.
    pub fn of_bare<'a>(&'a self, bare: &'a str) -> impl Iterator<Item = &'a Occupant> {
        self.by_nick.values().filter(move |occupant| occupant.bare.as_str() == bare)
    }

    /// Everybody, by nickname.
    pub fn iter(&self) -> impl Iterator<Item = &Occupant> {
        self.by_nick.values()
    }

    /// The full JID of every client.
    pub fn clients(&self) -> impl Iterator<Item = &Jid> {
        self.by_nick.values().flat_map(|occupant| occupant.sessions.iter().map(|session| &session.jid))
    }

    /// The client of that name.
    pub fn tagged(&self, tag: &str) -> Option<&Session> {
        let tag: u32 = tag.parse().ok()?;
        self.by_nick.values().flat_map(|occupant| &occupant.sessions).find(|session| session.tag == tag)
    }

    /// How many nicknames there are.
    pub fn len(&self) -> usize {
        self.by_nick.len()
    }

    /// Whether nobody is there.
    pub fn is_empty(&self) -> bool {
        self.by_nick.is_empty()
    }

    /// Somebody new, or under a new nickname.
    pub fn add(&mut self, occupant: Occupant) {
        for session in &occupant.sessions {
            self.nicks.insert(session.jid.clone(), occupant.nick().into());
        }
        self.by_nick.insert(occupant.nick().into(), occupant);
    }

    /// A client of somebody who is there says something of itself, perhaps for the first time.
    pub fn put(&mut self, nick: &str, jid: &Jid, presence: Arc<Stanza>) {
        let Some(occupant) = self.by_nick.get_mut(nick) else { return };
        let known = occupant.sessions.iter().position(|session| session.jid == *jid);
        let tag = match known.map(|at| occupant.sessions.remove(at)) {
            Some(before) => before.tag,
            None => {
                self.nicks.insert(jid.clone(), nick.into());
                self.last_tag = self.last_tag.wrapping_add(1);
                self.last_tag
            }
        };
        occupant.sessions.push(Session { jid: jid.clone(), presence, tag });
    }

    /// A client is not there any more. The occupant stays while they have another.
    pub fn drop_session(&mut self, jid: &Jid) {
        let Some(nick) = self.nicks.remove(jid) else { return };
        if let Some(occupant) = self.by_nick.get_mut(&nick) {
            occupant.sessions.retain(|session| session.jid != *jid);
        }
    }

    /// Somebody is not there any more.
    pub fn remove(&mut self, nick: &str) -> Option<Occupant> {
        let gone = self.by_nick.remove(nick)?;
        for session in &gone.sessions {
            self.nicks.remove(&session.jid);
        }
        Some(gone)
    }
}
