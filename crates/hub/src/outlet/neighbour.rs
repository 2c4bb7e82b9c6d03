//! An outlet of another domain: what waits for a link, and what the other side has.

use super::{Out, Outlet, State};
use crate::link::Reach;
use parking_lot::Mutex;
use std::num::NonZeroU64;
use xmpp::{Delivery, Text};

/// What only the outlet of another domain has.
#[derive(Default)]
pub(super) struct Outbox {
    /// The last row that the other side has, and that is not crossed off.
    crossed: Option<NonZeroU64>,
    /// As large as a stanza may be on this connection, in bytes.
    stanza_bytes_max: Option<u64>,
    /// Those that are larger go back.
    too_large: Vec<Delivery>,
    /// The stream to which the count of what was sent belongs, if it may go on.
    stream: Option<Text>,
    /// Bytes of stanzas that were taken on and are not queued yet: their rows are being committed.
    coming_bytes: usize,
}

/// What became of what was sent to another domain.
#[derive(Default)]
pub(crate) struct Sent {
    /// The last row of the outbox that it has.
    pub crossed: Option<NonZeroU64>,
    /// Stanzas that it would not take, which were not sent.
    pub too_large: Vec<Delivery>,
    /// As large as they may be.
    pub bytes: u64,
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
    /// sent again. Returns the number of the connection; none if there is one already, or if it goes on with
    /// another stream than the last.
    pub(crate) fn attach(&self, reach: &Reach, seconds: u32) -> Option<u32> {
        let mut state = self.state.lock();
        let last = state.outbox.as_ref().and_then(|outbox| outbox.stream.clone());
        match reach {
            // Whoever goes on with a stream may know earlier that its connection is dead.
            Reach::Resumed { id, h } if last.as_ref() == Some(id) => state.arrived(*h).ok()?,
            Reach::Resumed { .. } => return None,
            _ if state.connected => return None,
            // If they are mistaken, it is sent again.
            Reach::Managed { had: Some((id, h)), .. } if last.as_ref() == Some(id) => drop(state.arrived(*h)),
            Reach::Managed { .. } | Reach::Unmanaged => {}
        }
        let again = state.managed.as_mut().map(|managed| managed.take_back()).unwrap_or_default();
        state.put_before(again);
        let stream = match reach {
            Reach::Unmanaged => {
                state.managed = None;
                None
            }
            Reach::Managed { again, .. } => {
                state.managed = Some(Box::default());
                again.clone()
            }
            Reach::Resumed { id, .. } => Some(id.clone()),
        };
        if let Some(outbox) = &mut state.outbox {
            outbox.stream = stream;
        }
        // What is left of the last connection in the queue is no stanza.
        state.queue.retain(|out| matches!(out, Out::Stanza(_)));
        state.epoch = state.epoch.wrapping_add(1);
        state.connected = true;
        state.heard = seconds;
        Some(state.epoch)
    }

    /// Another connection receives from now on what a broken one did. Its number.
    pub(crate) fn take_over(&self, seconds: u32) -> u32 {
        let mut state = self.state.lock();
        state.epoch = state.epoch.wrapping_add(1);
        state.connected = true;
        state.heard = seconds;
        // An acknowledgement that was not written is in the answer; whoever still writes has lost it.
        state.queue.clear();
        state.wake();
        state.epoch
    }

    /// Takes back all that waits and was not acknowledged, oldest first, while there is no connection: no
    /// stream goes on.
    pub(crate) fn take_waiting(&self) -> Vec<Delivery> {
        let mut state = self.state.lock();
        if state.connected {
            return Vec::new();
        }
        if let Some(outbox) = &mut state.outbox {
            outbox.stream = None;
        }
        state.take_all()
    }

    /// Takes back what waits and was not sent, while there is no connection and a stream may go on.
    pub(crate) fn take_unsent(&self) -> Vec<Delivery> {
        let mut state = self.state.lock();
        if state.connected {
            return Vec::new();
        }
        state.take_queued().collect()
    }

    /// About how many bytes wait, will in a moment, or are unacknowledged.
    pub(crate) fn waiting_bytes(&self) -> usize {
        let state = self.state.lock();
        let coming_bytes = state.outbox.as_ref().map_or(0, |outbox| outbox.coming_bytes);
        state.queued_bytes + state.unacked_bytes() + coming_bytes
    }

    /// What became of what was sent, once.
    pub(crate) fn take_sent(&self) -> Sent {
        let mut state = self.state.lock();
        let Some(outbox) = &mut state.outbox else { return Sent::default() };
        let bytes = outbox.stanza_bytes_max.unwrap_or(u64::MAX);
        Sent { crossed: outbox.crossed.take(), too_large: std::mem::take(&mut outbox.too_large), bytes }
    }

    /// The other side takes no stanza larger than that, on this connection (XEP-0478 §3.1).
    pub(crate) fn limit(&self, stanza_bytes_max: Option<u64>) {
        if let Some(outbox) = &mut self.state.lock().outbox {
            outbox.stanza_bytes_max = stanza_bytes_max;
        }
    }
}

impl State {
    /// What was expected is here, or will never be.
    fn arrives(&mut self, delivery: &Delivery) {
        if let Some(outbox) = &mut self.outbox {
            outbox.coming_bytes = outbox.coming_bytes.saturating_sub(delivery.len_estimate());
        }
    }

    /// The other side has so much of what it was sent.
    fn arrived(&mut self, h: u32) -> Result<(), u32> {
        let Some(managed) = &mut self.managed else { return Err(0) };
        let row = managed.acked(h)?;
        self.cross(row);
        Ok(())
    }

    /// XEP-0478 §4: a stanza of so many bytes is not sent if the other side would end the stream for it. It
    /// goes back, unless it may be sent.
    pub(super) fn may_send(&mut self, delivery: Delivery, bytes: usize) -> Option<Delivery> {
        match &mut self.outbox {
            Some(outbox) if outbox.stanza_bytes_max.is_some_and(|most| bytes as u64 > most) => {
                outbox.too_large.push(delivery);
                None
            }
            _ => Some(delivery),
        }
    }

    /// The other side has everything up to this row.
    pub(super) fn cross(&mut self, row: Option<NonZeroU64>) {
        if let Some(outbox) = &mut self.outbox {
            outbox.crossed = row.or(outbox.crossed);
        }
    }
}
