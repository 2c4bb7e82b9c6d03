//! Requests between occupants, who do not see each other's addresses (XEP-0045 §17.4), and the pings of
//! occupants to themselves (XEP-0410).

use super::occupants::{Occupant, Session};
use super::room::{Room, Stage};
use crate::turn::Turn;
use bytes::Bytes;
use std::sync::Arc;
use xmpp::{Condition, IqType, Jid, Stanza, StanzaError, Text, ns};

/// A request or an answer for somebody in the room.
pub(super) fn take(turn: &mut Turn<'_, Room>, kind: IqType, stanza: &Stanza, (from, to): (&Jid, &Jid)) {
    match kind {
        IqType::Get | IqType::Set => request(turn, kind, stanza, (from, to)),
        IqType::Result | IqType::Error => bring_back(turn, stanza, (from, to)),
    }
}

fn request(turn: &mut Turn<'_, Room>, kind: IqType, stanza: &Stanza, (from, to): (&Jid, &Jid)) {
    let refusal = |condition| StanzaError::new(condition);
    let Some(sender) = turn.me.occupants.of(from) else {
        // §6.6; XEP-0410 §3.1.
        let is_disco = stanza.has("query", ns::DISCO_INFO) || stanza.has("query", ns::DISCO_ITEMS);
        let condition = match turn.me.stage {
            Stage::Absent | Stage::Locked => Condition::ItemNotFound,
            _ if is_disco => Condition::BadRequest,
            _ => Condition::NotAcceptable,
        };
        return turn.refuse(stanza, to, &refusal(condition));
    };
    if sender.address == *to && kind == IqType::Get && stanza.has("ping", ns::PING) {
        // XEP-0410 §3.3: whoever asks is in the room.
        return turn.answer(stanza.result(Bytes::new()).with_from(Some(to.clone())));
    }
    let Some((reader, session)) = to.resource().and_then(|nick| reached(turn.me, nick)) else {
        return turn.refuse(stanza, to, &refusal(Condition::ItemNotFound));
    };
    let Some(tag) = sender.sessions.iter().find(|session| session.jid == *from).map(|session| session.tag) else {
        return;
    };
    // A card and nodes are of the account, not of the client that is here.
    let is_of_account = stanza.has("vCard", ns::VCARD) || stanza.has("pubsub", ns::PUBSUB);
    let target = if is_of_account { reader.bare.clone() } else { session.jid.clone() };
    let id = format!("{tag}-{}", stanza.id.as_ref().map(Text::as_str).unwrap_or_default());
    let passed = stanza.clone().with_from(Some(sender.address.clone())).with_to(Some(target)).with_id(Some(id.into()));
    turn.answer(passed);
}

/// The occupant of a nickname and the client whose presence is shown.
fn reached<'a>(room: &'a Room, nick: &str) -> Option<(&'a Occupant, &'a Session)> {
    let occupant = room.occupants.get(nick)?;
    Some((occupant, occupant.shown()?))
}

/// An answer finds the client that asked by what was put before its id.
fn bring_back(turn: &mut Turn<'_, Room>, stanza: &Stanza, (from, to): (&Jid, &Jid)) {
    let by = turn.me.occupants.of(from).or_else(|| turn.me.occupants.of_bare(from.as_str()).next());
    let asker = to.resource().and_then(|nick| turn.me.occupants.get(nick));
    let id = stanza.id.as_ref().and_then(|id| id.as_str().split_once('-'));
    let (Some(by), Some(asker), Some((tag, id))) = (by, asker, id) else { return };
    let Some(session) = asker.sessions.iter().find(|session| session.tag.to_string() == tag) else { return };
    let (address, client) = (by.address.clone(), session.jid.clone());
    let passed = stanza.clone().with_from(Some(address)).with_id(Some(id.into()));
    turn.send(Arc::new(passed.with_to(Some(client.clone()))), client);
}
