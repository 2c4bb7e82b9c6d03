//! What came while nobody was there (XEP-0160), as a view of the archive: a number for each account up
//! to which everything reached one of its clients. There is no second copy, but for accounts that keep
//! no archive ([`table::MESSAGE`]).
//!
//! A client that becomes available and neither bound by XEP-0386 nor read the archive itself gets what
//! is behind that number, oldest first ([`flood`]). While it is being read for a client, what comes for
//! that client waits and is read after it ([`Session::takes_now`]): nothing overtakes and nothing comes twice.
//! What no archive keeps, a chat state or the like, does not wait for that.
//! The number moves on when clients have what they were given; a crash repeats, and never skips.

mod flood;
pub mod portable;
pub mod table;

pub use flood::{Flood, Progress, arrived};

use crate::Fault;
use crate::feature::{Feature, Limit, Place, Spec};
use crate::memory::{Account, Session, SessionId};
use crate::order::Passage;
use crate::turn::Turn;
use bytes::Bytes;
use store::{Expect, Row, Store, Write};
use xmpp::{MessageType, ns};

/// XEP-0160.
pub const FEATURE: Feature = Feature {
    name: "offline",
    summary: "Hands over what came while none of a person's devices was there.",
    specs: &[Spec::xep(160, "1.0.1")],
    disco: &[(Place::Domain, ns::OFFLINE)],
    limits: &[&FLOOD, &FLOOD_BYTES, &UNKEPT, &UNKEPT_BYTES],
    tables: &[&table::CURSOR, &table::MESSAGE],
    iqs: &[],
};

/// Messages given to a client that comes back.
pub const FLOOD: Limit = Limit {
    name: "offline-messages",
    default: 1000,
    unit: "messages",
    reason: "They are sent unasked, all at once; older ones are in the archive.",
    sentence: "You were away for long. The older messages are in your archive.",
};

/// Bytes of them.
pub const FLOOD_BYTES: Limit = Limit {
    name: "offline-bytes",
    default: 2 * 1024 * 1024,
    unit: "bytes",
    reason: "Half of what may wait for one client, so that coming back never ends its session.",
    sentence: "You were away for long. The older messages are in your archive.",
};

/// Messages that wait for an account that keeps no archive.
pub const UNKEPT: Limit = Limit {
    name: "offline-unarchived",
    default: 200,
    unit: "messages",
    reason: "Anybody may send to somebody who is away; an archive is bounded by time, this only by number.",
    sentence: "Too many messages wait for this person already.",
};

/// Bytes of one of them.
pub const UNKEPT_BYTES: Limit = Limit {
    name: "offline-unarchived-bytes",
    default: 10_000,
    unit: "bytes",
    reason: "All of them together fit into what may wait for one client; RFC 6120 §13.12 wants this much carried.",
    sentence: "This message is too long to wait for somebody who is away.",
};

/// How far an account's clients have come.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The number up to which all is with a client.
    reached: u64,
    /// There may be something behind it that no session was given. As long as that is so the number
    /// stays where it is.
    pending: bool,
    /// The sessions' own numbers are to be looked at before anything else comes.
    look: bool,
    /// The store does not know the number yet.
    unsaved: bool,
    /// Messages in [`table::MESSAGE`].
    unkept: u32,
    /// Those up to this one were given to a session.
    unkept_given: i64,
}

impl Default for Waiting {
    /// Of an account that was just read nobody knows whether something waits.
    fn default() -> Waiting {
        Waiting { reached: 0, pending: true, look: false, unsaved: false, unkept: 0, unkept_given: 0 }
    }
}

impl Waiting {
    /// The state in the row of [`table::WAITING_SQL`].
    ///
    /// # Errors
    /// When the row does not hold what the query asks for.
    pub fn read(rows: &[Row]) -> Result<Waiting, Fault> {
        let Some(row) = rows.first() else { return Ok(Waiting::default()) };
        let reached = u64::try_from(row.int(0)?).unwrap_or(0);
        let unkept = u32::try_from(row.int(1)?).unwrap_or(u32::MAX);
        Ok(Waiting { reached, unkept, ..Waiting::default() })
    }

    /// What cannot be seen in the store, to be kept over a restart.
    pub fn standing(&self) -> Standing {
        Standing { pending: self.pending, unkept_given: self.unkept_given }
    }

    /// The account is as it was before a restart.
    pub fn take_up(&mut self, standing: Standing) {
        self.pending = standing.pending;
        self.unkept_given = standing.unkept_given;
        if standing.unkept_given > 0 {
            // They are with a session that is there again.
            self.unkept = 0;
        }
    }

    /// Whether the sessions are to be looked at now; asked after each turn.
    pub fn must_look(&mut self) -> bool {
        std::mem::take(&mut self.look)
    }

    /// All up to `number` is with clients. `pending` keeps the number from passing what is not.
    pub fn note(&mut self, number: u64) {
        self.unsaved |= number > self.reached;
        self.reached = self.reached.max(number);
    }

    /// Whether the number may not move.
    pub fn is_pending(&self) -> bool {
        self.pending
    }

    /// Nothing in the archive waits any more. A number is the time of its commit: what is committed by
    /// now is not larger.
    fn clear(&mut self, now: i64) {
        self.note(u64::try_from(now).unwrap_or(0));
        self.pending = false;
    }

    /// A session is gone with messages that it may not have, and no other has them.
    pub fn lost(&mut self) {
        self.pending = true;
    }
}

/// What an account's memory knows of what waits, beside the store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// There may be something that no session was given.
    pub pending: bool,
    /// Messages of no archive up to this one were given to a session.
    pub unkept_given: i64,
}

/// How a session catches up with what came before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CatchUp {
    /// It gets what waits once it is available.
    Due,
    /// It reads the archive itself: bound by XEP-0386, or did so already (XEP-0313 §6.1.1).
    Own,
    /// What waits is being read for it.
    Reading,
    /// The same, and more has come meanwhile.
    Behind,
    /// It has what there was.
    Done,
}

/// What becomes of a message that no session got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kept {
    /// It waits.
    Waits,
    /// It does not, and this is what the sender is told.
    Full(&'static str),
    /// It is none of those that wait.
    No,
}

/// XEP-0160 §3: what is archived waits there, and what the account would not have archived waits in a
/// place of its own until it is delivered.
pub fn keep(turn: &mut Turn<'_>, passage: &Passage) -> Kept {
    if passage.stamp.is_some() {
        // Of a device that is gone: the others read their archive.
        if !turn.me.sessions.iter().any(Session::wants_bare) {
            hold(&mut turn.me.offline);
        }
        return Kept::Waits;
    }
    let kind = matches!(passage.class.message_type, MessageType::Normal | MessageType::Chat);
    if !kind || !passage.class.archive {
        return Kept::No;
    }
    let limits = &turn.service.limits;
    if u64::from(turn.me.offline.unkept) >= limits.of(&UNKEPT) {
        return Kept::Full(UNKEPT.sentence);
    }
    let mut body = Vec::new();
    passage.stanza.write(Some(ns::CLIENT), &mut body);
    if body.len() > limits.count(&UNKEPT_BYTES) {
        return Kept::Full(UNKEPT_BYTES.sentence);
    }
    turn.me.offline.unkept += 1;
    turn.out.run(table::KEEP_SQL, vec![turn.me.id.into(), turn.now.into(), Bytes::from(body).into()]);
    Kept::Waits
}

/// Whether something waits that no archive has, and there is room for more of it.
pub fn waits_unkept(turn: &Turn<'_>) -> bool {
    let unkept = u64::from(turn.me.offline.unkept);
    (1..turn.service.limits.of(&UNKEPT)).contains(&unkept)
}

/// What waits for an account and no archive has: number and stanza.
///
/// # Errors
/// When the store says no.
pub async fn waiting(store: &Store, account: i64) -> Result<Vec<(i64, Bytes)>, Fault> {
    let rows = store.query(table::WAIT_SQL, vec![account.into(), 0_i64.into()]).await?;
    rows.iter().map(|row| Ok((row.int(0)?, row.blob(2)?))).collect()
}

/// Puts another stanza where one of them waits.
pub fn rewrite(account: i64, number: i64, body: Bytes) -> Write {
    let values = vec![account.into(), number.into(), body.into()];
    Write::Run { sql: table::REWRITE_SQL, values, expect: Expect::Any }
}

/// Something waits from now on: the number stays at what the sessions had before it.
fn hold(waiting: &mut Waiting) {
    waiting.look = !waiting.pending;
    waiting.pending = true;
}

/// A session may have become available (XEP-0160 §3): the first time with a priority that is not
/// negative it gets what waits.
pub fn available(turn: &mut Turn<'_>, session: SessionId) {
    let (pending, unkept) = (turn.me.offline.pending, turn.me.offline.unkept > 0);
    let after = turn.me.offline.reached;
    let Some(known) = turn.me.session_mut(session).filter(|known| known.wants_bare()) else { return };
    let after = match known.catch_up {
        CatchUp::Due => {
            known.catch_up = if pending { CatchUp::Reading } else { CatchUp::Done };
            pending.then_some(after)
        }
        CatchUp::Own => {
            known.catch_up = CatchUp::Done;
            None
        }
        CatchUp::Reading | CatchUp::Behind | CatchUp::Done => return,
    };
    if after.is_some() || unkept {
        flood::begin(turn, session, after, turn.now);
    }
}

/// The session pages through the archive, so that nothing in it waits any more (XEP-0313 §6.1.1).
pub fn reads_itself(turn: &mut Turn<'_>, session: SessionId) {
    let Some(known) = turn.me.session_mut(session).filter(|known| known.catch_up == CatchUp::Due) else { return };
    known.catch_up = CatchUp::Own;
    turn.me.offline.clear(turn.now);
}

/// The same for the newest session, which was bound by XEP-0386 (§3).
pub fn bound(me: &mut Account, now: i64) {
    if let Some(newest) = me.sessions.last_mut() {
        newest.catch_up = CatchUp::Own;
        me.offline.clear(now);
    }
}

/// Writes down how far the account has come; `all_given` says that no session lacks anything it was
/// given. Without it something comes again later; nothing waits for it.
pub fn save(turn: &mut Turn<'_>, all_given: bool) {
    let (id, waiting) = (turn.me.id, &mut turn.me.offline);
    if std::mem::take(&mut waiting.unsaved) {
        let number = i64::try_from(waiting.reached).unwrap_or(i64::MAX);
        turn.out.note(table::SAVE_SQL, vec![id.into(), number.into()]);
    }
    if all_given && waiting.unkept_given > 0 {
        let given = std::mem::take(&mut waiting.unkept_given);
        turn.out.note(table::FORGET_SQL, vec![id.into(), given.into()]);
    }
}
