//! Archives: rows of opaque bytes, numbered in the order they became visible, in one file for each
//! period of time.
//!
//! A number is the microsecond of its commit, made strictly increasing by the committer over the
//! whole store, restarts and clocks that step back included. So a smaller number never appears
//! after a larger one, and the number says which file it is in.

mod page;
mod period;

pub(crate) use page::{edges, page};
pub(crate) use period::{Period, Periods, last_number, open as open_period};

use bytes::Bytes;

/// A row to be appended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Append {
    /// Whose archive.
    pub archive: i64,
    /// Which set of files: archives with one retention share one.
    pub class: u8,
    /// When it was received, in microseconds since 1970.
    pub at_micros: i64,
    /// The other side, to filter by; opaque here.
    pub peer: Box<str>,
    /// A part of the other side, to filter by; opaque here.
    pub resource: Box<str>,
    /// For the caller's use.
    pub flags: u32,
    /// The content.
    pub body: Bytes,
}

/// A row as it was kept.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "as in Append")]
pub struct ArchiveRow {
    pub number: u64,
    pub at_micros: i64,
    pub peer: Box<str>,
    pub resource: Box<str>,
    pub flags: u32,
    pub body: Bytes,
}

/// The first or the last row of an archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "as in Append")]
pub struct Edge {
    pub number: u64,
    pub at_micros: i64,
}

/// Which rows of an archive are wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PageRequest {
    /// Whose archive.
    pub archive: i64,
    /// Which set of files.
    pub class: u8,
    /// Only rows with this other side, and with this part of it if given.
    pub with: Option<(Box<str>, Option<Box<str>>)>,
    /// Only rows received at or after this.
    pub start_micros: Option<i64>,
    /// Only rows received at or before this.
    pub end_micros: Option<i64>,
    /// Only rows behind all of these numbers.
    pub after: Vec<u64>,
    /// Only rows behind this number, which need not be there itself.
    pub behind: u64,
    /// Only rows before all of these numbers.
    pub before: Vec<u64>,
    /// Only the rows of these numbers.
    pub numbers: Option<Vec<u64>>,
    /// Take the page from the end.
    pub from_end: bool,
    /// Rows at most.
    pub max: usize,
    /// The page ends before the row with which its bodies would exceed this many bytes, but not
    /// before its first row. None for no bound.
    pub bytes_max: Option<usize>,
    /// Rows received before this are not shown, whether or not they are still on disk.
    pub cutoff_micros: i64,
}

/// Rows, oldest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// The rows.
    pub rows: Vec<ArchiveRow>,
    /// Nothing lies beyond, in the direction of reading.
    pub complete: bool,
}
