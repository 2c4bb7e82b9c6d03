//! What a client was sent and has not acknowledged (XEP-0198 §4).

use std::collections::VecDeque;
use std::num::NonZeroU64;
use xmpp::Delivery;

/// An emptied queue larger than this is given back.
const KEPT: usize = 8;

/// The unacknowledged stanzas of one session.
#[derive(Default)]
pub struct Managed {
    unacked: VecDeque<Delivery>,
    bytes: usize,
    /// Stanzas written since it was turned on.
    sent: u32,
    /// `<r/>` was written and not yet answered.
    requested: bool,
}

impl Managed {
    /// What a session was sent before a restart: `acked` stanzas that its client has, and the others.
    pub fn take_up(acked: u32, unacked: Vec<Delivery>) -> Managed {
        let bytes = unacked.iter().map(Delivery::len_estimate).sum();
        let sent = acked.wrapping_add(unacked.len() as u32);
        Managed { unacked: unacked.into(), bytes, sent, requested: false }
    }

    /// How many count as sent.
    pub fn sent(&self) -> u32 {
        self.sent
    }

    /// A stanza was written.
    pub fn written(&mut self, delivery: Delivery) {
        self.sent = self.sent.wrapping_add(1);
        self.bytes += delivery.len_estimate();
        self.unacked.push_back(delivery);
    }

    /// Whether it is time to ask for an acknowledgement; if so it counts as asked.
    pub fn ask(&mut self) -> bool {
        let ask = !self.unacked.is_empty() && !self.requested;
        self.requested |= ask;
        ask
    }

    /// It was asked for another reason.
    pub fn asked(&mut self) {
        self.requested = true;
    }

    /// The client has the first `h`. Returns the last row of the outbox among them.
    ///
    /// # Errors
    /// When it claims more than were sent: that many were (XEP-0198 §6).
    pub fn acked(&mut self, h: u32) -> Result<Option<NonZeroU64>, u32> {
        let outstanding = self.sent.wrapping_sub(h) as usize;
        if outstanding > self.unacked.len() {
            return Err(self.sent);
        }
        self.requested = false;
        let mut row = None;
        for delivery in self.unacked.drain(..self.unacked.len() - outstanding) {
            self.bytes = self.bytes.saturating_sub(delivery.len_estimate());
            row = delivery.row.or(row);
        }
        if self.unacked.is_empty() && self.unacked.capacity() > KEPT {
            self.unacked = VecDeque::new();
        }
        Ok(row)
    }

    /// Takes what is unacknowledged, to be written again: it counts as not sent.
    pub fn take_back(&mut self) -> VecDeque<Delivery> {
        self.sent = self.sent.wrapping_sub(self.unacked.len() as u32);
        self.requested = false;
        self.bytes = 0;
        std::mem::take(&mut self.unacked)
    }

    /// Whether nothing waits for an acknowledgement.
    pub fn is_empty(&self) -> bool {
        self.unacked.is_empty()
    }

    /// About how many bytes wait for one.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmpp::{Kind, MessageType, Stanza};

    fn with_sent(count: u32) -> Managed {
        let mut managed = Managed::default();
        for _ in 0..count {
            managed.written(Stanza::new(Kind::Message(MessageType::Chat)).into());
        }
        managed
    }

    #[test]
    fn forgets_what_the_client_has() {
        let mut managed = with_sent(3);
        assert!(managed.ask() && !managed.ask());
        assert_eq!(managed.acked(2), Ok(None));
        assert_eq!(managed.unacked.len(), 1);
        assert_eq!(managed.take_back().len(), 1);
        assert_eq!((managed.sent, managed.bytes()), (2, 0));
    }

    #[test]
    fn refuses_a_count_that_cannot_be() {
        let mut managed = with_sent(3);
        assert_eq!(managed.acked(4), Err(3));
        assert_eq!(managed.acked(2), Ok(None));
        // Going back is as impossible as running ahead.
        assert_eq!(managed.acked(1), Err(3));
    }
}
