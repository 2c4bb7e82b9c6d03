//! Changes of roles and affiliations, once they are allowed: what becomes of who is in the room, and what
//! everybody is told when it is durable (XEP-0045 §8.2 to §10.8).

use super::occupants::Occupant;
use super::presence::{end_if_deserted, farewell, show};
use super::role::{Affiliation, Role};
use super::room::Room;
use super::wire::About;
use super::{Later, Sends, invite, table};
use crate::turn::Turn;
use std::sync::Arc;
use xmpp::{Jid, Stanza};

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

/// What is told when a change is durable, in this order (§8.2).
#[derive(Debug)]
pub struct Changed {
    /// The room it was; another may have its address by then.
    pub(super) room: i64,
    /// To those who are put out.
    pub(super) gone: Sends,
    /// To the one who did it.
    pub(super) answer: Option<Stanza>,
    /// To all others.
    pub(super) others: Sends,
    /// Nicknames whose bearers are something else now, and why.
    pub(super) shown: Vec<(Box<str>, Box<str>)>,
    /// Whose doing it is: a nickname.
    pub(super) actor: Option<Box<str>>,
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
            others: Sends::new(),
            shown: Vec::new(),
            actor: actor.map(|occupant| occupant.nick().into()),
        }
    }
}

/// Makes changes that are allowed, and sees to it that they are told when they are durable.
pub(super) fn apply(turn: &mut Turn<'_, Room>, changes: Vec<Change>, by: &Jid, mut changed: Changed) {
    let mut leavers = Vec::new();
    for change in changes {
        match change {
            Change::Role { nick, to: Role::None, reason } => leavers.push(Leaver { nick, code: 307, reason }),
            Change::Role { nick, to, reason } => {
                if let Some(occupant) = turn.me.occupants.get_mut(&nick).filter(|occupant| occupant.role != to) {
                    occupant.role = to;
                    changed.shown.push((nick, reason));
                }
            }
            Change::Affiliation { who, to, nick, reason } => {
                let is_new = turn.me.affiliation(&who) < Affiliation::Member;
                let concerned = concerned(turn.me, &who);
                affiliate(turn, (&who, to), nick, &reason);
                leavers.extend(affected(turn.me, concerned, &reason, &mut changed));
                // §9.5: who may enter from now on is invited to.
                if is_new && to == Affiliation::Member && turn.me.config.is_members_only && who.local().is_some() {
                    changed.others.push((Arc::new(invite::invitation(turn.me, by, None)), who));
                }
            }
        }
    }
    put_out(turn, leavers, &mut changed);
    finish(turn, changed);
}

/// Tells it now, or when what was written is durable.
pub(super) fn finish(turn: &mut Turn<'_, Room>, changed: Changed) {
    match turn.out.writes.is_empty() {
        true => tell(turn, changed),
        false => turn.later(Later::Changed(changed)),
    }
}

fn affiliate(turn: &mut Turn<'_, Room>, (who, to): (&Jid, Affiliation), nick: Option<Box<str>>, reason: &str) {
    turn.me.affiliate(who.as_str(), to, reason);
    if let Some(nick) = nick.filter(|_| to != Affiliation::Outcast) {
        turn.me.keep_nick(who.as_str(), to, nick);
    }
    table::save_affiliation(turn, who.as_str());
}

/// Somebody in the room, and what they were to it.
type Concerned = (Box<str>, Jid, Affiliation);

/// The occupants that an address, or a domain, stands for.
fn concerned(room: &Room, who: &Jid) -> Vec<Concerned> {
    let is_one = |occupant: &&Occupant| match who.local() {
        Some(_) => occupant.bare == *who,
        None => occupant.bare.domain() == who.domain(),
    };
    let found = room.occupants.iter().filter(is_one);
    let is = |occupant: &Occupant| room.affiliation(&occupant.bare);
    found.map(|occupant| (occupant.nick().into(), occupant.bare.clone(), is(occupant))).collect()
}

/// What becomes of occupants whose affiliation is another now: each gets the role that goes with it, or may
/// not stay.
fn affected(room: &mut Room, concerned: Vec<Concerned>, reason: &str, changed: &mut Changed) -> Vec<Leaver> {
    let mut leavers = Vec::new();
    for (nick, bare, was) in concerned {
        let affiliation = room.affiliation(&bare);
        if affiliation == was {
            continue;
        }
        if !room.admits(&bare) {
            // §9.1, §9.4
            let code = if affiliation == Affiliation::Outcast { 301 } else { 321 };
            leavers.push(Leaver { nick, code, reason: reason.into() });
            continue;
        }
        let role = affiliation.role(room.config.is_moderated);
        if let Some(occupant) = room.occupants.get_mut(&nick) {
            occupant.role = role;
        }
        changed.shown.push((nick, reason.into()));
    }
    leavers
}

/// Puts out whoever may not stay under the configuration (§10.2: 322).
pub(super) fn put_out_strangers(turn: &mut Turn<'_, Room>, changed: &mut Changed) {
    let strangers = turn.me.occupants.iter().filter(|occupant| !turn.me.admits(&occupant.bare));
    let leavers = strangers.map(|occupant| Leaver { nick: occupant.nick().into(), code: 322, reason: Box::default() });
    put_out(turn, leavers.collect(), changed);
}

/// All of them go before anybody is told of any, so that none is shown what comes after.
fn put_out(turn: &mut Turn<'_, Room>, leavers: Vec<Leaver>, changed: &mut Changed) {
    let gone: Vec<(Leaver, Occupant)> = leavers
        .into_iter()
        .filter_map(|leaver| turn.me.occupants.remove(&leaver.nick).map(|occupant| (leaver, occupant)))
        .collect();
    for (leaver, occupant) in &gone {
        let codes = [leaver.code];
        let about =
            About { codes: &codes, actor: changed.actor.as_deref(), reason: Some(&leaver.reason), ..About::default() };
        let (own, others) = farewell(turn.me, occupant, &[], &about);
        changed.gone.extend(own);
        changed.others.extend(others);
    }
}

/// It is durable: everybody concerned is told.
pub(super) fn tell(turn: &mut Turn<'_, Room>, changed: Changed) {
    let Changed { room, gone, answer, others, shown, actor } = changed;
    turn.send_all(gone);
    if let Some(answer) = answer {
        turn.answer(answer);
    }
    turn.send_all(others);
    if room != turn.me.id {
        return;
    }
    for (nick, reason) in shown {
        let about = About { actor: actor.as_deref(), reason: Some(&reason), ..About::default() };
        let sends = show(turn.me, &nick, &about, None);
        turn.send_all(sends);
    }
    end_if_deserted(turn);
}
