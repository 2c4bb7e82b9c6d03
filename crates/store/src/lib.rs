//! Rows, and archives of opaque bytes, kept durably. Has never heard of a stanza.
//!
//! Features declare tables ([`Table`]) and the statements on them; this crate runs them. Every
//! change is handed to one committer thread, which gathers what is waiting into one synced
//! transaction and then tells each submitter: that receipt is what "acknowledged" rests on.
//! Archives live in one file for each period of time, so that expiry is unlinking a file. What is too large for
//! a row is a file of its own ([`Blobs`]).

pub mod archive;
mod blobs;
mod committer;
mod error;
mod health;
mod lock;
mod migrate;
mod readers;
mod sqlite;
mod table;
mod value;
mod view;

pub use archive::{Append, ArchiveRow, Edge, Page, PageRequest, Rewrite};
pub use blobs::{BlobError, BlobName, Blobs, Incoming};
pub use error::{CommitError, Fault, OpenError, PageError};
pub use health::Health;
pub use table::{Erase, Export, Keep, Migration, Table};
pub use value::{Row, Value};
pub use view::View;

use archive::{Period, Periods};
use committer::{Committer, Submission};
use readers::Readers;
use smallvec::SmallVec;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// One change.
#[derive(Debug, Clone)]
pub enum Write {
    /// A statement on a declared table, in the SQL that SQLite and PostgreSQL share, with
    /// parameters `?1`, `?2`…
    Run {
        /// The statement.
        sql: &'static str,
        /// Its parameters.
        values: Vec<Value>,
        /// How many rows it must change.
        expect: Expect,
    },
    /// A row for an archive.
    Append(Append),
    /// Other content for a row of an archive.
    Rewrite(Rewrite),
}

/// How many rows a statement must change for the whole submission to hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expect {
    /// Any number.
    Any,
    /// At least one; otherwise the submission is rolled back and answered with [`CommitError::Unmet`].
    Some,
}

/// What a commit gave: the number of each appended row, in the order of the submission.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Receipt {
    /// Archive numbers.
    pub numbers: SmallVec<[u64; 2]>,
}

/// How a store is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The length of an archive period, in days: storage takes that long to follow a retention
    /// promise, while reads keep it to the second.
    pub period_days: u32,
    /// Submissions that may wait before [`CommitError::Busy`] is answered.
    pub waiting_max: usize,
    /// For tests of a full disk.
    pub pages_max: PagesMax,
}

/// How many pages of 4096 bytes a database file may have; for tests of a full disk. Can be changed
/// while the store is open.
#[derive(Clone, Debug, Default)]
pub struct PagesMax(Arc<AtomicU32>);

impl PagesMax {
    /// From the next commit on, no file grows beyond this; 0 takes the bound away.
    pub fn set(&self, pages: u32) {
        self.0.store(pages, Relaxed);
    }

    pub(crate) fn get(&self) -> u32 {
        self.0.load(Relaxed)
    }
}

impl Default for Options {
    fn default() -> Options {
        Options { period_days: 4, waiting_max: 65_536, pages_max: PagesMax::default() }
    }
}

/// A handle to an open store. Cheap to clone; the last one to go finishes what is waiting.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    dir: PathBuf,
    // Dropped first: the log of a file is written back, and goes, with the last connection to it, if that one
    // may write.
    readers: Arc<Readers>,
    committer: Committer,
    periods: Arc<Periods>,
    blobs: Arc<Blobs>,
    _lock: lock::Lock,
}

impl Store {
    /// Opens the store in `dir`, creating it if there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// When another process holds it, when its schema is newer than this program, or when the disk
    /// says no. Each says what to do.
    pub fn open(dir: &Path, options: &Options, tables: &[&'static Table]) -> Result<Store, OpenError> {
        std::fs::create_dir_all(dir.join("archive")).map_err(|error| OpenError::Disk(dir.into(), error.to_string()))?;
        let lock = lock::Lock::take(dir)?;
        migrate::migrate(dir, options, tables)?;
        let periods = Arc::new(Periods::find(&dir.join("archive"), options)?);
        let readers = Arc::new(Readers::new(dir, periods.clone()));
        let blobs = Arc::new(Blobs::open(dir, options.pages_max.clone())?);
        let committer = Committer::start(dir, options, periods.clone())?;
        Ok(Store(Arc::new(Inner { dir: dir.into(), committer, readers, periods, blobs, _lock: lock })))
    }

    /// Hands over changes to be committed together. `done` is called on the committer's thread
    /// after the synced commit, in the order of submission; it must be quick.
    pub fn submit(&self, writes: Vec<Write>, done: impl FnOnce(Result<Receipt, CommitError>) + Send + 'static) {
        self.0.committer.submit(Submission { writes, done: Box::new(done) });
    }

    /// Commits changes and waits for the receipt.
    ///
    /// # Errors
    /// See [`CommitError`]. Nothing of the submission is kept then.
    pub async fn commit(&self, writes: Vec<Write>) -> Result<Receipt, CommitError> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        self.submit(writes, move |outcome| {
            // The asker may have gone; the commit stands all the same.
            let _ = sender.send(outcome);
        });
        receiver.await.unwrap_or(Err(CommitError::Closed))
    }

    /// [`Store::commit`] for programs without a runtime.
    ///
    /// # Errors
    /// See [`CommitError`].
    pub fn commit_blocking(&self, writes: Vec<Write>) -> Result<Receipt, CommitError> {
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        self.submit(writes, move |outcome| {
            let _ = sender.send(outcome);
        });
        receiver.recv().unwrap_or(Err(CommitError::Closed))
    }

    /// Runs a query and returns all its rows.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn query(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, Fault> {
        self.0.readers.clone().run(move |reader| reader.query(sql, &values)).await
    }

    /// Runs several queries on one connection, in one go.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn query_all(&self, queries: Vec<(&'static str, Vec<Value>)>) -> Result<Vec<Vec<Row>>, Fault> {
        let read =
            move |reader: &mut readers::Reader| queries.iter().map(|(sql, values)| reader.query(sql, values)).collect();
        self.0.readers.clone().run(read).await
    }

    /// [`Store::query`] for programs without a runtime.
    ///
    /// # Errors
    /// When the database says no.
    pub fn query_blocking(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, Fault> {
        self.0.readers.run_here(|reader| reader.query(sql, &values))
    }

    /// What reads this store without a runtime.
    pub fn view(&self) -> View {
        View::of(self.0.readers.clone())
    }

    /// Puts rows that are older than the store into one archive that nobody has read yet, oldest first,
    /// so that each lies in the file of its time and goes with it. `after` is the number of the row
    /// before, 0 for none. Returns the number of the last one.
    ///
    /// # Errors
    /// See [`CommitError`]. Nothing of these rows is kept then.
    pub fn restore_blocking(&self, rows: Vec<Append>, after: u64) -> Result<u64, CommitError> {
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        self.0.committer.restore(rows, after, move |outcome| {
            let _ = sender.send(outcome);
        });
        receiver.recv().unwrap_or(Err(CommitError::Closed))
    }

    /// Reads a page of an archive.
    ///
    /// # Errors
    /// [`PageError::Unknown`] when a number that the request names is not in the archive.
    pub async fn page(&self, request: PageRequest) -> Result<Page, PageError> {
        self.0.readers.clone().run(move |reader| reader.page(&request)).await
    }

    /// The first and the last row of an archive that are not older than `cutoff_micros`.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn archive_edges(
        &self,
        class: u8,
        archive: i64,
        cutoff_micros: i64,
    ) -> Result<Option<(Edge, Edge)>, Fault> {
        self.0.readers.clone().run(move |reader| reader.edges(class, archive, cutoff_micros)).await
    }

    /// Unlinks the archive files of `class` of which every row is older than the cutoff. Returns
    /// how many.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn drop_expired(&self, class: u8, cutoff_micros: i64) -> Result<usize, Fault> {
        self.0.committer.forget_before(class, cutoff_micros);
        self.0.periods.drop_expired(class, cutoff_micros)
    }

    /// Deletes every row of an archive, file by file, a few at a time between other commits.
    /// Interrupted, it can be called again.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn erase_archive(&self, class: u8, archive: i64) -> Result<(), CommitError> {
        for period in self.0.periods.of(class) {
            while self.erase_some(&period, archive).await? {}
        }
        Ok(())
    }

    async fn erase_some(&self, period: &Arc<Period>, archive: i64) -> Result<bool, CommitError> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        self.0.committer.erase(period.clone(), archive, move |outcome| {
            let _ = sender.send(outcome);
        });
        receiver.await.unwrap_or(Err(CommitError::Closed))
    }

    /// The files beside the tables.
    pub fn blobs(&self) -> &Arc<Blobs> {
        &self.0.blobs
    }

    /// Whether so much is waiting that readers of sockets should pause.
    pub fn is_pressed(&self) -> bool {
        self.0.committer.is_pressed()
    }

    /// How the committer is doing.
    pub fn health(&self) -> Health {
        self.0.committer.health()
    }

    /// Where the data lies.
    pub fn dir(&self) -> &Path {
        &self.0.dir
    }
}
