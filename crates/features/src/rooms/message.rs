//! Messages to everybody in a room (XEP-0045 §7.4), subjects among them (§8.1).

use super::history::History;
use super::occupants::Occupant;
use super::role::{Affiliation, Role};
use super::room::{Room, Stage, Subject};
use super::{Later, invite, limits, moderation, pace, presence, private, table, wire};
use crate::turn::{Effect, Stamp, Turn};
use crate::{archive, class};
use bytes::Bytes;
use std::sync::Arc;
use store::Append;
use xmpp::{Condition, Jid, Kind, MessageType, Stanza, StanzaError, Writer, error, ns};

/// A message that is said to everybody as soon as it is durable.
#[derive(Debug)]
pub struct Said {
    /// The room it was said in; another may have its address by then.
    room: i64,
    /// As occupants get it, but for its stanza id.
    stanza: Stanza,
    /// When, in microseconds since 1970.
    at: i64,
    what: What,
    /// What the one who asked for it is told behind it.
    answer: Option<Stanza>,
}

impl Said {
    /// Something that the room says itself, and the answer to whoever asked for it.
    pub(super) fn announcement(room: &Room, stanza: Stanza, at: i64, answer: Stanza) -> Said {
        Said { room: room.id, stanza, at, what: What::Fleeting, answer: Some(answer) }
    }
}

#[derive(Debug)]
enum What {
    /// It is shown to those who enter later.
    Lasting,
    /// It is not.
    Fleeting,
    /// It is what the room is about from now on.
    Subject(Subject),
}

/// A message for the room or somebody in it.
pub(super) fn take(turn: &mut Turn<'_, Room>, kind: MessageType, stanza: &Arc<Stanza>, (from, to): (&Jid, &Jid)) {
    if kind == MessageType::Error {
        bounced(turn, stanza, from);
        return invite::bounced(turn, stanza);
    }
    if turn.me.stage != Stage::Open {
        // §17.2
        return turn.refuse(stanza, to, &StanzaError::new(Condition::ItemNotFound).text("There is no such room."));
    }
    match (to.is_full(), kind) {
        (true, _) => private::take(turn, kind, stanza, (from, to)),
        (false, MessageType::Groupchat) => speak(turn, stanza, (from, to)),
        (false, _) => invite::take(turn, stanza, (from, to)),
    }
}

/// §18.1.2: something sent to an occupant came back, for one of the reasons that say that they are gone.
fn bounced(turn: &mut Turn<'_, Room>, stanza: &Stanza, from: &Jid) {
    let reason = stanza.child("error", ns::CLIENT).and_then(|child| error::condition_of(&child));
    let is_gone = matches!(
        reason,
        Some(
            Condition::Gone
                | Condition::ItemNotFound
                | Condition::RecipientUnavailable
                | Condition::Redirect
                | Condition::RemoteServerNotFound
                | Condition::RemoteServerTimeout
        )
    );
    if is_gone {
        presence::drop_ghost(turn, from);
    }
}

fn speak(turn: &mut Turn<'_, Room>, stanza: &Stanza, (from, to): (&Jid, &Jid)) {
    let Some(occupant) = turn.me.occupants.of(from) else {
        let error = StanzaError::new(Condition::NotAcceptable).text("Enter the room before you speak in it.");
        return turn.refuse(stanza, to, &error);
    };
    let subject = subject_of(stanza);
    let is_text = stanza.has("body", ns::CLIENT);
    let allowed = may_speak(turn, occupant, subject.as_deref());
    if let Err(error) = allowed.and_then(|()| pace::allow(turn.me, turn.service, occupant, (turn.now, is_text))) {
        return turn.refuse(stanza, to, &error);
    }
    let at = turn.now;
    let said = reflected(turn.me, occupant, stanza);
    let by = occupant.address.as_str().into();
    let (what, is_kept) = match subject {
        Some(text) => (What::Subject(Subject { text, by, at }), true),
        None if class::is_lasting(stanza) => (What::Lasting, true),
        None => (What::Fleeting, false),
    };
    if let What::Subject(subject) = &what {
        table::save_subject(turn, &subject.clone());
    }
    let stamp = (is_kept && turn.me.config.is_archived).then(|| keep(turn, &said, from));
    let later = Box::new(Later::Said(Said { room: turn.me.id, stanza: said, at, what, answer: None }));
    turn.out.effects.push(Effect::Later { later, stamp });
    let slow = turn.me.config.slow_mode_seconds;
    turn.me.paces.note(from.bare_str(), (turn.service, slow), (turn.now, is_text));
    if stamp.is_some() {
        moderation::retract(turn, stanza, from);
    }
}

/// Says something of the room's own, kept like what others say; it is `by`'s doing.
pub(super) fn announce(turn: &mut Turn<'_, Room>, said: Said, by: &Jid) {
    let stamp = turn.me.config.is_archived.then(|| keep(turn, &said.stanza, by));
    turn.out.effects.push(Effect::Later { later: Box::new(Later::Said(said)), stamp });
}

/// §8.1: a subject without a body and without a thread is the new subject.
fn subject_of(stanza: &Stanza) -> Option<Box<str>> {
    let subject = stanza.child("subject", ns::CLIENT)?;
    let is_change = !stanza.has("body", ns::CLIENT) && !stanza.has("thread", ns::CLIENT);
    is_change.then(|| subject.text().into())
}

fn may_speak(turn: &Turn<'_, Room>, occupant: &Occupant, subject: Option<&str>) -> Result<(), StanzaError> {
    let forbidden = |why: &'static str| Err(StanzaError::new(Condition::Forbidden).text(why));
    // §7.4: visitors have no voice; nor has who was banned and is about to hear of it.
    if occupant.role < Role::Participant || turn.me.affiliation(&occupant.bare) == Affiliation::Outcast {
        return forbidden("You have no voice in this room. Ask a moderator for it.");
    }
    let Some(subject) = subject else { return Ok(()) };
    if occupant.role < Role::Moderator && !turn.me.config.change_subject {
        return forbidden("Only moderators may change the subject of this room.");
    }
    if subject.len() > turn.service.limits.count(&limits::SUBJECT_BYTES) {
        return Err(StanzaError::new(Condition::NotAcceptable).text(limits::SUBJECT_BYTES.sentence));
    }
    Ok(())
}

/// The message as the room says it: from the occupant, with the id it had (§7.4), and who they are.
fn reflected(room: &Room, occupant: &Occupant, stanza: &Stanza) -> Stanza {
    let said = stanza.clone().without(|child| wire::is_ours(child, &room.jid));
    let mut w = Writer::new();
    w.raw(said.inner());
    wire::write_occupant_id(&mut w, occupant.id.as_str());
    said.with_from(Some(occupant.address.clone())).with_to(None).with_inner(w.finish())
}

/// Keeps it in the archive of the room (XEP-0313 §6.1.2), with who said it.
fn keep(turn: &mut Turn<'_, Room>, said: &Stanza, from: &Jid) -> Stamp {
    let mut body = Vec::new();
    said.write(Some(ns::CLIENT), &mut body);
    turn.out.append(Append {
        archive: turn.me.archive(),
        class: archive::ROOMS,
        at_micros: turn.now,
        peer: from.bare_str().into(),
        resource: from.resource().unwrap_or_default().into(),
        flags: 0,
        body: Bytes::from(body),
    })
}

/// It is durable: from now on it was said, and everybody who is there gets it.
pub(super) fn say(turn: &mut Turn<'_, Room>, said: Said, number: Option<u64>) {
    let Said { room, stanza, at, what, answer } = said;
    if room != turn.me.id {
        return;
    }
    let stanza = Arc::new(stamped(turn, stanza, number));
    match what {
        What::Subject(subject) => turn.me.subject = subject,
        What::Lasting => turn.me.history.push(stanza.clone(), (at, number), &turn.service.limits),
        What::Fleeting => {}
    }
    for client in turn.me.occupants.clients() {
        turn.out.effects.push(Effect::Route { stanza: stanza.clone(), to: client.clone() });
    }
    if let Some(answer) = answer {
        turn.answer(answer);
    }
}

/// With its id in the archive, if it is there (XEP-0313 §3.5).
fn stamped(turn: &Turn<'_, Room>, stanza: Stanza, number: Option<u64>) -> Stanza {
    let Some(number) = number else { return stanza };
    let mut w = Writer::new();
    w.raw(stanza.inner());
    w.raw(&archive::stamp(turn.service, &turn.me.jid, turn.me.archive(), number));
    stanza.with_inner(w.finish())
}

/// What the archive knows of the last messages of a room that wakes, oldest first.
pub(super) fn remember(
    room: &Room,
    history: &mut History,
    rows: Vec<store::ArchiveRow>,
    service: &crate::service::Service,
) {
    history.is_full = rows.len() >= service.limits.count(&limits::HISTORY);
    for row in rows {
        let Some(stanza) = std::str::from_utf8(&row.body).ok().and_then(Stanza::read) else { continue };
        if subject_of(&stanza).is_some()
            || !class::is_lasting(&stanza)
            || stanza.kind != Kind::Message(MessageType::Groupchat)
        {
            continue;
        }
        let mut w = Writer::new();
        w.raw(stanza.inner());
        w.raw(&archive::stamp(service, &room.jid, room.archive(), row.number));
        history.push(Arc::new(stanza.with_inner(w.finish())), (row.at_micros, Some(row.number)), &service.limits);
    }
}
