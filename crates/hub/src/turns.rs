//! From mail to the rules and back: which rules a mail is for, and what becomes of their effects.

use crate::cell::{Cell, Outlets, Resident};
use crate::journey::{Journey, Load, Origin, Release, Stamped};
use crate::mail::{Ending, Left, Mail};
use crate::outlet::Outlet;
use crate::post::Work;
use crate::{Hub, arrivals, bind, restart};
use features::memory::SessionId;
use features::query::{Found, Next};
use features::turn::{Asker, Effect, End, Outbox, Stamp, Turn, Weight};
use features::{blocking, caps, login, offline, order, push, roster};
use smallvec::SmallVec;
use std::sync::Arc;
use xmpp::{Jid, Kind, Stanza};

/// Takes one turn.
pub fn take(hub: &Hub, cell: &Arc<Cell>, resident: &mut Resident, mail: Mail, work: &mut Work) {
    look_who_is_away(resident);
    let service = hub.service();
    let mut out = Outbox::default();
    let now = hub.clock().now();
    let mut turn = Turn { me: &mut resident.account, service: &service, now, out: &mut out };
    push::look(&mut turn);
    let mut load = Load::default();
    let mut on_journey = None;
    match mail {
        Mail::Sent { session, number, stanza } => {
            let Some(outlet) = resident.outlets.iter().find(|(id, _)| *id == session).map(|(_, outlet)| outlet) else {
                return;
            };
            let stanza = Arc::new(stanza);
            let kept = (!stanza.kind.is_error()).then(|| stanza.clone());
            load.origin = Some(Origin { outlet: outlet.clone(), number, stanza: kept, is_remote: false });
            order::outgoing(&mut turn, session, stanza);
        }
        Mail::Stanza { stanza, to, journey } => {
            order::incoming(&mut turn, stanza, &to);
            on_journey = Some(journey);
        }
        Mail::Answer { asker, found, origin } => {
            load.origin = origin;
            answer(&mut turn, asker, found);
        }
        Mail::Silent(session) => push::silent(&mut turn, session),
        Mail::Arrived => arrivals::write_down(&mut turn, &resident.outlets),
        Mail::Gone(gone) => leave(hub, &mut turn, &mut resident.outlets, gone),
        Mail::PutDown(reply) => restart::put_down(hub, &mut turn, &std::mem::take(&mut resident.outlets), reply),
        Mail::TakeUp(kept, reply) => restart::take_up(hub, cell, resident, (kept, reply)),
        Mail::Recall(device, interests) => caps::recall(&mut turn, &device, interests),
        Mail::End(which, reason, reply) => {
            // Whoever asked may not want to know.
            let _ = reply.send(end(hub, &mut turn, &mut resident.outlets, (&which, reason)));
        }
        Mail::Moment(moment) => order::moment(&mut turn, &moment),
        Mail::WhoIsHere(reply) => drop(reply.send(login::live(turn.me))),
        Mail::Erase { asked, reply } => {
            let (ended, farewells) = take_leave(hub, &mut turn, std::mem::take(&mut resident.outlets), asked.as_ref());
            bind::erase(hub, cell, ended, farewells, reply);
        }
        // A session that was there when the logins were taken back has ended; none is resumed later.
        Mail::Bind { began, reply, .. } if hub.revoked().since(cell.jid(), began) => {
            // The asker may have gone meanwhile.
            let _ = reply.send(Err(xmpp::StanzaError::new(xmpp::Condition::NotAuthorized)));
        }
        Mail::Bind { agent, wish, inline, reply, .. } => {
            let replaced = bind::bind(hub, cell, resident, (agent, wish, inline), reply);
            arrivals::replaced(&mut resident.account, &resident.outlets, &replaced);
            // Their end is said before the new session says anything, for it may have their address.
            let mut turn = Turn { me: &mut resident.account, service: &service, now, out: &mut out };
            for (session, outlet) in replaced {
                give_back(&mut turn, &outlet);
                gone(hub, &mut turn, session, &outlet);
            }
        }
        Mail::Resume { session, h, reply } => bind::resume(hub, cell, resident, (session, h), reply),
        // Dealt with before a turn begins, or for owners of other kinds.
        Mail::Reload | Mail::Loaded(_) | Mail::Wake => {}
        Mail::Restored(_) | Mail::Linked { .. } | Mail::Unlinked(_) | Mail::Unreachable(_) | Mail::Ruled => {}
        Mail::RoomLoaded(_) | Mail::Durable(..) | Mail::ShutDown(_) | Mail::TooLarge(..) | Mail::HowIsIt(_) => {}
    }
    if resident.account.offline.must_look() {
        arrivals::look(&mut resident.account, &resident.outlets);
    }
    let carried = Carried { out, load, journey: on_journey };
    carry_out(hub, cell, carried, |effect, base| release(cell, resident, effect, base), work);
}

/// Who is to be woken is decided by who is there (XEP-0357).
fn look_who_is_away(resident: &mut Resident) {
    if resident.account.push.is_empty() {
        return;
    }
    for (id, outlet) in &resident.outlets {
        if let Some(session) = resident.account.session_mut(*id) {
            session.away = outlet.is_away();
        }
    }
}

/// A session is over, unless it has been before or its client came back meanwhile.
fn leave(hub: &Hub, turn: &mut Turn<'_>, outlets: &mut Outlets, left: Left) {
    let is_left = |(id, outlet): &(SessionId, Arc<Outlet>)| *id == left.session && outlet.is_left(left.epoch);
    if let Some(at) = outlets.iter().position(is_left) {
        remove(hub, turn, outlets, at);
    }
}

fn remove(hub: &Hub, turn: &mut Turn<'_>, outlets: &mut Outlets, at: usize) {
    arrivals::settle(turn, outlets, outlets[at].0);
    let (session, outlet) = outlets.remove(at);
    gone(hub, turn, session, &outlet);
}

/// Some sessions of an account are over. Returns how many there were.
fn end(hub: &Hub, turn: &mut Turn<'_>, outlets: &mut Outlets, (which, reason): (&Ending, End)) -> usize {
    let ends = |session: SessionId| which.ends(session, turn.me.session(session));
    let ending: Vec<_> = outlets.iter().filter(|(session, _)| ends(*session)).cloned().collect();
    for (_, outlet) in &ending {
        outlet.end(reason);
    }
    if ending.len() == outlets.len() {
        arrivals::settle_all(turn, outlets);
        all_gone(hub, turn, &std::mem::take(outlets));
    } else {
        for (session, _) in &ending {
            if let Some(at) = outlets.iter().position(|(known, _)| known == session) {
                remove(hub, turn, outlets, at);
            }
        }
    }
    ending.len()
}

/// The sessions of an account are over whatever comes of its erasure, and whoever saw them learns of it.
/// The client that `asked` for it is still to hear what came of it.
fn take_leave(hub: &Hub, turn: &mut Turn<'_>, outlets: Outlets, asked: Option<&Arc<Outlet>>) -> (usize, Outbox) {
    for (_, outlet) in &outlets {
        if !asked.is_some_and(|asked| Arc::ptr_eq(asked, outlet)) {
            outlet.end(End::Removed);
        }
    }
    all_gone(hub, turn, &outlets);
    let mut farewells = Outbox::default();
    roster::account_removed(&mut Turn { me: &mut *turn.me, service: turn.service, now: turn.now, out: &mut farewells });
    (outlets.len(), farewells)
}

/// What a turn gave, and the journey it was part of.
pub struct Carried {
    /// The rules' effects.
    pub out: Outbox,
    /// Where they go if this turn began the journey.
    pub load: Load,
    /// The journey, if it began elsewhere.
    pub journey: Option<Arc<Journey>>,
}

/// Turns effects into rows, mail and outputs. Mail is left while the owner is still held, so that
/// two stanzas from one sender to one recipient never swap. What nothing waits for is a journey of its own.
pub fn carry_out(
    hub: &Hub,
    cell: &Arc<Cell>,
    mut carried: Carried,
    release: impl Fn(Effect, usize) -> Option<Release>,
    work: &mut Work,
) {
    let notes = std::mem::take(&mut carried.out.notes);
    send_off(hub, cell, carried, release, work);
    if !notes.is_empty() {
        let mut load = Load { writes: notes, ..Load::default() };
        load.touch(cell);
        hub.finish(load);
    }
}

fn send_off(
    hub: &Hub,
    cell: &Arc<Cell>,
    carried: Carried,
    release: impl Fn(Effect, usize) -> Option<Release>,
    work: &mut Work,
) {
    let Carried { out, mut load, journey } = carried;
    let wrote = !out.writes.is_empty();
    let (journey, routes) = match journey {
        Some(journey) => {
            let routes = journey.add(|load| fill(load, cell, out, release));
            (journey, routes)
        }
        None => {
            let routes = fill(&mut load, cell, out, release);
            if routes.is_empty() {
                return hub.finish(load);
            }
            (Arc::new(Journey::new(load)), routes)
        }
    };
    // What writes, and a single stanza on its way, is one journey to its end. A broadcast that
    // writes nothing is many: none of its recipients waits for another.
    let together = wrote || routes.len() == 1;
    for (stanza, to) in routes {
        hub.route(stanza, to, together.then_some(&journey), work);
    }
    if let Some(load) = journey.close() {
        hub.finish(load);
    }
}

type Routes = SmallVec<[(Arc<Stanza>, Jid); 2]>;

/// Adds a turn's rows and outputs to the load, as `release` makes them of effects and the number of rows
/// before; returns the mail it wants sent on.
fn fill(load: &mut Load, cell: &Arc<Cell>, out: Outbox, release: impl Fn(Effect, usize) -> Option<Release>) -> Routes {
    let mut routes = Routes::new();
    let base = load.appends();
    load.touch(cell);
    load.writes.extend(out.writes);
    for effect in out.effects {
        match effect {
            Effect::Route { stanza, to } => routes.push((stanza, to)),
            effect => load.releases.extend(release(effect, base)),
        }
    }
    routes
}

fn release(cell: &Arc<Cell>, resident: &Resident, effect: Effect, base: usize) -> Option<Release> {
    let stamped = |stamp: Option<Stamp>| {
        stamp.map(|Stamp(index)| Stamped {
            index: base + usize::from(index),
            archive: resident.account.id,
            by: resident.account.jid.clone(),
        })
    };
    match effect {
        Effect::Given { session, number } => Some(Release::Given { outlet: resident.outlet(session)?.clone(), number }),
        Effect::Watch { session } => Some(Release::Watch { outlet: resident.outlet(session)?.clone() }),
        Effect::Deliver { session, delivery, stamp, weight } => {
            let outlet = resident.outlet(session)?.clone();
            Some(Release::Deliver { outlet, delivery, stamp: stamped(stamp), weight })
        }
        Effect::Carbon { session, direction, stanza, stamp, weight } => {
            let outlet = resident.outlet(session)?.clone();
            let to = resident.account.session(session)?.jid.clone();
            let account = resident.account.jid.clone();
            Some(Release::Carbon { outlet, to, account, direction, stanza, stamp: stamped(stamp), weight })
        }
        Effect::Read { asker, query } => Some(Release::Read { cell: cell.clone(), asker, query }),
        Effect::Do { asker, request, deed } => Some(Release::Do { cell: cell.clone(), asker, request, deed }),
        // Routes were taken out before; the rest is for owners of other kinds.
        Effect::Route { .. } | Effect::Send(_) | Effect::Dial | Effect::Wake(_) | Effect::Later { .. } => None,
    }
}

fn send_all(turn: &mut Turn<'_>, stanzas: Vec<Stanza>, to: &Jid) {
    for stanza in stanzas {
        turn.route(Arc::new(stanza), to.clone());
    }
}

/// What a slow read found goes to whoever asked.
fn answer(turn: &mut Turn<'_>, asker: Asker, found: Found) {
    let session = match asker {
        Asker::Session(session) => session,
        Asker::Itself => return send_all(turn, found.stanzas, &turn.me.jid.clone()),
        Asker::Other(to) => return send_all(turn, found.stanzas, &to),
    };
    // What waited may be of somebody who is blocked by now (XEP-0191 §3.3).
    let stopped = |stanza: &Stanza| stanza.from.as_ref().is_some_and(|from| blocking::stops(turn.me, from));
    let passing: Vec<Stanza> = found.stanzas.into_iter().filter(|stanza| !stopped(stanza)).collect();
    match found.next {
        Some(Next::Offline(progress)) => offline::arrived(turn, passing, progress),
        Some(Next::MergeBookmarks(merge)) => merge.go_on(turn),
        // A room's.
        Some(Next::RoomMessage(_)) => {}
        None => {
            for stanza in passing {
                turn.deliver(session, stanza, Weight::Urgent);
            }
        }
    }
}

/// These sessions are over.
fn all_gone(hub: &Hub, turn: &mut Turn<'_>, outlets: &Outlets) {
    for (session, outlet) in outlets {
        gone(hub, turn, *session, outlet);
    }
}

/// A session is over: its presence ends, and from now on it is heard no more.
fn gone(hub: &Hub, turn: &mut Turn<'_>, session: SessionId, outlet: &Outlet) {
    if !outlet.is_connected() {
        give_back(turn, outlet);
    }
    order::session_ended(turn, session);
    hub.sessions().remove(session);
}

/// XEP-0198 §5: what a lost client never acknowledged is treated as if it had been away. What the
/// archive holds is not lost; for the rest the sender is told.
fn give_back(turn: &mut Turn<'_>, outlet: &Outlet) {
    let unavailable = xmpp::StanzaError::new(xmpp::Condition::RecipientUnavailable);
    for stanza in outlet.leftovers() {
        if matches!(stanza.kind, Kind::Message(_)) && features::class::classify(&stanza).urgent {
            turn.refuse(&stanza, &unavailable);
        }
    }
}
