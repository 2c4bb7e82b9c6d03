//! Reading pages: file by file in the direction asked, each through the one index.

use super::{ArchiveRow, Edge, Page, PageRequest};
use crate::readers::Reader;
use crate::{PageError, Value};
use bytes::Bytes;
use rusqlite::{Connection, Row, params_from_iter};

/// Reads a page.
pub(crate) fn page(reader: &mut Reader, request: &PageRequest) -> Result<Page, PageError> {
    for number in request.after.iter().chain(&request.before).chain(request.numbers.iter().flatten()) {
        if !exists(reader, request, *number)? {
            return Err(PageError::Unknown);
        }
    }
    let mut periods = reader.periods_of(request.class);
    if request.from_end {
        periods.reverse();
    }
    let statement = statement(request);
    let mut rows = Vec::new();
    for period in periods {
        let wanted = request.max.saturating_add(1) - rows.len();
        if wanted == 0 {
            break;
        }
        let Some(connection) = reader.file(&period)? else { continue };
        if read(connection, &statement, request, wanted, &mut rows)? == Reading::Full {
            break;
        }
    }
    let fitting = fitting(&rows, request);
    let complete = rows.len() == fitting;
    rows.truncate(fitting);
    if request.from_end {
        rows.reverse();
    }
    Ok(Page { rows, complete })
}

/// The first and the last row that are not older than the cutoff.
pub(crate) fn edges(
    reader: &mut Reader,
    class: u8,
    archive: i64,
    cutoff: i64,
) -> rusqlite::Result<Option<(Edge, Edge)>> {
    let first = edge(reader, class, archive, cutoff, "ORDER BY number LIMIT 1")?;
    let last = edge(reader, class, archive, cutoff, "ORDER BY number DESC LIMIT 1")?;
    Ok(first.zip(last))
}

fn edge(reader: &mut Reader, class: u8, archive: i64, cutoff: i64, order: &str) -> rusqlite::Result<Option<Edge>> {
    let mut periods = reader.periods_of(class);
    if order.contains("DESC") {
        periods.reverse();
    }
    let sql = format!("SELECT number, at FROM message WHERE archive = ?1 AND at >= ?2 {order}");
    for period in periods {
        let Some(connection) = reader.file(&period)? else { continue };
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query((archive, cutoff))?;
        if let Some(row) = rows.next()? {
            return Ok(Some(Edge { number: row.get::<_, i64>(0)? as u64, at_micros: row.get(1)? }));
        }
    }
    Ok(None)
}

fn exists(reader: &mut Reader, request: &PageRequest, number: u64) -> rusqlite::Result<bool> {
    let periods = reader.periods_of(request.class);
    let Some(period) = periods.iter().rev().find(|period| period.start as u64 <= number) else { return Ok(false) };
    let Some(connection) = reader.file(period)? else { return Ok(false) };
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM message WHERE number = ?1 AND archive = ?2 AND at >= ?3")?;
    statement.exists((number as i64, request.archive, request.cutoff_micros))
}

/// The statement for one file; the last parameter is the number of rows wanted.
fn statement(request: &PageRequest) -> (String, Vec<Value>) {
    let mut sql = "SELECT number, at, peer, resource, flags, body FROM message WHERE archive = ?1".to_owned();
    let mut values = vec![Value::Int(request.archive)];
    let mut only = |clause: &str, value: Value| {
        values.push(value);
        sql.push_str(&clause.replace('?', &format!("?{}", values.len())));
    };
    // A number is never smaller than the time of reception, so times bound the index as well.
    let start = request.start_micros.unwrap_or(i64::MIN).max(request.cutoff_micros);
    let after = request.after.iter().chain(Some(&request.behind)).map(|number| *number as i64).max();
    let after = after.unwrap_or(i64::MIN);
    only(" AND number >= ?", Value::Int(start.max(after.saturating_add(1))));
    if let Some(before) = request.before.iter().min() {
        only(" AND number < ?", Value::Int(*before as i64));
    }
    only(" AND at >= ?", Value::Int(start));
    if let Some(end) = request.end_micros {
        only(" AND at <= ?", Value::Int(end));
    }
    if let Some((peer, resource)) = &request.with {
        only(" AND peer = ?", Value::Text(peer.clone()));
        if let Some(resource) = resource {
            only(" AND resource = ?", Value::Text(resource.clone()));
        }
    }
    if let Some(numbers) = &request.numbers {
        let list: Vec<String> = numbers.iter().map(u64::to_string).collect();
        sql.push_str(&format!(" AND number IN ({})", list.join(",")));
    }
    sql.push_str(if request.from_end { " ORDER BY number DESC" } else { " ORDER BY number" });
    sql.push_str(&format!(" LIMIT ?{}", values.len() + 1));
    (sql, values)
}

/// Whether a page may take more rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Open,
    Full,
}

/// Reads rows until there are enough of them, or one more than fit into the bytes.
fn read(
    connection: &Connection,
    (sql, values): &(String, Vec<Value>),
    request: &PageRequest,
    wanted: usize,
    rows: &mut Vec<ArchiveRow>,
) -> rusqlite::Result<Reading> {
    let mut statement = connection.prepare_cached(sql)?;
    let limit = Value::Int(i64::try_from(wanted).unwrap_or(i64::MAX));
    let mut bytes: usize = rows.iter().map(|row| row.body.len()).sum();
    for found in statement.query_map(params_from_iter(values.iter().chain(Some(&limit))), row)? {
        let found = found?;
        bytes += found.body.len();
        rows.push(found);
        if request.bytes_max.is_some_and(|max| bytes > max) && rows.len() > 1 {
            return Ok(Reading::Full);
        }
    }
    Ok(Reading::Open)
}

/// How many of the rows read make the page.
fn fitting(rows: &[ArchiveRow], request: &PageRequest) -> usize {
    let Some(bytes_max) = request.bytes_max else { return rows.len().min(request.max) };
    let mut bytes = 0;
    let fits = |row: &&ArchiveRow| {
        bytes += row.body.len();
        bytes <= bytes_max
    };
    rows.iter().take_while(fits).count().max(1).min(rows.len()).min(request.max)
}

fn row(row: &Row<'_>) -> rusqlite::Result<ArchiveRow> {
    Ok(ArchiveRow {
        number: row.get::<_, i64>(0)? as u64,
        at_micros: row.get(1)?,
        peer: row.get::<_, Box<str>>(2)?,
        resource: row.get::<_, Box<str>>(3)?,
        flags: row.get(4)?,
        body: Bytes::from(row.get::<_, Vec<u8>>(5)?),
    })
}
