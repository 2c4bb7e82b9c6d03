//! Up to where a person has seen each chat, the same on all devices (XEP-0490).
//!
//! It is an item of a private node, named by the chat. A client that tells the other side anyway puts it
//! into that message, and the server publishes it ([`take_out`]).

use crate::feature::{Feature, Place, Spec};
use crate::order::{Flow, Passage};
use crate::pubsub::{self, ITEM_BYTES, Kept, Known, Whose};
use crate::turn::Turn;
use bytes::Bytes;
use std::sync::Arc;
use xmpp::ns;

/// XEP-0490.
pub const FEATURE: Feature = Feature {
    name: "displayed",
    summary: "Marks what was read on one device as read on the others.",
    specs: &[Spec::xep(490, "1.0.1")],
    disco: &[(Place::Account, "urn:xmpp:mds:server-assist:0")],
    limits: &[],
    tables: &[],
    iqs: &[],
};

/// How far each chat was displayed; XEP-0490 §7 has it for the owner alone.
pub const NODE: Known = Known { node: ns::DISPLAYED, whose: Whose::Owner, kept: Kept::Here, judge: None, after: None };

/// XEP-0490 §4.5.3: publishes what a message says of the chat it goes to, and takes it out of the
/// message, which is otherwise none the wiser. Where there is no room left for it, it is only taken out.
pub fn take_out(turn: &mut Turn<'_>, passage: &mut Passage) -> Flow {
    let Some(displayed) = passage.stanza.child("displayed", ns::DISPLAYED) else { return Flow::Go };
    let payload = Bytes::copy_from_slice(displayed.raw().as_bytes());
    if let Some(chat) = &passage.stanza.to {
        let bytes = payload.len() as u64;
        let fits = bytes <= turn.service.limits.of(&ITEM_BYTES);
        if fits && pubsub::check_room(turn, ns::DISPLAYED, bytes, 0).is_ok() {
            pubsub::put(turn, ns::DISPLAYED, chat.as_str(), payload);
        }
    }
    let stanza = passage.stanza.as_ref().clone();
    passage.stanza = Arc::new(stanza.without(|child| child.is("displayed", ns::DISPLAYED)));
    Flow::Go
}
