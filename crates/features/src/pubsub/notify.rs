//! Telling who wants to know (XEP-0163 §4): from the account's bare address, as headlines, to full
//! addresses.

use super::config::SendLast;
use super::fetch::{Last, LastItem};
use super::nodes::Node;
use super::people::{State, Subscriber};
use super::{Host, access, publish};
use crate::caps::Gained;
use crate::query::Query;
use crate::turn::{Asker, Effect, Turn, Weight};
use bytes::Bytes;
use hashbrown::HashSet;
use std::sync::Arc;
use xmpp::{Delivery, Jid, Kind, MessageType, Stanza, Writer, ns};

/// An item is there (XEP-0060 §7.1.2.1, §7.1.2.2).
pub(super) fn published(turn: &mut Turn<'_>, node: &str, id: &str, (payload, who): (&[u8], &Jid)) {
    let Some(known) = turn.me.nodes.get(node).filter(|node| node.config.deliver_notifications) else { return };
    let mut w = Writer::new();
    w.open("event", ns::PUBSUB_EVENT).open("items", ns::PUBSUB_EVENT).attr("node", node);
    w.open("item", ns::PUBSUB_EVENT).attr("id", id);
    // XEP-0060 §7.1.2.3; that a person's are the person's is not said.
    w.attr_some("publisher", (Host::of(turn.me) == Host::Service).then(|| who.bare_str()));
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
        known.config.write(&mut w, Host::of(turn.me), "result");
    }
    tell(turn, node, w);
}

/// The node is gone (XEP-0060 §8.4.2). Its memory is, too, so that the caller hands it in.
pub(super) fn deleted(turn: &mut Turn<'_>, node: &Node) {
    let mut w = Writer::new();
    w.open("event", ns::PUBSUB_EVENT).open("delete", ns::PUBSUB_EVENT).attr("node", &node.name);
    let takers = takers(turn, node);
    send(turn, node.config.notification, &takers, w);
}

/// A device is there, or wants to know of more than before: it gets the last item of each node that
/// is new to it (XEP-0163 §4.3.4), once.
pub fn show_last(turn: &mut Turn<'_>, gained: &Gained) {
    publish::expire(turn);
    let shown = |node: &&Node| {
        let config = &node.config;
        config.send_last == SendLast::OnSubAndPresence
            && config.deliver_notifications
            && gained.wants(&node.name)
            && access::sees(turn.me, node, &gained.device)
    };
    let last: Vec<LastItem> = turn.me.nodes.iter().filter(shown).filter_map(LastItem::of).collect();
    if !last.is_empty() {
        send_last(turn, &gained.device, last);
    }
}

/// Somebody is subscribed from now on, and gets the last item (XEP-0060 §6.1.7).
pub(super) fn last_item(turn: &mut Turn<'_>, node: &str, to: &Jid) {
    if let Some(last) = turn.me.nodes.get(node).and_then(LastItem::of) {
        send_last(turn, to, vec![last]);
    }
}

fn send_last(turn: &mut Turn<'_>, to: &Jid, last: Vec<LastItem>) {
    let asker = match turn.me.session_of(to) {
        Some(session) => Asker::Session(session.id),
        None => Asker::Other(to.clone()),
    };
    let query = Query::LastItems(Box::new(Last::new(turn.me, to.clone(), last)));
    turn.out.effects.push(Effect::Read { asker, query });
}

/// The state of a subscription is another (XEP-0060 §12.14).
pub(super) fn subscription(turn: &mut Turn<'_>, node: &str, jid: &Jid, state: &str) {
    let mut w = Writer::new();
    w.open("event", ns::PUBSUB_EVENT).open("subscription", ns::PUBSUB_EVENT);
    w.attr("node", node).attr("jid", jid.as_str()).attr("subscription", state);
    send(turn, MessageType::Headline, std::slice::from_ref(jid), w);
}

fn tell(turn: &mut Turn<'_>, node: &str, event: Writer) {
    let Some(known) = turn.me.nodes.get(node) else { return };
    let (takers, kind) = (takers(turn, known), known.config.notification);
    send(turn, kind, &takers, event);
}

/// The devices that want to know of the node and may (XEP-0163 §4.2, §7.1: whoever may no longer see
/// it is not told any more), and who subscribed to it. Nobody is told twice (XEP-0163 §4.3.2).
fn takers(turn: &Turn<'_>, node: &Node) -> Vec<Jid> {
    let interested = turn.me.devices.interested(&node.name);
    let devices: Vec<Jid> = interested.filter(|device| access::sees(turn.me, node, device)).cloned().collect();
    if node.people.subscribers().is_empty() {
        return devices;
    }
    let told: HashSet<&str> = devices.iter().flat_map(|device| [device.as_str(), device.bare_str()]).collect();
    let wants = |known: &&Subscriber| known.state == State::Subscribed && known.deliver;
    let others = node.people.subscribers().iter().filter(wants).map(|known| &known.jid);
    let others = others.filter(|jid| !told.contains(jid.as_str()) && access::sees(turn.me, node, jid));
    devices.iter().chain(others).cloned().collect()
}

fn send(turn: &mut Turn<'_>, kind: MessageType, takers: &[Jid], event: Writer) {
    if takers.is_empty() {
        return;
    }
    let event: Arc<Stanza> = Arc::new(notification(kind, &turn.me.jid, event.finish()));
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
pub(super) fn notification(kind: MessageType, account: &Jid, inner: Bytes) -> Stanza {
    Stanza::new(Kind::Message(kind)).with_from(Some(account.clone())).with_inner(inner)
}

/// The same as nodes send it unless they are configured otherwise.
pub fn headline(account: &Jid, inner: Bytes) -> Stanza {
    notification(MessageType::Headline, account, inner)
}
