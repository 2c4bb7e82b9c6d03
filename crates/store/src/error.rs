//! What can go wrong, by whose fault and what to do.

use std::path::PathBuf;

/// The store cannot be opened.
#[derive(thiserror::Error, Debug)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum OpenError {
    #[error("{0} is in use by process {1}. Stop that server first, or choose another data folder.")]
    InUse(PathBuf, String),
    #[error("{0} cannot be used: {1}. Check that the folder exists, has space left and belongs to the server's user.")]
    Disk(PathBuf, String),
    #[error(
        "the table {table} in {path} has schema version {found}, and this program knows versions up to {known}. It was written by a newer Folkmoot: install that version again, or restore a backup made before the upgrade."
    )]
    Newer { path: PathBuf, table: String, found: i64, known: i64 },
    #[error(
        "the server that uses {path} is of another version: its table {table} is not as this program knows it. Use the program that the server runs, or stop the server first."
    )]
    Other { path: PathBuf, table: String },
    #[error("{0} is damaged: {1}. Restore a backup, or try `sqlite3 FILE .recover`.")]
    Damaged(PathBuf, String),
}

/// A submission was not committed. Nothing of it is kept, but that a disk which fails between the
/// archives and the core may leave archive rows of it, as a crash there does.
#[derive(thiserror::Error, Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum CommitError {
    #[error("what the change presupposed does not hold")]
    Unmet,
    #[error("too much is waiting to be written")]
    Busy,
    #[error("the disk refused: {0}")]
    Disk(String),
    #[error("the store is closed")]
    Closed,
}

/// A query failed: our mistake or the disk's.
#[derive(thiserror::Error, Debug, Clone, PartialEq, Eq)]
#[error("the store failed: {0}")]
pub struct Fault(pub String);

/// A page could not be read.
#[derive(thiserror::Error, Debug, Clone, PartialEq, Eq)]
pub enum PageError {
    /// A number that the request names is not in the archive (any more).
    #[error("the archive has no such entry")]
    Unknown,
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        Fault(error.to_string())
    }
}

impl From<rusqlite::Error> for PageError {
    fn from(error: rusqlite::Error) -> PageError {
        PageError::Fault(error.into())
    }
}

impl From<rusqlite::Error> for CommitError {
    fn from(error: rusqlite::Error) -> CommitError {
        CommitError::Disk(error.to_string())
    }
}
