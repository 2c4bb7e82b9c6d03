//! Publishing and retracting items (XEP-0060 §7).

use super::config::{Config, Refused};
use super::nodes::Item;
use super::request::{name, node_name};
use super::{ACCOUNT_BYTES, ITEM_BYTES, ITEMS, NODES, notify, table};
use crate::iq::{Reply, Request};
use crate::turn::Turn;
use bytes::Bytes;
use xmpp::form::{Form, boolean};
use xmpp::{Condition, Element, StanzaError, Writer, ns};

/// What is to be published.
struct Publication<'a> {
    node: String,
    id: Option<String>,
    payload: Option<Element<'a>>,
}

/// XEP-0060 §7.1.
pub(super) fn publish(turn: &mut Turn<'_>, request: &Request<'_>, publish: &Element<'_>) -> Result<Reply, StanzaError> {
    let publication = read(turn, publish)?;
    let config = presupposed(turn, request, &publication.node)?;
    let bytes = publication.payload.map_or(0, |payload| payload.raw().len());
    let payload = Bytes::copy_from_slice(publication.payload.map_or("", |payload| payload.raw()).as_bytes());
    if config.persist_items {
        make_room(turn, &publication, bytes)?;
    }
    let node = publication.node.as_str();
    if turn.me.nodes.get(node).is_none() {
        turn.out.run(table::SAVE_NODE, vec![turn.me.id.into(), node.into(), config.encode().into()]);
        turn.me.nodes.add(node, config.clone());
    }
    let number = turn.me.nodes.next_number();
    let id = publication.id.unwrap_or_else(|| fresh_id(turn, node, number));
    if config.persist_items {
        keep(turn, node, Item { id: id.as_str().into(), number, bytes: bytes as u32 }, payload.clone());
    }
    notify::published(turn, node, &id, &payload);
    let mut w = Writer::new();
    w.open("pubsub", ns::PUBSUB).open("publish", ns::PUBSUB).attr("node", node);
    w.open("item", ns::PUBSUB).attr("id", &id);
    Ok(Reply::Inner(w.finish()))
}

/// XEP-0060 §7.2.
pub(super) fn retract(turn: &mut Turn<'_>, retract: &Element<'_>) -> Result<Reply, StanzaError> {
    let node = node_name(retract)?;
    let id = retract.child("item", ns::PUBSUB).and_then(|item| name(&item, "id"));
    let bad = || StanzaError::new(Condition::BadRequest).specific("item-required", ns::PUBSUB_ERRORS);
    let id = id.ok_or_else(bad)?;
    let asked = retract.attr("notify").and_then(|notify| boolean(&notify)).unwrap_or_default();
    let missing = || StanzaError::new(Condition::ItemNotFound);
    let known = turn.me.nodes.get_mut(&node).ok_or_else(missing)?;
    known.item(&id).ok_or_else(missing)?;
    known.items.retain(|item| item.id.as_ref() != id);
    let told = asked || known.config.notify_retract;
    turn.out.run(table::DELETE_ITEM, vec![turn.me.id.into(), node.as_str().into(), id.as_str().into()]);
    if told {
        notify::retracted(turn, &node, &[id.into()]);
    }
    Ok(Reply::Done)
}

/// Removes the oldest items beyond what the configuration keeps.
pub(super) fn trim(turn: &mut Turn<'_>, node: &str) {
    let most = turn.service.limits.count(&ITEMS);
    let Some(known) = turn.me.nodes.get_mut(node) else { return };
    let kept = if known.config.persist_items { known.config.kept(most) } else { 0 };
    let surplus = known.items.len().saturating_sub(kept);
    let gone: Vec<Box<str>> = known.items.drain(..surplus).map(|item| item.id).collect();
    for id in &gone {
        turn.out.run(table::DELETE_ITEM, vec![turn.me.id.into(), node.into(), id.as_ref().into()]);
    }
}

fn read<'a>(turn: &Turn<'_>, publish: &Element<'a>) -> Result<Publication<'a>, StanzaError> {
    let bad = |name| StanzaError::new(Condition::BadRequest).specific(name, ns::PUBSUB_ERRORS);
    let node = node_name(publish)?;
    let mut items = publish.children().filter(|child| child.is("item", ns::PUBSUB));
    let item = match (items.next(), items.next()) {
        (Some(item), None) => item,
        (None, _) => return Err(bad("item-required")),
        // XEP-0060 §7.1.1: more than one is no longer allowed.
        (Some(_), Some(_)) => return Err(bad("invalid-payload").text("Publish one item at a time.")),
    };
    let mut payloads = item.children();
    let payload = match (payloads.next(), payloads.next()) {
        (payload, None) => payload,
        (_, Some(_)) => return Err(bad("invalid-payload")),
    };
    // A payload speaks of something of its own; it also could not be put elsewhere as it is.
    if payload.is_some_and(|payload| payload.ns() == ns::PUBSUB) {
        return Err(bad("invalid-payload"));
    }
    if payload.is_some_and(|payload| payload.raw().len() as u64 > turn.service.limits.of(&ITEM_BYTES)) {
        let error = StanzaError::new(Condition::NotAcceptable).specific("payload-too-big", ns::PUBSUB_ERRORS);
        return Err(error.text(ITEM_BYTES.sentence));
    }
    if item.attr("id").is_some_and(|id| !id.is_empty()) && name(&item, "id").is_none() {
        return Err(StanzaError::new(Condition::BadRequest).text("The id of the item is too long."));
    }
    Ok(Publication { node, id: name(&item, "id"), payload })
}

/// XEP-0060 §7.1.5: the node's configuration, which is held against what the publication
/// presupposes. A node that is not there yet gets it.
fn presupposed(turn: &Turn<'_>, request: &Request<'_>, node: &str) -> Result<Config, StanzaError> {
    let options = request.payload.child("publish-options", ns::PUBSUB);
    let form = options.map(|options| Form::submitted(&options, ns::PUBSUB_OPTIONS)).transpose()?.flatten();
    if options.is_some() && form.is_none() {
        return Err(StanzaError::new(Condition::BadRequest).text("Publishing options are a form."));
    }
    let unmet = || {
        let error = StanzaError::new(Condition::Conflict).specific("precondition-not-met", ns::PUBSUB_ERRORS);
        error.text("The node is not configured as the publication presupposes.")
    };
    let known = turn.me.nodes.get(node).map(|node| &node.config);
    let mut wanted = known.cloned().unwrap_or_default();
    match (form.map(|form| wanted.set_all(&form)), known) {
        (None | Some(Ok(())), None) => Ok(wanted),
        (None | Some(Ok(())), Some(known)) if *known == wanted => Ok(wanted),
        // What is not known may be what keeps the item private: nothing is published then.
        (Some(Err(refused)), None) if refused == Refused::Value => Err(refused.error()),
        _ => Err(unmet()),
    }
}

/// Holds the publication to what an account may keep.
fn make_room(turn: &Turn<'_>, publication: &Publication<'_>, bytes: usize) -> Result<(), StanzaError> {
    let limits = &turn.service.limits;
    let full = |sentence: &'static str| StanzaError::new(Condition::PolicyViolation).text(sentence);
    let node = turn.me.nodes.get(&publication.node);
    if node.is_none() && turn.me.nodes.count() >= limits.count(&NODES) {
        return Err(full(NODES.sentence).specific("max-nodes-exceeded", ns::PUBSUB_ERRORS));
    }
    // What the new item replaces or pushes out makes room for it.
    let replaced = node.and_then(|node| publication.id.as_deref().and_then(|id| node.item(id)));
    let pushed_out = node.filter(|node| node.items.len() >= node.config.kept(limits.count(&ITEMS)));
    let freed = replaced.or_else(|| pushed_out.and_then(|node| node.items.first())).map_or(0, |item| item.bytes);
    if turn.me.nodes.bytes() - u64::from(freed) + bytes as u64 > limits.of(&ACCOUNT_BYTES) {
        return Err(full(ACCOUNT_BYTES.sentence));
    }
    Ok(())
}

/// Keeps an item as the newest of its node; the oldest makes room (XEP-0060 §7.1.2.5).
fn keep(turn: &mut Turn<'_>, node: &str, item: Item, payload: Bytes) {
    let values = vec![
        turn.me.id.into(),
        node.into(),
        item.id.as_ref().into(),
        item.number.into(),
        item.bytes.into(),
        turn.now.into(),
        payload.into(),
    ];
    turn.out.run(table::SAVE_ITEM, values);
    if let Some(known) = turn.me.nodes.get_mut(node) {
        known.items.retain(|known| known.id != item.id);
        known.items.push(item);
    }
    trim(turn, node);
}

/// XEP-0060 §7.1.3.7: an id for an item that has none.
fn fresh_id(turn: &Turn<'_>, node: &str, number: i64) -> String {
    let taken = |id: &str| turn.me.nodes.get(node).is_some_and(|node| node.item(id).is_some());
    let first = turn.now.wrapping_add(number);
    let ids = (first..).map(|count| format!("{count:x}"));
    ids.into_iter().find(|id| !taken(id)).expect("a node has fewer items than there are numbers")
}
