//! Writing one batch: core rows and archive rows of many submissions, committed together.
//!
//! The archive files commit first, then the core. A crash in between leaves archive rows whose
//! core changes are missing, for submissions that nobody was told of: their senders send again.

mod restore;

use super::Submission;
use crate::archive::{Append, Period, Periods, Rewrite, open_period};
use crate::{CommitError, Expect, Options, Receipt, Value, Write, sqlite};
use rusqlite::{Connection, OptionalExtension};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const INSERT: &str =
    "INSERT INTO message (number, archive, at, peer, resource, flags, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

const BODY: &str = "SELECT body FROM message WHERE number = ?1 AND archive = ?2";
const UPDATE: &str = "UPDATE message SET body = ?3 WHERE number = ?1 AND archive = ?2";

/// Archive files kept open: the current one of each class, and one more around a boundary.
const FILES_OPEN_MAX: usize = 4;

/// Rows deleted in one go, so that nobody waits for a large archive to be erased.
const ERASED_AT_ONCE: usize = 200;

type Outcome = Result<Receipt, CommitError>;

/// The committer's connections.
pub(super) struct Files {
    core: Connection,
    core_path: PathBuf,
    open: Vec<OpenFile>,
    periods: Arc<Periods>,
    options: Options,
    /// The bound on files that the connections were opened with.
    pages_max: u32,
    last: u64,
}

struct OpenFile {
    period: Arc<Period>,
    connection: Connection,
    in_transaction: bool,
}

impl OpenFile {
    /// The connection, with the batch's transaction on it.
    fn begun(&mut self) -> rusqlite::Result<&Connection> {
        if !self.in_transaction {
            self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            self.in_transaction = true;
        }
        Ok(&self.connection)
    }
}

impl Files {
    pub(super) fn open(dir: &Path, options: &Options, periods: Arc<Periods>, last: u64) -> rusqlite::Result<Files> {
        let core_path = dir.join("core.db");
        let core = sqlite::writer(&core_path, options)?;
        let pages_max = options.pages_max.get();
        Ok(Files { core, core_path, open: Vec::new(), periods, options: options.clone(), pages_max, last })
    }

    /// Commits a batch. Each submission has an outcome of its own; an error means that none of
    /// them was kept.
    pub(super) fn commit(&mut self, submissions: &[Submission]) -> Result<Vec<Outcome>, CommitError> {
        if self.options.pages_max.get() != self.pages_max {
            self.recover();
        }
        let outcomes = self.write(submissions).and_then(|outcomes| self.finish().map(|()| outcomes));
        if outcomes.is_err() {
            self.recover();
        }
        Ok(outcomes?)
    }

    /// Deletes some of an archive's rows in one file, and says whether there may be more. A file
    /// that expiry has unlinked meanwhile has none.
    pub(super) fn erase(&mut self, period: &Arc<Period>, archive: i64) -> Result<bool, CommitError> {
        if !self.periods.knows(period) {
            return Ok(false);
        }
        let sql = "DELETE FROM message WHERE number IN (SELECT number FROM message WHERE archive = ?1 LIMIT ?2)";
        let file = self.file(period)?;
        let deleted = file.connection.prepare_cached(sql)?.execute((archive, ERASED_AT_ONCE as i64))?;
        Ok(deleted == ERASED_AT_ONCE)
    }

    /// Puts old rows of one archive, oldest first, into the files of their time, all of them or none.
    /// Returns the number of the last one.
    pub(super) fn restore(&mut self, rows: &[Append], after: u64) -> Result<u64, CommitError> {
        let restored = restore::rows(self, rows, after).and_then(|last| self.finish().map(|()| last));
        if restored.is_err() {
            self.recover();
        }
        Ok(restored?)
    }

    /// Lets go of files that are about to be unlinked. The others are settled on the occasion, which comes
    /// now and then.
    pub(super) fn forget_before(&mut self, class: u8, cutoff: i64) {
        self.open.retain(|file| file.period.class != class || file.period.start >= cutoff);
        settle(&self.core);
        self.open.iter().for_each(|file| settle(&file.connection));
    }

    fn write(&mut self, submissions: &[Submission]) -> rusqlite::Result<Vec<Outcome>> {
        let mut outcomes = Vec::with_capacity(submissions.len());
        for submission in submissions {
            outcomes.push(self.write_one(&submission.writes)?);
        }
        Ok(outcomes)
    }

    /// Core rows first: they may refuse the submission, and then nothing is appended.
    fn write_one(&mut self, writes: &[Write]) -> rusqlite::Result<Outcome> {
        let has_rows = writes.iter().any(|write| matches!(write, Write::Run { .. }));
        if has_rows && !self.run_rows(writes)? {
            return Ok(Err(CommitError::Unmet));
        }
        let mut receipt = Receipt::default();
        for write in writes {
            match write {
                Write::Append(row) => receipt.numbers.push(self.append(row)?),
                Write::Rewrite(rewrite) => self.rewrite(rewrite)?,
                Write::Run { .. } => {}
            }
        }
        Ok(Ok(receipt))
    }

    fn run_rows(&mut self, writes: &[Write]) -> rusqlite::Result<bool> {
        if self.core.is_autocommit() {
            self.core.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        }
        self.core.prepare_cached("SAVEPOINT submission")?.execute([])?;
        for write in writes {
            let Write::Run { sql, values, expect } = write else { continue };
            if !self.run_row(sql, values, *expect)? {
                self.core.prepare_cached("ROLLBACK TO submission")?.execute([])?;
                self.core.prepare_cached("RELEASE submission")?.execute([])?;
                return Ok(false);
            }
        }
        self.core.prepare_cached("RELEASE submission")?.execute([])?;
        Ok(true)
    }

    /// Whether the statement found what it expected. A violated constraint is the submission's
    /// affair, everything else the disk's.
    fn run_row(&self, sql: &str, values: &[Value], expect: Expect) -> rusqlite::Result<bool> {
        match sqlite::execute(&self.core, sql, values) {
            Ok(changed) => Ok(expect == Expect::Any || changed > 0),
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn append(&mut self, row: &Append) -> rusqlite::Result<u64> {
        let number = (self.last + 1).max(row.at_micros.max(0) as u64);
        let period = self.periods.for_number(row.class, number);
        self.insert(&period, number, row)?;
        self.last = number;
        Ok(number)
    }

    fn insert(&mut self, period: &Arc<Period>, number: u64, row: &Append) -> rusqlite::Result<()> {
        let connection = self.file(period)?.begun()?;
        let (peer, resource, body): (&str, &str, &[u8]) = (&row.peer, &row.resource, &row.body);
        let values = (number as i64, row.archive, row.at_micros, peer, resource, row.flags, body);
        connection.prepare_cached(INSERT)?.execute(values).map(drop)
    }

    fn rewrite(&mut self, rewrite: &Rewrite) -> rusqlite::Result<()> {
        let Some(period) = self.periods.holding(rewrite.class, rewrite.number) else { return Ok(()) };
        let connection = self.file(&period)?.begun()?;
        let key = (rewrite.number as i64, rewrite.archive);
        let old: Option<Vec<u8>> = connection.prepare_cached(BODY)?.query_row(key, |row| row.get(0)).optional()?;
        if let Some(new) = old.and_then(|old| (rewrite.body)(&old, &rewrite.with)) {
            connection.prepare_cached(UPDATE)?.execute((key.0, key.1, new))?;
        }
        Ok(())
    }

    fn finish(&mut self) -> rusqlite::Result<()> {
        for file in &mut self.open {
            if file.in_transaction {
                file.connection.prepare_cached("COMMIT")?.execute([])?;
                file.in_transaction = false;
            }
        }
        if !self.core.is_autocommit() {
            self.core.prepare_cached("COMMIT")?.execute([])?;
        }
        Ok(())
    }

    /// After a failure nothing of the batch may stay, and the next one gets fresh connections: a
    /// disk that was full or gone is tried again without a restart.
    fn recover(&mut self) {
        self.pages_max = self.options.pages_max.get();
        self.open.clear();
        // Rolling back can fail when the disk is gone; reopening rolls back as well.
        let _ = self.core.execute_batch("ROLLBACK");
        match sqlite::writer(&self.core_path, &self.options) {
            Ok(core) => self.core = core,
            Err(error) => tracing::error!(%error, "the core tables cannot be reopened yet"),
        }
    }

    fn file(&mut self, period: &Arc<Period>) -> rusqlite::Result<&mut OpenFile> {
        let known = self.open.iter().position(|file| Arc::ptr_eq(&file.period, period));
        let at = match known {
            Some(at) => at,
            None => {
                if self.open.len() >= FILES_OPEN_MAX
                    && let Some(idle) = self.open.iter().position(|file| !file.in_transaction)
                {
                    settle(&self.open.remove(idle).connection);
                }
                let connection = open_period(period, &self.options)?;
                self.periods.publish(period);
                self.open.push(OpenFile { period: period.clone(), connection, in_transaction: false });
                self.open.len() - 1
            }
        };
        Ok(&mut self.open[at])
    }
}

fn settle(connection: &Connection) {
    if let Err(error) = sqlite::settle(connection) {
        tracing::warn!(%error, "a log could not be written back; the next time will do");
    }
}
