//! What passes between the service and a domain on certain terms, and what somebody is told whose stanza does
//! not.

use super::Terms;
use crate::service::Service;
use crate::turn::Turn;
use xmpp::{Condition, IqType, Jid, Kind, MessageType, PresenceType, Stanza, StanzaError, ns};

/// Why a stanza from a domain does not come in; none if it does. Strangers are held against contact lists later,
/// by [`stops_stranger`].
pub fn incoming(terms: Terms, stanza: &Stanza) -> Option<StanzaError> {
    if stanza.kind.is_error() {
        return None;
    }
    if terms.no_rooms && (enters_room(stanza) || is_of_room(stanza)) {
        return Some(refused("Rooms are not shared between your service and this one."));
    }
    (terms.no_media && carries_media(stanza)).then(|| refused("This service takes no files and no calls from yours."))
}

/// Why a stanza for a domain does not go out; none if it does.
pub fn outgoing(terms: Terms, stanza: &Stanza) -> Option<StanzaError> {
    let stops = terms.no_rooms && !stanza.kind.is_error() && (enters_room(stanza) || is_of_room(stanza));
    stops.then(|| refused("Rooms are not shared between that service and this one."))
}

/// A message from a domain of which no strangers are heard is answered as if nobody were there, unless the
/// account knows the sender: from the contact list, or because one of its devices went to them (as one goes
/// into a room). True if it ends here. `to` is where this copy goes.
///
/// Requests to be a contact pass: they are how a stranger becomes none.
pub fn stops_stranger(turn: &mut Turn<'_>, stanza: &Stanza, to: &Jid) -> bool {
    let Kind::Message(message_type) = stanza.kind else { return false };
    let Some(error) = for_nobody(turn.service, stanza, turn.now) else { return false };
    let Some(from) = &stanza.from else { return false };
    let is_contact = turn.me.contacts.get(from.bare_str()).is_some_and(|contact| contact.is_listed());
    let mut gone_to = turn.me.sessions.iter().flat_map(|session| &session.directed);
    if is_contact || gone_to.any(|known| known.bare_str() == from.bare_str()) {
        return false;
    }
    // RFC 6121 §8.5.1: nobody answers headlines.
    if message_type != MessageType::Headline {
        turn.refuse(&stanza.clone().with_to(Some(to.clone())), &error);
    }
    true
}

/// What somebody is told whose message is for nobody here, if it is told to strangers of that domain anyway:
/// otherwise asking would tell which names are taken (RFC 6121 §8.5.1).
pub fn for_nobody(service: &Service, stanza: &Stanza, now: i64) -> Option<StanzaError> {
    let heard = matches!(stanza.kind, Kind::Message(kind) if kind != MessageType::Error);
    let from = stanza.from.as_ref().filter(|from| heard && !service.is_local(from))?;
    super::of(service, from, now).ok().filter(|terms| terms.no_strangers)?;
    Some(refused("Messages from your service reach only people who have you in their contact list."))
}

fn refused(sentence: &'static str) -> StanzaError {
    StanzaError::new(Condition::PolicyViolation).text(sentence)
}

/// XEP-0045 §7.2.
fn enters_room(stanza: &Stanza) -> bool {
    stanza.kind == Kind::Presence(PresenceType::Available) && stanza.has("x", ns::MUC)
}

/// What is said in a room, who is in it, and invitations to it (XEP-0045 §7.1, §7.4, §7.8; XEP-0249).
fn is_of_room(stanza: &Stanza) -> bool {
    match stanza.kind {
        Kind::Message(MessageType::Groupchat) => true,
        Kind::Message(_) => stanza.has("x", ns::DIRECT_INVITE) || stanza.has("x", ns::MUC_USER),
        Kind::Presence(PresenceType::Available) => stanza.has("x", ns::MUC_USER),
        Kind::Presence(_) | Kind::Iq(_) => false,
    }
}

/// Files and calls, and what announces them. What is encrypted is not seen.
fn carries_media(stanza: &Stanza) -> bool {
    match stanza.kind {
        Kind::Message(_) => {
            let media = [ns::OOB, ns::FILE_SHARING, ns::JINGLE_MESSAGE, ns::IBB];
            let shares = || {
                let reference = stanza.child_of_ns(ns::REFERENCE);
                reference.is_some_and(|reference| reference.children().any(|child| child.ns() == ns::MEDIA_SHARING))
            };
            media.iter().any(|ns| stanza.has_ns(ns)) || shares()
        }
        Kind::Iq(IqType::Set) => {
            let media = [ns::JINGLE, ns::STREAM_INITIATION, ns::BYTESTREAMS, ns::IBB];
            media.iter().any(|ns| stanza.has_ns(ns))
        }
        Kind::Presence(_) | Kind::Iq(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_ROOMS: Terms = Terms { demand: None, no_strangers: false, no_media: false, no_rooms: true };
    const NO_MEDIA: Terms = Terms { no_media: true, no_rooms: false, ..NO_ROOMS };

    fn read(xml: &str) -> Stanza {
        Stanza::read(xml).unwrap()
    }

    #[test]
    fn rooms_are_kept_apart_in_both_directions() {
        for xml in [
            "<presence><x xmlns='http://jabber.org/protocol/muc'/></presence>",
            "<presence><x xmlns='http://jabber.org/protocol/muc#user'/></presence>",
            "<message type='groupchat'><body>a</body></message>",
            "<message><x xmlns='jabber:x:conference' jid='room@there'/></message>",
        ] {
            assert!(incoming(NO_ROOMS, &read(xml)).is_some() && outgoing(NO_ROOMS, &read(xml)).is_some(), "{xml}");
            assert!(incoming(NO_MEDIA, &read(xml)).is_none() && outgoing(Terms::default(), &read(xml)).is_none());
        }
        for xml in ["<presence/>", "<message type='chat'><body>a</body></message>", "<presence type='unavailable'/>"] {
            assert!(incoming(NO_ROOMS, &read(xml)).is_none(), "{xml}");
        }
    }

    #[test]
    fn media_are_refused_from_there_alone() {
        for xml in [
            "<message type='chat'><body>a</body><x xmlns='jabber:x:oob'/></message>",
            "<message><propose xmlns='urn:xmpp:jingle-message:0' id='1'/></message>",
            "<message><reference xmlns='urn:xmpp:reference:0'><media-sharing xmlns='urn:xmpp:sims:1'/></reference></message>",
            "<iq type='set' id='1'><jingle xmlns='urn:xmpp:jingle:1'/></iq>",
        ] {
            assert!(incoming(NO_MEDIA, &read(xml)).is_some() && outgoing(NO_MEDIA, &read(xml)).is_none(), "{xml}");
        }
        for xml in ["<iq type='result' id='1'/>", "<message type='error'><x xmlns='jabber:x:oob'/></message>"] {
            assert!(incoming(NO_MEDIA, &read(xml)).is_none(), "{xml}");
        }
    }
}
