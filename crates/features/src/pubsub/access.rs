//! Who may see a node (XEP-0060 §4.5), in one place for reading, listing and telling.

use super::config::Access;
use super::nodes::Node;
use crate::memory::Account;
use crate::presence::is_subscribed;
use crate::roster::Contact;
use xmpp::{Condition, Jid, StanzaError, ns};

/// Whether `who` may see the node of the account `me`.
///
/// # Errors
/// What XEP-0060 §6.5.9 answers.
pub fn check(me: &Account, node: &Node, who: &Jid) -> Result<(), StanzaError> {
    if is_own(me, who) {
        return Ok(());
    }
    let refused = |condition, name| Err(StanzaError::new(condition).specific(name, ns::PUBSUB_ERRORS));
    match node.config.access {
        Access::Open => Ok(()),
        Access::Presence if is_subscribed(me, who) => Ok(()),
        Access::Presence => refused(Condition::NotAuthorized, "presence-subscription-required"),
        Access::Roster if is_in_group(me, node, who) => Ok(()),
        Access::Roster => refused(Condition::NotAuthorized, "not-in-roster-group"),
        // XEP-0223 §6: private things are for the owner alone.
        Access::Whitelist => refused(Condition::NotAllowed, "closed-node"),
    }
}

/// Whether `who` may see the node.
pub fn sees(me: &Account, node: &Node, who: &Jid) -> bool {
    check(me, node, who).is_ok()
}

/// Whether `who` is the account itself.
pub fn is_own(me: &Account, who: &Jid) -> bool {
    who.bare_str() == me.jid.as_str()
}

fn is_in_group(me: &Account, node: &Node, who: &Jid) -> bool {
    let contact = me.contacts.get(who.bare_str()).filter(|contact: &&Contact| contact.is_listed());
    contact.is_some_and(|contact| {
        contact.groups().any(|group| node.config.groups.iter().any(|named| named.as_ref() == group))
    })
}
