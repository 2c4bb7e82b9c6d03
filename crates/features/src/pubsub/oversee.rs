//! What the owner decides of the people of a node: who is subscribed (XEP-0060 §8.8), and who is more or less
//! than others (§8.9).

use super::people::{Affiliation, State, Subscriber};
use super::request::node_name;
use super::{AFFILIATIONS, Host, SERVICE_PEOPLE, SUBSCRIPTIONS, host, known, notify, subscribe, table};
use crate::iq::Reply;
use crate::turn::Turn;
use xmpp::{Condition, Element, Jid, StanzaError, Writer, ns};

/// XEP-0060 §8.8.1. Who waits for an answer is not among them.
pub(super) fn subscriptions(turn: &Turn<'_>, asked: &Element<'_>) -> Result<Reply, StanzaError> {
    let node = node_name(asked)?;
    let known = turn.me.nodes.get(&node).ok_or_else(missing)?;
    let mut w = Writer::new();
    w.open("pubsub", ns::PUBSUB_OWNER).open("subscriptions", ns::PUBSUB_OWNER).attr("node", &node);
    for subscriber in known.people.subscribers().iter().filter(|known| known.state == State::Subscribed) {
        subscribe::write(&mut w, None, subscriber);
    }
    Ok(Reply::Inner(w.finish()))
}

/// XEP-0060 §8.8.2. All of it or nothing.
pub(super) fn set_subscriptions(turn: &mut Turn<'_>, asked: &Element<'_>) -> Result<Reply, StanzaError> {
    let node = node_name(asked)?;
    turn.me.nodes.get(&node).ok_or_else(missing)?;
    let changes = changes(asked, "subscription", |state| match state {
        "none" => Some(None),
        "subscribed" => Some(Some(State::Subscribed)),
        _ => None,
    })?;
    let added = changes.iter().filter(|(_, state)| state.is_some()).count();
    if added + turn.me.nodes.subscriptions(&node) > turn.service.limits.count(&SUBSCRIPTIONS) {
        return Err(StanzaError::new(Condition::PolicyViolation).text(SUBSCRIPTIONS.sentence));
    }
    if added > 0 {
        shared(turn, &node)?;
        host::check_whole(turn, &SERVICE_PEOPLE, turn.me.nodes.people() + added)?;
    }
    for (jid, state) in changes {
        match state {
            Some(_) => admit(turn, &node, &jid),
            None => turn_away(turn, &node, &jid),
        }
    }
    Ok(Reply::Done)
}

/// Somebody is subscribed from now on, and is told.
pub(super) fn admit(turn: &mut Turn<'_>, node: &str, jid: &Jid) {
    let before = turn.me.nodes.get(node).and_then(|known| known.people.subscriber(jid)).cloned();
    if before.as_ref().is_some_and(|before| before.state == State::Subscribed) {
        return;
    }
    let deliver = before.is_none_or(|before| before.deliver);
    subscribe::save(turn, node, Subscriber { jid: jid.clone(), state: State::Subscribed, deliver });
    notify::subscription(turn, node, jid, State::Subscribed.name());
    subscribe::first_item(turn, node, jid);
}

/// Somebody is not subscribed any more, or does not get to be, and is told.
pub(super) fn turn_away(turn: &mut Turn<'_>, node: &str, jid: &Jid) {
    if turn.me.nodes.get(node).and_then(|known| known.people.subscriber(jid)).is_some() {
        subscribe::remove(turn, node, jid);
        notify::subscription(turn, node, jid, "none");
    }
}

/// XEP-0060 §8.9.1.
pub(super) fn affiliations(turn: &Turn<'_>, asked: &Element<'_>) -> Result<Reply, StanzaError> {
    let node = node_name(asked)?;
    let known = turn.me.nodes.get(&node).ok_or_else(missing)?;
    let mut w = Writer::new();
    w.open("pubsub", ns::PUBSUB_OWNER).open("affiliations", ns::PUBSUB_OWNER).attr("node", &node);
    let others = known.people.affiliates().map(|(jid, affiliation)| (jid, affiliation.name()));
    let person = (Host::of(turn.me) == Host::Person).then_some((turn.me.jid.as_str(), "owner"));
    for (jid, affiliation) in person.into_iter().chain(others) {
        w.open("affiliation", ns::PUBSUB_OWNER).attr("jid", jid).attr("affiliation", affiliation).close();
    }
    Ok(Reply::Inner(w.finish()))
}

/// XEP-0060 §8.9.2. All of it or nothing. Whoever loses access by it is not subscribed any more.
pub(super) fn set_affiliations(turn: &mut Turn<'_>, asked: &Element<'_>) -> Result<Reply, StanzaError> {
    let node = node_name(asked)?;
    turn.me.nodes.get(&node).ok_or_else(missing)?;
    shared(turn, &node)?;
    let changes = changes(asked, "affiliation", |name| match name {
        "none" => Some(None),
        name => Affiliation::parse(name).map(Some),
    })?;
    check_owners(turn, &node, &changes)?;
    let added = changes.iter().filter(|(_, affiliation)| affiliation.is_some()).count();
    if added + turn.me.nodes.affiliations(&node) > turn.service.limits.count(&AFFILIATIONS) {
        return Err(StanzaError::new(Condition::PolicyViolation).text(AFFILIATIONS.sentence));
    }
    host::check_whole(turn, &SERVICE_PEOPLE, turn.me.nodes.people() + added)?;
    for (jid, affiliation) in changes {
        affiliate(turn, &node, &jid, affiliation);
    }
    subscribe::prune(turn, &node);
    Ok(Reply::Done)
}

/// XEP-0060 §8.9.2.4: the only owner stays one. The nodes of an account are its own.
fn check_owners(turn: &Turn<'_>, node: &str, changes: &[(Jid, Option<Affiliation>)]) -> Result<(), StanzaError> {
    let becomes_owner = |affiliation: &Option<Affiliation>| *affiliation == Some(Affiliation::Owner);
    let why = match Host::of(turn.me) {
        Host::Person => {
            let own = |(jid, affiliation): &(Jid, _)| *jid == turn.me.jid || becomes_owner(affiliation);
            changes.iter().any(own).then_some("The nodes of an account are its own.")
        }
        Host::Service => {
            let owners = turn.me.nodes.get(node).into_iter().flat_map(|known| known.people.owners());
            let is_changed = |owner: &str| changes.iter().any(|(jid, _)| jid.bare_str() == owner);
            let is_owned = owners.into_iter().any(|owner| !is_changed(owner))
                || changes.iter().any(|(_, affiliation)| becomes_owner(affiliation));
            (!is_owned).then_some("Somebody has to own the node. Name another owner first, or delete it.")
        }
    };
    why.map_or(Ok(()), |why| Err(StanzaError::new(Condition::NotAcceptable).text(why)))
}

/// Somebody is this to a node from now on.
pub(super) fn affiliate(turn: &mut Turn<'_>, node: &str, jid: &Jid, affiliation: Option<Affiliation>) {
    let mut values = vec![turn.me.id.into(), node.into(), jid.bare_str().into()];
    match affiliation {
        Some(affiliation) => {
            values.push(affiliation.name().into());
            turn.out.run(table::SAVE_AFFILIATION, values);
            host::tie(turn, table::TIE_AFFILIATION, node, (jid.bare_str(), jid));
        }
        None => turn.out.run(table::DELETE_AFFILIATION, values),
    }
    if let Some(known) = turn.me.nodes.get_mut(node) {
        known.people.affiliate(jid.bare_str(), affiliation);
    }
}

/// What is to change: addresses, with what they are from now on. What is not said is left alone.
fn changes<T>(
    asked: &Element<'_>,
    name: &'static str,
    read: fn(&str) -> Option<T>,
) -> Result<Vec<(Jid, T)>, StanzaError> {
    let mut changes = Vec::new();
    for entry in asked.children().filter(|child| child.is(name, ns::PUBSUB_OWNER)) {
        let bad = |why: &'static str| StanzaError::new(Condition::NotAcceptable).text(why);
        let jid = entry.attr("jid").and_then(|jid| Jid::parse(&jid).ok());
        let jid = jid.ok_or_else(|| bad("Each entry has an address, `jid`."))?;
        let Some(value) = entry.attr(name) else { continue };
        changes.push((jid, read(&value).ok_or_else(|| unknown(name, &value))?));
    }
    Ok(changes)
}

/// XEP-0060 §8.9.2.3.2, §8.8.2.4.
fn unknown(name: &str, value: &str) -> StanzaError {
    match (name, value) {
        ("affiliation", "publish-only") => {
            let error = StanzaError::new(Condition::FeatureNotImplemented);
            error.unsupported("publish-only-affiliation", ns::PUBSUB_ERRORS)
        }
        _ => StanzaError::new(Condition::NotAcceptable).text("There is no such state here."),
    }
}

/// Whether others may have to do with the node at all.
fn shared(turn: &Turn<'_>, node: &str) -> Result<(), StanzaError> {
    if known::is_private(Host::of(turn.me), node) {
        return Err(known::for_the_owner());
    }
    Ok(())
}

fn missing() -> StanzaError {
    StanzaError::new(Condition::ItemNotFound)
}
