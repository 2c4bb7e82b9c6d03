//! Opening SQLite files the way we mean it: WAL, synced commits, prepared statements kept.

use crate::{Options, Row, Value};
use bytes::Bytes;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql, params_from_iter};
use std::path::Path;
use std::time::Duration;

/// How long a connection waits for another one.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection for the committer, the only writer.
pub(crate) fn writer(path: &Path, options: &Options) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL syncs the log at each commit: what is acknowledged survives a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    // What is deleted is overwritten: an erased account is gone from the file too, not only from
    // the tables. Appends never pay for it, and expiry unlinks files.
    connection.pragma_update(None, "secure_delete", "ON")?;
    let pages = options.pages_max.get();
    if pages > 0 {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    connection.set_prepared_statement_cache_capacity(128);
    stable_plans(&connection)?;
    connection.busy_timeout(PATIENCE)?;
    Ok(connection)
}

/// Writes a log back and empties it, so that what was deleted or overwritten is gone from it too. Readers are
/// not waited for: what they still look at stays until the next time.
pub(crate) fn settle(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::ZERO)?;
    let settled = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    connection.busy_timeout(PATIENCE)?;
    settled
}

/// A connection that only reads.
pub(crate) fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_prepared_statement_cache_capacity(64);
    stable_plans(&connection)?;
    connection.busy_timeout(PATIENCE)?;
    Ok(connection)
}

/// Plans do not depend on the values of parameters. Otherwise SQLite prepares a kept statement anew
/// for every value that an index is searched with, which costs more than the search.
fn stable_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// Runs a query and collects its rows.
pub(crate) fn query(connection: &Connection, sql: &str, values: &[Value]) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query(params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let values = (0..columns).map(|column| row.get_ref(column).map(value)).collect::<Result<_, _>>()?;
        found.push(Row(values));
    }
    Ok(found)
}

/// Runs a statement; returns how many rows it changed.
pub(crate) fn execute(connection: &Connection, sql: &str, values: &[Value]) -> rusqlite::Result<usize> {
    connection.prepare_cached(sql)?.execute(params_from_iter(values))
}

fn value(raw: ValueRef<'_>) -> Value {
    match raw {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Int(value),
        // No table of ours has a REAL column; the text of a stray one shows up as a mismatch.
        ValueRef::Real(value) => Value::Text(value.to_string().into()),
        ValueRef::Text(bytes) => Value::Text(String::from_utf8_lossy(bytes).into()),
        ValueRef::Blob(bytes) => Value::Blob(Bytes::copy_from_slice(bytes)),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(value) => ValueRef::Integer(*value),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
            Value::Blob(value) => ValueRef::Blob(value),
        }))
    }
}
