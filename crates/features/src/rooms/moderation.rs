//! Messages that are taken out again: by a moderator (XEP-0425), or by who sent them (XEP-0424).
//!
//! The archive is looked at beside the room ([`Search`]), and the room goes on with what was found: a tombstone
//! where the message was, out of the history of who enters, and, when a moderator wants it, the announcement,
//! all of it durable before anybody is told.

use super::iq::Asked;
use super::message::{self, Said};
use super::occupants::Occupant;
use super::role::{Affiliation, Role};
use super::room::Room;
use super::wire;
use crate::Fault;
use crate::archive::{self, Id};
use crate::iq::Reply;
use crate::query::{Next, Query};
use crate::turn::{Asker, Effect, Turn};
use bytes::Bytes;
use store::{PageError, PageRequest, Store};
use xmpp::{Condition, Element, Jid, Kind, MessageType, Stanza, StanzaError, Text, Writer, ns, time};

/// A message that is looked for.
#[derive(Debug)]
pub struct Search {
    /// The request of a moderator, or the retraction of who sent it.
    pub asked: Stanza,
    /// As its stanza id names it.
    row: Id,
    wish: Wish,
}

/// Why it is to go.
#[derive(Clone, Debug)]
enum Wish {
    /// A moderator wants it, for a reason.
    Moderate { reason: Option<Box<str>> },
    /// Who sent it wants it.
    Retract,
}

/// A message that was found.
#[derive(Debug)]
pub struct FoundMessage {
    asked: Stanza,
    row: Id,
    wish: Wish,
    /// The bare JID of who sent it.
    sender: Box<str>,
}

/// XEP-0425 §3: a moderator wants a message gone.
pub(super) fn moderate(turn: &mut Turn<'_, Room>, asked: &Asked<'_>) -> Result<Reply, StanzaError> {
    let Some((id, wish)) = read(&asked.payload) else {
        return Err(StanzaError::new(Condition::BadRequest).text("Say which message is to be retracted."));
    };
    if turn.me.role(asked.from) != Role::Moderator {
        return Err(StanzaError::new(Condition::Forbidden).text("Only moderators retract messages of others."));
    }
    let row = Id::decode(&id, turn.me.archive(), &turn.service.secrets).ok_or_else(unknown)?;
    let search = Search { asked: asked.stanza.detached(), row, wish };
    Ok(Reply::Read(Query::RoomMessage(Box::new(search))))
}

/// The id of the message, and why it is to go.
fn read(payload: &Element<'_>) -> Option<(String, Wish)> {
    let id = payload.attr("id")?.into_owned();
    // Compat: clients that know the first version wrap it (XEP-0422). Until Gajim 1.9 is gone (2027-12).
    let wrapped = payload.child("moderate", ns::MODERATE_0);
    let (wish, retracts) = match &wrapped {
        Some(wish) => (wish, wish.child("retract", ns::RETRACT_0).is_some()),
        None => (payload, payload.child("retract", ns::RETRACT).is_some()),
    };
    let reason = wish.children().find(|child| child.name() == "reason").map(|reason| reason.text().into());
    retracts.then_some((id, Wish::Moderate { reason }))
}

/// XEP-0424 §3: whoever sent a message takes it back; the retraction itself was said like any other message.
pub(super) fn retract(turn: &mut Turn<'_, Room>, stanza: &Stanza, from: &Jid) {
    let Some(id) = stanza.child("retract", ns::RETRACT).and_then(|retract| retract.attr("id")) else { return };
    let Some(row) = Id::decode(&id, turn.me.archive(), &turn.service.secrets) else { return };
    if turn.service.tombstones {
        let search = Search { asked: stanza.detached(), row, wish: Wish::Retract };
        let asker = Asker::Other(from.clone());
        turn.out.effects.push(Effect::Read { asker, query: Query::RoomMessage(Box::new(search)) });
    }
}

impl Search {
    /// Looks for it. What is not there is an answer to a moderator, and nothing to others.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(self, store: &Store) -> Result<(Vec<Stanza>, Option<Next>), Fault> {
        let page = PageRequest {
            archive: self.row.archive,
            class: archive::ROOMS,
            numbers: Some(vec![self.row.number]),
            max: 1,
            ..PageRequest::default()
        };
        let found = match store.page(page).await {
            Ok(page) => page.rows.into_iter().next(),
            Err(PageError::Unknown) => None,
            Err(PageError::Fault(fault)) => return Err(fault),
        };
        let Search { asked, row, wish } = self;
        Ok(match (found, &wish) {
            (Some(found), _) => {
                let found = FoundMessage { asked, row, wish, sender: found.peer };
                (Vec::new(), Some(Next::RoomMessage(Box::new(found))))
            }
            (None, Wish::Moderate { .. }) => (asked.error(&unknown()).into_iter().collect(), None),
            (None, Wish::Retract) => (Vec::new(), None),
        })
    }
}

/// It was found: it goes, unless that is not for the one who asked.
pub fn go_on(turn: &mut Turn<'_, Room>, found: FoundMessage) {
    let FoundMessage { asked, row, wish, sender } = found;
    let Some(by) = asked.from.clone() else { return };
    if row.archive != turn.me.archive() {
        return;
    }
    match wish {
        // XEP-0424 §5: nobody takes back what somebody else said.
        Wish::Retract if *sender != *by.bare_str() => {}
        Wish::Retract => {
            let id = asked.id.as_ref().map(Text::as_str);
            bury(turn, row, (id, &[]));
        }
        Wish::Moderate { reason } => {
            let room = turn.me.jid.clone();
            match may_moderate(turn.me, &by, &sender) {
                Err(error) => turn.refuse(&asked, &room, &error),
                Ok(()) => announce(turn, &asked, (row, &by), reason.as_deref()),
            }
        }
    }
}

/// Nobody moderates who stands above them; and who asked may be none any more.
fn may_moderate(room: &Room, by: &Jid, sender: &str) -> Result<(), StanzaError> {
    let sender = Jid::parse_tolerant(sender).map_or(Affiliation::None, |sender| room.affiliation(&sender));
    if room.role(by) != Role::Moderator {
        return Err(StanzaError::new(Condition::Forbidden).text("Only moderators retract messages of others."));
    }
    match room.affiliation(by) >= sender {
        true => Ok(()),
        false => Err(StanzaError::new(Condition::NotAllowed).text("That was said by somebody who stands above you.")),
    }
}

/// XEP-0425 §3.1: everybody is told, and then the one who asked.
fn announce(turn: &mut Turn<'_, Room>, asked: &Stanza, (row, by): (Id, &Jid), reason: Option<&str>) {
    let Some(moderator) = turn.me.occupants.of(by).or_else(|| turn.me.occupants.of_bare(by.bare_str()).next()) else {
        return;
    };
    let mut w = Writer::new();
    write_moderated(&mut w, moderator, reason);
    let moderated = w.finish();
    let mut w = Writer::new();
    w.open("retract", ns::RETRACT).attr("id", &row.encode(&turn.service.secrets));
    w.raw(&moderated);
    let message = Stanza::new(Kind::Message(MessageType::Groupchat)).with_from(Some(turn.me.jid.clone()));
    let message = message.with_id(asked.id.clone()).with_inner(w.finish());
    if turn.service.tombstones {
        bury(turn, row, (None, &moderated));
    } else {
        turn.me.history.forget(row.number);
    }
    let said = Said::announcement(turn.me, message, turn.now, Some(asked.result(Bytes::new())));
    message::announce(turn, said, by);
}

/// `<moderated/>` and why, within an element of XEP-0424.
fn write_moderated(w: &mut Writer, moderator: &Occupant, reason: Option<&str>) {
    w.open("moderated", ns::MODERATE).attr("by", moderator.address.as_str());
    wire::write_occupant_id(w, moderator.id.as_str());
    w.close();
    if let Some(reason) = reason.filter(|reason| !reason.is_empty()) {
        w.leaf("reason", ns::RETRACT, reason);
    }
}

/// XEP-0424 §4, XEP-0425 §4: a tombstone in the archive, and nothing in the history.
fn bury(turn: &mut Turn<'_, Room>, row: Id, (id, inside): (Option<&str>, &[u8])) {
    let mut w = Writer::new();
    w.open("retracted", ns::RETRACT).attr("stamp", &time::write(turn.now)).attr_some("id", id).raw(inside);
    turn.out.writes.push(archive::tombstone(archive::ROOMS, row, w.finish()));
    turn.me.history.forget(row.number);
}

fn unknown() -> StanzaError {
    StanzaError::new(Condition::ItemNotFound).text("The archive of the room has no such message, or no longer has it.")
}
