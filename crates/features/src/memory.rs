//! What an online account keeps in memory. A sleeping one keeps nothing.

use crate::archive::Preferences;
use crate::avatars::Avatar;
use crate::blocking::Blocklist;
use crate::caps::Devices;
use crate::offline::{CatchUp, Waiting};
use crate::pubsub::Nodes;
use crate::push::Enabled;
use crate::roster::Contacts;
use crate::{commands, component, external};
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
    /// The picture that is shown of the person.
    pub avatar: Avatar,
    /// The devices of the person and of contacts, and what they want to be told of.
    pub devices: Devices,
    /// With whom nothing is exchanged.
    pub blocked: Blocklist,
    /// The last version of the terms that it agreed to; nought for none.
    pub agreed: u32,
    /// What few accounts have at a time; it costs one word while there is nothing.
    pub seldom: Option<Box<Seldom>>,
    /// The connected and the hibernating clients.
    pub sessions: SmallVec<[Session; 1]>,
}

/// What few accounts have at a time.
#[derive(Default)]
pub struct Seldom {
    /// Commands that its clients are about to fill in.
    pub commands: commands::Sessions,
    /// What components asked in its name.
    pub component: component::Pending,
    /// How often it asked for what calls need.
    pub external: external::Asked,
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
    /// It was asked whether a standing notice is for it.
    pub noticed: bool,
    /// It has no connection, or one that does not answer. Kept only where there is push.
    pub away: bool,
    /// Its presence says that there is no picture (XEP-0398 §4); meaningful while `presence` is there.
    pub hides_avatar: bool,
    /// How it gets what came before it (XEP-0160).
    pub catch_up: CatchUp,
    /// Who got directed presence and must learn of its end (RFC 6121 §4.6.3).
    pub directed: Vec<Jid>,
}

impl Session {
    /// A session before its first presence.
    pub fn new(id: SessionId, jid: Jid, agent: Option<Box<str>>) -> Session {
        Session {
            id,
            jid,
            agent,
            presence: None,
            priority: 0,
            interested: false,
            sees_blocklist: false,
            carbons: false,
            noticed: false,
            away: false,
            hides_avatar: false,
            catch_up: CatchUp::Due,
            directed: Vec::new(),
        }
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
            avatar: Avatar::default(),
            agreed: 0,
            seldom: None,
            sessions: SmallVec::new(),
        }
    }

    /// Whether somebody waits for an answer to what was asked in its name.
    pub fn is_asked_for(&self, now: i64) -> bool {
        self.seldom.as_ref().is_some_and(|seldom| seldom.component.is_awaited(now))
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
