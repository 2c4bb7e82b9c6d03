//! Which operation a request is, and who may ask for it.

use super::{Host, access, fetch, host, known, manage, oversee, publish, subscribe};
use crate::iq::{self, Reply, Request};
use crate::presence::is_subscribed;
use crate::turn::{Asker, Turn};
use xmpp::{Condition, Element, Jid, StanzaError, ns};

/// The longest name of a node or an item: as long as any part of an address may be (RFC 7622 §3).
const NAME_BYTES_MAX: usize = 1023;

/// A request in the namespace of everybody, `get`.
pub(super) fn get(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    publish::expire(turn);
    let outcome = match operation(&request.payload) {
        Some(operation) => match known::translation(Host::of(turn.me), &operation) {
            Ok(Some(translate)) => translate(turn, request, &operation),
            Ok(None) => match operation.name() {
                "items" => fetch::items(turn, request, &operation),
                "subscriptions" => subscribe::subscriptions(turn, request, &operation),
                "affiliations" => subscribe::affiliations(turn, request, &operation),
                "options" => subscribe::options(turn, request, &operation),
                "default" => subscribe::default_options(),
                _ => Err(unsupported()),
            },
            Err(error) => Err(error),
        },
        None => Err(unsupported()),
    };
    discreet(turn, request, outcome)
}

/// A request in the namespace of everybody, `set`.
pub(super) fn set(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    publish::expire(turn);
    let outcome = change(turn, request);
    discreet(turn, request, outcome)
}

fn change(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let operation = operation(&request.payload).ok_or_else(unsupported)?;
    if let Some(translate) = known::translation(Host::of(turn.me), &operation)? {
        access::check_owner(turn, request, &operation)?;
        return translate(turn, request, &operation);
    }
    match operation.name() {
        "publish" => publish::publish(turn, request, &operation),
        "retract" => publish::retract(turn, request, &operation),
        "create" => host::check_maker(turn, request).and_then(|()| manage::create(turn, request, &operation)),
        "subscribe" => subscribe::subscribe(turn, request, &operation),
        "unsubscribe" => subscribe::unsubscribe(turn, request, &operation),
        "options" => subscribe::set_options(turn, request, &operation),
        _ => Err(unsupported()),
    }
}

/// A request in the namespace of owners, `get`.
pub(super) fn owner_get(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let operation = operation(&request.payload).ok_or_else(unsupported)?;
    match operation.name() {
        "default" => host::check_maker(turn, request)?,
        _ => access::check_owner(turn, request, &operation)?,
    }
    publish::expire(turn);
    match operation.name() {
        "configure" => manage::configuration(turn, &operation),
        "default" => manage::default(turn),
        "subscriptions" => oversee::subscriptions(turn, &operation),
        "affiliations" => oversee::affiliations(turn, &operation),
        _ => Err(unsupported()),
    }
}

/// A request in the namespace of owners, `set`.
pub(super) fn owner_set(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let operation = operation(&request.payload).ok_or_else(unsupported)?;
    access::check_owner(turn, request, &operation)?;
    known::translation(Host::of(turn.me), &operation)?;
    publish::expire(turn);
    match operation.name() {
        "configure" => manage::configure(turn, &operation),
        "delete" => manage::delete(turn, &operation),
        "purge" => manage::purge(turn, &operation),
        "subscriptions" => oversee::set_subscriptions(turn, &operation),
        "affiliations" => oversee::set_affiliations(turn, &operation),
        _ => Err(unsupported()),
    }
}

/// The first child in the namespace of its parent; options and configurations come behind it.
fn operation<'a>(pubsub: &Element<'a>) -> Option<Element<'a>> {
    pubsub.children().find(|child| child.ns() == pubsub.ns())
}

/// Deviates: XEP-0060 §6.5.9 would tell a stranger why. Who may not see the account's presence gets
/// what an address without an account answers, so that asking tells nobody which names are taken
/// (RFC 6121 §8.5.1). That there is a service everybody knows.
pub(super) fn discreet(
    turn: &Turn<'_>,
    request: &Request<'_>,
    outcome: Result<Reply, StanzaError>,
) -> Result<Reply, StanzaError> {
    match is_stranger(turn, request) {
        true => outcome.map_err(|_| iq::for_stranger(request.stanza, true)),
        false => outcome,
    }
}

/// A stranger who finds nothing of their own learns no more than an address without an account would say.
///
/// # Errors
/// Then, and [`discreet`] makes of it what it has to be.
pub(super) fn discreet_about(turn: &Turn<'_>, request: &Request<'_>, found: bool) -> Result<(), StanzaError> {
    match !found && is_stranger(turn, request) {
        true => Err(StanzaError::new(Condition::ItemNotFound)),
        false => Ok(()),
    }
}

fn is_stranger(turn: &Turn<'_>, request: &Request<'_>) -> bool {
    match &request.asker {
        Asker::Other(from) => Host::of(turn.me) == Host::Person && !is_subscribed(turn.me, from),
        Asker::Session(_) | Asker::Itself => false,
    }
}

/// Who asks, as an address.
pub(super) fn asker<'a>(turn: &'a Turn<'_>, request: &'a Request<'_>) -> &'a Jid {
    match &request.asker {
        Asker::Session(_) | Asker::Itself => &turn.me.jid,
        Asker::Other(from) => from,
    }
}

/// The name of the node an operation is about (XEP-0060 §7.2.3.3).
pub(super) fn node_name(operation: &Element<'_>) -> Result<String, StanzaError> {
    let bad = || StanzaError::new(Condition::BadRequest).specific("nodeid-required", ns::PUBSUB_ERRORS);
    name(operation, "node").ok_or_else(bad)
}

/// A name that can be kept: not empty, not too long.
pub(super) fn name(element: &Element<'_>, attribute: &str) -> Option<String> {
    let name = element.attr(attribute)?;
    (!name.is_empty() && name.len() <= NAME_BYTES_MAX).then(|| name.into_owned())
}

/// The node of that name, if the asker may see it.
///
/// # Errors
/// What XEP-0060 §6.5.9 answers.
pub(super) fn visible<'a>(
    turn: &'a Turn<'_>,
    request: &Request<'_>,
    node: &str,
) -> Result<&'a super::nodes::Node, StanzaError> {
    let node = turn.me.nodes.get(node).ok_or_else(|| StanzaError::new(Condition::ItemNotFound))?;
    let asker = match &request.asker {
        Asker::Session(_) | Asker::Itself => turn.me.jid.clone(),
        Asker::Other(from) => from.clone(),
    };
    access::check(turn.me, node, &asker).map(|()| node)
}

fn unsupported() -> StanzaError {
    StanzaError::new(Condition::FeatureNotImplemented).text("Nodes do not offer that here.")
}
