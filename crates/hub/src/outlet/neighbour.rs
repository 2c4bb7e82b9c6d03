//! An outlet of another domain: what waits for a link, and what the other side has.

use super::{Outlet, State};
use crate::link::Reach;
use parking_lot::Mutex;
use std::num::NonZeroU64;
use xmpp::Delivery;

impl Outlet {
    /// What waits for another domain, to which there is no link yet.
    pub(crate) fn unlinked(seconds: u32) -> Outlet {
        Outlet { state: Mutex::new(State { heard: seconds, is_unbounded: true, ..State::default() }) }
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

    /// About how many bytes wait or are unacknowledged.
    pub(crate) fn waiting_bytes(&self) -> usize {
        let state = self.state.lock();
        state.queued_bytes + state.unacked_bytes()
    }

    /// The last row of the outbox that the other side has, once.
    pub(crate) fn take_crossed(&self) -> Option<NonZeroU64> {
        self.state.lock().crossed.take()
    }
}
