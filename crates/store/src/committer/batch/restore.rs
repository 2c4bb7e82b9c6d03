//! Rows that were received before they came here: an archive that moves in.
//!
//! Such a row must not get a number of today, or the file that holds it would outlive what is
//! promised about its age. Within one archive numbers still rise; what is between them in other
//! archives is nobody's concern, since an archive is read by itself.

use super::Files;
use crate::Append;
use crate::archive::Period;
use rusqlite::{Error, ErrorCode};
use std::sync::Arc;

/// Inserts the rows and returns the number of the last one, `after` if there are none.
pub(super) fn rows(files: &mut Files, rows: &[Append], after: u64) -> rusqlite::Result<u64> {
    let mut last = after;
    for row in rows {
        last = insert(files, row, (last + 1).max(row.at_micros.max(0) as u64))?;
    }
    files.last = files.last.max(last);
    Ok(last)
}

/// Takes the first free number from this one on.
fn insert(files: &mut Files, row: &Append, from: u64) -> rusqlite::Result<u64> {
    let mut number = from;
    loop {
        let period = file_of(files, row.class, number)?;
        match files.insert(&period, number, row) {
            Ok(()) => return Ok(number),
            Err(error) if is_taken(&error) => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// A message of somebody else came in the same microsecond.
fn is_taken(error: &Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}

/// The file that readers will look into for this number.
fn file_of(files: &mut Files, class: u8, number: u64) -> rusqlite::Result<Arc<Period>> {
    let (begun, own) = files.periods.around(class, number);
    let Some(begun) = begun else { return Ok(own) };
    if begun.start >= own.start {
        return Ok(begun);
    }
    // A file begun when periods were longer may reach into this one; it must not be cut in two.
    let sql = "SELECT COALESCE(MAX(number), 0) FROM message";
    let newest: i64 = files.file(&begun)?.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(if newest >= own.start { begun } else { own })
}
