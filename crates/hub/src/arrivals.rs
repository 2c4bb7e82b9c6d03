//! How far an account's clients have come in its archive (XEP-0160), from what their outlets say.

use crate::cell::Outlets;
use crate::outlet::Outlet;
use features::memory::{Account, SessionId};
use features::offline::{self, CatchUp};
use features::turn::Turn;
use std::sync::Arc;

/// Notes how far the clients have come, unless something waits that none of them was given. Returns
/// whether they have all that they were given.
pub fn note(me: &mut Account, outlets: &Outlets) -> bool {
    if me.offline.is_pending() {
        return false;
    }
    look(me, outlets)
}

/// Notes how far the clients have come. One that lacks something holds the others back: what it lacks
/// may have been for it alone.
pub fn look(me: &mut Account, outlets: &Outlets) -> bool {
    let arrived = outlets.iter().map(|(_, outlet)| outlet.arrived());
    let (most, lacking) = arrived.fold((0, None), |(most, lacking): (u64, Option<u64>), (number, all)| {
        let lacks = (!all).then_some(number);
        (most.max(number), lacking.into_iter().chain(lacks).min())
    });
    me.offline.note(lacking.unwrap_or(most));
    lacking.is_none()
}

/// Writes it down.
pub fn write_down(turn: &mut Turn<'_>, outlets: &Outlets) {
    let all_given = note(turn.me, outlets);
    offline::save(turn, all_given);
}

/// Sessions were `replaced` by the newest one, which gets what they lacked unless it reads that itself.
pub fn replaced(me: &mut Account, outlets: &Outlets, replaced: &[(SessionId, Arc<Outlet>)]) {
    if replaced.is_empty() {
        return;
    }
    let before: Outlets = outlets.iter().chain(replaced).cloned().collect();
    let newest = me.sessions.last().map(|session| session.catch_up);
    if !note(me, &before) && newest == Some(CatchUp::Due) {
        me.offline.lost();
    }
}

/// A session is about to go: what it lacks waits for the next one, unless another got as far as it was
/// given.
pub fn settle(turn: &mut Turn<'_>, outlets: &Outlets, session: SessionId) {
    let all_given = note(turn.me, outlets);
    let gone = outlets.iter().find(|(id, _)| *id == session).map(|(_, outlet)| outlet);
    if let Some(gone) = gone.filter(|gone| !gone.arrived().1) {
        let others = outlets.iter().filter(|(id, _)| *id != session).map(|(_, outlet)| outlet.arrived().0);
        if others.max().unwrap_or(0) < gone.last_given() {
            turn.me.offline.lost();
        }
    }
    offline::save(turn, all_given);
}

/// The same before all of them go.
pub fn settle_all(turn: &mut Turn<'_>, outlets: &Outlets) {
    let all_given = note(turn.me, outlets);
    if outlets.iter().any(|(_, outlet)| !outlet.arrived().1) {
        turn.me.offline.lost();
    }
    offline::save(turn, all_given);
}
