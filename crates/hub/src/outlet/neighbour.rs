//! An outlet of another domain: what waits for a link, and what the other side has.

use super::{Outlet, State};
use crate::link::Reach;
use parking_lot::Mutex;
use std::num::NonZeroU64;
use xmpp::Delivery;

/// What only the outlet of another domain has.
#[derive(Default)]
pub(super) struct Outbox {
    /// The last row that the other side has, and that is not crossed off.
    crossed: Option<NonZeroU64>,
    /// Bytes of stanzas that were taken on and are not queued yet: their rows are being committed.
    coming_bytes: usize,
}

impl Outlet {
    /// What waits for another domain, to which there is no link yet.
    pub(crate) fn unlinked(seconds: u32) -> Outlet {
        Outlet { state: Mutex::new(State { heard: seconds, outbox: Some(Box::default()), ..State::default() }) }
    }

    /// A stanza for the domain is taken on: it counts as waiting from now on.
    pub(crate) fn expect(&self, delivery: &Delivery) {
        if let Some(outbox) = &mut self.state.lock().outbox {
            outbox.coming_bytes += delivery.len_estimate();
        }
    }

    /// It comes to nothing.
    pub(crate) fn give_up(&self, delivery: &Delivery) {
        self.state.lock().arrives(delivery);
    }

    /// It is durable, and waits for a link.
    pub(crate) fn send(&self, delivery: Delivery) {
        let mut state = self.state.lock();
        state.arrives(&delivery);
        state.enqueue(delivery);
        state.wake();
    }

    /// A link to the other domain takes up what waits; what was not acknowledged on an earlier one is
    /// sent again. Returns the number of the connection; none if there is one already.
    pub(crate) fn attach(&self, reach: Reach, seconds: u32) -> Option<u32> {
        let mut state = self.state.lock();
        if state.connected {
            return None;
        }
        let again = state.managed.take().map(|mut managed| managed.take_back()).unwrap_or_default();
        state.put_before(again);
        state.managed = (reach == Reach::Managed).then(Box::default);
        state.epoch = state.epoch.wrapping_add(1);
        state.connected = true;
        state.heard = seconds;
        Some(state.epoch)
    }

    /// Takes back all that waits and was not acknowledged, oldest first, while there is no connection.
    pub(crate) fn take_waiting(&self) -> Vec<Delivery> {
        let mut state = self.state.lock();
        if state.connected {
            return Vec::new();
        }
        state.take_all()
    }

    /// About how many bytes wait, will in a moment, or are unacknowledged.
    pub(crate) fn waiting_bytes(&self) -> usize {
        let state = self.state.lock();
        let coming_bytes = state.outbox.as_ref().map_or(0, |outbox| outbox.coming_bytes);
        state.queued_bytes + state.unacked_bytes() + coming_bytes
    }

    /// The last row of the outbox that the other side has, once.
    pub(crate) fn take_crossed(&self) -> Option<NonZeroU64> {
        self.state.lock().outbox.as_mut()?.crossed.take()
    }
}

impl State {
    /// What was expected is here, or will never be.
    fn arrives(&mut self, delivery: &Delivery) {
        if let Some(outbox) = &mut self.outbox {
            outbox.coming_bytes = outbox.coming_bytes.saturating_sub(delivery.len_estimate());
        }
    }

    /// The other side has everything up to this row.
    pub(super) fn cross(&mut self, row: Option<NonZeroU64>) {
        if let Some(outbox) = &mut self.outbox {
            outbox.crossed = row.or(outbox.crossed);
        }
    }
}
