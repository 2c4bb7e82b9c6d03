//! Presence in a room: who is there, and what they say of themselves (XEP-0045 §7.7, §7.14, §11).

use super::occupants::Occupant;
use super::role::Affiliation;
use super::room::{Room, Stage};
use super::wire::{self, About, Destroyed, Shown};
use super::{Sends, join, nick, table};
use crate::turn::Turn;
use std::sync::Arc;
use xmpp::{Condition, Jid, Kind, PresenceType, Stanza, StanzaError, Writer, ns};

/// Presence for the room, `from` a client `to` a place in it.
pub(super) fn take(turn: &mut Turn<'_, Room>, kind: PresenceType, stanza: &Arc<Stanza>, (from, to): (&Jid, &Jid)) {
    match kind {
        PresenceType::Available => available(turn, stanza, (from, to)),
        PresenceType::Unavailable => leave(turn, from, stanza),
        // §18.1.2: whatever we sent did not arrive.
        PresenceType::Error => drop_ghost(turn, from),
        // §17.3: neither a request to enter nor one to leave.
        _ => {}
    }
}

fn available(turn: &mut Turn<'_, Room>, stanza: &Arc<Stanza>, (from, to): (&Jid, &Jid)) {
    if to.is_bare() {
        // §7.2.1
        let error = StanzaError::new(Condition::JidMalformed).text("Say under which nickname you want to enter.");
        return turn.refuse(stanza, to, &error);
    }
    let enters = stanza.has("x", ns::MUC);
    let given = nick::given(turn.me, from, to);
    match turn.me.occupants.nick_of(from).map(str::to_owned) {
        Some(held) if Some(&*held) == given.resource() && enters => join::enter_again(turn, stanza, from, (to, &given)),
        Some(held) if Some(&*held) == given.resource() => match nick::stays(turn.me, from, to) {
            Ok(()) => change_status(turn, &held, stanza, from),
            Err(error) => turn.refuse(stanza, to, &error),
        },
        Some(held) => nick::change(turn, &held, stanza, from, (to, &given)),
        None if enters => join::enter(turn, stanza, from, (to, &given)),
        None => say_not_there(turn, (from, to)),
    }
}

/// §7.7.
fn change_status(turn: &mut Turn<'_, Room>, nick: &str, stanza: &Stanza, from: &Jid) {
    let said = own_words(stanza, &turn.me.jid);
    turn.me.occupants.put(nick, from, said);
    let sends = show(turn.me, nick, &About::default(), None);
    turn.send_all(sends);
}

/// §7.2.18: whoever thinks they are in the room is told that they are not.
fn say_not_there(turn: &mut Turn<'_, Room>, (from, to): (&Jid, &Jid)) {
    let mut w = Writer::new();
    let item = wire::Item { affiliation: Affiliation::None, role: super::role::Role::None, jid: None };
    let reason = Some("You are not in the room. Enter it again.");
    wire::write_x(&mut w, Some(item), &About { codes: &[110, 307, 333], reason, ..About::default() });
    let kick = Stanza::new(Kind::Presence(PresenceType::Unavailable)).with_from(Some(to.clone()));
    turn.send(Arc::new(kick.with_inner(w.finish())), from.clone());
}

/// What a client says of itself, without what only the room may say; in bytes of its own, for it is kept.
pub(super) fn own_words(stanza: &Stanza, room: &Jid) -> Arc<Stanza> {
    Arc::new(stanza.clone().without(|child| wire::is_ours(child, room)).detached())
}

/// What everybody in the room is shown of somebody who is there; nothing goes to the client `except`.
pub(super) fn show(room: &Room, nick: &str, about: &About<'_>, except: Option<&Jid>) -> Sends {
    let Some((occupant, session)) = room.occupants.get(nick).and_then(|known| Some((known, known.shown()?))) else {
        return Sends::new();
    };
    let affiliation = occupant.affiliation;
    let kind = PresenceType::Available;
    let shown = Shown { occupant, session, kind, affiliation, said: session.presence.inner() };
    to_all(room, &shown, about, except)
}

/// Presence of somebody for everybody in the room: as each may see it, and to themselves as their own (110).
/// That of a role whose presence is not broadcast is for themselves alone (§7.2.2, §7.7).
pub(super) fn to_all(room: &Room, shown: &Shown<'_>, about: &About<'_>, except: Option<&Jid>) -> Sends {
    let full = shown.stanza(true, about);
    let plain = if room.config.is_non_anonymous() { full.clone() } else { shown.stanza(false, about) };
    let own = own_copy(shown, about);
    let mut sends = Sends::with_capacity(room.occupants.len());
    let is_broadcast = room.config.presence_of.has(shown.occupant.role);
    for viewer in room.occupants.iter() {
        let copy = match viewer.address == shown.occupant.address {
            true => &own,
            false if !is_broadcast => continue,
            false if room.shows_addresses_to(viewer.role) => &full,
            false => &plain,
        };
        let clients = viewer.sessions.iter().filter(|client| Some(&client.jid) != except);
        sends.extend(clients.map(|client| (copy.clone(), client.jid.clone())));
    }
    sends
}

/// Somebody who is there, and whose presence the others are not shown any more: for them they are gone.
pub(super) fn withdraw(room: &Room, nick: &str) -> Sends {
    let Some((occupant, session)) = room.occupants.get(nick).and_then(|known| Some((known, known.shown()?))) else {
        return Sends::new();
    };
    let affiliation = occupant.affiliation;
    let shown = Shown { occupant, session, kind: PresenceType::Unavailable, affiliation, said: &[] };
    let full = shown.stanza(true, &About::default());
    let plain = shown.stanza(room.config.is_non_anonymous(), &About::default());
    let viewers = room.occupants.iter().filter(|viewer| viewer.address != occupant.address);
    let copies = viewers.flat_map(|viewer| {
        let copy = if room.shows_addresses_to(viewer.role) { &full } else { &plain };
        viewer.sessions.iter().map(move |client| (copy.clone(), client.jid.clone()))
    });
    copies.collect()
}

/// §7.2.2: one's own presence says that it is.
pub(super) fn own_copy(shown: &Shown<'_>, about: &About<'_>) -> Arc<Stanza> {
    let codes: Vec<u16> = about.codes.iter().copied().chain([110]).collect();
    shown.stanza(true, &About { codes: &codes, ..about.clone() })
}

/// Somebody who was taken out of the room: what their own clients are told, and what the others.
pub(super) fn farewell(room: &Room, gone: &Occupant, said: &[u8], about: &About<'_>) -> (Sends, Sends) {
    let Some(session) = gone.shown() else { return Default::default() };
    let affiliation = gone.affiliation;
    let shown = Shown { occupant: gone, session, kind: PresenceType::Unavailable, affiliation, said };
    let own = own_copy(&shown, about);
    let own = gone.sessions.iter().map(|client| (own.clone(), client.jid.clone())).collect();
    (own, to_all(room, &shown, about, None))
}

/// §7.14: a client leaves. The others learn of it when it was the last of the nickname.
fn leave(turn: &mut Turn<'_, Room>, from: &Jid, stanza: &Stanza) {
    let said = own_words(stanza, &turn.me.jid);
    drop_client(turn, from, said.inner(), &[]);
}

/// §18.1.2, §11.1: what was sent to a client came back: it is not there any more.
pub(super) fn drop_ghost(turn: &mut Turn<'_, Room>, from: &Jid) {
    drop_client(turn, from, &[], &[333]);
}

fn drop_client(turn: &mut Turn<'_, Room>, from: &Jid, said: &[u8], codes: &[u16]) {
    // §17.3: who is not there cannot leave.
    let Some(nick) = turn.me.occupants.nick_of(from).map(str::to_owned) else { return };
    let about = About { codes, ..About::default() };
    if let Some(occupant) = turn.me.occupants.get(&nick).filter(|occupant| occupant.sessions.len() > 1) {
        let was_shown = occupant.shown().is_some_and(|shown| shown.jid == *from);
        let goodbye = of_one_client(occupant, (from, said), &about);
        turn.me.occupants.drop_session(from);
        turn.send_all(goodbye);
        if was_shown {
            let sends = show(turn.me, &nick, &About::default(), None);
            turn.send_all(sends);
        }
        return;
    }
    let Some(gone) = turn.me.occupants.remove(&nick) else { return };
    // §10.1.3: a room that was never configured goes with its creator.
    let never_was = Destroyed::default();
    let destroyed = (turn.me.stage == Stage::Locked).then_some(&never_was);
    let (own, others) = farewell(turn.me, &gone, said, &About { destroyed, ..about });
    turn.send_all(own);
    turn.send_all(others);
    end_if_deserted(turn);
}

/// One of several clients of an occupant goes: that one alone is told.
fn of_one_client(occupant: &Occupant, (from, said): (&Jid, &[u8]), about: &About<'_>) -> Sends {
    let Some(session) = occupant.sessions.iter().find(|session| session.jid == *from) else { return Sends::new() };
    let affiliation = occupant.affiliation;
    let shown = Shown { occupant, session, kind: PresenceType::Unavailable, affiliation, said };
    vec![(own_copy(&shown, about), from.clone())]
}

/// §7.14: a temporary room ends when the last of its occupants has left.
pub(super) fn end_if_deserted(turn: &mut Turn<'_, Room>) {
    if turn.me.occupants.is_empty() && !turn.me.config.is_persistent && turn.me.stage != Stage::Absent {
        table::destroy(turn);
        turn.me.end();
    }
}

/// §11.2: the service stops, and everybody is told so.
pub(super) fn shut_down(turn: &mut Turn<'_, Room>) {
    let nicks: Vec<String> = turn.me.occupants.iter().map(|occupant| occupant.nick().to_owned()).collect();
    for nick in nicks {
        let Some(gone) = turn.me.occupants.remove(&nick) else { continue };
        // Each is told of themselves alone: nobody is left to be told of the others.
        let (own, _) = farewell(turn.me, &gone, &[], &About { codes: &[332], ..About::default() });
        turn.send_all(own);
    }
}
