//! Owners that want to be woken at a time.

use crate::cell::Cell;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;

/// By time (microseconds since 1970), and by the order of asking within the same.
#[derive(Default)]
pub struct Timers {
    waiting: Mutex<(u64, BTreeMap<(i64, u64), Arc<Cell>>)>,
}

impl Timers {
    /// Wakes the owner at `time`, or soon after.
    pub fn add(&self, time: i64, cell: &Arc<Cell>) {
        let (count, waiting) = &mut *self.waiting.lock();
        *count += 1;
        waiting.insert((time, *count), cell.clone());
    }

    /// Takes out those whose time has come.
    pub fn due(&self, now: i64) -> Vec<Arc<Cell>> {
        let (_, waiting) = &mut *self.waiting.lock();
        let later = waiting.split_off(&(now + 1, 0));
        std::mem::replace(waiting, later).into_values().collect()
    }
}
