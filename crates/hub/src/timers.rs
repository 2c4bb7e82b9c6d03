//! Owners that want to be woken at a time.

use crate::cell::Cell;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who waits. An owner asks for one time at once.
#[derive(Default)]
pub struct Timers(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    asked: u64,
    /// By time (microseconds since 1970), and by the order of asking within the same.
    cells: BTreeMap<(i64, u64), Arc<Cell>>,
}

impl Timers {
    /// Wakes the owner at `time`, or soon after.
    pub fn add(&self, time: i64, cell: &Arc<Cell>) {
        let mut waiting = self.0.lock();
        waiting.asked += 1;
        let key = (time, waiting.asked);
        waiting.cells.insert(key, cell.clone());
    }

    /// Takes out those whose time has come.
    pub fn due(&self, now: i64) -> Vec<Arc<Cell>> {
        let mut waiting = self.0.lock();
        let later = waiting.cells.split_off(&(now + 1, 0));
        std::mem::replace(&mut waiting.cells, later).into_values().collect()
    }
}
