//! What a room says in its own name: `<x/>` of `muc#user` (XEP-0045 §19.2), occupant ids, presence.

use super::occupants::{Occupant, Session};
use super::role::{Affiliation, Role};
use std::sync::Arc;
use xmpp::{Element, Jid, Kind, PresenceType, Stanza, Writer, ns};

/// What is said of somebody.
#[derive(Clone, Default)]
pub struct About<'a> {
    /// Status codes (§16.6).
    pub codes: &'a [u16],
    /// The new nickname, with 303 (§7.6).
    pub new_nick: Option<&'a str>,
    /// The nickname of whoever did it (§8.2).
    pub actor: Option<&'a str>,
    /// Why.
    pub reason: Option<&'a str>,
    /// There is no such room any more (§10.9).
    pub destroyed: Option<&'a Destroyed>,
}

/// What becomes of a room that is destroyed (§10.9).
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Destroyed {
    /// Where to go instead.
    pub venue: Option<Jid>,
    /// The password there.
    pub password: Option<Box<str>>,
    /// Why.
    pub reason: Option<Box<str>>,
}

/// Who somebody is to the room, as it is said.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    /// For long.
    pub affiliation: Affiliation,
    /// While they are there.
    pub role: Role,
    /// The address behind the nickname, for those who may see it.
    pub jid: Option<&'a Jid>,
}

/// The presence of an occupant under one of their clients.
pub struct Shown<'a> {
    /// Who.
    pub occupant: &'a Occupant,
    /// The client.
    pub session: &'a Session,
    /// They are there, or not any more.
    pub kind: PresenceType,
    /// What they are to the room.
    pub affiliation: Affiliation,
    /// What they say themselves, canonical.
    pub said: &'a [u8],
}

impl Shown<'_> {
    /// The stanza, for those who may see the address or not.
    pub fn stanza(&self, with_address: bool, about: &About<'_>) -> Arc<Stanza> {
        let is_gone = self.kind == PresenceType::Unavailable;
        // §7.14, §8.2: who is not there has no role; who moves to another nickname keeps it.
        let role = if is_gone && about.new_nick.is_none() { Role::None } else { self.occupant.role };
        let jid = with_address.then_some(&self.session.jid);
        let mut w = Writer::new();
        w.raw(self.said);
        write_occupant_id(&mut w, self.occupant.id.as_str());
        write_x(&mut w, Some(Item { affiliation: self.affiliation, role, jid }), about);
        if !is_gone {
            w.raw(self.occupant.hats.as_bytes());
        }
        let mut stanza = Stanza::new(Kind::Presence(self.kind)).with_from(Some(self.occupant.address.clone()));
        stanza.lang = self.session.presence.lang.clone();
        Arc::new(stanza.with_inner(w.finish()))
    }
}

/// `<occupant-id/>` (XEP-0421 §3).
pub fn write_occupant_id(w: &mut Writer, id: &str) {
    w.open("occupant-id", ns::OCCUPANT_ID).attr("id", id).close();
}

/// `<x/>` with what the room says.
pub fn write_x(w: &mut Writer, item: Option<Item<'_>>, about: &About<'_>) {
    w.open("x", ns::MUC_USER);
    if let Some(item) = item {
        w.open("item", ns::MUC_USER);
        w.attr("affiliation", item.affiliation.name()).attr("role", item.role.name());
        w.attr_some("jid", item.jid.map(Jid::as_str)).attr_some("nick", about.new_nick);
        if let Some(actor) = about.actor {
            w.open("actor", ns::MUC_USER).attr("nick", actor).close();
        }
        if let Some(reason) = about.reason.filter(|reason| !reason.is_empty()) {
            w.leaf("reason", ns::MUC_USER, reason);
        }
        w.close();
    }
    for code in about.codes {
        w.open("status", ns::MUC_USER).attr("code", &code.to_string()).close();
    }
    if let Some(destroyed) = about.destroyed {
        w.open("destroy", ns::MUC_USER).attr_some("jid", destroyed.venue.as_ref().map(Jid::as_str));
        if let Some(password) = &destroyed.password {
            w.leaf("password", ns::MUC_USER, password);
        }
        if let Some(reason) = &destroyed.reason {
            w.leaf("reason", ns::MUC_USER, reason);
        }
        w.close();
    }
    w.close();
}

/// Whether only the room may say this of an occupant: what is in its name is taken out of what they send
/// (§17.2, §17.3, XEP-0421 §4, XEP-0317 §5, XEP-0359 §3).
pub fn is_ours(child: &Element<'_>, room: &Jid) -> bool {
    let names_room = |attribute: &str| {
        child.attr(attribute).is_some_and(|by| Jid::parse(&by).map_or(true, |by| by.bare_str() == room.as_str()))
    };
    match (child.name(), child.ns()) {
        ("x", ns::MUC | ns::MUC_USER) | ("occupant-id", ns::OCCUPANT_ID) | ("hats", ns::HATS) => true,
        ("stanza-id", ns::STANZA_ID) => names_room("by"),
        ("delay", ns::DELAY) => names_room("from"),
        _ => false,
    }
}
