//! Invitations that a room passes on, and what is answered to them (XEP-0045 §7.8.2).

use super::role::Affiliation;
use super::room::Room;
use super::{Sends, table, voice};
use crate::turn::Turn;
use std::sync::Arc;
use xmpp::{Condition, Element, Jid, Kind, MessageType, Stanza, StanzaError, Text, Writer, ns};

/// People invited by one message.
const INVITED_MAX: usize = 20;

/// How the id of every invitation begins.
const RETURNED: &str = "invite-";

/// A message for the room itself.
pub(super) fn take(turn: &mut Turn<'_, Room>, stanza: &Stanza, (from, to): (&Jid, &Jid)) {
    let x = stanza.child("x", ns::MUC_USER);
    let outcome = match (&x, voice::form_of(stanza)) {
        (Some(x), _) if x.child("invite", ns::MUC_USER).is_some() => invite(turn, (x, stanza), from),
        (Some(x), _) if x.child("decline", ns::MUC_USER).is_some() => decline(turn, x, from),
        (_, Some(form)) => voice::take(turn, form, from),
        // §17.2
        _ => Err(StanzaError::new(Condition::BadRequest).text("What is said to everybody has the type groupchat.")),
    };
    if let Err(error) = outcome {
        turn.refuse(stanza, to, &error);
    }
}

fn invite(turn: &mut Turn<'_, Room>, (x, stanza): (&Element<'_>, &Stanza), from: &Jid) -> Result<(), StanzaError> {
    may_invite(turn.me, from)?;
    let id = id_for(turn.me, from, stanza);
    let invites: Vec<_> = x.children().filter(|child| child.is("invite", ns::MUC_USER)).take(INVITED_MAX).collect();
    let mut sends = Sends::new();
    let mut members = Vec::new();
    for invite in &invites {
        let malformed = || StanzaError::new(Condition::JidMalformed).text("Say whom you invite.");
        let invited = invite.attr("to").and_then(|to| Jid::parse(&to).ok()).ok_or_else(malformed)?;
        match turn.me.affiliation(&invited) {
            Affiliation::Outcast => {
                return Err(StanzaError::new(Condition::NotAllowed).text("Whom you invite is banned from this room."));
            }
            // §9.5: who is invited may enter.
            Affiliation::None if turn.me.config.is_members_only => members.push(invited.bare()),
            _ => {}
        }
        let invitation = invitation(turn.me, from, Some(invite)).with_id(id.clone());
        sends.push((Arc::new(invitation), invited));
    }
    for member in members {
        turn.me.affiliate(member.as_str(), Affiliation::Member, "");
        table::save_affiliation(turn, member.as_str());
    }
    turn.send_all(sends);
    Ok(())
}

/// What an invitation is known by when it comes back: the client of the inviter, and the id that it gave.
fn id_for(room: &Room, from: &Jid, stanza: &Stanza) -> Option<Text> {
    let session = room.occupants.of(from)?.sessions.iter().find(|session| session.jid == *from)?;
    Some(format!("{RETURNED}{}-{}", session.tag, stanza.id.as_ref().map_or("", Text::as_str)).into())
}

/// An invitation came back. §7.8.2: whoever invited learns that there is nobody of that address.
pub(super) fn bounced(turn: &mut Turn<'_, Room>, stanza: &Stanza) {
    let id = stanza.id.as_ref().and_then(|id| id.as_str().strip_prefix(RETURNED)?.split_once('-'));
    let Some((tag, id)) = id else { return };
    let Some(inviter) = turn.me.occupants.tagged(tag).map(|session| session.jid.clone()) else { return };
    let asked =
        Stanza::new(Kind::Message(MessageType::Normal)).with_id(Some(id.into())).with_to(Some(turn.me.jid.clone()));
    let asked = asked.with_from(Some(inviter));
    let error = StanzaError::new(Condition::ItemNotFound).text("Your invitation reached nobody. Check the address.");
    if let Some(answer) = asked.error(&error) {
        turn.answer(answer);
    }
}

/// §7.8.2, §9.5: into a room for members only admins invite, unless it lets members.
fn may_invite(room: &Room, from: &Jid) -> Result<(), StanzaError> {
    if room.occupants.of(from).is_none() {
        return Err(StanzaError::new(Condition::NotAcceptable).text("Enter the room before you invite others to it."));
    }
    let least = match (room.config.is_members_only, room.config.allow_invites) {
        (true, false) => Affiliation::Admin,
        (true, true) => Affiliation::Member,
        (false, _) => Affiliation::None,
    };
    match room.affiliation(from) >= least {
        true => Ok(()),
        false => Err(StanzaError::new(Condition::Forbidden).text("Only admins may invite others to this room.")),
    }
}

/// What the one who is invited gets. It is worth keeping for when they come (XEP-0334 §4.4).
pub(super) fn invitation(room: &Room, by: &Jid, invite: Option<&Element<'_>>) -> Stanza {
    let mut w = Writer::new();
    w.open("x", ns::MUC_USER);
    w.open("invite", ns::MUC_USER).attr("from", by.bare_str());
    if let Some(invite) = invite {
        // What stands in it inherits the namespace that it is written into.
        w.raw(invite.content().as_bytes());
    }
    w.close();
    if room.config.is_password_protected {
        w.leaf("password", ns::MUC_USER, &room.config.secret);
    }
    w.close();
    w.empty("store", ns::HINTS);
    Stanza::new(Kind::Message(MessageType::Normal)).with_from(Some(room.jid.clone())).with_inner(w.finish())
}

/// Whoever invited learns that nobody will come. Only somebody in the room can be told so.
fn decline(turn: &mut Turn<'_, Room>, x: &Element<'_>, from: &Jid) -> Result<(), StanzaError> {
    let decline = x.child("decline", ns::MUC_USER);
    let told = decline.and_then(|decline| decline.attr("to").map(|to| (decline, to.into_owned())));
    let told = told.and_then(|(decline, to)| Jid::parse(&to).ok().map(|to| (decline, to)));
    let Some((decline, to)) = told else {
        return Err(StanzaError::new(Condition::JidMalformed).text("Say whose invitation you decline."));
    };
    let mut w = Writer::new();
    w.open("x", ns::MUC_USER).open("decline", ns::MUC_USER).attr("from", from.bare_str());
    w.raw(decline.content().as_bytes());
    let message = Stanza::new(Kind::Message(MessageType::Normal)).with_from(Some(turn.me.jid.clone()));
    let message = Arc::new(message.with_inner(w.finish()));
    let of_nick = (to.bare_str() == turn.me.jid.as_str()).then(|| to.resource().unwrap_or_default());
    let inviter = match of_nick {
        Some(nick) => turn.me.occupants.get(nick),
        None => turn.me.occupants.of_bare(to.bare_str()).next(),
    };
    let clients = inviter.map(|inviter| inviter.sessions.iter().map(|client| client.jid.clone()).collect::<Vec<_>>());
    for client in clients.unwrap_or_default() {
        turn.send(message.clone(), client);
    }
    Ok(())
}
