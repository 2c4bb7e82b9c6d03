//! Registering with a room (XEP-0045 §7.10): who does becomes a member, with a nickname that is kept for them.
//! Into a room for members only nobody lets themselves.

use super::change::{Change, Changed, apply};
use super::iq::Asked;
use super::role::Affiliation;
use super::room::{Room, Stage};
use super::{admin, join};
use crate::iq::Reply;
use crate::turn::Turn;
use bytes::Bytes;
use xmpp::form::{FORM_TYPE, Form};
use xmpp::{Condition, StanzaError, Writer, ns};

const NICK: &str = "muc#register_roomnick";

/// What there is to be filled in, or what was (§7.10).
pub(super) fn form(turn: &mut Turn<'_, Room>, asked: &Asked<'_>) -> Result<Reply, StanzaError> {
    may_register(turn.me, asked)?;
    let nick = turn.me.affiliations.nick_of(asked.from);
    let mut w = Writer::new();
    w.open("query", ns::REGISTER);
    if !nick.is_empty() {
        w.empty("registered", ns::REGISTER).leaf("username", ns::REGISTER, nick);
    }
    w.open("x", ns::DATA_FORMS).attr("type", "form").leaf("title", ns::DATA_FORMS, "Registration with the room");
    w.open("field", ns::DATA_FORMS).attr("var", FORM_TYPE).attr("type", "hidden");
    w.leaf("value", ns::DATA_FORMS, ns::MUC_REGISTER).close();
    w.open("field", ns::DATA_FORMS).attr("var", NICK).attr("type", "text-single").attr("label", "Nickname");
    w.empty("required", ns::DATA_FORMS);
    Ok(Reply::Inner(w.finish()))
}

/// The form comes back, or somebody wants to be a member no more.
pub(super) fn set(turn: &mut Turn<'_, Room>, asked: &Asked<'_>) -> Result<Reply, StanzaError> {
    may_register(turn.me, asked)?;
    let is = turn.me.affiliation(asked.from);
    let (to, nick) = if asked.payload.child("remove", ns::REGISTER).is_some() {
        // Who runs the room stays what they are, without the nickname.
        (if is == Affiliation::Member { Affiliation::None } else { is }, String::new())
    } else {
        (is.max(Affiliation::Member), wanted(turn, asked)?)
    };
    let who = asked.from.bare();
    let changes = vec![Change::Affiliation { who, to, nick: Some(nick.into()), reason: Box::default() }];
    admin::check(turn, &changes)?;
    let answer = asked.stanza.result(Bytes::new()).with_from(Some(turn.me.jid.clone()));
    let mut changed = Changed::new(turn.me, asked.from, Some(answer));
    // It is nobody's doing but their own.
    changed.actor = None;
    apply(turn, changes, asked.from, changed);
    Ok(Reply::Nothing)
}

fn may_register(room: &Room, asked: &Asked<'_>) -> Result<(), StanzaError> {
    if room.stage == Stage::Locked {
        return Err(StanzaError::new(Condition::ItemNotFound).text("Configure the room first."));
    }
    let is = room.affiliation(asked.from);
    match room.admits(asked.from) && is != Affiliation::Outcast && asked.from.local().is_some() {
        true => Ok(()),
        false => Err(StanzaError::new(Condition::NotAllowed).text("Ask an admin of the room to make you a member.")),
    }
}

fn wanted(turn: &Turn<'_, Room>, asked: &Asked<'_>) -> Result<String, StanzaError> {
    let bad = || StanzaError::new(Condition::BadRequest).text("Send the form back with a nickname.");
    let form = Form::submitted(&asked.payload, ns::MUC_REGISTER)?.ok_or_else(bad)?;
    let nick = form.value(NICK).ok_or_else(bad)?;
    join::fits(turn, &nick)?;
    // As it would stand in an address.
    let address = turn.me.jid.with_resource(&nick).map_err(|_| bad())?;
    let nick = address.resource().unwrap_or_default().to_owned();
    let held = turn.me.occupants.get(&nick).is_some_and(|holder| holder.bare.as_str() != asked.from.bare_str());
    match held {
        true => Err(StanzaError::new(Condition::Conflict).text("Somebody else has that nickname. Choose another.")),
        false => Ok(nick),
    }
}
