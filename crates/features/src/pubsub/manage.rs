//! What the owner does with nodes: creating, configuring, deleting, emptying (XEP-0060 §8).

use super::people::Affiliation;
use super::request::{asker, name, node_name};
use super::{Change, Host, host, known, notify, oversee, publish, subscribe, table};
use crate::iq::{Reply, Request};
use crate::turn::Turn;
use xmpp::form::Form;
use xmpp::{Condition, Element, StanzaError, Writer, ns};

/// XEP-0060 §8.1. A node without a name gets one (§8.1.1).
pub(super) fn create(turn: &mut Turn<'_>, request: &Request<'_>, create: &Element<'_>) -> Result<Reply, StanzaError> {
    let named = name(create, "node");
    if named.is_none() && create.attr("node").is_some_and(|node| !node.is_empty()) {
        return Err(StanzaError::new(Condition::NotAcceptable).text("The name of the node is too long."));
    }
    let instant = named.is_none();
    let node = named.unwrap_or_else(|| format!("{:x}", turn.now));
    if turn.me.nodes.get(&node).is_some() {
        return Err(StanzaError::new(Condition::Conflict));
    }
    let (host, maker) = (Host::of(turn.me), asker(turn, request).clone());
    host::check_place(turn, &maker)?;
    let mut config = known::usual(host, &node);
    if let Some(configure) = request.payload.child("configure", ns::PUBSUB)
        && let Some(form) = Form::submitted(&configure, ns::PUBSUB_CONFIG)?
    {
        config.set_all(&form).map_err(|refused| refused.error())?;
    }
    known::permits(host, &node, &config)?;
    publish::save_node(turn, &node, &config);
    turn.me.nodes.add(&node, config);
    if host == Host::Service {
        host::made(turn, &node, &maker);
        oversee::affiliate(turn, &node, &maker, Some(Affiliation::Owner));
    }
    if !instant {
        return Ok(Reply::Done);
    }
    let mut w = Writer::new();
    w.open("pubsub", ns::PUBSUB).open("create", ns::PUBSUB).attr("node", &node);
    Ok(Reply::Inner(w.finish()))
}

/// XEP-0060 §8.2.1.
pub(super) fn configuration(turn: &mut Turn<'_>, configure: &Element<'_>) -> Result<Reply, StanzaError> {
    let node = node_name(configure)?;
    let known = turn.me.nodes.get(&node).ok_or_else(missing)?;
    let mut w = Writer::new();
    w.open("pubsub", ns::PUBSUB_OWNER).open("configure", ns::PUBSUB_OWNER).attr("node", &node);
    known.config.write(&mut w, Host::of(turn.me), "form");
    Ok(Reply::Inner(w.finish()))
}

/// XEP-0060 §8.3.
pub(super) fn default(turn: &Turn<'_>) -> Result<Reply, StanzaError> {
    let host = Host::of(turn.me);
    let mut w = Writer::new();
    w.open("pubsub", ns::PUBSUB_OWNER).open("default", ns::PUBSUB_OWNER);
    host.usual().write(&mut w, host, "form");
    Ok(Reply::Inner(w.finish()))
}

/// XEP-0060 §8.2.4. A form that is cancelled changes nothing.
pub(super) fn configure(turn: &mut Turn<'_>, configure: &Element<'_>) -> Result<Reply, StanzaError> {
    let node = node_name(configure)?;
    let host = Host::of(turn.me);
    let known = turn.me.nodes.get(&node).ok_or_else(missing)?;
    let x = configure.child("x", ns::DATA_FORMS);
    if x.is_some_and(|x| x.attr("type").as_deref() == Some("cancel")) {
        return Ok(Reply::Done);
    }
    let bad = || StanzaError::new(Condition::BadRequest).text("A configuration is a form.");
    let form = Form::submitted(configure, ns::PUBSUB_CONFIG)?.ok_or_else(bad)?;
    let mut wanted = known.config.clone();
    wanted.set_all(&form).map_err(|refused| refused.error())?;
    known::permits(host, &node, &wanted)?;
    if wanted == known.config {
        return Ok(Reply::Done);
    }
    let told = wanted.notify_config;
    publish::save_node(turn, &node, &wanted);
    if let Some(known) = turn.me.nodes.get_mut(&node) {
        known.config = wanted;
    }
    publish::trim(turn, &node);
    subscribe::prune(turn, &node);
    if told {
        notify::configured(turn, &node);
    }
    Ok(Reply::Done)
}

/// XEP-0060 §8.4.
pub(super) fn delete(turn: &mut Turn<'_>, delete: &Element<'_>) -> Result<Reply, StanzaError> {
    let node = node_name(delete)?;
    let gone = turn.me.nodes.remove(&node).ok_or_else(missing)?;
    turn.out.run(table::DELETE_ITEMS, vec![turn.me.id.into(), node.as_str().into()]);
    turn.out.run(table::DELETE_SUBSCRIPTIONS, vec![turn.me.id.into(), node.as_str().into()]);
    turn.out.run(table::DELETE_AFFILIATIONS, vec![turn.me.id.into(), node.as_str().into()]);
    turn.out.run(table::DELETE_NODE, vec![turn.me.id.into(), node.as_str().into()]);
    if gone.config.notify_delete {
        notify::deleted(turn, &gone);
    }
    known::changed(turn, &node, &Change::Gone);
    Ok(Reply::Done)
}

/// XEP-0060 §8.5.
pub(super) fn purge(turn: &mut Turn<'_>, purge: &Element<'_>) -> Result<Reply, StanzaError> {
    let node = node_name(purge)?;
    let known = turn.me.nodes.get_mut(&node).ok_or_else(missing)?;
    if !known.config.persist_items {
        let error = StanzaError::new(Condition::FeatureNotImplemented);
        return Err(error.text("The node does not keep items."));
    }
    known.items.clear();
    let told = known.config.notify_retract;
    turn.out.run(table::DELETE_ITEMS, vec![turn.me.id.into(), node.as_str().into()]);
    if told {
        notify::purged(turn, &node);
    }
    known::changed(turn, &node, &Change::Gone);
    Ok(Reply::Done)
}

fn missing() -> StanzaError {
    StanzaError::new(Condition::ItemNotFound)
}
