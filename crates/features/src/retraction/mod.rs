//! Message retraction (XEP-0424): who wrote a message takes it back.
//!
//! The retraction is a message like any other, kept, copied and delivered ([`crate::class`]). Besides, where
//! it is kept, the message it names makes way for a tombstone: in the archive of who wrote it and in that of
//! who got it, each for itself, beside their owners ([`Search`]), and among what waits for somebody who keeps
//! no archive ([`Waiting`]). A client's retraction counts as handled (XEP-0198) only when that is done, so that one
//! which a crash interrupts is sent again.

mod search;
mod waiting;

pub use search::Search;
pub use waiting::Waiting;

use crate::feature::{Feature, Limit, Place, Spec};
use crate::order::{Flow, Passage};
use crate::query::Query;
use crate::turn::{Asker, Effect, Turn};
use crate::{archive, offline};
use xmpp::{Jid, ns};

/// XEP-0424.
pub const FEATURE: Feature = Feature {
    name: "retraction",
    summary: "Takes messages that their sender retracts out of the archives, and says that there was one.",
    specs: &[Spec::xep(424, "0.4.2")],
    disco: &[
        (Place::Domain, ns::RETRACT),
        (Place::Account, ns::RETRACT),
        // Where the archive is; not shown when the operator keeps what was retracted.
        (Place::Account, ns::RETRACT_TOMBSTONE),
    ],
    limits: &[&REACH],
    tables: &[],
    iqs: &[],
};

/// How far back a retraction reaches in the archive.
pub const REACH: Limit = Limit {
    name: "retraction-reach",
    default: 1000,
    unit: "messages",
    reason: "A message is named by its sender's id, which no index knows: the newest messages of the conversation are \
             looked through, as long as ten pages of the archive take.",
    sentence: "That message lies too far back to be taken out of the archive; its readers are told all the same.",
};

/// A tombstone in the archive of who retracts. A note to oneself is dealt with when it comes in.
pub fn bury_sent(turn: &mut Turn<'_>, passage: &mut Passage) -> Flow {
    if let Some(to) = passage.stanza.to.clone() {
        begin(turn, passage, &to, archive::SENT);
    }
    Flow::Go
}

/// A tombstone in the archive of who got it.
pub fn bury_received(turn: &mut Turn<'_>, passage: &mut Passage) -> Flow {
    // §5: behind an address in a room may be somebody else by now, whose message it never was.
    if !passage.class.from_room {
        let from = passage.stanza.from.clone().unwrap_or_else(|| turn.me.jid.clone());
        begin(turn, passage, &from, 0);
        begin_waiting(turn, passage, &from);
    }
    Flow::Go
}

/// §5: what is retracted is not distributed further.
fn begin_waiting(turn: &mut Turn<'_>, passage: &Passage, from: &Jid) {
    if !turn.service.tombstones || !offline::waits_unkept(turn) {
        return;
    }
    if let Some(waiting) = Waiting::begin(turn, &passage.stanza, from) {
        read(turn, Query::RetractionWaiting(Box::new(waiting)));
    }
}

fn begin(turn: &mut Turn<'_>, passage: &Passage, peer: &Jid, flags: u32) {
    // §4: no tombstone without its retraction, and a tombstone names it.
    if !turn.service.tombstones || passage.stamp.is_none() {
        return;
    }
    if let Some(search) = Search::begin(turn, &passage.stanza, peer, flags) {
        read(turn, Query::Retraction(Box::new(search)));
    }
}

/// There is nothing to answer, so that it matters little who asks: the account itself.
fn read(turn: &mut Turn<'_>, query: Query) {
    let asker = Asker::Other(turn.me.jid.clone());
    turn.out.effects.push(Effect::Read { asker, query });
}
