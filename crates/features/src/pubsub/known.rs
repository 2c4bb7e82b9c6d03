//! Nodes whose name says what they are for. The list of them is [`crate::all::NODES`].

use super::Host;
use super::config::{Access, Config, SendLast};
use crate::all;
use crate::iq::{Reply, Request};
use crate::turn::Turn;
use xmpp::{Condition, Element, StanzaError, ns};

/// What follows from the name of a node.
pub struct Known {
    /// The name.
    pub node: &'static str,
    /// Whom it is for.
    pub whose: Whose,
    /// Where its items are.
    pub kept: Kept,
    /// What an item has to be.
    pub judge: Option<Judge>,
    /// What else is to be done when the owner's clients changed it.
    pub after: Option<fn(&mut Turn<'_>, &Change<'_>)>,
}

/// Whom a node may be for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whose {
    /// For the owner alone (XEP-0223 §6): nobody can configure it otherwise, by mistake or not.
    Owner,
    /// For whom the owner configures it.
    AsConfigured,
}

/// Where the items of a node are.
#[derive(Clone, Copy)]
pub enum Kept {
    /// In the node, as everywhere.
    Here,
    /// In another form: reading and publishing are translated, nothing else is offered.
    Elsewhere {
        /// Answers `items` (XEP-0060 §6.5).
        items: Translation,
        /// Answers `publish` (XEP-0060 §7.1).
        publish: Translation,
    },
}

/// Answers an operation on a node; the element is the operation's.
pub type Translation = fn(&mut Turn<'_>, &Request<'_>, &Element<'_>) -> Result<Reply, StanzaError>;

/// Judges an item by its name and its payload, before it is published.
pub type Judge = fn(Option<&str>, Option<&Element<'_>>) -> Result<(), StanzaError>;

/// What the owner's clients did to a node.
pub enum Change<'a> {
    /// An item of that name was published.
    Published(&'a str, Option<Element<'a>>),
    /// Items went, or all of the node.
    Gone,
}

/// What is known of the node of that name. It says something of a person: at the service names are names.
pub fn find(host: Host, node: &str) -> Option<&'static Known> {
    let nodes = if host == Host::Person { all::NODES } else { &[] };
    nodes.iter().find(|known| known.node == node).copied()
}

/// How the node of that name is configured as long as nobody says otherwise.
pub fn usual(host: Host, node: &str) -> Config {
    if is_private(host, node) { private() } else { host.usual() }
}

/// What clients presuppose of nodes for the owner alone: XEP-0223 §5, XEP-0402 §3.3, XEP-0490 §4.2.
fn private() -> Config {
    Config { access: Access::Whitelist, send_last: SendLast::Never, max_items: None, ..Config::default() }
}

/// Whether the node of that name is for the owner alone, whatever is configured.
pub(super) fn is_private(host: Host, node: &str) -> bool {
    find(host, node).is_some_and(|known| known.whose == Whose::Owner)
}

/// Whether the items of the node of that name are kept in another form.
pub(super) fn is_elsewhere(node: &str) -> bool {
    matches!(find(Host::Person, node), Some(Known { kept: Kept::Elsewhere { .. }, .. }))
}

/// Whether the node of that name may be configured so.
///
/// # Errors
/// When others could see what is for the owner alone, or nobody could tell who may see it.
pub(super) fn permits(host: Host, node: &str, config: &Config) -> Result<(), StanzaError> {
    host.permits(config)?;
    if config.access == Access::Whitelist || !is_private(host, node) {
        return Ok(());
    }
    Err(for_the_owner())
}

/// Refuses to let others see what is for the owner alone.
pub(super) fn for_the_owner() -> StanzaError {
    StanzaError::new(Condition::NotAcceptable).text("This node is for you alone, whatever a client wants.")
}

/// How the operation is translated, where the node's items are elsewhere.
///
/// # Errors
/// For all but reading and publishing.
pub(super) fn translation(host: Host, operation: &Element<'_>) -> Result<Option<Translation>, StanzaError> {
    let known = operation.attr("node").and_then(|node| find(host, &node));
    let Some(Known { kept: Kept::Elsewhere { items, publish }, .. }) = known else { return Ok(None) };
    match (operation.name(), operation.ns()) {
        ("items", ns::PUBSUB) => Ok(Some(*items)),
        ("publish", ns::PUBSUB) => Ok(Some(*publish)),
        _ => Err(elsewhere()),
    }
}

/// The answer to what cannot be done by means of this node.
pub fn elsewhere() -> StanzaError {
    let why = "This node shows what is kept in another form. Change it there.";
    StanzaError::new(Condition::NotAllowed).text(why)
}

/// Whether an item may be published in the node of that name.
///
/// # Errors
/// When the node is for something else.
pub(super) fn judge(
    host: Host,
    node: &str,
    id: Option<&str>,
    payload: Option<&Element<'_>>,
) -> Result<(), StanzaError> {
    find(host, node).and_then(|known| known.judge).map_or(Ok(()), |judge| judge(id, payload))
}

/// Does what else is to be done.
pub(super) fn changed(turn: &mut Turn<'_>, node: &str, change: &Change<'_>) {
    if let Some(after) = find(Host::of(turn.me), node).and_then(|known| known.after) {
        after(turn, change);
    }
}
