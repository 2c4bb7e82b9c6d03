//! Reading beside the committer: a few connections, under a semaphore, off the runtime's threads.

use crate::archive::{Period, Periods};
use crate::{Edge, Fault, Page, PageError, PageRequest, Row, Value, archive, sqlite};
use parking_lot::Mutex;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Reads that run at the same time. Pages cost ten appends each; more at once would only take the
/// processor from the committer.
const READS_AT_ONCE: usize = 4;

pub(crate) struct Readers {
    core: PathBuf,
    periods: Arc<Periods>,
    idle: Mutex<Vec<Reader>>,
    permits: Semaphore,
}

/// One set of connections: the core tables and the archive files read so far.
pub(crate) struct Reader {
    core: Connection,
    periods: Arc<Periods>,
    files: Vec<(Arc<Period>, Connection)>,
}

impl Readers {
    pub(crate) fn new(dir: &Path, periods: Arc<Periods>) -> Readers {
        let permits = Semaphore::new(READS_AT_ONCE);
        Readers { core: dir.join("core.db"), periods, idle: Mutex::new(Vec::new()), permits }
    }

    /// Reads on a thread for blocking work.
    pub(crate) async fn run<T, E>(
        self: Arc<Readers>,
        read: impl FnOnce(&mut Reader) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let readers = self.clone();
        let _permit = self.permits.acquire().await.map_err(|_| Fault("the store is closed".into()))?;
        tokio::task::spawn_blocking(move || readers.run_here(read))
            .await
            .unwrap_or_else(|error| Err(Fault(error.to_string()).into()))
    }

    /// Reads on this thread.
    pub(crate) fn run_here<T, E: From<Fault>>(&self, read: impl FnOnce(&mut Reader) -> Result<T, E>) -> Result<T, E> {
        let idle = self.idle.lock().pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => Reader {
                core: sqlite::reader(&self.core).map_err(Fault::from)?,
                periods: self.periods.clone(),
                files: Vec::new(),
            },
        };
        let found = read(&mut reader);
        let mut idle = self.idle.lock();
        if idle.len() < READS_AT_ONCE {
            idle.push(reader);
        }
        found
    }
}

impl Reader {
    pub(crate) fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Fault> {
        Ok(sqlite::query(&self.core, sql, values)?)
    }

    pub(crate) fn page(&mut self, request: &PageRequest) -> Result<Page, PageError> {
        self.forget_dropped();
        archive::page(self, request)
    }

    pub(crate) fn edges(&mut self, class: u8, archive: i64, cutoff: i64) -> Result<Option<(Edge, Edge)>, Fault> {
        self.forget_dropped();
        Ok(archive::edges(self, class, archive, cutoff)?)
    }

    pub(crate) fn periods_of(&self, class: u8) -> Vec<Arc<Period>> {
        self.periods.of(class)
    }

    pub(crate) fn period_holding(&self, class: u8, number: u64) -> Option<Arc<Period>> {
        self.periods.holding(class, number)
    }

    /// The connection to the file of a period; none when expiry has just unlinked it.
    pub(crate) fn file(&mut self, period: &Arc<Period>) -> rusqlite::Result<Option<&Connection>> {
        let known = self.files.iter().position(|(open, _)| Arc::ptr_eq(open, period));
        let at = match known {
            Some(at) => at,
            None => {
                let connection = match sqlite::reader(&period.path) {
                    Ok(connection) => connection,
                    Err(_) if !self.periods.knows(period) => return Ok(None),
                    Err(error) => return Err(error),
                };
                self.files.push((period.clone(), connection));
                self.files.len() - 1
            }
        };
        Ok(Some(&self.files[at].1))
    }

    /// Lets go of files that expiry has unlinked, so that the disk gets its space back.
    fn forget_dropped(&mut self) {
        let periods = &self.periods;
        self.files.retain(|(period, _)| periods.knows(period));
    }
}
