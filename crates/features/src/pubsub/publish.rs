//! Publishing and retracting items (XEP-0060 §7).

use super::config::{Access, Config, Full, Refused};
use super::nodes::{Item, seconds};
use super::request::{asker, name, node_name};
use super::{ACCOUNT_BYTES, Change, Host, ITEM_BYTES, ITEMS, NODES, SERVICE_ITEMS, access, host, known, notify, table};
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
    let Publication { node, id, payload } = read(turn, publish)?;
    access::check_publisher(turn, request, &node)?;
    known::judge(Host::of(turn.me), &node, id.as_deref(), payload.as_ref())?;
    let config = presupposed(turn, request, &node)?;
    let bytes = Bytes::copy_from_slice(payload.map_or("", |payload| payload.raw()).as_bytes());
    if config.persist_items {
        check_place(turn, &node, id.as_deref())?;
        check_room(turn, &node, bytes.len() as u64, replaced(turn, &node, id.as_deref()))?;
    }
    let id = id.unwrap_or_else(|| fresh_id(turn, &node));
    if let Some(known) = turn.me.nodes.get(&node) {
        access::check_item(request, known, &id)?;
    }
    add_node(turn, &node, config);
    let publisher = asker(turn, request).bare();
    keep(turn, &node, &id, bytes.clone());
    if Host::of(turn.me) == Host::Service {
        host::published(turn, &node, &id, &publisher);
    }
    notify::published(turn, &node, &id, (&bytes, &publisher));
    known::changed(turn, &node, &Change::Published(&id, payload));
    let mut w = Writer::new();
    w.open("pubsub", ns::PUBSUB).open("publish", ns::PUBSUB).attr("node", &node);
    w.open("item", ns::PUBSUB).attr("id", &id);
    Ok(Reply::Inner(w.finish()))
}

/// Publishes an item in the owner's name, and tells who wants to know. That there is room for it was
/// asked before ([`check_room`]).
pub fn put(turn: &mut Turn<'_>, node: &str, id: &str, payload: Bytes) {
    keep(turn, node, id, payload.clone());
    let own = turn.me.jid.clone();
    notify::published(turn, node, id, (&payload, &own));
}

/// Keeps an item as the newest of its node, without a word; the oldest makes room (XEP-0060 §7.1.2.5).
pub fn keep(turn: &mut Turn<'_>, node: &str, id: &str, payload: Bytes) {
    add_node(turn, node, known::usual(Host::of(turn.me), node));
    let number = turn.me.nodes.next_number();
    let Some(known) = turn.me.nodes.get_mut(node).filter(|known| known.config.persist_items) else { return };
    let bytes = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let item = Item { id: id.into(), number, bytes, at_seconds: seconds(turn.now), publisher: None };
    let values = vec![
        turn.me.id.into(),
        node.into(),
        id.into(),
        number.into(),
        item.bytes.into(),
        turn.now.into(),
        payload.into(),
    ];
    turn.out.run(table::SAVE_ITEM, values);
    known.items.retain(|known| known.id != item.id);
    known.items.push(item);
    trim(turn, node);
}

/// Takes an item out in the owner's name, and tells who wants to know.
pub fn take_out(turn: &mut Turn<'_>, node: &str, id: &str) {
    drop_item(turn, node, id);
    notify::retracted(turn, node, &[id.into()]);
}

/// Takes an item out without a word.
pub fn drop_item(turn: &mut Turn<'_>, node: &str, id: &str) {
    let Some(known) = turn.me.nodes.get_mut(node) else { return };
    known.items.retain(|item| item.id.as_ref() != id);
    turn.out.run(table::DELETE_ITEM, vec![turn.me.id.into(), node.into(), id.into()]);
}

/// Makes a node that everybody may see, if it is not there: what goes into it was public before.
pub fn add_open_node(turn: &mut Turn<'_>, node: &str) {
    add_node(turn, node, Config { access: Access::Open, ..Config::default() });
}

fn add_node(turn: &mut Turn<'_>, node: &str, config: Config) {
    if turn.me.nodes.get(node).is_none() {
        save_node(turn, node, &config);
        turn.me.nodes.add(node, config);
    }
}

/// Writes down how a node is configured.
pub(super) fn save_node(turn: &mut Turn<'_>, node: &str, config: &Config) {
    let values = vec![turn.me.id.into(), node.into(), config.encode().into(), config.item_micros()];
    turn.out.run(table::SAVE_NODE, values);
}

/// XEP-0060 §7.2. Whoever may publish may take out, whoever published it (§4.1).
pub(super) fn retract(turn: &mut Turn<'_>, request: &Request<'_>, retract: &Element<'_>) -> Result<Reply, StanzaError> {
    let node = node_name(retract)?;
    access::check_publisher(turn, request, &node)?;
    let id = retract.child("item", ns::PUBSUB).and_then(|item| name(&item, "id"));
    let bad = || StanzaError::new(Condition::BadRequest).specific("item-required", ns::PUBSUB_ERRORS);
    let id = id.ok_or_else(bad)?;
    let asked = retract.attr("notify").and_then(|notify| boolean(&notify)).unwrap_or_default();
    let missing = || StanzaError::new(Condition::ItemNotFound);
    let known = turn.me.nodes.get(&node).ok_or_else(missing)?;
    known.item(&id).ok_or_else(missing)?;
    access::check_item(request, known, &id)?;
    if asked || known.config.notify_retract {
        take_out(turn, &node, &id);
    } else {
        drop_item(turn, &node, &id);
    }
    known::changed(turn, &node, &Change::Gone);
    Ok(Reply::Done)
}

/// Removes the items whose time is over (XEP-0060 §16.4.4, `item_expire`). Asked whenever somebody looks;
/// where nobody does, their rows go by [`table::EXPIRE_ITEMS`].
pub(super) fn expire(turn: &mut Turn<'_>) {
    let now = seconds(turn.now);
    let overdue: Vec<(Box<str>, Box<str>)> = turn
        .me
        .nodes
        .iter()
        .filter_map(|node| Some((node, node.config.item_expire_seconds?)))
        .flat_map(|(node, kept)| {
            let over = node.items.iter().filter(move |item| item.at_seconds.saturating_add(kept) <= now);
            over.map(|item| (node.name.clone(), item.id.clone()))
        })
        .collect();
    for (node, id) in overdue {
        drop_item(turn, &node, &id);
    }
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
///
/// # Errors
/// When the node is or would be another.
pub fn presupposed(turn: &Turn<'_>, request: &Request<'_>, node: &str) -> Result<Config, StanzaError> {
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
    let mut wanted = known.cloned().unwrap_or_else(|| known::usual(Host::of(turn.me), node));
    match (form.map(|form| wanted.set_all(&form)), known) {
        (None | Some(Ok(())), None) => known::permits(Host::of(turn.me), node, &wanted).map(|()| wanted),
        (None | Some(Ok(())), Some(known)) if *known == wanted => Ok(wanted),
        // What is not known may be what keeps the item private: nothing is published then.
        (Some(Err(refused)), None) if refused == Refused::Value => Err(refused.error()),
        _ => Err(unmet()),
    }
}

/// XEP-0060 §7.1.3.4: a full node may be configured to take nothing more.
fn check_place(turn: &Turn<'_>, node: &str, id: Option<&str>) -> Result<(), StanzaError> {
    let Some(known) = turn.me.nodes.get(node).filter(|known| known.config.full == Full::Reject) else { return Ok(()) };
    let is_known = id.is_some_and(|id| known.item(id).is_some());
    if is_known || known.items.len() < known.config.kept(turn.service.limits.count(&ITEMS)) {
        return Ok(());
    }
    Err(StanzaError::new(Condition::Conflict).specific("node-full", ns::PUBSUB_ERRORS))
}

/// What a new item of a node replaces or pushes out makes room for it, in bytes.
fn replaced(turn: &Turn<'_>, node: &str, id: Option<&str>) -> u64 {
    let Some(node) = turn.me.nodes.get(node) else { return 0 };
    let full = node.items.len() >= node.config.kept(turn.service.limits.count(&ITEMS));
    let pushed_out = || node.items.first().filter(|_| full);
    id.and_then(|id| node.item(id)).or_else(pushed_out).map_or(0, |item| item.bytes.into())
}

/// Holds what is to be kept in a node, `bytes` of it where `freed` go, to what an account may keep.
///
/// # Errors
/// When there would be too much, or one node too many.
pub fn check_room(turn: &Turn<'_>, node: &str, bytes: u64, freed: u64) -> Result<(), StanzaError> {
    let limits = &turn.service.limits;
    let full = |sentence: &'static str| StanzaError::new(Condition::PolicyViolation).text(sentence);
    if turn.me.nodes.get(node).is_none() && turn.me.nodes.count() >= limits.count(&NODES) {
        return Err(full(NODES.sentence).specific("max-nodes-exceeded", ns::PUBSUB_ERRORS));
    }
    host::check_whole(turn, &SERVICE_ITEMS, turn.me.nodes.items())?;
    if turn.me.nodes.bytes(node).saturating_sub(freed) + bytes > limits.of(&ACCOUNT_BYTES) {
        return Err(full(ACCOUNT_BYTES.sentence));
    }
    Ok(())
}

/// XEP-0060 §7.1.3.7: an id for an item that has none.
fn fresh_id(turn: &Turn<'_>, node: &str) -> String {
    let taken = |id: &str| turn.me.nodes.get(node).is_some_and(|node| node.item(id).is_some());
    let first = turn.now.wrapping_add(turn.me.nodes.next_number());
    let ids = (first..).map(|count| format!("{count:x}"));
    ids.into_iter().find(|id| !taken(id)).expect("a node has fewer items than there are numbers")
}
