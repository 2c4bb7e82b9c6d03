//! Roster items on the wire (RFC 6121 §2.1).

use super::contacts::{Contact, Contacts, SEPARATOR};
use super::state::State;
use super::{GROUP_BYTES, GROUPS, NAME_BYTES};
use crate::feature::{Limit, Limits};
use bytes::Bytes;
use xmpp::{Condition, Element, Jid, StanzaError, Writer, ns};

/// The item of a roster set. Its `ask`, `approved` and any `subscription` but `remove` are the
/// server's to say and are not read (RFC 6121 §2.1.2, §2.1.5).
pub enum Item {
    /// To be made, or to become exactly this.
    Set {
        /// The bare JID.
        jid: Jid,
        /// Empty if there is none.
        name: Box<str>,
        /// Joined by [`SEPARATOR`].
        groups: String,
    },
    /// To be removed.
    Remove {
        /// The bare JID.
        jid: Jid,
    },
}

/// Reads the one item of a roster set.
///
/// # Errors
/// RFC 6121 §2.3.3: `bad-request` for no or several items or groups said twice, `not-acceptable`
/// for what is empty or too long; `jid-malformed` for what is no address.
pub fn read_set(query: &Element<'_>, limits: &Limits) -> Result<Item, StanzaError> {
    let bad = |text: &'static str| StanzaError::new(Condition::BadRequest).text(text);
    let mut items = query.children().filter(|child| child.is("item", ns::ROSTER));
    let (Some(item), None) = (items.next(), items.next()) else {
        return Err(bad("A roster set has exactly one item."));
    };
    read_item(&item, limits)
}

/// Reads all items of a set that is not bound to one, each with the state that it says is shared.
///
/// # Errors
/// As of [`read_set`].
pub fn read_items(query: &Element<'_>, limits: &Limits) -> Result<Vec<(Item, Option<State>)>, StanzaError> {
    let items = query.children().filter(|child| child.is("item", ns::ROSTER));
    let shared = |item: &Element<'_>| item.attr("subscription").and_then(|name| State::of_subscription(&name));
    items.map(|item| Ok((read_item(&item, limits)?, shared(&item)))).collect()
}

fn read_item(item: &Element<'_>, limits: &Limits) -> Result<Item, StanzaError> {
    let bad = |text: &'static str| StanzaError::new(Condition::BadRequest).text(text);
    let jid = item.attr("jid").ok_or_else(|| bad("A roster item has an address."))?;
    let jid = Jid::parse(&jid).map_err(|_| StanzaError::new(Condition::JidMalformed))?;
    if jid.is_full() {
        return Err(bad("A roster item's address has no resource."));
    }
    if item.attr("subscription").is_some_and(|subscription| subscription == "remove") {
        return Ok(Item::Remove { jid });
    }
    let name = item.attr("name").unwrap_or_default();
    within(&NAME_BYTES, name.len(), limits)?;
    Ok(Item::Set { jid, name: name.into(), groups: read_groups(item, limits)? })
}

fn read_groups(item: &Element<'_>, limits: &Limits) -> Result<String, StanzaError> {
    let mut groups: Vec<_> =
        item.children().filter(|child| child.is("group", ns::ROSTER)).map(|group| group.text()).collect();
    within(&GROUPS, groups.len(), limits)?;
    for group in &groups {
        if group.is_empty() {
            return Err(StanzaError::new(Condition::NotAcceptable).text("A group has a name."));
        }
        within(&GROUP_BYTES, group.len(), limits)?;
    }
    let joined = groups.join(SEPARATOR.encode_utf8(&mut [0; 4]));
    groups.sort_unstable();
    if groups.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(StanzaError::new(Condition::BadRequest).text("A contact is in each group once."));
    }
    Ok(joined)
}

fn within(limit: &Limit, count: usize, limits: &Limits) -> Result<(), StanzaError> {
    if count <= limits.count(limit) {
        return Ok(());
    }
    Err(StanzaError::new(Condition::NotAcceptable).text(limit.sentence))
}

/// The `ver` of an account's roster (RFC 6121 §2.1.1). It names the account's row too: a version
/// that a client kept from an account deleted before means nothing to the next of that name.
pub fn version_name(account: i64, version: u32) -> String {
    format!("{account:x}-{version:x}")
}

/// Reads what [`version_name`] wrote for this account.
pub fn read_version(account: i64, name: &str) -> Option<u32> {
    let (known, version) = name.split_once('-')?;
    let known = i64::from_str_radix(known, 16).ok()?;
    (known == account).then(|| u32::from_str_radix(version, 16).ok()).flatten()
}

/// The whole roster (RFC 6121 §2.1.4).
pub fn roster(account: i64, contacts: &Contacts) -> Bytes {
    let mut w = Writer::new();
    w.open("query", ns::ROSTER).attr("ver", &version_name(account, contacts.version()));
    for contact in contacts.items() {
        write_item(contact, &mut w);
    }
    w.finish()
}

/// The whole roster as others show it, without a version (XEP-0133 §4.8).
pub fn write(contacts: &Contacts, w: &mut Writer) {
    w.open("query", ns::ROSTER);
    for contact in contacts.items() {
        write_item(contact, w);
    }
    w.close();
}

/// What a push says of an item as it is now (RFC 6121 §2.1.6).
pub fn pushed_item(account: i64, contact: &Contact) -> Bytes {
    let mut w = Writer::new();
    w.open("query", ns::ROSTER).attr("ver", &version_name(account, contact.version()));
    write_item(contact, &mut w);
    w.finish()
}

/// What a push says of an item that is gone (RFC 6121 §2.5.2).
pub fn pushed_removal(account: i64, jid: &str, version: u32) -> Bytes {
    let mut w = Writer::new();
    w.open("query", ns::ROSTER).attr("ver", &version_name(account, version));
    w.open("item", ns::ROSTER).attr("jid", jid).attr("subscription", "remove");
    w.finish()
}

pub(super) fn write_item(contact: &Contact, w: &mut Writer) {
    let state = contact.state();
    w.open("item", ns::ROSTER).attr("jid", contact.jid_str());
    if !contact.name().is_empty() {
        w.attr("name", contact.name());
    }
    w.attr("subscription", state.subscription());
    if state.has(State::ASKED) {
        w.attr("ask", "subscribe");
    }
    if state.has(State::APPROVED) {
        w.attr("approved", "true");
    }
    for group in contact.groups() {
        w.leaf("group", ns::ROSTER, group);
    }
    w.close();
}
