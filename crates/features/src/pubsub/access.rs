//! Who may see a node (XEP-0060 §4.5), in one place for reading, listing and telling.

use super::Host;
use super::config::{Access, Publish};
use super::nodes::Node;
use super::people::Affiliation;
use super::request::{asker, node_name};
use crate::iq::Request;
use crate::memory::Account;
use crate::presence::is_subscribed;
use crate::roster::Contact;
use crate::turn::{Asker, Turn};
use xmpp::{Condition, Element, Jid, StanzaError, ns};

/// Whether `who` may see the node of the account `me`.
///
/// # Errors
/// What XEP-0060 §6.5.9 answers.
pub fn check(me: &Account, node: &Node, who: &Jid) -> Result<(), StanzaError> {
    if is_own(me, who) {
        return Ok(());
    }
    let refused = |condition, name| Err(StanzaError::new(condition).specific(name, ns::PUBSUB_ERRORS));
    match node.people.affiliation(who.bare_str()) {
        Some(Affiliation::Owner | Affiliation::Publisher | Affiliation::Member) => return Ok(()),
        // XEP-0060 §6.5.9.10
        Some(Affiliation::Outcast) => return Err(StanzaError::new(Condition::Forbidden)),
        None => {}
    }
    match node.config.access {
        Access::Open => Ok(()),
        Access::Presence if is_subscribed(me, who) => Ok(()),
        Access::Presence => refused(Condition::NotAuthorized, "presence-subscription-required"),
        Access::Roster if is_in_group(me, node, who) => Ok(()),
        Access::Roster => refused(Condition::NotAuthorized, "not-in-roster-group"),
        Access::Authorize if node.people.is_subscribed(who) => Ok(()),
        Access::Authorize => refused(Condition::NotAuthorized, "not-subscribed"),
        // XEP-0223 §6: private things are for the owner alone.
        Access::Whitelist => Err(closed()),
    }
}

/// Whether who asks may publish in the node: the owner, and whom the owner lets (XEP-0060 §4.1). A person makes
/// a node by publishing in it, at the service somebody has made it before.
///
/// # Errors
/// What XEP-0060 §7.1.3 answers.
pub(super) fn check_publisher(turn: &Turn<'_>, request: &Request<'_>, node: &str) -> Result<(), StanzaError> {
    let Asker::Other(from) = &request.asker else { return Ok(()) };
    let known = turn.me.nodes.get(node);
    if Host::of(turn.me) == Host::Service && known.is_none() {
        return Err(StanzaError::new(Condition::ItemNotFound));
    }
    let may = known.is_some_and(|known| match known.people.affiliation(from.bare_str()) {
        Some(Affiliation::Owner | Affiliation::Publisher) => true,
        Some(Affiliation::Outcast) => false,
        Some(Affiliation::Member) | None => match known.config.publish {
            Publish::Publishers => false,
            Publish::Subscribers => known.people.is_subscribed(from),
            Publish::Open => true,
        },
    });
    if may { Ok(()) } else { Err(StanzaError::new(Condition::Forbidden)) }
}

/// Whether who may publish in the node may take out or replace this item: those whom it names as its publishers any,
/// others their own (XEP-0060 §4.1).
///
/// # Errors
/// What XEP-0060 §7.2.3.1 answers.
pub(super) fn check_item(request: &Request<'_>, node: &Node, id: &str) -> Result<(), StanzaError> {
    let Asker::Other(from) = &request.asker else { return Ok(()) };
    let is_named =
        matches!(node.people.affiliation(from.bare_str()), Some(Affiliation::Owner | Affiliation::Publisher));
    let is_own = node.item(id).is_none_or(|item| item.publisher.as_deref() == Some(from.bare_str()));
    if is_named || is_own { Ok(()) } else { Err(StanzaError::new(Condition::Forbidden)) }
}

/// Whether who asks may do with a node what its owners do (XEP-0060 §8). At the service so may those who run it.
///
/// # Errors
/// When not, or when there is no such node at the service.
pub(super) fn check_owner(turn: &Turn<'_>, request: &Request<'_>, operation: &Element<'_>) -> Result<(), StanzaError> {
    let owns = match (Host::of(turn.me), &request.asker) {
        // XEP-0163 §2.2: a person's nodes are changed by the person alone.
        (Host::Person, asker) => matches!(asker, Asker::Session(_) | Asker::Itself),
        (Host::Service, _) => {
            let (who, known) = (asker(turn, request), turn.me.nodes.get(&node_name(operation)?));
            let known = known.ok_or_else(|| StanzaError::new(Condition::ItemNotFound))?;
            known.people.affiliation(who.bare_str()) == Some(Affiliation::Owner) || turn.service.is_admin(who)
        }
    };
    if owns { Ok(()) } else { Err(StanzaError::new(Condition::Forbidden)) }
}

/// Refuses what is for the owner alone to everybody else.
///
/// # Errors
/// What XEP-0060 §6.5.9.8 answers.
pub fn check_own(request: &Request<'_>) -> Result<(), StanzaError> {
    match request.asker {
        Asker::Session(_) | Asker::Itself => Ok(()),
        Asker::Other(_) => Err(closed()),
    }
}

fn closed() -> StanzaError {
    StanzaError::new(Condition::NotAllowed).specific("closed-node", ns::PUBSUB_ERRORS)
}

/// Whether `who` may see the node.
pub fn sees(me: &Account, node: &Node, who: &Jid) -> bool {
    check(me, node, who).is_ok()
}

/// Whether `who` may know that there is such a node. At the service it is no secret that somebody may ask for it.
pub(super) fn knows(me: &Account, node: &Node, who: &Jid) -> bool {
    let may_ask = node.config.access == Access::Authorize && node.people.affiliation(who.bare_str()).is_none();
    sees(me, node, who) || (Host::of(me) == Host::Service && may_ask)
}

/// Whether `who` is the account itself, or a device of it.
pub fn is_own(me: &Account, who: &Jid) -> bool {
    who.bare_str() == me.jid.as_str()
}

fn is_in_group(me: &Account, node: &Node, who: &Jid) -> bool {
    let contact = me.contacts.get(who.bare_str()).filter(|contact: &&Contact| contact.is_listed());
    contact.is_some_and(|contact| {
        contact.groups().any(|group| node.config.groups.iter().any(|named| named.as_ref() == group))
    })
}
