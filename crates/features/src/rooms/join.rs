//! Entering a room (XEP-0045 §7.2), which makes it where there is none (§10.1).

use super::history::{self, Wanted};
use super::limits;
use super::occupants::Occupant;
use super::presence::{own_copy, own_words, show};
use super::role::Affiliation;
use super::room::{self, Room, Stage};
use super::wire::{About, Shown};
use super::{Sends, card, table};
use crate::turn::Turn;
use smallvec::SmallVec;
use std::sync::Arc;
use xmpp::{Condition, ErrorType, Jid, Kind, MessageType, PresenceType, Stanza, StanzaError, Writer, ns};

/// Admins and owners who may enter a full room (§7.2.9).
const BEYOND_FULL: usize = 16;

/// A client wants to enter as `asked`, and does so as `to` (see [`nick::given`]).
pub(super) fn enter(turn: &mut Turn<'_, Room>, stanza: &Stanza, from: &Jid, (asked, to): (&Jid, &Jid)) {
    let created = turn.me.stage == Stage::Absent;
    let allowed = if created { may_create(turn, from) } else { Ok(()) };
    let allowed = allowed.and_then(|()| fits(turn, to.resource().unwrap_or_default()));
    let allowed = allowed.and_then(|()| if created { Ok(()) } else { may_enter(turn, stanza, (from, to)) });
    if let Err(error) = allowed {
        return turn.refuse(stanza, asked, &error);
    }
    if created {
        turn.me.stage = Stage::Locked;
        turn.me.affiliate(from.bare_str(), Affiliation::Owner, "");
    }
    let nick = to.resource().unwrap_or_default();
    if turn.me.occupants.get(nick).is_none() {
        let affiliation = turn.me.affiliation(from);
        turn.me.occupants.add(Occupant {
            address: to.clone(),
            bare: from.bare(),
            id: room::occupant_id(turn.service, &turn.me.jid, from.bare_str()),
            affiliation,
            role: turn.me.first_role(from, affiliation),
            hats: turn.me.hats.shown(from.bare_str()),
            sessions: SmallVec::new(),
        });
    }
    turn.me.occupants.put(nick, from, own_words(stanza, &turn.me.jid));
    if turn.me.stage == Stage::Open && turn.me.occupants.clients().count() == 1 {
        table::note_use(turn);
    }
    let sends = show(turn.me, nick, &About::default(), Some(from));
    let codes: Vec<u16> =
        [(created, 201), (asked != to, 210)].iter().filter(|(is, _)| *is).map(|(_, code)| *code).collect();
    welcome(turn, stanza, from, &codes);
    turn.send_all(sends);
}

/// §7.2.1, §17.3: a client that is there asks to enter: it has lost sight of the room, and is shown everything
/// again. The others are told if it says something else of itself.
pub(super) fn enter_again(turn: &mut Turn<'_, Room>, stanza: &Stanza, from: &Jid, (asked, to): (&Jid, &Jid)) {
    let Some(nick) = turn.me.occupants.nick_of(from).map(str::to_owned) else { return };
    let shown =
        |room: &Room| room.occupants.of(from).and_then(|me| me.shown()).map(|shown| shown.presence.inner().clone());
    let before = shown(turn.me);
    turn.me.occupants.put(&nick, from, own_words(stanza, &turn.me.jid));
    welcome(turn, stanza, from, if asked == to { &[] } else { &[210] });
    if shown(turn.me) != before {
        let sends = show(turn.me, &nick, &About::default(), Some(from));
        turn.send_all(sends);
    }
}

/// Deviates: XEP-0045 §10.1.1 leaves open who may make rooms; here it is the service's own people.
fn may_create(turn: &Turn<'_, Room>, from: &Jid) -> Result<(), StanzaError> {
    match turn.service.is_local(from) && from.is_full() {
        true => Ok(()),
        false => Err(StanzaError::new(Condition::NotAllowed).text("Only people of this service can make rooms here.")),
    }
}

/// §17.1: a nickname that can be seen.
pub(super) fn fits(turn: &Turn<'_, Room>, nick: &str) -> Result<(), StanzaError> {
    if nick.trim().is_empty() {
        return Err(StanzaError::new(Condition::JidMalformed).text("A nickname has to be seen."));
    }
    if nick.len() > turn.service.limits.count(&limits::NICK_BYTES) {
        return Err(StanzaError::new(Condition::NotAcceptable).text(limits::NICK_BYTES.sentence));
    }
    Ok(())
}

/// §7.2.5 to §7.2.10, the gravest reason first.
fn may_enter(turn: &Turn<'_, Room>, stanza: &Stanza, (from, to): (&Jid, &Jid)) -> Result<(), StanzaError> {
    let room = &*turn.me;
    let affiliation = room.affiliation(from);
    let because = |condition, why: &'static str| Err(StanzaError::new(condition).text(why));
    if room.stage == Stage::Locked && affiliation != Affiliation::Owner {
        return because(Condition::ItemNotFound, "This room is being made. Please try again later.");
    }
    if affiliation == Affiliation::Outcast {
        return because(Condition::Forbidden, "You are banned from this room.");
    }
    if !room.admits(from) {
        return because(Condition::RegistrationRequired, "Only members may enter. Ask an admin of the room.");
    }
    if room.config.is_password_protected {
        let given = stanza.child("x", ns::MUC).and_then(|x| x.child("password", ns::MUC)).map(|word| word.text());
        if given.as_deref() != Some(&*room.config.secret) {
            return because(Condition::NotAuthorized, "A password is needed to enter this room.");
        }
    }
    if from.is_bare() {
        return because(Condition::BadRequest, "Only a client can enter a room.");
    }
    free(room, to.resource().unwrap_or_default(), from)?;
    let is_new = room.occupants.get(to.resource().unwrap_or_default()).is_none();
    if is_new && room.occupants.len() >= room_for(turn, affiliation) {
        let full = StanzaError::new(Condition::ServiceUnavailable).of_type(ErrorType::Wait);
        return Err(full.text(limits::OCCUPANTS.sentence));
    }
    Ok(())
}

/// How many may be there for one more to enter.
fn room_for(turn: &Turn<'_, Room>, affiliation: Affiliation) -> usize {
    let most = turn.service.limits.count(&limits::OCCUPANTS);
    let configured = turn.me.config.occupants_max.and_then(|max| usize::try_from(max).ok());
    let most = configured.map_or(most, |max| max.min(most));
    if affiliation >= Affiliation::Admin { most + BEYOND_FULL } else { most }
}

/// §7.2.8: a nickname is free, or held by the same person, and not kept for another.
pub(super) fn free(room: &Room, nick: &str, from: &Jid) -> Result<(), StanzaError> {
    let held = room.occupants.get(nick).is_some_and(|holder| holder.bare.as_str() != from.bare_str());
    if held || room.affiliations.keeps_for_another(nick, from) {
        return Err(StanzaError::new(Condition::Conflict).text("Somebody else has that nickname. Choose another."));
    }
    Ok(())
}

/// §7.2.2: all others first, then oneself; then what was said (§7.2.13), and what the room is about (§7.2.15).
fn welcome(turn: &mut Turn<'_, Room>, stanza: &Stanza, from: &Jid, codes: &[u16]) {
    let room = &*turn.me;
    let Some(me) = room.occupants.of(from) else { return };
    let mut sends = others(room, me, from);
    let mut own_codes: Vec<u16> = Vec::new();
    // §7.2.3, §7.2.12
    own_codes.extend(room.config.is_non_anonymous().then_some(100));
    own_codes.extend(room.config.is_archived.then_some(170));
    own_codes.extend(codes);
    if let Some(session) = me.shown() {
        let affiliation = me.affiliation;
        let kind = PresenceType::Available;
        let shown = Shown { occupant: me, session, kind, affiliation, said: session.presence.inner() };
        sends.push((own_copy(&shown, &About { codes: &own_codes, ..About::default() }), from.clone()));
    }
    let x = stanza.child("x", ns::MUC);
    let wanted = x.and_then(|x| x.child("history", ns::MUC)).map(|wanted| Wanted::read(&wanted, turn.now));
    let past = room.history.pick(&room.jid, &wanted.unwrap_or_default(), room.config.history as usize);
    sends.extend(past.into_iter().map(|past| (past, from.clone())));
    sends.push((Arc::new(subject(room)), from.clone()));
    sends.extend(card::shown(room).map(|picture| (picture, from.clone())));
    turn.send_all(sends);
}

/// Everybody else whose presence is shown, as `me` may see it, for one of their clients.
pub(super) fn others(room: &Room, me: &Occupant, from: &Jid) -> Sends {
    let with_address = room.shows_addresses_to(me.role);
    let is_shown = |role| room.config.presence_of.has(role);
    let others = room.occupants.iter().filter(|other| other.address != me.address && is_shown(other.role));
    let shown = others.filter_map(|occupant| {
        let session = occupant.shown()?;
        let affiliation = occupant.affiliation;
        let kind = PresenceType::Available;
        let shown = Shown { occupant, session, kind, affiliation, said: session.presence.inner() };
        Some((shown.stanza(with_address, &About::default()), from.clone()))
    });
    shown.collect()
}

/// §7.2.15: what the room is about, or that it is about nothing.
fn subject(room: &Room) -> Stanza {
    let mut w = Writer::new();
    w.leaf("subject", ns::CLIENT, &room.subject.text);
    if room.subject.at > 0 {
        history::write_delay(&mut w, &room.jid, room.subject.at);
    }
    let by = Jid::parse_tolerant(&room.subject.by).unwrap_or_else(|_| room.jid.clone());
    Stanza::new(Kind::Message(MessageType::Groupchat)).with_from(Some(by)).with_inner(w.finish())
}
