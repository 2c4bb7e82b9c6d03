//! How far a client's own stanzas are handled (XEP-0198 §4). A stanza counts once all it caused is
//! durable, and only together with all before it.

/// Something that waits for stanzas to be handled.
pub type Action = Box<dyn FnOnce() + Send>;

/// The count of one session, over all its connections.
#[derive(Default)]
pub struct Inbound {
    received: u32,
    handled: u32,
    /// Where counting began for stream management; what came before it is not part of `h`.
    base: u32,
    /// Handled before an earlier one was; rarely more than one or two.
    early: Vec<u32>,
    /// `<r/>` came behind this many.
    ack_at: Option<u32>,
    deferred: Vec<(u32, Action)>,
}

impl Inbound {
    /// The count of a session that was kept over a restart: all that came is handled.
    pub fn take_up(h: u32) -> Inbound {
        Inbound { received: h, handled: h, ..Inbound::default() }
    }

    /// One more has come. Returns its number.
    pub fn receive(&mut self) -> u32 {
        self.received = self.received.wrapping_add(1);
        self.received
    }

    /// How many are under way.
    pub fn under_way(&self) -> u32 {
        self.received.wrapping_sub(self.handled)
    }

    /// How many have come.
    pub fn received(&self) -> u32 {
        self.received
    }

    /// Stream management is turned on: from here on it counts.
    pub fn start_counting(&mut self) {
        self.base = self.received;
    }

    /// `h` (XEP-0198 §4).
    pub fn h(&self) -> u32 {
        if is_before(self.handled, self.base) { 0 } else { self.handled.wrapping_sub(self.base) }
    }

    /// The stanza of that number is handled. Returns what waited for it.
    pub fn done(&mut self, number: u32) -> Vec<Action> {
        if number != self.handled.wrapping_add(1) {
            self.early.push(number);
            return Vec::new();
        }
        self.handled = number;
        while let Some(at) = self.early.iter().position(|early| *early == self.handled.wrapping_add(1)) {
            self.handled = self.early.swap_remove(at);
        }
        if self.deferred.is_empty() {
            return Vec::new();
        }
        let handled = self.handled;
        let deferred = std::mem::take(&mut self.deferred);
        let (due, waiting): (Vec<_>, Vec<_>) = deferred.into_iter().partition(|(at, _)| !is_before(handled, *at));
        self.deferred = waiting;
        due.into_iter().map(|(_, action)| action).collect()
    }

    /// Returns the action if the first `count` stanzas are handled; otherwise keeps it until then.
    pub fn defer(&mut self, count: u32, action: Action) -> Option<Action> {
        if !is_before(self.handled, count) {
            return Some(action);
        }
        self.deferred.push((count, action));
        None
    }

    /// The client wants to know when all it sent so far is handled. True if it is.
    pub fn request(&mut self) -> bool {
        let now = self.handled == self.received;
        if !now {
            self.ack_at = Some(self.received);
        }
        now
    }

    /// Whether the answer to the client's request is due; asked after [`Inbound::done`].
    pub fn is_ack_due(&mut self) -> bool {
        let due = self.ack_at.is_some_and(|at| !is_before(self.handled, at));
        if due {
            self.ack_at = None;
        }
        due
    }
}

/// Whether the counter `a` is before `b`; counters wrap at 2^32 (XEP-0198 §4).
fn is_before(a: u32, b: u32) -> bool {
    (b.wrapping_sub(a) as i32) > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

    #[test]
    fn counts_only_what_has_nothing_open_before_it() {
        let mut inbound = Inbound::default();
        inbound.receive();
        inbound.start_counting();
        let (second, third) = (inbound.receive(), inbound.receive());
        assert!(!inbound.request());
        inbound.done(third);
        assert_eq!(inbound.h(), 0);
        inbound.done(1);
        assert_eq!((inbound.h(), inbound.is_ack_due()), (0, false));
        inbound.done(second);
        assert_eq!((inbound.h(), inbound.is_ack_due(), inbound.under_way()), (2, true, 0));
    }

    #[test]
    fn actions_wait_for_their_count() {
        let mut inbound = Inbound::default();
        inbound.receive();
        let ran = Arc::new(AtomicBool::new(false));
        let flag = ran.clone();
        assert!(inbound.defer(1, Box::new(move || flag.store(true, Relaxed))).is_none());
        inbound.done(1).into_iter().for_each(|action| action());
        assert!(ran.load(Relaxed));
        assert!(inbound.defer(1, Box::new(|| {})).is_some());
    }

    #[test]
    fn the_count_wraps() {
        let mut inbound = Inbound { received: u32::MAX, handled: u32::MAX, base: u32::MAX - 1, ..Inbound::default() };
        let number = inbound.receive();
        inbound.done(number);
        assert_eq!(inbound.h(), 2);
    }
}
