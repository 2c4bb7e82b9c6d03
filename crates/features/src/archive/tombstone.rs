//! Tombstones (XEP-0424 §4, XEP-0425 §4): what stands in an archive where a message was.

use super::Id;
use bytes::Bytes;
use store::{Rewrite, Write};
use xmpp::{Element, Stanza, ns};

/// Puts a tombstone where a message is: a write for the same commit as the announcement. Who sent it to whom,
/// its number, its moment and its id stay, so that clients know what became of it; its content is overwritten
/// on the disk as well. Where there is a tombstone already, it stays, and so does a retraction, which clients
/// must find (XEP-0424 §5).
///
/// `class` is the store's set of files, `retracted` the canonical `<retracted/>`.
pub fn tombstone(class: u8, row: Id, retracted: Bytes) -> Write {
    Write::Rewrite(Rewrite { archive: row.archive, class, number: row.number, body: buried, with: retracted })
}

/// A stored message as it is once it is retracted; none if it is a tombstone or a retraction itself.
pub fn buried(kept: &[u8], retracted: &[u8]) -> Option<Vec<u8>> {
    let message = Stanza::read(std::str::from_utf8(kept).ok()?)?;
    if is_tombstone(&message) || message.has("retract", ns::RETRACT) {
        return None;
    }
    // XEP-0425 §4: who wrote it in a room stays known.
    let mut head = message.without(|child| !child.is("occupant-id", ns::OCCUPANT_ID));
    head.lang = None;
    let mut body = Vec::new();
    head.write_as(head.to.as_ref(), retracted, Some(ns::CLIENT), &mut body);
    Some(body)
}

/// Whether a kept message is what is left of one. Senders may write the element too, beside their text.
fn is_tombstone(message: &Stanza) -> bool {
    let is_left = |child: Element<'_>| child.is("occupant-id", ns::OCCUPANT_ID) || child.is("retracted", ns::RETRACT);
    message.has("retracted", ns::RETRACT) && message.children().all(is_left)
}

#[cfg(test)]
mod tests {
    const RETRACTED: &str = "<retracted xmlns='urn:xmpp:message-retract:1' id='r'/>";

    fn buried(kept: &str) -> Option<String> {
        super::buried(kept.as_bytes(), RETRACTED.as_bytes()).map(|body| String::from_utf8(body).unwrap())
    }

    #[test]
    fn addresses_stay_and_content_goes() {
        let room = "<message xmlns='jabber:client' from='r@x/n' to='a@x' id='1' type='groupchat' xml:lang='en'>\
                    <body>secret</body><occupant-id xmlns='urn:xmpp:occupant-id:0' id='o'/><thread>t</thread></message>";
        let tombstone = format!(
            "<message xmlns='jabber:client' from='r@x/n' to='a@x' id='1' type='groupchat'>\
             <occupant-id xmlns='urn:xmpp:occupant-id:0' id='o'/>{RETRACTED}</message>"
        );
        assert_eq!(buried(room), Some(tombstone.clone()));
        assert_eq!(buried(&tombstone), None);
    }

    #[test]
    fn who_writes_the_element_hides_nothing_behind_it() {
        let forged = format!("<message from='a@x/1'><body>secret</body>{RETRACTED}</message>");
        assert_eq!(buried(&forged), Some(format!("<message xmlns='jabber:client' from='a@x/1'>{RETRACTED}</message>")));
        assert_eq!(buried("<message><retract xmlns='urn:xmpp:message-retract:1' id='1'/></message>"), None);
    }
}
