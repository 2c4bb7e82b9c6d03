//! One owner, one mail, start to end: what a rule sees, and what it may want done.
//!
//! A rule never touches a socket, a store or another owner. It changes the owner's memory and
//! leaves effects, which the hub carries out: writes first, and only when they are durable the
//! rest, in the order of the turns.

use crate::blocking;
use crate::deed::Deed;
use crate::memory::{Account, SessionId};
use crate::query::Query;
use crate::rooms;
use crate::service::{Federation, Owner, Service};
use bytes::Bytes;
use smallvec::SmallVec;
use std::sync::Arc;
use store::{Append, Write};
use xmpp::{Delivery, Jid, Stanza, StanzaError};

/// A turn of an owner: an account's, unless another kind of memory is named.
pub struct Turn<'a, Me = Account> {
    /// The owner's memory.
    pub me: &'a mut Me,
    /// The service.
    pub service: &'a Service,
    /// Microseconds since 1970 (UTC).
    pub now: i64,
    /// What is to be done.
    pub out: &'a mut Outbox,
}

/// What a turn wants done.
#[derive(Default)]
pub struct Outbox {
    /// Rows to write; they commit with the whole journey of the mail.
    pub writes: SmallVec<[Write; 1]>,
    /// Rows that nothing waits for: they commit by themselves behind the rest, and are lost if the disk is full.
    pub notes: Vec<Write>,
    /// The rest, in order.
    pub effects: SmallVec<[Effect; 4]>,
    appends: u8,
}

/// Which archive row of this turn gave a message its number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp(pub u8);

/// Whether a client in the background may wait for it (XEP-0352 §5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weight {
    /// Worth waking a phone.
    Urgent,
    /// Can wait: presence, chat states.
    Idle,
}

/// Something to be done once the journey's writes are durable, except [`Effect::Route`].
pub enum Effect {
    /// Give a session a stanza, with the archive's id if it was archived in this turn.
    Deliver {
        /// To which.
        session: SessionId,
        /// What.
        delivery: Delivery,
        /// The row it was archived in (XEP-0313 §3.5: the stanza id is added).
        stamp: Option<Stamp>,
        /// Whether a background client may wait.
        weight: Weight,
    },
    /// Give a session a carbon copy (XEP-0280), the archive's id inside.
    Carbon {
        /// To which.
        session: SessionId,
        /// Sent by or received for the account.
        direction: Direction,
        /// The original.
        stanza: Arc<Stanza>,
        /// The row the original was archived in.
        stamp: Option<Stamp>,
        /// Whether a background client may wait.
        weight: Weight,
    },
    /// All that a session was given so far ends with this number of the archive (XEP-0160).
    Given {
        /// Which session.
        session: SessionId,
        /// The number.
        number: u64,
    },
    /// What a session was given so far is worth waking its client for, if that does not acknowledge it
    /// (XEP-0357).
    Watch {
        /// Which session.
        session: SessionId,
    },
    /// Mail for another owner of this service. It goes out at once; what it leads to waits for the
    /// same commit as this turn.
    Route {
        /// The stanza.
        stanza: Arc<Stanza>,
        /// Where to.
        to: Jid,
    },
    /// Give another domain a stanza, on whichever link there is or will be.
    Send(Delivery),
    /// Reach another domain.
    Dial,
    /// Come back to the owner at this time, in microseconds since 1970.
    Wake(i64),
    /// Come back to the room when what this turn wrote is durable.
    Later {
        /// What it goes on with.
        later: Box<rooms::Later>,
        /// The archive row whose number it gets.
        stamp: Option<Stamp>,
    },
    /// Read from the store beside the owner; what is read goes to the asker.
    Read {
        /// Who gets it.
        asker: Asker,
        /// What is asked.
        query: Query,
    },
    /// Do something to the account beside its owner.
    Do {
        /// Who gets the answer.
        asker: Asker,
        /// What it answers, without its content.
        request: Box<Stanza>,
        /// What is done.
        deed: Box<Deed>,
    },
}

/// Which way a carbon-copied message went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub enum Direction {
    Sent,
    Received,
}

/// Why a session is ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// The same client came back on another connection (RFC 6120 §4.9.3.3).
    Conflict,
    /// The account was disabled or got a new password (§4.9.3.12).
    NotAuthorized,
    /// The account is gone (§4.9.3.12).
    Removed,
    /// An administrator, or the person from another device, ended this session (§4.9.3.16).
    Disconnected,
    /// We failed (§4.9.3.8).
    Failed,
    /// Nothing came from the client for too long (§4.9.3.4).
    Timeout,
    /// The client lets too much pile up (§4.9.3.17).
    ResourceConstraint,
    /// The service stops (§4.9.3.20).
    SystemShutdown,
}

/// Who asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asker {
    /// One of the account's own sessions.
    Session(SessionId),
    /// The account itself, by somebody who may act in its name. What it is answered goes to its bare JID.
    Itself,
    /// Somebody else, at this address.
    Other(Jid),
}

impl Outbox {
    /// Adds an archive row and names it for [`Effect::Deliver`].
    pub fn append(&mut self, row: Append) -> Stamp {
        let stamp = Stamp(self.appends);
        self.appends += 1;
        self.writes.push(Write::Append(row));
        stamp
    }

    /// Adds a statement that must succeed together with the rest.
    pub fn run(&mut self, sql: &'static str, values: Vec<store::Value>) {
        self.writes.push(Write::Run { sql, values, expect: store::Expect::Any });
    }

    /// The same where the rest of the turn must not depend on it.
    pub fn note(&mut self, sql: &'static str, values: Vec<store::Value>) {
        self.notes.push(Write::Run { sql, values, expect: store::Expect::Any });
    }
}

impl Turn<'_> {
    /// Gives a session a stanza that is not archived.
    pub fn deliver(&mut self, session: SessionId, stanza: impl Into<Delivery>, weight: Weight) {
        self.out.effects.push(Effect::Deliver { session, delivery: stanza.into(), stamp: None, weight });
    }

    /// Sends a stanza to wherever its address is: an account here, a branch, or another domain. Where that
    /// is impossible the sender gets the error of RFC 6120 §10.4.
    /// Nothing goes to a blocked address but the errors that say nobody is there (XEP-0191 §3.3).
    pub fn route(&mut self, stanza: Arc<Stanza>, to: Jid) {
        if !stanza.kind.is_error() && blocking::stops(self.me, &to) {
            return;
        }
        match (self.service.owner_of(&to), self.service.federation) {
            // The domain is asked in the asker's own turn and takes nothing else.
            (Owner::Host, _) => return,
            (Owner::Account | Owner::Branch(_), _) | (Owner::Remote, Federation::Open | Federation::Listed) => {
                return self.out.effects.push(Effect::Route { stanza, to });
            }
            (Owner::Remote, Federation::Off) => {}
        }
        let unreachable = StanzaError::new(xmpp::Condition::RemoteServerNotFound)
            .text("This service does not talk to other services.");
        if let Some(error) = stanza.error(&unreachable) {
            self.answer(stanza.from.as_ref(), error.with_from(Some(to)));
        }
    }

    /// Sends an answer back to where a stanza came from.
    pub fn answer(&mut self, asker: Option<&Jid>, answer: Stanza) {
        let Some(asker) = asker.cloned() else { return };
        let own = self.me.session_of(&asker).map(|session| session.id);
        match own {
            Some(session) => self.deliver(session, answer.with_to(Some(asker)), Weight::Urgent),
            None => self.route(Arc::new(answer.with_to(Some(asker.clone()))), asker),
        }
    }

    /// Refuses a stanza, unless it may not be answered.
    pub fn refuse(&mut self, stanza: &Stanza, error: &StanzaError) {
        if let Some(answer) = stanza.error(error) {
            self.answer(stanza.from.as_ref(), answer);
        }
    }

    /// Answers an IQ request.
    pub fn reply(&mut self, request: &Stanza, inner: Bytes) {
        self.answer(request.from.as_ref(), request.result(inner));
    }
}
