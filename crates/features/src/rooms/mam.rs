//! The archive of a room (XEP-0313 §3.3.2, §6.1.2), for those who may enter it now.

use super::config::Whois;
use super::iq::Asked;
use super::role::{Affiliation, Role};
use super::room::{Room, Stage};
use crate::archive::{self, Of, Senders};
use crate::iq::Reply;
use crate::turn::Turn;
use xmpp::{Condition, StanzaError};

/// XEP-0313 §4.
pub(super) fn query(turn: &mut Turn<'_, Room>, asked: &Asked<'_>) -> Result<Reply, StanzaError> {
    let of = of(turn, asked)?;
    archive::query_of(&of, asked.stanza, &asked.payload).map(Reply::Read)
}

/// XEP-0313 §4.1.5.
pub(super) fn fields(turn: &mut Turn<'_, Room>, asked: &Asked<'_>) -> Result<Reply, StanzaError> {
    of(turn, asked)?;
    archive::fields_of(&asked.payload)
}

/// XEP-0313 §5.
pub(super) fn metadata(turn: &mut Turn<'_, Room>, asked: &Asked<'_>) -> Result<Reply, StanzaError> {
    let of = of(turn, asked)?;
    Ok(Reply::Read(archive::metadata_of(&of, asked.stanza)))
}

/// XEP-0313 §6.1.2: whoever has the right to enter at this time. A password that nobody asks for here is
/// taken as given by those who are in the room or belong to it.
fn of<'a>(turn: &'a Turn<'_, Room>, asked: &Asked<'_>) -> Result<Of<'a>, StanzaError> {
    let room = &*turn.me;
    let is_inside = room.occupants.of(asked.from).is_some() || room.affiliation(asked.from) >= Affiliation::Member;
    let may_enter = room.admits(asked.from) && (is_inside || !room.config.is_password_protected);
    if room.stage != Stage::Open || !room.config.is_archived {
        return Err(StanzaError::new(Condition::ServiceUnavailable).text("This room has no archive."));
    }
    if !may_enter {
        return Err(StanzaError::new(Condition::Forbidden).text("Only who may enter the room may read its archive."));
    }
    // §6.1.2: who said it is told those whom presence would tell.
    let sees = room.affiliation(asked.from) >= Affiliation::Admin || room.role(asked.from) == Role::Moderator;
    let senders = if sees || room.config.whois == Whois::Anyone { Senders::Shown } else { Senders::Hidden };
    Ok(Of {
        jid: &room.jid,
        archive: room.archive(),
        class: archive::ROOMS,
        senders,
        service: turn.service,
        now: turn.now,
    })
}
