//! Block lists on the wire (XEP-0191 §3).

use super::Blocklist;
use bytes::Bytes;
use xmpp::{Condition, Element, Jid, StanzaError, Writer, ns};

/// One item of a request: the address, and the element, which may hold a report.
pub struct Item<'a> {
    /// Whom it is about.
    pub jid: Jid,
    /// The whole item.
    pub element: Element<'a>,
}

/// Reads the items of `<block/>` or `<unblock/>`.
///
/// # Errors
/// `bad-request` for an item without an address, `jid-malformed` for what is none.
pub fn items<'a>(command: &Element<'a>) -> Result<Vec<Item<'a>>, StanzaError> {
    command.children().filter(|child| child.is("item", ns::BLOCKING)).map(item).collect()
}

fn item(element: Element<'_>) -> Result<Item<'_>, StanzaError> {
    let missing = || StanzaError::new(Condition::BadRequest).text("An item has an address.");
    let jid = element.attr("jid").ok_or_else(missing)?;
    let jid = Jid::parse(&jid).map_err(|_| StanzaError::new(Condition::JidMalformed))?;
    Ok(Item { jid, element })
}

/// `<blocklist/>`, `<block/>` or `<unblock/>` with these items.
pub fn write(name: &str, list: &Blocklist) -> Bytes {
    let mut w = Writer::new();
    w.open(name, ns::BLOCKING);
    for jid in list.iter() {
        w.open("item", ns::BLOCKING).attr("jid", jid).close();
    }
    w.finish()
}
