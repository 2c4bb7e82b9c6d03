//! The one writer: a thread that gathers what is waiting into one synced transaction.

mod batch;

use crate::archive::{Period, Periods, last_number};
use crate::health::{Gauges, Health};
use crate::{Append, CommitError, OpenError, Options, Receipt, Write};
use batch::Files;
use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

/// Submissions taken into one transaction. More would delay the first without saving much.
const BATCH_MAX: usize = 512;

/// Changes and whom to tell.
pub(crate) struct Submission {
    pub(crate) writes: Vec<Write>,
    pub(crate) done: Done,
}

enum Work {
    Submit(Submission),
    Erase { period: Arc<Period>, archive: i64, done: Box<dyn FnOnce(Result<bool, CommitError>) + Send> },
    Restore { rows: Vec<Append>, after: u64, done: Box<dyn FnOnce(Result<u64, CommitError>) + Send> },
    ForgetBefore { class: u8, cutoff: i64 },
}

/// The handle of the thread.
pub(crate) struct Committer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
    gauges: Gauges,
    waiting_max: usize,
}

#[derive(Default)]
struct Queue {
    work: VecDeque<Work>,
    closing: bool,
}

impl Committer {
    pub(crate) fn start(dir: &Path, options: &Options, periods: Arc<Periods>) -> Result<Committer, OpenError> {
        let disk = |error: rusqlite::Error| OpenError::Disk(dir.into(), error.to_string());
        let last = last_number(&periods, options).map_err(disk)?;
        let files = Files::open(dir, options, periods, last).map_err(disk)?;
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            wake: Condvar::new(),
            gauges: Gauges::default(),
            waiting_max: options.waiting_max,
        });
        let own = shared.clone();
        let thread = std::thread::Builder::new()
            .name("committer".into())
            .spawn(move || own.run(files))
            .map_err(|error| OpenError::Disk(dir.into(), error.to_string()))?;
        Ok(Committer { shared, thread: Some(thread) })
    }

    pub(crate) fn submit(&self, submission: Submission) {
        let mut queue = self.shared.queue.lock();
        if queue.work.len() >= self.shared.waiting_max {
            drop(queue);
            return (submission.done)(Err(CommitError::Busy));
        }
        queue.work.push_back(Work::Submit(submission));
        drop(queue);
        self.shared.wake.notify_one();
    }

    /// Erases some rows; `done` is told whether there may be more.
    pub(crate) fn erase(
        &self,
        period: Arc<Period>,
        archive: i64,
        done: impl FnOnce(Result<bool, CommitError>) + Send + 'static,
    ) {
        self.push(Work::Erase { period, archive, done: Box::new(done) });
    }

    /// Puts old rows where they belong; `done` is told the number of the last one.
    pub(crate) fn restore(
        &self,
        rows: Vec<Append>,
        after: u64,
        done: impl FnOnce(Result<u64, CommitError>) + Send + 'static,
    ) {
        self.push(Work::Restore { rows, after, done: Box::new(done) });
    }

    /// Closes the writer's connections to files that are about to be unlinked.
    pub(crate) fn forget_before(&self, class: u8, cutoff: i64) {
        self.push(Work::ForgetBefore { class, cutoff });
    }

    pub(crate) fn is_pressed(&self) -> bool {
        self.shared.queue.lock().work.len() > self.shared.waiting_max / 2
    }

    pub(crate) fn health(&self) -> Health {
        self.shared.gauges.read(self.shared.queue.lock().work.len())
    }

    fn push(&self, work: Work) {
        self.shared.queue.lock().work.push_back(work);
        self.shared.wake.notify_one();
    }
}

impl Drop for Committer {
    /// Finishes what is waiting. The last handle may be dropped by a receipt on the thread itself,
    /// which then ends on its own.
    fn drop(&mut self) {
        self.shared.queue.lock().closing = true;
        self.shared.wake.notify_one();
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            // A panic of the thread was logged when it happened.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn run(&self, mut files: Files) {
        while let Some(work) = self.take() {
            let mut submissions = Vec::with_capacity(work.len());
            for item in work {
                match item {
                    Work::Submit(submission) => submissions.push(submission),
                    Work::Erase { period, archive, done } => {
                        self.commit(&mut files, std::mem::take(&mut submissions));
                        done(files.erase(&period, archive));
                    }
                    Work::Restore { rows, after, done } => {
                        self.commit(&mut files, std::mem::take(&mut submissions));
                        done(files.restore(&rows, after));
                    }
                    Work::ForgetBefore { class, cutoff } => {
                        self.commit(&mut files, std::mem::take(&mut submissions));
                        files.forget_before(class, cutoff);
                    }
                }
            }
            self.commit(&mut files, submissions);
        }
    }

    /// Waits for work and takes a batch of it; none when closed and empty.
    fn take(&self) -> Option<Vec<Work>> {
        let mut queue = self.queue.lock();
        while queue.work.is_empty() {
            if queue.closing {
                return None;
            }
            self.wake.wait(&mut queue);
        }
        let count = queue.work.len().min(BATCH_MAX);
        Some(queue.work.drain(..count).collect())
    }

    fn commit(&self, files: &mut Files, submissions: Vec<Submission>) {
        if submissions.is_empty() {
            return;
        }
        match files.commit(&submissions) {
            Ok(outcomes) => {
                self.gauges.committed(submissions.len());
                for (submission, outcome) in submissions.into_iter().zip(outcomes) {
                    tell(submission.done, outcome);
                }
            }
            Err(error) => {
                tracing::error!(%error, submissions = submissions.len(), "a batch could not be written");
                self.gauges.failed(&error.to_string());
                for submission in submissions {
                    tell(submission.done, Err(error.clone()));
                }
            }
        }
    }
}

type Done = Box<dyn FnOnce(Result<Receipt, CommitError>) + Send>;

/// Gives a receipt. Whatever the one who gets it does, the next ones get theirs.
fn tell(done: Done, outcome: Result<Receipt, CommitError>) {
    if catch_unwind(AssertUnwindSafe(|| done(outcome))).is_err() {
        tracing::error!("a receipt made its receiver panic");
    }
}
