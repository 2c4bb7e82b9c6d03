//! Changes of roles and affiliations, once they are allowed: what becomes of who is in the room, and what
//! everybody is told when it is durable (XEP-0045 §8.2 to §10.8).

use super::occupants::Occupant;
use super::presence::{end_if_deserted, farewell, show};
use super::role::{Affiliation, Role};
use super::room::Room;
use super::wire::{self, About};
use super::{Later, Sends, card, hats, invite, table};
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
        /// Their nickname.
        nick: Box<str>,
        /// What they become.
        to: Role,
        /// Why.
        reason: Box<str>,
    },
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
    /// Whose doing it is: a nickname.
    pub(super) actor: Option<Box<str>>,
    changes: Vec<Change>,
}

/// Somebody to be put out, and why.
struct Leaver {
    nick: Box<str>,
    code: u16,
    reason: Box<str>,
}

impl Changed {
    /// Nothing yet but the answer.
    pub(super) fn new(room: &Room, by: &Jid, answer: Option<Stanza>) -> Changed {
        let actor = room.occupants.of(by).or_else(|| room.occupants.of_bare(by.bare_str()).next());
        Changed {
            room: room.id,
            gone: Sends::new(),
            answer,
            invited: Sends::new(),
            notice: Vec::new(),
            is_new_picture: false,
            rehatted: Vec::new(),
            is_closed_to_strangers: false,
            actor: actor.map(|occupant| occupant.nick().into()),
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
    let Changed {
        room,
        gone,
        answer,
        invited,
        notice,
        is_new_picture,
        rehatted,
        is_closed_to_strangers,
        actor,
        changes,
    } = changed;
    turn.send_all(gone);
    let (mut leavers, mut shown) = (Vec::new(), Vec::new());
    if room == turn.me.id {
        for change in changes {
            take_effect(turn.me, change, &mut leavers, &mut shown);
        }
        shown.extend(hats::put_on(turn.me, &rehatted).into_iter().map(|nick| (nick, Box::default())));
        if is_closed_to_strangers {
            let strangers = turn.me.occupants.iter().filter(|occupant| !turn.me.admits(&occupant.bare));
            let leaver = |nick: &str| Leaver { nick: nick.into(), code: 322, reason: Box::default() };
            leavers.extend(strangers.map(|occupant| leaver(occupant.nick())));
        }
    }
    let others = put_out(turn, leavers, actor.as_deref());
    if let Some(answer) = answer {
        turn.answer(answer);
    }
    turn.send_all(others);
    turn.send_all(invited);
    if room != turn.me.id {
        return;
    }
    for (nick, reason) in shown {
        let about = About { actor: actor.as_deref(), reason: Some(&reason), ..About::default() };
        let sends = show(turn.me, &nick, &about, None);
        turn.send_all(sends);
    }
    say_notice(turn, &notice);
    if is_new_picture {
        card::show_all(turn);
    }
    end_if_deserted(turn);
}

/// What becomes of occupants: another role, another affiliation with the role that goes with it, or no place.
fn take_effect(room: &mut Room, change: Change, leavers: &mut Vec<Leaver>, shown: &mut Vec<(Box<str>, Box<str>)>) {
    match change {
        Change::Role { nick, to: Role::None, reason } => leavers.push(Leaver { nick, code: 307, reason }),
        Change::Role { nick, to, reason } => {
            if let Some(occupant) = room.occupants.get_mut(&nick).filter(|occupant| occupant.role != to) {
                occupant.role = to;
                shown.push((nick, reason));
            }
        }
        Change::Affiliation { who, reason, .. } => {
            for (nick, bare) in concerned(room, &who) {
                let affiliation = room.affiliation(&bare);
                if !room.admits(&bare) {
                    // §9.1, §9.4
                    let code = if affiliation == Affiliation::Outcast { 301 } else { 321 };
                    let reason = reason.clone();
                    set_shown(room, &nick, affiliation);
                    leavers.push(Leaver { nick, code, reason });
                } else if set_shown(room, &nick, affiliation) {
                    shown.push((nick, reason.clone()));
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

/// From now on an occupant is shown with that affiliation. True if it is another.
fn set_shown(room: &mut Room, nick: &str, affiliation: Affiliation) -> bool {
    let is_moderated = room.config.is_moderated;
    let Some(occupant) = room.occupants.get_mut(nick).filter(|occupant| occupant.affiliation != affiliation) else {
        return false;
    };
    occupant.affiliation = affiliation;
    occupant.role = affiliation.role(is_moderated);
    true
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
