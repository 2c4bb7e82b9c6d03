//! Changes of roles and affiliations, once they are allowed: what becomes of who is in the room, and what
//! everybody is told when it is durable (XEP-0045 §8.2 to §10.8).

use super::occupants::Occupant;
use super::presence::{end_if_deserted, farewell, show, withdraw};
use super::role::{Affiliation, Role, Roles};
use super::room::Room;
use super::wire::{self, About};
use super::{Later, Sends, card, hats, invite, join, table};
use crate::turn::Turn;
use std::sync::Arc;
use xmpp::{Jid, Kind, MessageType, Stanza, Writer};

/// One change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// What somebody is to the room for long; with the nickname that is kept for them, where it changes.
    Affiliation {
        /// The bare JID, or a domain.
        who: Jid,
        /// What they become.
        to: Affiliation,
        /// Their nickname.
        nick: Option<Box<str>>,
        /// Why.
        reason: Box<str>,
    },
    /// What an occupant may do.
    Role {
        /// One of their clients: another nickname changes nothing about who is meant.
        client: Jid,
        /// What they become.
        to: Role,
        /// Why.
        reason: Box<str>,
    },
}

impl Change {
    /// Another role for whoever has that nickname; None if nobody has.
    pub(super) fn role(room: &Room, nick: &str, to: Role, reason: Box<str>) -> Option<Change> {
        let client = room.occupants.get(nick)?.shown()?.jid.clone();
        Some(Change::Role { client, to, reason })
    }
}

/// What is seen of a change when it is durable. Until then everybody who is there sees the room as it was, though
/// the lists hold already for what is asked of it.
#[derive(Debug)]
pub struct Changed {
    /// The room it was; another may have its address by then.
    pub(super) room: i64,
    /// To those who are put out of a room that is no more.
    pub(super) gone: Sends,
    /// To the one who did it.
    pub(super) answer: Option<Stanza>,
    /// To people who are not there.
    pub(super) invited: Sends,
    /// What the configuration means now, as status codes (§10.2.1).
    pub(super) notice: Vec<u16>,
    /// The room has another picture (XEP-0486 §3.2).
    pub(super) is_new_picture: bool,
    /// Whose hats are others now (XEP-0317 §3.2): bare JIDs.
    pub(super) rehatted: Vec<Box<str>>,
    /// Whoever may not stay under the configuration goes (§10.2).
    pub(super) is_closed_to_strangers: bool,
    /// Whose presence was broadcast before, if that changes (§7.2.2).
    pub(super) was_broadcast: Option<Roles>,
    /// Whose doing it is.
    pub(super) actor: Option<Actor>,
    changes: Vec<Change>,
}

/// Whoever made a change: a client in the room, and the nickname they had then.
#[derive(Debug)]
pub(super) struct Actor {
    client: Jid,
    nick: Box<str>,
}

/// Somebody to be put out, and why.
struct Leaver {
    nick: Box<str>,
    code: u16,
    reason: Box<str>,
}

/// Somebody of whom something else is shown, why, and the role they had.
struct Shifted {
    nick: Box<str>,
    reason: Box<str>,
    was: Role,
}

impl Changed {
    /// Nothing yet but the answer.
    pub(super) fn new(room: &Room, by: &Jid, answer: Option<Stanza>) -> Changed {
        let actor = room.occupants.of(by).or_else(|| room.occupants.of_bare(by.bare_str()).next());
        let actor = actor.and_then(|occupant| Some((occupant, occupant.shown()?)));
        Changed {
            room: room.id,
            gone: Sends::new(),
            answer,
            invited: Sends::new(),
            notice: Vec::new(),
            is_new_picture: false,
            rehatted: Vec::new(),
            is_closed_to_strangers: false,
            was_broadcast: None,
            actor: actor.map(|(occupant, shown)| Actor { client: shown.jid.clone(), nick: occupant.nick().into() }),
            changes: Vec::new(),
        }
    }
}

/// Makes changes that are allowed, and sees to it that they are told when they are durable.
pub(super) fn apply(turn: &mut Turn<'_, Room>, changes: Vec<Change>, by: &Jid, mut changed: Changed) {
    for change in &changes {
        let Change::Affiliation { who, to, nick, reason } = change else { continue };
        let is_new = turn.me.affiliation(who) < Affiliation::Member;
        turn.me.affiliate(who.as_str(), *to, reason);
        if let Some(nick) = nick.clone().filter(|_| *to != Affiliation::Outcast) {
            turn.me.keep_nick(who.as_str(), *to, nick);
        }
        table::save_affiliation(turn, who.as_str());
        // §9.5: who may enter from now on is invited to.
        if is_new && *to == Affiliation::Member && turn.me.config.is_members_only && who.local().is_some() {
            changed.invited.push((Arc::new(invite::invitation(turn.me, by, None)), who.clone()));
        }
    }
    changed.changes = changes;
    finish(turn, changed);
}

/// Tells it now, or when what was written is durable.
pub(super) fn finish(turn: &mut Turn<'_, Room>, changed: Changed) {
    match turn.out.writes.is_empty() {
        true => tell(turn, changed),
        false => turn.later(Later::Changed(changed)),
    }
}

/// It is durable: everybody concerned is told, who is put out first, then the one who did it (§8.2).
pub(super) fn tell(turn: &mut Turn<'_, Room>, changed: Changed) {
    turn.send_all(changed.gone);
    if changed.room != turn.me.id {
        changed.answer.into_iter().for_each(|answer| turn.answer(answer));
        return turn.send_all(changed.invited);
    }
    let actor = changed.actor.map(|actor| turn.me.occupants.nick_of(&actor.client).map_or(actor.nick, Into::into));
    let (mut leavers, mut shifted) = (Vec::new(), Vec::new());
    for change in changed.changes {
        take_effect(turn.me, change, &mut leavers, &mut shifted);
    }
    for nick in hats::put_on(turn.me, &changed.rehatted) {
        let was = turn.me.occupants.get(&nick).map_or(Role::None, |occupant| occupant.role);
        shifted.push(Shifted { nick, reason: Box::default(), was });
    }
    if changed.is_closed_to_strangers {
        let strangers = turn.me.occupants.iter().filter(|occupant| !turn.me.admits(&occupant.bare));
        let leaver = |nick: &str| Leaver { nick: nick.into(), code: 322, reason: Box::default() };
        leavers.extend(strangers.map(|occupant| leaver(occupant.nick())));
    }
    let others = put_out(turn, leavers, actor.as_deref());
    changed.answer.into_iter().for_each(|answer| turn.answer(answer));
    turn.send_all(others);
    turn.send_all(changed.invited);
    for shifted in shifted {
        tell_shifted(turn, &shifted, actor.as_deref());
    }
    if let Some(before) = changed.was_broadcast {
        tell_broadcast(turn, before);
    }
    say_notice(turn, &changed.notice);
    if changed.is_new_picture {
        card::show_all(turn);
    }
    end_if_deserted(turn);
}

/// Somebody is something else than they were: everybody is shown it, as far as they are shown anything of them.
fn tell_shifted(turn: &mut Turn<'_, Room>, Shifted { nick, reason, was }: &Shifted, actor: Option<&str>) {
    let about = About { actor, reason: Some(reason), ..About::default() };
    let mut sends = show(turn.me, nick, &about, None);
    let Some(occupant) = turn.me.occupants.get(nick) else { return };
    let broadcast = turn.me.config.presence_of;
    if broadcast.has(*was) && !broadcast.has(occupant.role) {
        sends.extend(withdraw(turn.me, nick));
    }
    // §8: a moderator discovers addresses by presence; what was shown before had none.
    if occupant.role == Role::Moderator && *was < Role::Moderator && !turn.me.config.is_non_anonymous() {
        sends.extend(occupant.sessions.iter().flat_map(|client| join::others(turn.me, occupant, &client.jid)));
    }
    turn.send_all(sends);
}

/// §7.2.2: the presence of other roles is broadcast from now on.
fn tell_broadcast(turn: &mut Turn<'_, Room>, before: Roles) {
    let now = turn.me.config.presence_of;
    let concerned = turn.me.occupants.iter().filter(|occupant| before.has(occupant.role) != now.has(occupant.role));
    let sends = concerned.flat_map(|occupant| match now.has(occupant.role) {
        true => show(turn.me, occupant.nick(), &About::default(), None),
        false => withdraw(turn.me, occupant.nick()),
    });
    let sends: Sends = sends.collect();
    turn.send_all(sends);
}

/// What becomes of occupants: another role, another affiliation with the role that goes with it, or no place.
fn take_effect(room: &mut Room, change: Change, leavers: &mut Vec<Leaver>, shifted: &mut Vec<Shifted>) {
    match change {
        Change::Role { client, to, reason } => {
            let Some(nick) = room.occupants.nick_of(&client).map(Box::from) else { return };
            if to == Role::None {
                return leavers.push(Leaver { nick, code: 307, reason });
            }
            let Some(occupant) = room.occupants.get_mut(&nick).filter(|occupant| occupant.role != to) else { return };
            let was = std::mem::replace(&mut occupant.role, to);
            room.voices.note(&occupant.bare, to);
            shifted.push(Shifted { nick, reason, was });
        }
        Change::Affiliation { who, reason, .. } => {
            room.voices.forget(&who);
            for (nick, bare) in concerned(room, &who) {
                let (affiliation, is_admitted) = (room.affiliation(&bare), room.admits(&bare));
                let role = affiliation.role(room.config.is_moderated);
                let Some(occupant) = room.occupants.get_mut(&nick) else { continue };
                let is_other = std::mem::replace(&mut occupant.affiliation, affiliation) != affiliation;
                let reason = reason.clone();
                if !is_admitted {
                    // §9.1, §9.4
                    let code = if affiliation == Affiliation::Outcast { 301 } else { 321 };
                    leavers.push(Leaver { nick, code, reason });
                } else if is_other {
                    let was = std::mem::replace(&mut occupant.role, role);
                    shifted.push(Shifted { nick, reason, was });
                }
            }
        }
    }
}

/// The occupants that an address, or a domain, stands for.
fn concerned(room: &Room, who: &Jid) -> Vec<(Box<str>, Jid)> {
    let is_one = |occupant: &&Occupant| match who.local() {
        Some(_) => occupant.bare == *who,
        None => occupant.bare.domain() == who.domain(),
    };
    let found = room.occupants.iter().filter(is_one);
    found.map(|occupant| (occupant.nick().into(), occupant.bare.clone())).collect()
}

/// All of them go before anybody is told of any, so that none is shown what comes after. They are told first;
/// what the others are to be told comes back.
fn put_out(turn: &mut Turn<'_, Room>, leavers: Vec<Leaver>, actor: Option<&str>) -> Sends {
    let gone: Vec<(Leaver, Occupant)> = leavers
        .into_iter()
        .filter_map(|leaver| turn.me.occupants.remove(&leaver.nick).map(|occupant| (leaver, occupant)))
        .collect();
    let mut others = Sends::new();
    for (leaver, occupant) in &gone {
        let codes = [leaver.code];
        let about = About { codes: &codes, actor, reason: Some(&leaver.reason), ..About::default() };
        let (own, rest) = farewell(turn.me, occupant, &[], &about);
        turn.send_all(own);
        others.extend(rest);
    }
    others
}

/// §10.2.1: what the configuration means now.
fn say_notice(turn: &mut Turn<'_, Room>, codes: &[u16]) {
    if codes.is_empty() {
        return;
    }
    let mut w = Writer::new();
    wire::write_x(&mut w, None, &About { codes, ..About::default() });
    let message = Stanza::new(Kind::Message(MessageType::Groupchat)).with_from(Some(turn.me.jid.clone()));
    let message = Arc::new(message.with_inner(w.finish()));
    let sends: Sends = turn.me.occupants.clients().map(|client| (message.clone(), client.clone())).collect();
    turn.send_all(sends);
}
