//! What waits while a client is in the background (XEP-0352 §5), so that its phone sleeps: presence,
//! of which only the latest of each sender is of use, and chat states likewise.

use crate::limits;
use xmpp::{Delivery, Kind, PresenceType, Stanza, ns};

/// Stanzas held back, in the order in which they will go out.
#[derive(Default)]
pub struct Held {
    deliveries: Vec<Delivery>,
    bytes: usize,
}

impl Held {
    /// Holds a stanza that can wait. What says the same of an earlier moment is dropped for it. Gives it
    /// back when enough is held already.
    pub fn hold(&mut self, delivery: Delivery) -> Result<(), Delivery> {
        if let Some(at) = self.deliveries.iter().position(|held| supersedes(&delivery, held)) {
            self.bytes -= self.deliveries.remove(at).len_estimate();
        }
        let bytes = self.bytes + delivery.len_estimate();
        if self.deliveries.len() >= limits::HELD_MAX || bytes > limits::HELD_BYTES_MAX {
            return Err(delivery);
        }
        self.bytes = bytes;
        self.deliveries.push(delivery);
        Ok(())
    }

    /// Takes all of it.
    pub fn release(self) -> Vec<Delivery> {
        self.deliveries
    }
}

/// Whether nobody needs `old` who gets `new`.
fn supersedes(new: &Delivery, old: &Delivery) -> bool {
    let to = |delivery: &Delivery| delivery.to.clone().or_else(|| delivery.stanza.to.clone());
    let kind = (of(&new.stanza), of(&old.stanza));
    let same = matches!(kind, (Some(new), Some(old)) if new == old);
    same && new.stanza.from == old.stanza.from && to(new) == to(old)
}

#[derive(PartialEq, Eq)]
enum Passing {
    Presence,
    ChatState,
}

/// What a stanza tells that the next one of its kind makes worthless.
fn of(stanza: &Stanza) -> Option<Passing> {
    match stanza.kind {
        Kind::Presence(PresenceType::Available | PresenceType::Unavailable) => Some(Passing::Presence),
        Kind::Message(_) => {
            let only = |child: xmpp::Element<'_>| {
                matches!(child.ns(), ns::CHAT_STATES | ns::HINTS) || child.is("thread", ns::CLIENT)
            };
            (stanza.has_ns(ns::CHAT_STATES) && stanza.children().all(only)).then_some(Passing::ChatState)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(text: &str) -> Delivery {
        Stanza::read(text).unwrap().into()
    }

    #[test]
    fn the_latest_presence_of_each_sender_is_enough() {
        let mut held = Held::default();
        for (from_jid, show) in [("a@x/1", "away"), ("b@x/1", "away"), ("a@x/1", "xa"), ("a@x/2", "dnd")] {
            assert!(held.hold(from(&format!("<presence from='{from_jid}'><show>{show}</show></presence>"))).is_ok());
        }
        assert!(held.hold(from("<presence from='b@x/1' type='unavailable'/>")).is_ok());
        let left: Vec<_> = held.release().into_iter().map(|held| held.stanza.inner_str().to_owned()).collect();
        assert_eq!(left, ["<show>xa</show>", "<show>dnd</show>", ""]);
    }

    #[test]
    fn a_chat_state_replaces_only_chat_states() {
        let mut held = Held::default();
        let state = "<composing xmlns='http://jabber.org/protocol/chatstates'/>";
        for inner in [state, "<x xmlns='y'/>", state] {
            let message = format!("<message type='chat' from='a@x/1'>{inner}</message>");
            assert!(held.hold(from(&message)).is_ok());
        }
        let left: Vec<_> = held.release().into_iter().map(|held| held.stanza.inner_str().to_owned()).collect();
        assert_eq!(left, ["<x xmlns='y'/>", state]);
    }

    #[test]
    fn no_more_than_the_limit_is_held() {
        let mut held = Held::default();
        for sender in 0..limits::HELD_MAX {
            assert!(held.hold(from(&format!("<presence from='a@x/{sender}'/>"))).is_ok());
        }
        assert!(held.hold(from("<presence from='b@x/1'/>")).is_err());
        // One that takes the place of another is no more than before.
        assert!(held.hold(from("<presence from='a@x/7'/>")).is_ok());
    }
}
