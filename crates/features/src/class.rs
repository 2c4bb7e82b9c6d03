//! One classifier for messages (a pure function), asked by the archive, carbons, delivery and, in
//! time, push and client state. The documents differ only in the direction they err.

use crate::turn::Weight;
use xmpp::Kind;
use xmpp::{MessageType, Stanza, ns};

/// What a message is, as far as copying and keeping it goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Class {
    /// RFC 6121 §5.2.2.
    pub message_type: MessageType,
    /// It may be kept (XEP-0313 §6.1.1 with the hints of XEP-0334 §4).
    pub archive: bool,
    /// It may be copied to other devices (XEP-0280 §6.1).
    pub carbon: bool,
    /// A client in the background should be woken for it (XEP-0352 §5).
    pub urgent: bool,
    /// A room's private message or invitation, by its `muc#user` element.
    pub from_room: bool,
}

impl Class {
    /// How long a client in the background may be left without it.
    pub fn weight(&self) -> Weight {
        if self.urgent { Weight::Urgent } else { Weight::Idle }
    }
}

/// Presence can wait, but for what tells somebody that they entered a room or were put out of it
/// (XEP-0045 §7.2.2, §8.2, §9.1): their client acts on it.
pub fn presence_weight(stanza: &Stanza) -> Weight {
    let Some(x) = stanza.child("x", ns::MUC_USER) else { return Weight::Idle };
    let own = x.children().filter(|child| child.is("status", ns::MUC_USER)).any(|status| {
        matches!(status.attr("code").as_deref(), Some("110" | "301" | "307" | "321" | "322" | "332" | "333"))
    });
    if own { Weight::Urgent } else { Weight::Idle }
}

/// What a stanza is. Presence and IQ are never messages: ask only of messages.
pub fn classify(stanza: &Stanza) -> Class {
    let message_type = match stanza.kind {
        Kind::Message(message_type) => message_type,
        Kind::Presence(_) | Kind::Iq(_) => MessageType::Headline,
    };
    let body = stanza.has("body", ns::CLIENT);
    let storable = body || carries_state(stanza);
    let archive = match message_type {
        MessageType::Error | MessageType::Headline | MessageType::Groupchat => false,
        MessageType::Normal | MessageType::Chat => keep(stanza, storable),
    };
    Class {
        message_type,
        archive,
        carbon: carbon(stanza, message_type, body),
        // XEP-0353: somebody's phone rings. A room's subject is shown like a message.
        urgent: archive
            || body
            || message_type == MessageType::Error
            || stanza.has_ns(ns::JINGLE_MESSAGE)
            || stanza.has("subject", ns::CLIENT)
            || mediated_invite(stanza),
        from_room: stanza.has("x", ns::MUC_USER),
    }
}

/// XEP-0334 §4.1, §4.2, §4.4: what the sender says goes before what we would guess.
fn keep(stanza: &Stanza, storable: bool) -> bool {
    if stanza.has("no-store", ns::HINTS) || stanza.has("no-permanent-store", ns::HINTS) {
        return false;
    }
    storable || stanza.has("store", ns::HINTS)
}

/// Whether a room keeps it, and shows it to those who enter later (XEP-0313 §6.1.2).
pub fn is_lasting(stanza: &Stanza) -> bool {
    keep(stanza, stanza.has("body", ns::CLIENT) || carries_state(stanza))
}

/// Content without a body that clients count on finding again: receipts, markers, reactions,
/// corrections, retractions (XEP-0424 §5), encrypted content, invitations.
fn carries_state(stanza: &Stanza) -> bool {
    // Asked once: a stanza may have thousands of children.
    let to_be_stored = stanza.has("store", ns::HINTS);
    stanza.children().any(|child| {
        matches!(
            (child.name(), child.ns()),
            ("received", ns::RECEIPTS)
                | ("displayed" | "received" | "acknowledged", ns::MARKERS)
                | ("reactions", ns::REACTIONS)
                | ("replace", ns::CORRECTION)
                | ("retract", ns::RETRACT)
                | ("x", ns::DIRECT_INVITE)
        ) || (child.name() == "encrypted" && child.ns() != ns::CLIENT && to_be_stored)
    })
}

/// XEP-0280 §6.1, in the order of its list.
fn carbon(stanza: &Stanza, message_type: MessageType, body: bool) -> bool {
    if stanza.has("private", ns::CARBONS) || stanza.has("no-copy", ns::HINTS) {
        return false;
    }
    match message_type {
        MessageType::Chat => true,
        MessageType::Normal => {
            body || stanza.has_ns(ns::RECEIPTS)
                || stanza.has_ns(ns::CHAT_STATES)
                || stanza.has_ns(ns::MARKERS)
                || stanza.has("x", ns::DIRECT_INVITE)
                || mediated_invite(stanza)
        }
        // An error answering a copied message is copied, so that every device knows it failed.
        MessageType::Error => !stanza.has_ns(ns::CARBONS),
        MessageType::Groupchat | MessageType::Headline => false,
    }
}

/// XEP-0045 §7.8.2: an invitation that a room passes on.
pub fn mediated_invite(stanza: &Stanza) -> bool {
    stanza.child("x", ns::MUC_USER).is_some_and(|x| x.child("invite", ns::MUC_USER).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(message: &str) -> Class {
        classify(&Stanza::read(message).unwrap())
    }

    #[test]
    fn hints_overrule_the_guess() {
        assert!(class("<message type='chat'><body>a</body></message>").archive);
        assert!(!class("<message type='chat'><body>a</body><no-store xmlns='urn:xmpp:hints'/></message>").archive);
        assert!(class("<message type='chat'><x xmlns='y'/><store xmlns='urn:xmpp:hints'/></message>").archive);
        assert!(!class("<message type='error'><store xmlns='urn:xmpp:hints'/></message>").archive);
    }

    #[test]
    fn chat_states_are_copied_and_not_kept() {
        let state = class("<message type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
        assert!(state.carbon && !state.archive && !state.urgent);
    }

    #[test]
    fn entering_a_room_is_told_at_once() {
        let weight = |x: &str| presence_weight(&Stanza::read(&format!("<presence>{x}</presence>")).unwrap());
        let x =
            |code: &str| format!("<x xmlns='http://jabber.org/protocol/muc#user'><item/><status code='{code}'/></x>");
        assert_eq!([weight(""), weight(&x("100"))], [Weight::Idle; 2]);
        assert_eq!([weight(&x("110")), weight(&x("307"))], [Weight::Urgent; 2]);
    }

    #[test]
    fn a_ringing_phone_cannot_wait() {
        assert!(class("<message type='chat'><propose xmlns='urn:xmpp:jingle-message:0' id='1'/></message>").urgent);
        assert!(class("<message type='groupchat'><subject>Lunch</subject></message>").urgent);
    }

    #[test]
    fn receipts_are_kept() {
        assert!(class("<message><received xmlns='urn:xmpp:receipts' id='1'/></message>").archive);
    }

    #[test]
    fn private_messages_stay_where_they_are() {
        assert!(!class("<message type='chat'><body>a</body><private xmlns='urn:xmpp:carbons:2'/></message>").carbon);
        assert!(!class("<message type='groupchat'><body>a</body></message>").carbon);
    }
}
