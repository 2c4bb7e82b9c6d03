//! Asking for voice in a moderated room, and giving it (XEP-0045 §7.13, §8.6).

use super::Sends;
use super::change::{Change, Changed, apply};
use super::role::Role;
use super::room::Room;
use crate::turn::Turn;
use std::collections::BTreeMap;
use std::sync::Arc;
use xmpp::form::{FORM_TYPE, Form, boolean};
use xmpp::{Condition, Element, Jid, Kind, MessageType, Stanza, StanzaError, Writer, ns};

/// Who was given voice, or lost it, and had not what they would have by themselves. Else one would only have to
/// leave and come back to speak again (§5.1).
#[derive(Default, Debug)]
pub struct Voices(BTreeMap<Box<str>, Role>);

/// People that are remembered: more than any moderator remembers.
const VOICES_MAX: usize = 1000;

impl Voices {
    /// The role that was given to somebody.
    pub fn of(&self, jid: &Jid) -> Option<Role> {
        self.0.get(jid.bare_str()).copied()
    }

    /// Notes that somebody was given a role; that of a moderator is for a visit alone.
    pub(super) fn note(&mut self, bare: &Jid, role: Role) {
        if !matches!(role, Role::Visitor | Role::Participant) {
            self.0.remove(bare.as_str());
        } else if self.0.len() < VOICES_MAX || self.0.contains_key(bare.as_str()) {
            self.0.insert(bare.as_str().into(), role);
        }
    }

    /// What was given to somebody counts no more.
    pub(super) fn forget(&mut self, bare: &Jid) {
        self.0.remove(bare.as_str());
    }
}

/// The form that a message to the room holds, if it is about voice.
pub(super) fn form_of(stanza: &Stanza) -> Option<Element<'_>> {
    let x = stanza.child("x", ns::DATA_FORMS)?;
    Form::submitted_as(x, ns::MUC_REQUEST).ok().map(|_| x)
}

/// A request, or what a moderator says to one.
pub(super) fn take(turn: &mut Turn<'_, Room>, x: Element<'_>, from: &Jid) -> Result<(), StanzaError> {
    let form = Form::submitted_as(x, ns::MUC_REQUEST)?;
    match form.value("muc#request_allow") {
        None => ask(turn, from),
        Some(allow) => decide(turn, &form, boolean(&allow) == Some(true), from),
    }
}

/// §7.13: every moderator is asked.
fn ask(turn: &mut Turn<'_, Room>, from: &Jid) -> Result<(), StanzaError> {
    let room = &*turn.me;
    let Some(occupant) = room.occupants.of(from) else {
        return Err(StanzaError::new(Condition::NotAcceptable).text("Enter the room before you ask for voice in it."));
    };
    if occupant.role >= Role::Participant {
        return Ok(());
    }
    let mut w = Writer::new();
    w.open("x", ns::DATA_FORMS).attr("type", "form");
    w.leaf("title", ns::DATA_FORMS, "Somebody asks for voice");
    let mut field = |name: &str, kind: &str, label: Option<&str>, value: &str| {
        w.open("field", ns::DATA_FORMS).attr("var", name).attr("type", kind).attr_some("label", label);
        w.leaf("value", ns::DATA_FORMS, value).close();
    };
    field(FORM_TYPE, "hidden", None, ns::MUC_REQUEST);
    field("muc#role", "text-single", Some("Requested role"), Role::Participant.name());
    field("muc#jid", "jid-single", Some("Address"), from.as_str());
    field("muc#roomnick", "text-single", Some("Nickname"), occupant.nick());
    field("muc#request_allow", "boolean", Some("Give voice to this person?"), "0");
    let form = Stanza::new(Kind::Message(MessageType::Normal)).with_from(Some(room.jid.clone()));
    let form = Arc::new(form.with_inner(w.finish()));
    let moderators = room.occupants.iter().filter(|one| one.role == Role::Moderator);
    let clients = moderators.flat_map(|one| one.sessions.iter().map(|client| client.jid.clone()));
    let sends: Sends = clients.map(|client| (form.clone(), client)).collect();
    turn.send_all(sends);
    Ok(())
}

/// §8.6: a moderator says yes, or no, which changes nothing.
fn decide(turn: &mut Turn<'_, Room>, form: &Form<'_>, allow: bool, from: &Jid) -> Result<(), StanzaError> {
    if turn.me.occupants.of(from).is_none_or(|occupant| occupant.role != Role::Moderator) {
        return Err(StanzaError::new(Condition::Forbidden).text("Only moderators give voice."));
    }
    let nick = form.value("muc#roomnick").unwrap_or_default();
    let Some(asker) = turn.me.occupants.get(&nick) else {
        return Err(StanzaError::new(Condition::ItemNotFound).text("Nobody here has that nickname any more."));
    };
    if allow && asker.role == Role::Visitor {
        let Some(change) = Change::role(turn.me, &nick, Role::Participant, Box::default()) else { return Ok(()) };
        let changed = Changed::new(turn.me, from, None);
        apply(turn, vec![change], from, changed);
    }
    Ok(())
}
