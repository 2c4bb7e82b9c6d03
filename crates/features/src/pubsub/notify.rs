//! Telling who wants to know (XEP-0163 §4): from the account's bare address, as headlines, to full
//! addresses.

use super::access;
use super::config::SendLast;
use super::fetch::Last;
use super::nodes::Node;
use crate::caps::Gained;
use crate::query::Query;
use crate::turn::{Asker, Effect, Turn, Weight};
use bytes::Bytes;
use std::sync::Arc;
use xmpp::{Delivery, Jid, Kind, MessageType, Stanza, Writer, ns};

/// An item is there (XEP-0060 §7.1.2.1, §7.1.2.2).
pub(super) fn published(turn: &mut Turn<'_>, node: &str, id: &str, payload: &[u8]) {
    let Some(known) = turn.me.nodes.get(node).filter(|node| node.config.deliver_notifications) else { return };
    let mut w = Writer::new();
    w.open("event", ns::PUBSUB_EVENT).open("items", ns::PUBSUB_EVENT).attr("node", node);
    w.open("item", ns::PUBSUB_EVENT).attr("id", id);
    if known.config.deliver_payloads {
        w.raw(payload);
    }
    tell(turn, node, w);
}

/// Items are gone (XEP-0060 §7.2.2.1).
pub(super) fn retracted(turn: &mut Turn<'_>, node: &str, ids: &[Box<str>]) {
    let mut w = Writer::new();
    w.open("event", ns::PUBSUB_EVENT).open("items", ns::PUBSUB_EVENT).attr("node", node);
    for id in ids {
        w.open("retract", ns::PUBSUB_EVENT).attr("id", id).close();
    }
    tell(turn, node, w);
}

/// All items are gone (XEP-0060 §8.5.2).
pub(super) fn purged(turn: &mut Turn<'_>, node: &str) {
    let mut w = Writer::new();
    w.open("event", ns::PUBSUB_EVENT).open("purge", ns::PUBSUB_EVENT).attr("node", node);
    tell(turn, node, w);
}

/// The configuration is another (XEP-0060 §8.2.5.3).
pub(super) fn configured(turn: &mut Turn<'_>, node: &str) {
    let Some(known) = turn.me.nodes.get(node) else { return };
    let mut w = Writer::new();
    w.open("event", ns::PUBSUB_EVENT).open("configuration", ns::PUBSUB_EVENT).attr("node", node);
    if known.config.deliver_payloads {
        known.config.write(&mut w, "result");
    }
    tell(turn, node, w);
}

/// The node is gone (XEP-0060 §8.4.2). Its memory is, too, so that the caller hands it in.
pub(super) fn deleted(turn: &mut Turn<'_>, node: &Node) {
    let mut w = Writer::new();
    w.open("event", ns::PUBSUB_EVENT).open("delete", ns::PUBSUB_EVENT).attr("node", &node.name);
    let takers = takers(turn, node);
    send(turn, &takers, w);
}

/// A device is there, or wants to know of more than before: it gets the last item of each node that
/// is new to it (XEP-0163 §4.3.4), once.
pub fn show_last(turn: &mut Turn<'_>, gained: &Gained) {
    let shown = |node: &&Node| {
        let config = &node.config;
        config.send_last == SendLast::OnSubAndPresence
            && config.deliver_notifications
            && gained.wants(&node.name)
            && access::sees(turn.me, node, &gained.device)
    };
    let last = turn.me.nodes.iter().filter(shown).filter_map(|node| {
        let item = node.last()?;
        Some((node.name.clone(), item.number, node.config.deliver_payloads))
    });
    let last: Vec<_> = last.collect();
    if last.is_empty() {
        return;
    }
    let asker = match turn.me.session_of(&gained.device) {
        Some(session) => Asker::Session(session.id),
        None => Asker::Other(gained.device.clone()),
    };
    let query = Query::LastItems(Box::new(Last::new(turn.me, gained.device.clone(), last)));
    turn.out.effects.push(Effect::Read { asker, query });
}

fn tell(turn: &mut Turn<'_>, node: &str, event: Writer) {
    let Some(known) = turn.me.nodes.get(node) else { return };
    let takers = takers(turn, known);
    send(turn, &takers, event);
}

/// The devices that want to know of the node and may (XEP-0163 §4.2, §7.1: whoever may no longer see
/// it is not told any more).
fn takers(turn: &Turn<'_>, node: &Node) -> Vec<Jid> {
    let interested = turn.me.devices.interested(&node.name);
    interested.filter(|device| access::sees(turn.me, node, device)).cloned().collect()
}

fn send(turn: &mut Turn<'_>, takers: &[Jid], event: Writer) {
    if takers.is_empty() {
        return;
    }
    let event: Arc<Stanza> = Arc::new(headline(&turn.me.jid, event.finish()));
    for to in takers {
        match turn.me.session_of(to).map(|session| session.id) {
            Some(session) => {
                let delivery = Delivery { to: Some(to.clone()), ..Delivery::from(event.clone()) };
                turn.deliver(session, delivery, Weight::Idle);
            }
            None => turn.route(event.clone(), to.clone()),
        }
    }
}

/// A notification of an account without an address to go to.
pub fn headline(account: &Jid, inner: Bytes) -> Stanza {
    Stanza::new(Kind::Message(MessageType::Headline)).with_from(Some(account.clone())).with_inner(inner)
}
