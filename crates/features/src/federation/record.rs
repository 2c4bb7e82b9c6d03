//! What other services were like, by domain: when they were reached, what went wrong, how quickly they answer.
//! It is for the operator's eyes; nothing is decided by it.

use crate::Fault;
use crate::feature::{Limit, Limits};
use hashbrown::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use store::{Erase, Expect, Export, Keep, Migration, Row, Store, Table, Value, Write};
use xmpp::Jid;

/// How many services are remembered.
pub const RECORDS: Limit = Limit {
    name: "federation-records",
    default: 10_000,
    unit: "services",
    reason: "There are some thousands in the network; each takes about 150 bytes of memory, and a row.",
    sentence: "So many services are remembered; the one that was met longest ago makes way.",
};

/// For how long.
pub const RECORD_DAYS: Limit = Limit {
    name: "federation-record-days",
    default: 90,
    unit: "days",
    reason: "With whom people here talk is nothing to be kept for ever.",
    sentence: "What a service was like longer ago is not known any more.",
};

/// What other services were like.
pub static RECORD: Table = Table {
    name: "federation_record",
    holds: "With which services there was a link lately, when, how often it failed since, how quickly they answer.",
    migrations: &[Migration(
        "CREATE TABLE federation_record (domain TEXT PRIMARY KEY, good_at BIGINT, bad_at BIGINT, \
         failures BIGINT NOT NULL, round_trip BIGINT, expires_at BIGINT NOT NULL)",
    )],
    keep: Keep::Until("DELETE FROM federation_record WHERE expires_at < ?1"),
    export: Export::No("It is about services and of no account."),
    erase: Erase::No("It is about services and of no account."),
};

/// What a service was like. Times are microseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Record {
    /// When a link was made last.
    pub good_at: Option<i64>,
    /// When one failed last.
    pub bad_at: Option<i64>,
    /// How many failed since the last good one.
    pub failures: u32,
    /// How long it took lately, in microseconds, until it had what it was sent.
    pub round_trip: Option<i64>,
}

/// All of them.
#[derive(Default, Debug)]
pub struct Records(Mutex<HashMap<Box<str>, (Record, Saved)>>);

/// Whether the store knows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Saved {
    Yes,
    No,
}

impl Records {
    /// Reads them at the start.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn read(store: &Store) -> Result<Records, Fault> {
        let sql = "SELECT domain, good_at, bad_at, failures, round_trip FROM federation_record";
        let read = |row: &Row| {
            let record = Record {
                good_at: row.int_or_null(1)?,
                bad_at: row.int_or_null(2)?,
                failures: u32::try_from(row.int(3)?).unwrap_or(u32::MAX),
                round_trip: row.int_or_null(4)?,
            };
            Ok((Box::from(row.text(0)?), (record, Saved::Yes)))
        };
        let rows = store.query(sql, Vec::new()).await?;
        Ok(Records(Mutex::new(rows.iter().map(read).collect::<Result<_, Fault>>()?)))
    }

    /// A link was made.
    pub fn good(&self, domain: &Jid, limits: &Limits, now: i64) {
        self.change(domain, limits, |record| (record.good_at, record.failures) = (Some(now), 0));
    }

    /// A link failed.
    pub fn bad(&self, domain: &Jid, limits: &Limits, now: i64) {
        self.change(domain, limits, |record| {
            (record.bad_at, record.failures) = (Some(now), record.failures.saturating_add(1));
        });
    }

    /// It took so long until the service had what it was sent. What is kept follows slowly.
    pub fn took(&self, domain: &Jid, limits: &Limits, micros: i64) {
        self.change(domain, limits, |record| {
            record.round_trip = Some(record.round_trip.map_or(micros, |before| before - before / 8 + micros / 8));
        });
    }

    /// What is known of a service.
    pub fn of(&self, domain: &Jid) -> Option<Record> {
        self.inner().get(domain.domain()).map(|(record, _)| *record)
    }

    /// The services of which something is known, in no order.
    pub fn domains(&self) -> Vec<Box<str>> {
        self.inner().keys().cloned().collect()
    }

    /// The changes that keep what the store does not know yet. They count as made.
    pub fn save(&self, limits: &Limits) -> Vec<Write> {
        let lifetime = lifetime(limits);
        let mut writes = Vec::new();
        for (domain, (record, saved)) in self.inner().iter_mut() {
            if std::mem::replace(saved, Saved::Yes) == Saved::No {
                writes.push(record.put(domain, lifetime));
            }
        }
        writes
    }

    /// Forgets whom nobody has met for long.
    pub fn forget(&self, limits: &Limits, now: i64) {
        let lifetime = lifetime(limits);
        self.inner().retain(|_, (record, _)| record.met().saturating_add(lifetime) > now);
    }

    fn change(&self, domain: &Jid, limits: &Limits, change: impl FnOnce(&mut Record)) {
        let mut inner = self.inner();
        if !inner.contains_key(domain.domain()) && inner.len() >= limits.count(&RECORDS).max(1) {
            let oldest = inner.iter().min_by_key(|(_, (record, _))| record.met()).map(|(domain, _)| domain.clone());
            oldest.and_then(|oldest| inner.remove(&oldest));
        }
        let (record, saved) = inner.entry(domain.domain().into()).or_insert((Record::default(), Saved::No));
        change(record);
        *saved = Saved::No;
    }

    fn inner(&self) -> MutexGuard<'_, HashMap<Box<str>, (Record, Saved)>> {
        // Nothing panics while it is held; what a panic elsewhere left is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Record {
    fn met(&self) -> i64 {
        self.good_at.max(self.bad_at).unwrap_or(i64::MAX)
    }

    fn put(&self, domain: &str, lifetime: i64) -> Write {
        let sql = "INSERT INTO federation_record (domain, good_at, bad_at, failures, round_trip, expires_at) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (domain) DO UPDATE SET good_at = excluded.good_at, \
                   bad_at = excluded.bad_at, failures = excluded.failures, round_trip = excluded.round_trip, \
                   expires_at = excluded.expires_at";
        let values = vec![
            domain.into(),
            self.good_at.map_or(Value::Null, Value::from),
            self.bad_at.map_or(Value::Null, Value::from),
            self.failures.into(),
            self.round_trip.map_or(Value::Null, Value::from),
            self.met().saturating_add(lifetime).into(),
        ];
        Write::Run { sql, values, expect: Expect::Any }
    }
}

fn lifetime(limits: &Limits) -> i64 {
    i64::try_from(limits.of(&RECORD_DAYS)).unwrap_or(i64::MAX).saturating_mul(86_400_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_counted_until_a_link_is_made_and_the_oldest_makes_way() {
        let (records, mut limits) = (Records::default(), Limits::default());
        limits.set(&RECORDS, 2);
        let domain = |name: &str| Jid::parse(name).unwrap();
        records.bad(&domain("a.example"), &limits, 1);
        records.bad(&domain("a.example"), &limits, 2);
        assert_eq!(records.of(&domain("a.example")).map(|record| record.failures), Some(2));
        records.good(&domain("a.example"), &limits, 3);
        records.took(&domain("a.example"), &limits, 800);
        records.took(&domain("a.example"), &limits, 1600);
        let known = Record { good_at: Some(3), bad_at: Some(2), failures: 0, round_trip: Some(900) };
        assert_eq!(records.of(&domain("a.example")), Some(known));
        assert_eq!((records.save(&limits).len(), records.save(&limits).len()), (1, 0));
        records.good(&domain("b.example"), &limits, 4);
        records.good(&domain("c.example"), &limits, 5);
        assert_eq!((records.of(&domain("a.example")), records.domains().len()), (None, 2));
    }
}
