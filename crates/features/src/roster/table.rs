//! What the roster keeps, and the statements on it.

use super::contacts::{Contact, Contacts};
use super::state::State;
use crate::Fault;
use store::{Erase, Export, Keep, Migration, Row, Table};

// BYTEA is PostgreSQL's name; SQLite takes any name and keeps bytes as bytes.

/// The roster items.
pub const ITEM: Table = Table {
    name: "roster_item",
    holds: "The contact list: addresses, names, groups, and who sees whose presence.",
    migrations: &[Migration(
        "CREATE TABLE roster_item (
            account BIGINT NOT NULL, jid TEXT NOT NULL, name TEXT NOT NULL, group_names TEXT NOT NULL,
            subscription TEXT NOT NULL, ask BIGINT NOT NULL, approved BIGINT NOT NULL, version BIGINT NOT NULL,
            PRIMARY KEY (account, jid))",
    )],
    keep: Keep::WithAccount,
    export: Export::Rows(
        "SELECT jid, name, group_names, subscription, ask, approved FROM roster_item WHERE account = ?1 ORDER BY jid",
    ),
    erase: Erase::Sql("DELETE FROM roster_item WHERE account = ?1"),
};

/// The items removed lately (RFC 6121 §2.6.3).
pub const REMOVED: Table = Table {
    name: "roster_removed",
    holds: "Which contacts were removed lately, so that the other devices learn of it.",
    migrations: &[Migration(
        "CREATE TABLE roster_removed (
            account BIGINT NOT NULL, jid TEXT NOT NULL, version BIGINT NOT NULL, PRIMARY KEY (account, jid))",
    )],
    keep: Keep::Otherwise("Until so many others were removed after it, or the account goes."),
    export: Export::Rows("SELECT jid FROM roster_removed WHERE account = ?1 ORDER BY jid"),
    erase: Erase::Sql("DELETE FROM roster_removed WHERE account = ?1"),
};

/// The counters behind the roster's versions (RFC 6121 §2.1.1).
pub const VERSION: Table = Table {
    name: "roster_version",
    holds: "How often the contact list was changed.",
    migrations: &[Migration(
        "CREATE TABLE roster_version (account BIGINT PRIMARY KEY, version BIGINT NOT NULL, forgotten BIGINT NOT NULL)",
    )],
    keep: Keep::WithAccount,
    export: Export::No("It counts changes and says nothing about the person."),
    erase: Erase::Sql("DELETE FROM roster_version WHERE account = ?1"),
};

/// Subscription requests that wait for an answer (RFC 6121 §3.1.3).
pub const REQUEST: Table = Table {
    name: "subscription_request",
    holds: "Contact requests that wait for an answer, with what their senders wrote.",
    migrations: &[Migration(
        "CREATE TABLE subscription_request (
            account BIGINT NOT NULL, sender TEXT NOT NULL, stanza BYTEA NOT NULL, received BIGINT NOT NULL,
            PRIMARY KEY (account, sender))",
    )],
    keep: Keep::Otherwise("Until it is answered or taken back, or the account goes."),
    export: Export::Rows(
        "SELECT sender, stanza, received FROM subscription_request WHERE account = ?1 ORDER BY received",
    ),
    erase: Erase::Sql("DELETE FROM subscription_request WHERE account = ?1"),
};

/// Everything [`contacts`] needs of the account `?1`, in one query.
pub const CONTACTS_SQL: &str = "SELECT CAST(0 AS BIGINT), jid, name, group_names, subscription, ask, approved, version
    FROM roster_item WHERE account = ?1
    UNION ALL SELECT CAST(1 AS BIGINT), sender, '', '', 'none', 0, 0, 0 FROM subscription_request WHERE account = ?1
    UNION ALL SELECT CAST(2 AS BIGINT), jid, '', '', 'none', 0, 0, version FROM roster_removed WHERE account = ?1
    UNION ALL SELECT CAST(3 AS BIGINT), '', '', '', 'none', forgotten, 0, version FROM roster_version
        WHERE account = ?1";

/// Account, JID, name, groups, subscription, ask, approved, version.
pub(super) const SAVE_ITEM: &str =
    "INSERT INTO roster_item (account, jid, name, group_names, subscription, ask, approved, version)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (account, jid) DO UPDATE SET name = excluded.name, group_names = excluded.group_names,
        subscription = excluded.subscription, ask = excluded.ask, approved = excluded.approved,
        version = excluded.version";

/// Account, JID.
pub(super) const DELETE_ITEM: &str = "DELETE FROM roster_item WHERE account = ?1 AND jid = ?2";

/// Account, JID, version.
pub(super) const SAVE_REMOVED: &str = "INSERT INTO roster_removed (account, jid, version) VALUES (?1, ?2, ?3)
    ON CONFLICT (account, jid) DO UPDATE SET version = excluded.version";

/// Account, JID.
pub(super) const DELETE_REMOVED: &str = "DELETE FROM roster_removed WHERE account = ?1 AND jid = ?2";

/// Account, version: all up to it.
pub(super) const FORGET_REMOVED: &str = "DELETE FROM roster_removed WHERE account = ?1 AND version <= ?2";

/// Account, version, forgotten.
pub(super) const SAVE_VERSION: &str = "INSERT INTO roster_version (account, version, forgotten) VALUES (?1, ?2, ?3)
    ON CONFLICT (account) DO UPDATE SET version = excluded.version, forgotten = excluded.forgotten";

/// Account, sender, stanza, microseconds. The first request of a sender stays.
pub(super) const SAVE_REQUEST: &str =
    "INSERT INTO subscription_request (account, sender, stanza, received) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (account, sender) DO NOTHING";

/// Account, sender, stanza, microseconds. Of who sees the account already, none is kept.
pub(super) const REQUEST_ARRIVED: &str =
    "INSERT INTO subscription_request (account, sender, stanza, received) SELECT ?1, ?2, ?3, ?4
    WHERE NOT EXISTS (SELECT 1 FROM roster_item WHERE account = ?1 AND jid = ?2 AND subscription IN ('from', 'both'))
    ON CONFLICT (account, sender) DO NOTHING";

/// Account, sender.
pub(super) const DELETE_REQUEST: &str = "DELETE FROM subscription_request WHERE account = ?1 AND sender = ?2";

/// Account. Oldest first.
pub(super) const REQUESTS: &str =
    "SELECT stanza FROM subscription_request WHERE account = ?1 ORDER BY received, sender";

/// Makes the memory of a roster from the rows of [`CONTACTS_SQL`].
///
/// # Errors
/// When the rows are not of that query.
pub fn contacts(rows: &[Row]) -> Result<Contacts, Fault> {
    let mut read = Vec::with_capacity(rows.len());
    let mut removed = Vec::new();
    let mut counters = (0, 0);
    for row in rows {
        let jid = row.text(1)?;
        let version = counter(row, 7)?;
        match row.int(0)? {
            0 => read.push(Contact::item(jid, row.text(2)?, row.text(3)?, state(row)?, version)),
            1 => read.push(Contact::unlisted(jid, State::REQUESTED)),
            2 => removed.push((jid.into(), version)),
            _ => counters = (version, counter(row, 5)?),
        }
    }
    Ok(Contacts::read(read, removed, counters))
}

fn state(row: &Row) -> Result<State, Fault> {
    let name = row.text(4)?;
    let mut state = State::of_subscription(name).ok_or_else(|| Fault(format!("a roster item has the state {name}")))?;
    if row.int(5)? != 0 {
        state = state.with(State::ASKED);
    }
    if row.int(6)? != 0 {
        state = state.with(State::APPROVED);
    }
    Ok(state)
}

fn counter(row: &Row, column: usize) -> Result<u32, Fault> {
    let value = row.int(column)?;
    u32::try_from(value).map_err(|_| Fault(format!("a roster has the version {value}")))
}
