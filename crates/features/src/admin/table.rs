//! What administrators did, written down.

use crate::Fault;
use crate::feature::{Limit, Limits};
use store::{Erase, Export, Keep, Migration, Row, Store, Table, Write};

/// How long it is known what administrators did.
pub const DAYS: Limit = Limit {
    name: "audit-days",
    default: 90,
    unit: "days",
    reason: "Long enough to find out who changed what when something turns out to be wrong; the names in it go with it.",
    sentence: "What administrators did longer ago is not known any more.",
};

/// Who did what, when, and to whom.
pub static DEED: Table = Table {
    name: "admin_deed",
    holds: "What administrators had done, in a word, when, and to which account. No passwords, no messages.",
    migrations: &[Migration(
        "CREATE TABLE admin_deed (id BIGINT PRIMARY KEY, done_at BIGINT NOT NULL, who TEXT NOT NULL, \
         what TEXT NOT NULL, whom TEXT NOT NULL, expires_at BIGINT NOT NULL)",
    )],
    keep: Keep::Until("DELETE FROM admin_deed WHERE expires_at < ?1"),
    export: Export::No(
        "It is about the administrators' work; what it did to an account shows in the account's other rows.",
    ),
    erase: Erase::No("Administrators answer for erasures too; the names in it go when the entry is past its time."),
};

/// One deed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recorded {
    /// When, in microseconds since 1970.
    pub done_at: i64,
    /// Who: an address, or the command line.
    pub who: Box<str>,
    /// What, in a word.
    pub what: Box<str>,
    /// To whom; empty if to nobody.
    pub whom: Box<str>,
}

/// The change that writes a deed down.
pub fn record(limits: &Limits, now: i64, who: &str, (what, whom): (&str, &str)) -> Write {
    let sql = "INSERT INTO admin_deed (id, done_at, who, what, whom, expires_at) \
               SELECT (SELECT COALESCE(MAX(id), 0) + 1 FROM admin_deed), ?1, ?2, ?3, ?4, ?5";
    let days = i64::try_from(limits.of(&DAYS)).unwrap_or(i64::MAX);
    let expires_at = now.saturating_add(days.saturating_mul(86_400_000_000));
    let values = vec![now.into(), who.into(), what.into(), whom.into(), expires_at.into()];
    Write::Run { sql, values, expect: store::Expect::Any }
}

/// The last deeds, the newest first, `max` at most.
///
/// # Errors
/// When the store says no.
pub async fn recorded(store: &Store, max: u32) -> Result<Vec<Recorded>, Fault> {
    let sql = "SELECT done_at, who, what, whom FROM admin_deed ORDER BY id DESC LIMIT ?1";
    let read = |row: &Row| {
        Ok(Recorded {
            done_at: row.int(0)?,
            who: row.text(1)?.into(),
            what: row.text(2)?.into(),
            whom: row.text(3)?.into(),
        })
    };
    store.query(sql, vec![max.into()]).await?.iter().map(read).collect()
}
