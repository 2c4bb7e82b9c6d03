//! Who is what to a room for long (XEP-0045 §5.2): by bare JID, or by domain.

use super::lists::Course;
use super::role::Affiliation;
use std::collections::BTreeMap;
use xmpp::Jid;

/// What is known of one address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// What it is to the room.
    pub affiliation: Affiliation,
    /// The nickname that is kept for it (§7.10); empty for none.
    pub nick: Box<str>,
    /// Why, as whoever made it so said.
    pub reason: Box<str>,
}

/// The lists of a room as one.
#[derive(Clone, Default, Debug)]
pub struct Affiliations {
    known: BTreeMap<Box<str>, Standing>,
    course: Course,
}

impl Affiliations {
    /// What an address is to the room: as `user@domain`, and then as anybody of the domain (§9.2).
    pub fn of(&self, jid: &Jid) -> Affiliation {
        let own = self.known.get(jid.bare_str());
        own.or_else(|| self.known.get(jid.domain())).map_or(Affiliation::None, |standing| standing.affiliation)
    }

    /// What is known of exactly this address.
    pub fn get(&self, bare: &str) -> Option<&Standing> {
        self.known.get(bare)
    }

    /// The nickname that is kept for an address; empty for none.
    pub fn nick_of(&self, jid: &Jid) -> &str {
        self.known.get(jid.bare_str()).map_or("", |standing| &standing.nick)
    }

    /// Whether a nickname is kept for somebody else (§7.2.8).
    pub fn keeps_for_another(&self, nick: &str, jid: &Jid) -> bool {
        !nick.is_empty()
            && self.known.iter().any(|(known, standing)| *standing.nick == *nick && **known != *jid.bare_str())
    }

    /// Makes an address something to the room. One that is nothing and has no nickname is forgotten.
    pub fn set(&mut self, bare: &str, standing: Standing) {
        let before = self.known.get(bare).map_or(Affiliation::None, |known| known.affiliation);
        self.course.note(bare, before, standing.affiliation);
        if standing.affiliation == Affiliation::None && standing.nick.is_empty() {
            self.known.remove(bare);
        } else {
            self.known.insert(bare.into(), standing);
        }
    }

    /// Those of one list, by address.
    pub fn list(&self, affiliation: Affiliation) -> impl Iterator<Item = (&str, &Standing)> {
        let listed = self.known.iter().filter(move |(_, standing)| standing.affiliation == affiliation);
        listed.map(|(jid, standing)| (jid.as_ref(), standing))
    }

    /// What has become of the lists lately.
    pub fn course(&self) -> &Course {
        &self.course
    }

    /// The same, to note who was told.
    pub fn course_mut(&mut self) -> &mut Course {
        &mut self.course
    }

    /// How many addresses are known.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}
