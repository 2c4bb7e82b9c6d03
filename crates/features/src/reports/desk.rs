//! What the people who run the service do with reports: list them, read one, close it.

use crate::Fault;
use bytes::Bytes;
use store::{Expect, Row, Store, Write};

/// A report as it is listed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filed {
    /// Its number.
    pub id: i64,
    /// Who was reported.
    pub reported: Box<str>,
    /// Who reported.
    pub reporter: Box<str>,
    /// `spam` or `abuse`.
    pub reason: Box<str>,
    /// The reporter's words; empty if there are none.
    pub text: Box<str>,
    /// The service of the reported may be told (XEP-0377 §5).
    pub report_origin: bool,
    /// Services that collect reports may be told (XEP-0377 §5).
    pub third_party: bool,
    /// When, in microseconds since 1970.
    pub filed_at: i64,
    /// `open` or `closed`.
    pub state: Box<str>,
}

/// A message that shows what was reported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// When it was received, in microseconds since 1970.
    pub received_at: i64,
    /// The stanza, canonical.
    pub stanza: Bytes,
}

impl Filed {
    fn read(row: &Row) -> Result<Filed, Fault> {
        Ok(Filed {
            id: row.int(0)?,
            reported: row.text(1)?.into(),
            reporter: row.text(2)?.into(),
            reason: row.text(3)?.into(),
            text: row.text(4)?.into(),
            report_origin: row.int(5)? != 0,
            third_party: row.int(6)? != 0,
            filed_at: row.int(7)?,
            state: row.text(8)?.into(),
        })
    }
}

/// Open reports behind the number `after` (0 for the first), `max` at most.
///
/// # Errors
/// When the store says no.
pub async fn open(store: &Store, after: i64, max: u32) -> Result<Vec<Filed>, Fault> {
    const SQL: &str = "SELECT id, reported, reporter, reason, words, report_origin, third_party, filed_at, state \
                       FROM report WHERE id > ?1 AND state = 'open' ORDER BY id LIMIT ?2";
    store.query(SQL, vec![after.into(), max.into()]).await?.iter().map(Filed::read).collect()
}

/// A report with its messages, oldest first; none if there is no such report any more.
///
/// # Errors
/// When the store says no.
pub async fn show(store: &Store, id: i64) -> Result<Option<(Filed, Vec<Message>)>, Fault> {
    const FILED: &str = "SELECT id, reported, reporter, reason, words, report_origin, third_party, filed_at, state \
                         FROM report WHERE id = ?1";
    const MESSAGES: &str = "SELECT e.received_at, e.stanza FROM report_evidence e JOIN report r \
                            ON e.account = r.account AND e.reported = r.reported AND e.filed_at = r.filed_at \
                            WHERE r.id = ?1 ORDER BY e.number";
    let rows = store.query_all(vec![(FILED, vec![id.into()]), (MESSAGES, vec![id.into()])]).await?;
    let Some(filed) = rows[0].first() else { return Ok(None) };
    let message = |row: &Row| Ok(Message { received_at: row.int(0)?, stanza: row.blob(1)? });
    let messages: Result<Vec<Message>, Fault> = rows[1].iter().map(message).collect();
    Ok(Some((Filed::read(filed)?, messages?)))
}

/// The change that marks a report as dealt with. It finds nothing when there is no such open report.
pub fn close(id: i64) -> Write {
    let sql = "UPDATE report SET state = 'closed' WHERE id = ?1 AND state = 'open'";
    Write::Run { sql, values: vec![id.into()], expect: Expect::Some }
}
