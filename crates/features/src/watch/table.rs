//! What is wrong, in the store: a restart tells nothing twice.

use super::alarm::DAY_MICROS;
use super::{Alarm, Cause, Course, DAYS, Failed};
use crate::Fault;
use crate::feature::Limits;
use store::{Erase, Expect, Export, Keep, Migration, Row, Store, Table, Value, Write};
use xmpp::Jid;

/// What is wrong with links.
pub static ALARM: Table = Table {
    name: "federation_alarm",
    holds: "What is or was wrong with links to other services: the service, the cause, its certificates, how often.",
    migrations: &[Migration(
        "CREATE TABLE federation_alarm (domain TEXT NOT NULL, course TEXT NOT NULL, cause TEXT NOT NULL, \
         evidence TEXT NOT NULL, since BIGINT NOT NULL, last BIGINT NOT NULL, times BIGINT NOT NULL, told BIGINT, \
         well BIGINT, expires_at BIGINT NOT NULL, PRIMARY KEY (domain, course, cause))",
    )],
    keep: Keep::Until("DELETE FROM federation_alarm WHERE expires_at < ?1"),
    export: Export::No("It is about services and of no account."),
    erase: Erase::No("It is about services and of no account."),
};

/// All that is known.
///
/// # Errors
/// When the store says no, or a row cannot be read.
pub(super) async fn read(store: &Store) -> Result<Vec<Alarm>, Fault> {
    let sql = "SELECT domain, course, cause, evidence, since, last, times, told, well FROM federation_alarm";
    let read = |row: &Row| {
        let domain = row.text(0)?;
        let damaged = || Fault(format!("what is known of trouble with {domain:?} is damaged"));
        let (course, cause) = (row.text(1)?, row.text(2)?);
        Ok(Alarm {
            failed: Failed {
                domain: Jid::parse(domain).map_err(|_| damaged())?,
                course: Course::ALL.iter().find(|(_, name)| *name == course).ok_or_else(damaged)?.0,
                cause: Cause::ALL.iter().find(|(_, name)| *name == cause).ok_or_else(damaged)?.0,
                evidence: row.text(3)?.to_owned(),
            },
            since: row.int(4)?,
            last: row.int(5)?,
            times: u64::try_from(row.int(6)?).unwrap_or(0),
            told: row.int_or_null(7)?,
            well: row.int_or_null(8)?,
        })
    };
    store.query(sql, Vec::new()).await?.iter().map(read).collect()
}

/// The change that keeps it as it is.
pub fn put(alarm: &Alarm, limits: &Limits) -> Write {
    let sql = "INSERT INTO federation_alarm \
               (domain, course, cause, evidence, since, last, times, told, well, expires_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (domain, course, cause) DO UPDATE SET \
               evidence = excluded.evidence, since = excluded.since, last = excluded.last, times = excluded.times, \
               told = excluded.told, well = excluded.well, expires_at = excluded.expires_at";
    let days = i64::try_from(limits.of(&DAYS)).unwrap_or(i64::MAX);
    let Alarm { failed, since, last, times, told, well } = alarm;
    let values = vec![
        failed.domain.as_str().into(),
        failed.course.name().into(),
        failed.cause.name().into(),
        failed.evidence.as_str().into(),
        (*since).into(),
        (*last).into(),
        i64::try_from(*times).unwrap_or(i64::MAX).into(),
        told.map_or(Value::Null, Value::from),
        well.map_or(Value::Null, Value::from),
        last.saturating_add(days.saturating_mul(DAY_MICROS)).into(),
    ];
    Write::Run { sql, values, expect: Expect::Any }
}
