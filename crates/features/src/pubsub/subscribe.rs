//! Asking to be told of a node, beside being a contact (XEP-0060 §6): what the subscriber does.

use super::access::{self, is_own};
use super::config::{Access, Config, SendLast};
use super::people::{Affiliation, State, Subscriber};
use super::request::{asker, discreet_about, node_name};
use super::{PENDING, SERVICE_PEOPLE, SUBSCRIPTIONS, approve, host, notify, table};
use crate::iq::{Reply, Request};
use crate::turn::Turn;
use xmpp::form::{Form, boolean};
use xmpp::{Condition, Element, Jid, StanzaError, Writer, form, ns};

/// The option that a subscriber has (XEP-0060 §16.4.2).
const DELIVER: &str = "pubsub#deliver";

/// XEP-0060 §6.1, with options as in §6.3.7.
pub(super) fn subscribe(turn: &mut Turn<'_>, request: &Request<'_>, asked: &Element<'_>) -> Result<Reply, StanzaError> {
    let node = node_name(asked)?;
    let invalid = || StanzaError::new(Condition::BadRequest).specific("invalid-jid", ns::PUBSUB_ERRORS);
    let jid = address(asked).filter(|jid| is_of_asker(turn, request, jid)).ok_or_else(invalid)?;
    let known = turn.me.nodes.get(&node).ok_or_else(missing)?;
    let before = known.people.subscriber(&jid).cloned();
    let state = match access::check(turn.me, known, &jid) {
        Ok(()) => State::Subscribed,
        // XEP-0060 §6.1.4; an outcast does not get to ask.
        Err(_) if known.config.access == Access::Authorize && known.people.affiliation(jid.bare_str()).is_none() => {
            State::Pending
        }
        Err(error) => return Err(error),
    };
    // XEP-0060 §6.1.3.7
    if before.as_ref().is_some_and(|before| before.state == State::Pending) && state == State::Pending {
        let error = StanzaError::new(Condition::NotAuthorized);
        return Err(error.specific("pending-subscription", ns::PUBSUB_ERRORS));
    }
    if before.is_none() {
        host::check_whole(turn, &SERVICE_PEOPLE, turn.me.nodes.people())?;
    }
    if before.is_none() && turn.me.nodes.subscriptions(&node) >= turn.service.limits.count(&SUBSCRIPTIONS) {
        let error = StanzaError::new(Condition::PolicyViolation).text(SUBSCRIPTIONS.sentence);
        return Err(error.specific("too-many-subscriptions", ns::PUBSUB_ERRORS));
    }
    if state == State::Pending && turn.me.nodes.pending(&node) >= turn.service.limits.count(&PENDING) {
        return Err(StanzaError::new(Condition::ResourceConstraint).text(PENDING.sentence));
    }
    let options = request.payload.child("options", ns::PUBSUB);
    let deliver = match &options {
        Some(options) => wanted(options)?,
        None => before.as_ref().is_none_or(|before| before.deliver),
    };
    let subscriber = Subscriber { jid: jid.clone(), state, deliver };
    save(turn, &node, subscriber.clone());
    match state {
        State::Pending => approve::ask(turn, &node, &jid),
        State::Subscribed if before.is_none_or(|before| before.state == State::Pending) => {
            first_item(turn, &node, &jid)
        }
        State::Subscribed => {}
    }
    let mut w = Writer::new();
    w.open("pubsub", ns::PUBSUB);
    write(&mut w, Some(&node), &subscriber);
    if options.is_some() {
        w.open("options", ns::PUBSUB);
        write_options(&mut w, "result", deliver);
    }
    Ok(Reply::Inner(w.finish()))
}

/// XEP-0060 §6.2.
pub(super) fn unsubscribe(
    turn: &mut Turn<'_>,
    request: &Request<'_>,
    asked: &Element<'_>,
) -> Result<Reply, StanzaError> {
    let (node, subscriber) = subscription(turn, request, asked)?;
    remove(turn, &node, &subscriber.jid);
    Ok(Reply::Done)
}

/// XEP-0060 §6.3.2.
pub(super) fn options(turn: &Turn<'_>, request: &Request<'_>, asked: &Element<'_>) -> Result<Reply, StanzaError> {
    let (node, subscriber) = subscription(turn, request, asked)?;
    let mut w = Writer::new();
    w.open("pubsub", ns::PUBSUB).open("options", ns::PUBSUB).attr("node", &node);
    w.attr("jid", subscriber.jid.as_str());
    write_options(&mut w, "form", subscriber.deliver);
    Ok(Reply::Inner(w.finish()))
}

/// XEP-0060 §6.3.5.
pub(super) fn set_options(
    turn: &mut Turn<'_>,
    request: &Request<'_>,
    asked: &Element<'_>,
) -> Result<Reply, StanzaError> {
    let (node, subscriber) = subscription(turn, request, asked)?;
    let deliver = wanted(asked)?;
    save(turn, &node, Subscriber { deliver, ..subscriber });
    Ok(Reply::Done)
}

/// XEP-0060 §6.4.
pub(super) fn default_options() -> Result<Reply, StanzaError> {
    let mut w = Writer::new();
    w.open("pubsub", ns::PUBSUB).open("default", ns::PUBSUB);
    write_options(&mut w, "form", true);
    Ok(Reply::Inner(w.finish()))
}

/// XEP-0060 §5.6: the subscriptions of who asks, to one node or to all.
pub(super) fn subscriptions(turn: &Turn<'_>, request: &Request<'_>, asked: &Element<'_>) -> Result<Reply, StanzaError> {
    let (who, only) = (asker(turn, request), asked.attr("node"));
    let mut w = Writer::new();
    w.open("pubsub", ns::PUBSUB).open("subscriptions", ns::PUBSUB).attr_some("node", only.as_deref());
    let mut found = false;
    for node in turn.me.nodes.iter().filter(|node| only.as_deref().is_none_or(|only| only == node.name.as_ref())) {
        for subscriber in node.people.subscribers().iter().filter(|known| known.jid.bare_str() == who.bare_str()) {
            write(&mut w, Some(&node.name), subscriber);
            found = true;
        }
    }
    discreet_about(turn, request, found)?;
    Ok(Reply::Inner(w.finish()))
}

/// XEP-0060 §5.7: what who asks is, to one node or to all.
pub(super) fn affiliations(turn: &Turn<'_>, request: &Request<'_>, asked: &Element<'_>) -> Result<Reply, StanzaError> {
    let (who, only) = (asker(turn, request), asked.attr("node"));
    let mut w = Writer::new();
    w.open("pubsub", ns::PUBSUB).open("affiliations", ns::PUBSUB).attr_some("node", only.as_deref());
    let mut found = false;
    for node in turn.me.nodes.iter().filter(|node| only.as_deref().is_none_or(|only| only == node.name.as_ref())) {
        let own = is_own(turn.me, who).then_some("owner");
        let Some(name) = own.or(node.people.affiliation(who.bare_str()).map(Affiliation::name)) else { continue };
        w.open("affiliation", ns::PUBSUB).attr("node", &node.name).attr("affiliation", name).close();
        found = true;
    }
    discreet_about(turn, request, found)?;
    Ok(Reply::Inner(w.finish()))
}

/// Keeps a subscription.
pub(super) fn save(turn: &mut Turn<'_>, node: &str, subscriber: Subscriber) {
    let values = vec![
        turn.me.id.into(),
        node.into(),
        subscriber.jid.as_str().into(),
        subscriber.state.name().into(),
        i64::from(subscriber.deliver).into(),
    ];
    turn.out.run(table::SAVE_SUBSCRIPTION, values);
    host::tie(turn, table::TIE_SUBSCRIPTION, node, (subscriber.jid.as_str(), &subscriber.jid));
    if let Some(known) = turn.me.nodes.get_mut(node) {
        known.people.subscribe(subscriber);
    }
}

/// Ends a subscription.
pub(super) fn remove(turn: &mut Turn<'_>, node: &str, jid: &Jid) {
    turn.out.run(table::DELETE_SUBSCRIPTION, vec![turn.me.id.into(), node.into(), jid.as_str().into()]);
    if let Some(known) = turn.me.nodes.get_mut(node) {
        known.people.unsubscribe(jid);
    }
}

/// Ends the subscriptions of those who may not see the node any more, and tells them (XEP-0163 §7.1).
pub(super) fn prune(turn: &mut Turn<'_>, node: &str) {
    let Some(known) = turn.me.nodes.get(node) else { return };
    let shut_out =
        |known_one: &&Subscriber| known_one.state == State::Subscribed && !access::sees(turn.me, known, &known_one.jid);
    let gone: Vec<Jid> = known.people.subscribers().iter().filter(shut_out).map(|known| known.jid.clone()).collect();
    for jid in gone {
        remove(turn, node, &jid);
        notify::subscription(turn, node, &jid, "none");
    }
}

/// XEP-0060 §6.1.7: a new subscriber gets the last item.
pub(super) fn first_item(turn: &mut Turn<'_>, node: &str, to: &Jid) {
    let shown = |config: &Config| config.send_last != SendLast::Never && config.deliver_notifications;
    if turn.me.nodes.get(node).is_some_and(|known| shown(&known.config)) {
        notify::last_item(turn, node, to);
    }
}

/// Writes a subscription as it stands in answers and events.
pub(super) fn write(w: &mut Writer, node: Option<&str>, subscriber: &Subscriber) {
    let namespace = if node.is_some() { ns::PUBSUB } else { ns::PUBSUB_OWNER };
    w.open("subscription", namespace).attr_some("node", node);
    w.attr("jid", subscriber.jid.as_str()).attr("subscription", subscriber.state.name()).close();
}

/// The subscription that an operation is about, with its node.
fn subscription(
    turn: &Turn<'_>,
    request: &Request<'_>,
    asked: &Element<'_>,
) -> Result<(String, Subscriber), StanzaError> {
    let node = node_name(asked)?;
    let unnamed = || StanzaError::new(Condition::BadRequest).specific("jid-required", ns::PUBSUB_ERRORS);
    let jid = address(asked).ok_or_else(unnamed)?;
    if !is_of_asker(turn, request, &jid) {
        return Err(StanzaError::new(Condition::Forbidden));
    }
    let known = turn.me.nodes.get(&node).ok_or_else(missing)?;
    // XEP-0060 §6.2.3.2
    let none = || StanzaError::new(Condition::UnexpectedRequest).specific("not-subscribed", ns::PUBSUB_ERRORS);
    Ok((node, known.people.subscriber(&jid).cloned().ok_or_else(none)?))
}

/// The address that an operation is about.
fn address(asked: &Element<'_>) -> Option<Jid> {
    asked.attr("jid").and_then(|jid| Jid::parse(&jid).ok())
}

/// Whether it is one of who asks (XEP-0060 §6.1.3.1, §6.2.3.3).
fn is_of_asker(turn: &Turn<'_>, request: &Request<'_>, jid: &Jid) -> bool {
    jid.bare_str() == asker(turn, request).bare_str()
}

/// What the form of a subscriber's options wants (XEP-0060 §6.3.6.2).
fn wanted(options: &Element<'_>) -> Result<bool, StanzaError> {
    let bad = || StanzaError::new(Condition::BadRequest).specific("invalid-options", ns::PUBSUB_ERRORS);
    let form = Form::submitted(options, ns::PUBSUB_SUBSCRIBE)?.ok_or_else(bad)?;
    if form.fields().any(|field| field.name() != DELIVER) {
        return Err(bad().text("The only option here is whether to be told."));
    }
    form.value(DELIVER).map_or(Ok(true), |deliver| boolean(&deliver).ok_or_else(bad))
}

fn write_options(w: &mut Writer, form_type: &str, deliver: bool) {
    w.open("x", ns::DATA_FORMS).attr("type", form_type);
    w.open("field", ns::DATA_FORMS).attr("var", form::FORM_TYPE).attr("type", "hidden");
    w.leaf("value", ns::DATA_FORMS, ns::PUBSUB_SUBSCRIBE).close();
    w.open("field", ns::DATA_FORMS).attr("var", DELIVER).attr("type", "boolean");
    w.leaf("value", ns::DATA_FORMS, if deliver { "1" } else { "0" }).close();
    w.close();
}

fn missing() -> StanzaError {
    StanzaError::new(Condition::ItemNotFound)
}
