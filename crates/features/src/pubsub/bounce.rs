//! Whoever cannot be told any more is not subscribed any more (XEP-0060 §12.4): notifications that come back.

use super::subscribe;
use crate::order::{Flow, Passage};
use crate::turn::Turn;
use xmpp::{Condition, Jid, Stanza, ns};

/// A rule: an error for the account itself from a subscriber is the answer to a notification, and nothing for its
/// devices.
pub fn take_bounce(turn: &mut Turn<'_>, passage: &mut Passage) -> Flow {
    let stanza = passage.stanza.clone();
    let Some(from) = stanza.from.as_ref().filter(|_| stanza.kind.is_error()) else { return Flow::Go };
    let to_self = stanza.to.as_ref() == Some(&turn.me.jid);
    if to_self && take(turn, &stanza, from) { Flow::Stop } else { Flow::Go }
}

/// Takes an error from `from`, if it is a subscriber. What comes back does not have to say of which node it was;
/// then it counts for all.
pub(super) fn take(turn: &mut Turn<'_>, stanza: &Stanza, from: &Jid) -> bool {
    let event = stanza.child("event", ns::PUBSUB_EVENT);
    let named = event.and_then(|event| event.children().next()?.attr("node"));
    let nodes = turn.me.nodes.iter().filter(|node| node.people.subscriber(from).is_some());
    let nodes = nodes.filter(|node| named.as_deref().is_none_or(|named| named == node.name.as_ref()));
    let nodes: Vec<Box<str>> = nodes.map(|node| node.name.clone()).collect();
    if is_final(stanza) {
        nodes.iter().for_each(|node| subscribe::remove(turn, node, from));
    }
    !nodes.is_empty()
}

/// Whether there is no use in trying again. That a domain is not found may be our own trouble with names, and passes.
fn is_final(stanza: &Stanza) -> bool {
    let Some(error) = stanza.child("error", ns::CLIENT) else { return false };
    let says = |condition: Condition| error.child(condition.name(), ns::STANZA_ERRORS).is_some();
    says(Condition::Gone) || (error.attr("type").as_deref() == Some("cancel") && !says(Condition::RemoteServerNotFound))
}
