//! How the committer is doing, for metrics and for readiness.

use parking_lot::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A reading of the committer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Health {
    /// Submissions that wait.
    pub waiting: usize,
    /// Commits since the start.
    pub commits: u64,
    /// Submissions committed since the start.
    pub committed: u64,
    /// Batches that failed since the start.
    pub failures: u64,
    /// What the disk said, as long as the last batch failed.
    pub failing: Option<String>,
}

#[derive(Default)]
pub(crate) struct Gauges {
    commits: AtomicU64,
    committed: AtomicU64,
    failures: AtomicU64,
    failing: Mutex<Option<String>>,
}

impl Gauges {
    pub(crate) fn committed(&self, submissions: usize) {
        self.commits.fetch_add(1, Relaxed);
        self.committed.fetch_add(submissions as u64, Relaxed);
        *self.failing.lock() = None;
    }

    pub(crate) fn failed(&self, why: &str) {
        self.failures.fetch_add(1, Relaxed);
        *self.failing.lock() = Some(why.to_owned());
    }

    pub(crate) fn read(&self, waiting: usize) -> Health {
        Health {
            waiting,
            commits: self.commits.load(Relaxed),
            committed: self.committed.load(Relaxed),
            failures: self.failures.load(Relaxed),
            failing: self.failing.lock().clone(),
        }
    }
}
