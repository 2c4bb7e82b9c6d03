//! Sessions that outlive a restart (XEP-0198 §5): when the service stops in good order, it writes down each
//! session that its client may take up again, and reads it at the start. For their clients and contacts
//! nothing has happened but a lost connection.
//!
//! The rows are gone before the first client is served, so that no session is taken up twice. After a crash
//! there are none: clients bind anew and read their archive.

pub mod table;

use crate::caps::{self, Interests};
use crate::feature::{Feature, Limit};
use crate::memory::{Account, Session, SessionId};
use crate::offline;
use crate::roster::State;
use crate::turn::Turn;
use std::sync::Arc;
use store::{Expect, Write};
use xmpp::{Delivery, Jid};

/// The part of XEP-0198 that is kept; the streams' part is elsewhere.
pub const FEATURE: Feature = Feature {
    name: "resume",
    summary: "Lets clients take up their sessions after the service was restarted, with nothing lost.",
    specs: &[],
    disco: &[],
    limits: &[&SESSIONS],
    tables: &[&table::SESSION, &table::STANZA],
    iqs: &[],
};

/// Sessions that are written down when the service stops.
pub const SESSIONS: Limit = Limit {
    name: "resume-sessions",
    default: 200_000,
    unit: "sessions",
    reason: "All of them are one transaction, and whoever stops the service waits for it: some seconds for so many.",
    sentence: "Your client logs in anew and reads its archive.",
};

/// A session as it is kept.
pub struct Kept {
    /// The row of its account.
    pub account: i64,
    /// What the rules know of it.
    pub session: Session,
    /// What its client must know to take it up, hashed.
    pub proof: [u8; 16],
    /// Until when it waits for its client, in seconds since 1970.
    pub ends_at: u32,
    /// What its client was sent and is to be sent.
    pub output: Output,
    /// What its device wants to be told of.
    pub interests: Option<Arc<Interests>>,
    /// What waits for the account besides (XEP-0160).
    pub standing: offline::Standing,
}

/// The output of a session.
#[derive(Default)]
pub struct Output {
    /// How many of the client's stanzas are handled.
    pub h: u32,
    /// How many of ours the client has acknowledged.
    pub acked: u32,
    /// What was sent behind these.
    pub unacked: Vec<Delivery>,
    /// What is to be sent, in order.
    pub queued: Vec<Delivery>,
    /// Up to which number of its archive the client was given everything, and up to which it has it.
    pub given: u64,
    /// See `given`.
    pub arrived: u64,
    /// Something of it is worth waking the client for.
    pub watched: bool,
}

/// What the session of that name shares with its account, to be kept with it.
pub fn shared(me: &Account, session: &Session) -> (Option<Arc<Interests>>, offline::Standing) {
    (me.devices.interests(&session.jid), me.offline.standing())
}

/// The sessions of the account of that name are over as soon as they are read: it has another password.
pub fn end_all(localpart: &str) -> Write {
    Write::Run { sql: table::END_SQL, values: vec![localpart.into()], expect: Expect::Any }
}

/// The account has its session back. Nobody is told, for nobody was told of its end. Returns who else has
/// to know what its device wants.
pub fn take_up(turn: &mut Turn<'_>, session: Session, interests: Option<Arc<Interests>>) -> Vec<Jid> {
    let device = session.jid.clone();
    let is_available = session.is_available();
    turn.me.sessions.push(session);
    let Some(interests) = interests.filter(|_| is_available) else { return Vec::new() };
    caps::recall(turn, &device, interests);
    turn.me.contacts.jids(State::FROM).collect()
}

/// Forgets a session without a word: it is written down.
pub fn put_down(me: &mut Account, session: SessionId) -> Option<Session> {
    let at = me.sessions.iter().position(|known| known.id == session)?;
    Some(me.sessions.remove(at))
}
