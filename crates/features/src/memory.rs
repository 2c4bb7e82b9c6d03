//! What an online account keeps in memory. A sleeping one keeps nothing.

use crate::archive::Preferences;
use crate::blocking::Blocklist;
use crate::caps::Devices;
use crate::offline::{CatchUp, Waiting};
use crate::pubsub::Nodes;
use crate::push::Enabled;
use crate::roster::Contacts;
use smallvec::SmallVec;
use std::sync::Arc;
use xmpp::{Jid, Stanza};

/// The memory of one account; only its owner touches it.
pub struct Account {
    /// The bare JID.
    pub jid: Jid,
    /// The row of the store, which also names the archive.
    pub id: i64,
    /// Who is subscribed to whom. Names and groups stay in the store.
    pub contacts: Contacts,
    /// What the archive keeps.
    pub archive: Preferences,
    /// How far its clients have come, and whether something waits for them.
    pub offline: Waiting,
    /// Where its phones are woken.
    pub push: Vec<Enabled>,
    /// Its nodes, and which items there are. What they hold stays in the store.
    pub nodes: Nodes,
    /// The devices of the person and of contacts, and what they want to be told of.
    pub devices: Devices,
    /// With whom nothing is exchanged.
    pub blocked: Blocklist,
    /// The connected and the hibernating clients.
    pub sessions: SmallVec<[Session; 1]>,
}

/// Names a session for as long as the process runs; never reused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SessionId(pub u64);

/// One client of an account.
pub struct Session {
    /// Its name among the sessions of the process.
    pub id: SessionId,
    /// The full JID.
    pub jid: Jid,
    /// The `id` of its user agent (XEP-0388 §2.2), never shown to others.
    pub agent: Option<Box<str>>,
    /// The last available presence in full; none before the first and after `unavailable`.
    pub presence: Option<Arc<Stanza>>,
    /// RFC 6121 §4.7.2.3; meaningful while `presence` is there.
    pub priority: i8,
    /// Fetched the roster and wants pushes (RFC 6121 §2.1.6).
    pub interested: bool,
    /// Fetched the block list and wants pushes (XEP-0191 §3.3).
    pub sees_blocklist: bool,
    /// XEP-0280 is on.
    pub carbons: bool,
    /// It has no connection, or one that does not answer. Kept only where there is push.
    pub away: bool,
    /// How it gets what came before it (XEP-0160).
    pub catch_up: CatchUp,
    /// Who got directed presence and must learn of its end (RFC 6121 §4.6.3).
    pub directed: Vec<Jid>,
}

impl Session {
    /// A session before its first presence.
    pub fn new(id: SessionId, jid: Jid, agent: Option<Box<str>>) -> Session {
        let (interested, sees_blocklist, carbons, away) = (false, false, false, false);
        let (presence, priority, directed, catch_up) = (None, 0, Vec::new(), CatchUp::Due);
        Session { id, jid, agent, presence, priority, interested, sees_blocklist, carbons, away, catch_up, directed }
    }

    /// Whether the client announced itself (RFC 6121 §4.2).
    pub fn is_available(&self) -> bool {
        self.presence.is_some()
    }

    /// Whether it is given something archived at once. One that is just catching up gets it in its turn,
    /// not before what it has yet to get; one that has yet to begin follows by itself from now on, and
    /// what came before would come too late.
    pub fn takes_now(&mut self) -> bool {
        match self.catch_up {
            CatchUp::Reading | CatchUp::Behind => {
                self.catch_up = CatchUp::Behind;
                return false;
            }
            CatchUp::Due => self.catch_up = CatchUp::Own,
            CatchUp::Own | CatchUp::Done => {}
        }
        true
    }

    /// Whether it may get what is addressed to the bare JID (RFC 6121 §8.5.2.1).
    pub fn wants_bare(&self) -> bool {
        self.is_available() && self.priority >= 0
    }
}

impl Account {
    /// The memory of an address that nobody logs in to: the domain's.
    pub fn of_service(jid: Jid) -> Account {
        Account {
            jid,
            id: 0,
            contacts: Contacts::default(),
            archive: Preferences::new(crate::archive::Default::Never),
            nodes: Nodes::default(),
            devices: Devices::default(),
            blocked: Blocklist::default(),
            offline: Default::default(),
            push: Default::default(),
            sessions: SmallVec::new(),
        }
    }

    /// The session of that name.
    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }

    /// The session of that name, to change.
    pub fn session_mut(&mut self, id: SessionId) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| session.id == id)
    }

    /// The session bound to that full JID.
    pub fn session_of(&self, jid: &Jid) -> Option<&Session> {
        self.sessions.iter().find(|session| session.jid == *jid)
    }
}
