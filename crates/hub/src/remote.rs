//! The owner of the way to another domain: its memory, and what waits for a link to it.

use crate::Hub;
use crate::cell::Cell;
use crate::journey::{Journey, Load, Release};
use crate::link::{Broke, Link};
use crate::mail::Mail;
use crate::outlet::Outlet;
use crate::post::Work;
use crate::standing::Held;
use crate::turns::{self, Carried};
use features::component;
use features::federation::remote::{self, Waiting};
use features::federation::{Remote, Way};
use features::terms;
use features::turn::{Effect, Outbox, Turn};
use std::sync::Arc;
use xmpp::Jid;

/// A remote domain in memory.
pub struct Neighbour {
    /// What the rules see.
    pub remote: Remote,
    /// What waits, and what was sent and not acknowledged.
    pub outlet: Arc<Outlet>,
}

impl Neighbour {
    /// A way of which nothing is known, by its name.
    pub fn new(name: Jid, seconds: u32) -> Neighbour {
        Neighbour { remote: Remote::new(name), outlet: Arc::new(Outlet::unlinked(seconds)) }
    }

    /// The domain of a component, for which no program has been there since `since`, in microseconds.
    pub fn of_component(domain: Jid, since: i64, seconds: u32) -> Neighbour {
        Neighbour { remote: Remote::of_component(domain, since), outlet: Arc::new(Outlet::unlinked(seconds)) }
    }

    /// Whether nothing of it would be missed.
    pub fn is_resting(&self, now: i64) -> bool {
        self.remote.is_resting(now) && !self.outlet.is_connected() && self.outlet.waiting_bytes() == 0
    }
}

/// Whether something waits for a link, or will once it is committed, or a stream is to go on.
fn waiting(hub: &Hub, cell: &Cell, outlet: &Outlet) -> Waiting {
    let is_waiting = cell.has_outstanding() || outlet.waiting_bytes() > 0;
    // What they have for us only shows once it does.
    let goes_on = || hub.broken().has_ours(&Way::of(cell.jid(), &hub.service()));
    if is_waiting || goes_on() { Waiting::Something } else { Waiting::Nothing }
}

/// What waits for a domain that operators have refused meanwhile goes back.
fn give_back_if_refused(turn: &mut Turn<'_, Remote>, outlet: &Outlet) {
    if terms::of(turn.service, &turn.me.name, turn.now).is_err() {
        remote::ruled(turn, outlet.take_waiting());
    }
}

/// Takes one turn.
pub fn take(hub: &Hub, cell: &Arc<Cell>, neighbour: &mut Neighbour, mail: Mail, work: &mut Work) {
    let service = hub.service();
    let mut out = Outbox::default();
    let spread = || u32::from_le_bytes(hub.clock().random());
    let Neighbour { remote, outlet } = neighbour;
    let mut turn = Turn { me: remote, service: &service, now: hub.clock().now(), out: &mut out };
    let mut on_journey: Option<Arc<Journey>> = None;
    match mail {
        Mail::Stanza { stanza, to, journey } => {
            remote::send(&mut turn, stanza, to, outlet.waiting_bytes());
            on_journey = Some(journey);
        }
        Mail::Restored(stanzas) => remote::restored(&mut turn, stanzas),
        // Nobody but a program that has our secret speaks for a component, whoever proved to be what.
        Mail::Linked { made, .. } if made != turn.me.made() => {}
        Mail::Linked { reach, reply, .. } => {
            let link = outlet.attach(&reach, hub.seconds()).map(|epoch| {
                remote::linked(&mut turn);
                component::greet(&mut turn);
                if service.watches_presence(&turn.me.name) {
                    hub.show_everybody(turn.me.name.clone());
                }
                Link::new(hub.clone(), cell.clone(), (outlet.clone(), epoch))
            });
            // An asker that has gone drops the link, which says so.
            let _ = reply.send(link);
        }
        Mail::Unlinked(Broke::Theirs) => remote::awaits(&mut turn),
        Mail::Unlinked(Broke::Ours) => remote::breaks(&mut turn, spread()),
        Mail::Unlinked(Broke::ForGood) => {
            remote::unlinked(&mut turn, waiting(hub, cell, outlet), spread());
            give_back_if_refused(&mut turn, outlet);
        }
        Mail::HowIsIt(reply) => {
            let held = Held { waiting_bytes: outlet.waiting_bytes(), trouble: turn.me.trouble().cloned() };
            // An asker that has gone needs no answer.
            let _ = reply.send(held);
        }
        Mail::TooLarge(stanzas, bytes) => remote::too_large(&mut turn, stanzas, bytes),
        Mail::Ruled => remote::ruled(&mut turn, outlet.take_waiting()),
        Mail::Unreachable(trouble) if !outlet.is_connected() => {
            let goes_on = hub.broken().has_ours(&Way::of(cell.jid(), &service));
            let waits = if goes_on { outlet.take_unsent() } else { outlet.take_waiting() };
            remote::unreachable(&mut turn, trouble, waits, spread());
        }
        Mail::Wake => {
            give_back_if_refused(&mut turn, outlet);
            remote::wake(&mut turn, waiting(hub, cell, outlet), || outlet.take_waiting());
        }
        // A link came from the other side meanwhile, or the mail is for owners of other kinds.
        _ => {}
    }
    let carried = Carried { out, load: Load::default(), journey: on_journey };
    turns::carry_out(hub, cell, carried, |effect, _| release(hub, cell, outlet, effect), work);
}

fn release(hub: &Hub, cell: &Arc<Cell>, outlet: &Arc<Outlet>, effect: Effect) -> Option<Release> {
    match effect {
        Effect::Send(delivery) => {
            outlet.expect(&delivery);
            Some(Release::Send { outlet: outlet.clone(), delivery })
        }
        Effect::Dial => {
            if let Err(trouble) = hub.dials().add(Way::of(cell.jid(), &hub.service())) {
                hub.post_later(cell.clone(), Mail::Unreachable(trouble));
            }
            None
        }
        Effect::Wake(time) => {
            hub.timers().add(time, cell);
            None
        }
        // What only accounts want.
        _ => None,
    }
}
