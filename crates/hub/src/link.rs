//! What a connection to another service holds: the place of what is sent ([`Link`]) and of what is
//! received ([`Inlet`]). A stream may have one of them or both (XEP-0288).

use crate::Hub;
use crate::attached::Attached;
use crate::broken;
use crate::cell::{Cell, Memory};
use crate::journey::{Journey, Load, Origin};
use crate::mail::Mail;
use crate::outlet::{Outlet, Sent, Sheet, Taken};
use features::federation::{Made, Trouble, Way, table};
use features::terms;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::task::{Context, Poll};
use store::{Expect, Write};
use tokio::sync::oneshot;
use xmpp::{Condition, Jid, Stanza, StanzaError, Text};

/// How what is sent over a link is accounted for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reach {
    /// What is written counts as received.
    Unmanaged,
    /// The other side acknowledges (XEP-0198).
    Managed {
        /// By what the stream may go on when the connection breaks.
        again: Option<Text>,
        /// A stream that could not go on, and how much of it they have.
        had: Option<(Text, u32)>,
    },
    /// A stream that broke goes on (XEP-0198 §5).
    Resumed {
        /// Its name.
        id: Text,
        /// How much of it they have.
        h: u32,
    },
}

/// What becomes of a stream whose connection is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Broke {
    /// It is over.
    ForGood,
    /// We can go on with it.
    Ours,
    /// The other side can.
    Theirs,
}

/// The way to another domain. Dropping it loses the connection, not what waits.
pub struct Link {
    hub: Hub,
    cell: Arc<Cell>,
    outlet: Arc<Outlet>,
    epoch: u32,
    broke: Broke,
    /// Since when the other side owes an acknowledgement, in microseconds; 0 while it owes none.
    owes_since: AtomicI64,
}

impl Link {
    pub(crate) fn new(hub: Hub, cell: Arc<Cell>, (outlet, epoch): (Arc<Outlet>, u32)) -> Link {
        Link { hub, cell, outlet, epoch, broke: Broke::ForGood, owes_since: AtomicI64::new(0) }
    }

    /// The connection is gone, and the stream may go on.
    pub(crate) fn breaks(mut self, broke: Broke) {
        self.broke = broke;
    }

    /// Writes what is to be sent; the task is woken when there is something.
    pub fn poll_write(&self, context: &Context<'_>, sheet: Sheet<'_>) -> Poll<Taken> {
        let taken = self.outlet.poll_write(self.epoch, context, sheet);
        if taken == Poll::Ready(Taken::Some) {
            let now = self.hub.clock().now();
            // Of several that are owed, the first.
            let _ = self.owes_since.compare_exchange(0, now, Relaxed, Relaxed);
        }
        self.settle();
        taken
    }

    /// Whether nothing waits and nothing is unacknowledged.
    pub fn is_idle(&self) -> bool {
        self.outlet.waiting_bytes() == 0
    }

    /// `<a h=''/>` (XEP-0198 §4).
    ///
    /// # Errors
    /// When the other side claims more than it was sent: that many it was (XEP-0198 §6).
    pub fn acked(&self, h: u32) -> Result<(), u32> {
        self.outlet.acked(self.epoch, h)?;
        let since = if self.is_idle() { self.owes_since.swap(0, Relaxed) } else { 0 };
        if since > 0 {
            let (service, now) = (self.hub.service(), self.hub.clock().now());
            service.records.took(&self.cell.jid().host(), &service.limits, now - since);
        }
        self.settle();
        Ok(())
    }

    /// The other side takes no larger stanzas than that (XEP-0478 §3.1).
    pub(crate) fn limit(&self, stanza_bytes_max: Option<u64>) {
        self.outlet.limit(stanza_bytes_max);
    }

    /// What the other side has is taken from the store, and what it would not take goes back. If the store
    /// fails, it gets it twice after a restart.
    fn settle(&self) {
        let Sent { crossed, too_large, bytes } = self.outlet.take_sent();
        if !too_large.is_empty() {
            self.hub.post_later(self.cell.clone(), Mail::TooLarge(too_large, bytes));
        }
        let Some(row) = crossed else { return };
        let values = vec![self.cell.jid().as_str().into(), (row.get() as i64).into()];
        let write = Write::Run { sql: table::CROSS_OFF, values, expect: Expect::Any };
        self.hub.store().submit(vec![write], |outcome| {
            if let Err(error) = outcome {
                tracing::error!(%error, "what another service has could not be crossed off");
            }
        });
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if self.outlet.disconnect(self.epoch) {
            self.hub.post_later(self.cell.clone(), Mail::Unlinked(self.broke));
        }
    }
}

/// Where what another service sends comes in. Addresses were verified by whoever holds it.
pub struct Inlet {
    hub: Hub,
    outlet: Arc<Outlet>,
    epoch: u32,
}

impl Inlet {
    /// A stanza from the other side for an address of ours.
    pub fn receive(&self, stanza: Stanza) {
        let Some(number) = self.outlet.receive(self.epoch, self.hub.seconds()) else { return };
        let Some(to) = stanza.to.clone() else { return self.outlet.handled(number) };
        if stanza.from.as_ref().is_none_or(|from| self.hub.service().is_ours(from)) {
            // Whatever it proved: nobody out there speaks for a domain of ours.
            return self.outlet.handled(number);
        }
        if let Some(error) = self.hub.refuses(&stanza) {
            self.outlet.handled(number);
            return stanza.error(&error).into_iter().for_each(|answer| self.hub.send_later(answer));
        }
        self.take(number, stanza, to);
    }

    /// A stanza from a component, at whose domain it is.
    pub(crate) fn receive_own(&self, stanza: Stanza) {
        let Some(number) = self.outlet.receive(0, self.hub.seconds()) else { return };
        match stanza.to.clone() {
            Some(to) => self.take(number, stanza, to),
            None => self.outlet.handled(number),
        }
    }

    fn take(&self, number: u32, stanza: Stanza, to: Jid) {
        let answerable = !stanza.kind.is_error();
        let stanza = Arc::new(stanza);
        let kept = answerable.then(|| stanza.clone());
        let Some(cell) = self.hub.destination(&stanza, &to) else { return self.outlet.handled(number) };
        let origin = Origin { outlet: self.outlet.clone(), number, stanza: kept, is_remote: true };
        let journey = Arc::new(Journey::new(Load { origin: Some(origin), ..Load::default() }));
        self.hub.post(&cell, Mail::Stanza { stanza, to, journey });
    }

    /// A stanza that goes no further; `answer` is for whoever sent it.
    pub fn refused(&self, answer: Option<Stanza>) {
        let Some(number) = self.outlet.receive(self.epoch, self.hub.seconds()) else { return };
        self.outlet.handled(number);
        if let Some(answer) = answer {
            self.hub.send_later(answer);
        }
    }

    /// Whether the other side may send on; the task is woken when it may.
    pub fn poll_room(&self, context: &Context<'_>) -> Poll<()> {
        self.outlet.poll_room(context)
    }

    /// Writes acknowledgements that are due.
    pub fn poll_write(&self, context: &Context<'_>, sheet: Sheet<'_>) -> Poll<Taken> {
        self.outlet.poll_write(self.epoch, context, sheet)
    }

    /// The other side counts from here on (XEP-0198 §3). False if it already did.
    pub fn enable(&self) -> bool {
        self.outlet.manage()
    }

    /// `<r/>` (XEP-0198 §4).
    pub fn ack_requested(&self) {
        self.outlet.ack_requested();
    }

    /// How many stanzas are handled: their writes are durable (XEP-0198 §4).
    pub fn h(&self) -> u32 {
        self.outlet.h()
    }

    /// Whether the other side counts (XEP-0198 §3).
    pub(crate) fn is_counted(&self) -> bool {
        self.outlet.is_managed()
    }

    pub(crate) fn outlet(&self) -> &Arc<Outlet> {
        &self.outlet
    }

    pub(crate) fn epoch(&self) -> u32 {
        self.epoch
    }
}

impl Hub {
    /// An authenticated stream that may carry what goes this way. None if there is one already.
    pub async fn link(&self, way: &Way, reach: Reach) -> Option<Link> {
        let (reply, answer) = oneshot::channel();
        self.post(&self.way(way), Mail::Linked { made: Made::Called, reach, reply });
        answer.await.ok().flatten()
    }

    /// Why a stanza from another service does not come in, if it does not.
    fn refuses(&self, stanza: &Stanza) -> Option<StanzaError> {
        let (from, service) = (stanza.from.as_ref()?, self.service());
        match terms::of(&service, from, self.clock().now()) {
            Ok(terms) => terms::judge::incoming(terms, stanza),
            // Its stream is about to end; nothing is said to it over another.
            Err(_) => Some(StanzaError::new(Condition::PolicyViolation)),
        }
    }

    /// A program that proved to speak for a component's domain. None if one does already.
    pub async fn attach(&self, domain: &Jid) -> Option<Attached> {
        let (reply, answer) = oneshot::channel();
        let linked = Mail::Linked { made: Made::Attached, reach: Reach::Unmanaged, reply };
        self.post(&self.directory().get(domain), linked);
        Some(Attached::new(domain.clone(), answer.await.ok().flatten()?, self.inlet()))
    }

    /// The receiving side of an authenticated stream.
    pub fn inlet(&self) -> Inlet {
        Inlet { hub: self.clone(), outlet: Arc::new(Outlet::new(self.seconds())), epoch: 0 }
    }

    /// The receiving side of a stream that broke and goes on.
    pub(crate) fn inlet_again(&self, taken: broken::Taken) -> Inlet {
        Inlet { hub: self.clone(), outlet: taken.inlet, epoch: taken.epoch }
    }

    /// The stream with which the next one on that way can go on: its name, and what we have of it. Asked
    /// before it is opened.
    pub async fn broken_stream(&self, way: &Way) -> Option<(Text, u32)> {
        self.broken().ours(way, self.seconds()).await
    }

    /// A way that was asked for leads nowhere.
    pub fn unreachable(&self, way: &Way, trouble: Trouble) {
        self.post(&self.way(way), Mail::Unreachable(trouble));
    }

    fn way(&self, way: &Way) -> Arc<Cell> {
        self.directory().get_way(&way.name(&self.service()))
    }

    /// About how many bytes wait on a way, sent and unacknowledged ones included.
    pub fn waiting_bytes(&self, way: &Way) -> usize {
        let Some(cell) = self.directory().find_way(&way.name(&self.service())) else { return 0 };
        match &*cell.memory() {
            Memory::Remote(neighbour) => neighbour.outlet.waiting_bytes(),
            _ => 0,
        }
    }

    /// The ways on which somebody is to be reached, each until [`Hub::link`] or [`Hub::unreachable`] answers. None if
    /// somebody has them already.
    pub fn take_dials(&self) -> Option<tokio::sync::mpsc::Receiver<Way>> {
        self.dials().take()
    }

    /// Gives every way what waited on it when the server stopped.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn restore_outbox(&self) -> Result<usize, store::Fault> {
        let service = self.service();
        let mut rows = features::federation::waiting(self.store()).await?;
        // What nobody would take stays where it is, until somebody does.
        rows.retain(|(name, _)| service.is_reachable(name));
        let count = rows.iter().map(|(_, stanzas)| stanzas.len()).sum();
        for (name, stanzas) in rows {
            self.post(&self.directory().get_way(&name), Mail::Restored(stanzas));
        }
        Ok(count)
    }
}
