//! What is counted, for metrics and for tests.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts since the start.
#[derive(Default)]
pub struct Counters {
    panics: AtomicU64,
    overflows: AtomicU64,
    failed: AtomicU64,
    throttled: AtomicU64,
    without_room: AtomicU64,
    reads: AtomicU64,
}

/// A reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Turns that panicked.
    pub panics: u64,
    /// Mail refused because too much waited.
    pub overflows: u64,
    /// Journeys of which nothing was kept.
    pub failed: u64,
    /// Passwords that were not looked at because too many were wrong.
    pub throttled: u64,
    /// Slots for files that were not given out because the disk is nearly full.
    pub without_room: u64,
    /// Owners that have a place in memory.
    pub owners: usize,
    /// Sessions.
    pub sessions: usize,
}

impl Counters {
    pub(crate) fn panics(&self) {
        self.panics.fetch_add(1, Relaxed);
    }

    pub(crate) fn overflows(&self) {
        self.overflows.fetch_add(1, Relaxed);
    }

    pub(crate) fn failed(&self) {
        self.failed.fetch_add(1, Relaxed);
    }

    pub(crate) fn throttled(&self) {
        self.throttled.fetch_add(1, Relaxed);
    }

    pub(crate) fn without_room(&self) {
        self.without_room.fetch_add(1, Relaxed);
    }

    pub(crate) fn read_begins(&self) {
        self.reads.fetch_add(1, Relaxed);
    }

    pub(crate) fn read_ends(&self) {
        self.reads.fetch_sub(1, Relaxed);
    }

    /// Whether anything is being read beside its owner.
    pub(crate) fn is_reading(&self) -> bool {
        self.reads.load(Relaxed) > 0
    }

    pub(crate) fn read(&self, owners: usize, sessions: usize) -> Counts {
        let (panics, overflows) = (self.panics.load(Relaxed), self.overflows.load(Relaxed));
        let (failed, throttled) = (self.failed.load(Relaxed), self.throttled.load(Relaxed));
        let without_room = self.without_room.load(Relaxed);
        Counts { panics, overflows, failed, throttled, without_room, owners, sessions }
    }
}
