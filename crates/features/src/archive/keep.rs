//! Putting messages into the archive (XEP-0313 §6.1.1).

use super::preferences::wants;
use super::{CLASS, SENT};
use crate::order::{Flow, Passage};
use crate::turn::{Stamp, Turn};
use bytes::Bytes;
use store::Append;
use xmpp::{Jid, ns};

/// Keeps a message that the account sends. One to the account itself is kept when it comes back
/// in, so that it is there once (XEP-0313 §6.1.1) and the delivered copies carry its id.
pub fn keep_sent(turn: &mut Turn<'_>, passage: &mut Passage) -> Flow {
    let to = passage.stanza.to.clone().unwrap_or_else(|| turn.me.jid.clone());
    if passage.class.archive && to.bare_str() != turn.me.jid.as_str() && wants(turn, &to) {
        passage.stamp = Some(append(turn, passage, &to, SENT));
    }
    Flow::Go
}

/// Keeps a message for the account.
pub fn keep_received(turn: &mut Turn<'_>, passage: &mut Passage) -> Flow {
    // RFC 6120 §8.1.2.1: without an address it comes from the account itself.
    let from = passage.stanza.from.clone().unwrap_or_else(|| turn.me.jid.clone());
    if passage.class.archive && wants(turn, &from) {
        passage.stamp = Some(append(turn, passage, &from, 0));
    }
    Flow::Go
}

fn append(turn: &mut Turn<'_>, passage: &Passage, peer: &Jid, flags: u32) -> Stamp {
    let mut body = Vec::new();
    // What is forwarded later stands outside a stream, so it says what it is (XEP-0297 §3.1).
    passage.stanza.write(Some(ns::CLIENT), &mut body);
    turn.out.append(Append {
        archive: turn.me.id,
        class: CLASS,
        at_micros: turn.now,
        peer: peer.bare_str().into(),
        resource: peer.resource().unwrap_or_default().into(),
        flags,
        body: Bytes::from(body),
    })
}
