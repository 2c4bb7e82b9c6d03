//! Roles and links to the first of them in the store.

use super::Role;
use crate::Fault;
use store::{Erase, Expect, Export, Keep, Migration, Row, Store, Table, Write};

/// Which account has which role.
pub static STAFF: Table = Table {
    name: "staff",
    holds: "Which accounts run the service, in which role, and since when.",
    migrations: &[Migration(
        "CREATE TABLE staff (account BIGINT PRIMARY KEY, role TEXT NOT NULL, given_at BIGINT NOT NULL)",
    )],
    keep: Keep::WithAccount,
    export: Export::Rows("SELECT role, given_at FROM staff WHERE account = ?1"),
    erase: Erase::Sql("DELETE FROM staff WHERE account = ?1"),
};

/// Links by which somebody becomes the first owner.
pub static OWNER_LINK: Table = Table {
    name: "owner_link",
    holds: "Hashes of links by which the first owner comes, until one is used.",
    migrations: &[Migration("CREATE TABLE owner_link (hash TEXT PRIMARY KEY, expires_at BIGINT NOT NULL)")],
    keep: Keep::Until("DELETE FROM owner_link WHERE expires_at < ?1"),
    export: Export::No("There are links only as long as nobody owns the service; they belong to no account."),
    erase: Erase::No("They belong to no account."),
};

/// Somebody with a role.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// The localpart of the account.
    pub localpart: Box<str>,
    /// What they may.
    pub role: Role,
    /// Since when, in microseconds since 1970.
    pub given_at: i64,
}

/// The role of an account, whether it can log in or not; none if it has none, or there is no such account.
///
/// # Errors
/// When the store says no.
pub async fn role(store: &Store, localpart: &str) -> Result<Option<Role>, Fault> {
    let sql = "SELECT staff.role FROM account JOIN staff ON staff.account = account.id WHERE account.localpart = ?1";
    let rows = store.query(sql, vec![localpart.into()]).await?;
    rows.first().map(|row| Role::read(row.text(0)?)).transpose()
}

/// Everybody with a role whose account can log in, by name.
///
/// # Errors
/// When the store says no.
pub async fn members(store: &Store) -> Result<Vec<Member>, Fault> {
    let sql = "SELECT account.localpart, staff.role, staff.given_at FROM staff JOIN account \
               ON account.id = staff.account WHERE account.state = 'active' ORDER BY account.localpart";
    let read = |row: &Row| {
        Ok(Member { localpart: row.text(0)?.into(), role: Role::read(row.text(1)?)?, given_at: row.int(2)? })
    };
    store.query(sql, vec![]).await?.iter().map(read).collect()
}

/// The change that gives an account a role in the place of any other. It finds nothing when there is no such account
/// that can log in, or `most` others have one.
pub fn give(localpart: &str, role: Role, now: i64, most: u64) -> Write {
    let sql = "INSERT INTO staff (account, role, given_at) SELECT account.id, ?2, ?3 FROM account \
               WHERE account.localpart = ?1 AND account.state = 'active' \
               AND (SELECT COUNT(*) FROM staff s WHERE s.account <> account.id) < ?4 \
               ON CONFLICT (account) DO UPDATE SET role = excluded.role, given_at = excluded.given_at";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let values = vec![localpart.into(), role.name().into(), now.into(), most.into()];
    Write::Run { sql, values, expect: Expect::Some }
}

/// The change that takes an account's role. It finds nothing when it has none.
pub fn take(localpart: &str) -> Write {
    let sql = "DELETE FROM staff WHERE account IN (SELECT id FROM account WHERE localpart = ?1)";
    Write::Run { sql, values: vec![localpart.into()], expect: Expect::Some }
}
