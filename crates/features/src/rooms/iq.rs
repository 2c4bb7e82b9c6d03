//! Requests to a room itself (XEP-0045 §17.4): none of them reaches its occupants.

use super::role::Affiliation;
use super::room::{Room, Stage};
use super::{admin, card, commands, disco, mam, moderation, owner, register, relay};
use crate::iq::Reply;
use crate::turn::{Asker, Effect, Turn};
use bytes::Bytes;
use std::sync::Arc;
use xmpp::{Condition, Element, IqType, Jid, Stanza, StanzaError, ns};

/// A request as a room sees it.
pub(super) struct Asked<'a> {
    /// The whole stanza.
    pub stanza: &'a Arc<Stanza>,
    /// Its only child.
    pub payload: Element<'a>,
    /// Who asked.
    pub from: &'a Jid,
}

/// A request, or an answer, for the room or somebody in it.
pub(super) fn take(turn: &mut Turn<'_, Room>, kind: IqType, stanza: &Arc<Stanza>, (from, to): (&Jid, &Jid)) {
    match (to.is_full(), kind) {
        (true, _) => relay::take(turn, kind, stanza, (from, to)),
        (false, IqType::Get | IqType::Set) => {
            let outcome = ask(turn, kind, (stanza, from));
            reply(turn, stanza, (from, to), outcome);
        }
        // The answer of somebody's account to what another occupant asked it.
        (false, IqType::Result | IqType::Error) => {}
    }
}

fn ask(turn: &mut Turn<'_, Room>, kind: IqType, (stanza, from): (&Arc<Stanza>, &Jid)) -> Result<Reply, StanzaError> {
    let one = || StanzaError::new(Condition::BadRequest).text("A request has exactly one child element.");
    let asked = Asked { stanza, payload: stanza.payload().ok_or_else(one)?, from };
    // §7.2.10, §17.2: one that is not configured yet is there for its creator alone.
    let is_there = match turn.me.stage {
        Stage::Absent => false,
        Stage::Locked => turn.me.affiliation(from) == Affiliation::Owner,
        Stage::Open => true,
    };
    if !is_there {
        return Err(StanzaError::new(Condition::ItemNotFound).text("There is no such room."));
    }
    match (asked.payload.name(), asked.payload.ns(), kind) {
        ("query", ns::DISCO_INFO, IqType::Get) => disco::info(turn, &asked),
        ("query", ns::DISCO_ITEMS, IqType::Get) => Ok(disco::items(turn.me, &asked)),
        ("query", ns::MUC_ADMIN, IqType::Get) => admin::list(turn, &asked),
        ("query", ns::MUC_ADMIN, IqType::Set) => admin::set(turn, &asked),
        ("query", ns::MUC_OWNER, IqType::Get) => owner::form(turn, &asked),
        ("query", ns::MUC_OWNER, IqType::Set) => owner::set(turn, &asked),
        ("query", ns::MAM, IqType::Set) => mam::query(turn, &asked),
        ("query", ns::MAM, IqType::Get) => mam::fields(turn, &asked),
        ("metadata", ns::MAM, IqType::Get) => mam::metadata(turn, &asked),
        ("moderate", ns::MODERATE, IqType::Set) | ("apply-to", ns::FASTEN, IqType::Set) => {
            moderation::moderate(turn, &asked)
        }
        ("query", ns::REGISTER, IqType::Get) => register::form(turn, &asked),
        ("query", ns::REGISTER, IqType::Set) => register::set(turn, &asked),
        ("vCard", ns::VCARD, IqType::Get) => card::get(turn, &asked),
        ("vCard", ns::VCARD, IqType::Set) => card::set(turn, &asked),
        ("command", ns::COMMANDS, IqType::Set) => commands::execute(turn, &asked),
        ("ping", ns::PING, IqType::Get) => Ok(Reply::Done),
        _ => Err(StanzaError::new(Condition::ServiceUnavailable)),
    }
}

fn reply(turn: &mut Turn<'_, Room>, stanza: &Stanza, (from, to): (&Jid, &Jid), outcome: Result<Reply, StanzaError>) {
    match outcome {
        Ok(Reply::Done) => turn.answer(stanza.result(Bytes::new()).with_from(Some(to.clone()))),
        Ok(Reply::Inner(inner)) => turn.answer(stanza.result(inner).with_from(Some(to.clone()))),
        Ok(Reply::Read(query)) => {
            turn.out.effects.push(Effect::Read { asker: Asker::Other(from.clone()), query });
        }
        Ok(Reply::Nothing) => {}
        Err(error) => turn.refuse(stanza, to, &error),
    }
}
