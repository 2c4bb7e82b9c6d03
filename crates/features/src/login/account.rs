//! Accounts as rows: finding, listing, disabling them.

use crate::Fault;
use store::{CommitError, Expect, Row, Store, Value, View, Write};

/// The row of an account, which also names its archive. Never used for another account.
pub type AccountId = i64;

/// An account as the store has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountRow {
    /// Its row.
    pub id: AccountId,
    /// The normalised localpart.
    pub localpart: Box<str>,
    /// When it was made, in microseconds since 1970.
    pub created_at: i64,
    /// Whether it may log in.
    pub state: State,
    /// The day of the last login, in days since 1970; none before the first.
    pub last_login_day: Option<i64>,
}

/// What an account may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Log in, send and receive.
    Active,
    /// Nothing, until it is enabled again.
    Disabled,
    /// Nothing yet: it is moving in from elsewhere, and its rows are not all there.
    Arriving,
    /// Nothing: it is being erased. Its name is already a tombstone.
    Leaving,
    /// Nothing, ever: only the tombstone is left.
    Gone,
}

impl State {
    /// The word in the store.
    pub fn name(self) -> &'static str {
        match self {
            State::Active => "active",
            State::Disabled => "disabled",
            State::Arriving => "arriving",
            State::Leaving => "leaving",
            State::Gone => "gone",
        }
    }

    fn parse(name: &str) -> Result<State, Fault> {
        match name {
            "active" => Ok(State::Active),
            "disabled" => Ok(State::Disabled),
            "arriving" => Ok(State::Arriving),
            "leaving" => Ok(State::Leaving),
            "gone" => Ok(State::Gone),
            other => Err(Fault(format!("an account cannot be {other:?}"))),
        }
    }
}

pub(super) const FIND_SQL: &str =
    "SELECT id, localpart, created_at, state, last_login_day FROM account WHERE localpart = ?1";

impl AccountRow {
    pub(super) fn read(row: &Row) -> Result<AccountRow, Fault> {
        Ok(AccountRow {
            id: row.int(0)?,
            localpart: row.text(1)?.into(),
            created_at: row.int(2)?,
            state: State::parse(row.text(3)?)?,
            last_login_day: row.int_or_null(4)?,
        })
    }
}

/// The account of that name, whatever its state; none for a tombstone.
///
/// # Errors
/// When the store says no.
pub async fn find(store: &Store, localpart: &str) -> Result<Option<AccountRow>, Fault> {
    let rows = store.query(FIND_SQL, vec![localpart.into()]).await?;
    rows.first().map(AccountRow::read).transpose()
}

/// The name of an account that can be used, or is disabled.
///
/// # Errors
/// When the store says no.
pub async fn name_of(store: &Store, account: AccountId) -> Result<Option<Box<str>>, Fault> {
    let sql = "SELECT localpart FROM account WHERE id = ?1 AND state IN ('active', 'disabled')";
    let rows = store.query(sql, vec![account.into()]).await?;
    rows.first().map(|row| row.text(0).map(Into::into)).transpose()
}

/// Accounts in the order of their names, behind the name `after` (empty for the first), `max` at
/// most.
///
/// # Errors
/// When the store says no.
pub async fn list(store: &Store, after: &str, max: u32) -> Result<Vec<AccountRow>, Fault> {
    store.query(LIST_SQL, vec![after.into(), max.into()]).await?.iter().map(AccountRow::read).collect()
}

const LIST_SQL: &str = "SELECT id, localpart, created_at, state, last_login_day FROM account \
                        WHERE state IN ('active', 'disabled') AND localpart > ?1 ORDER BY localpart LIMIT ?2";

/// Accounts with `part` in their names, the newest first, before the row `before` (none for the newest), `max` at most.
/// Names are in lower case.
///
/// # Errors
/// When the store says no.
pub async fn search(store: &Store, part: &str, before: Option<AccountId>, max: u32) -> Result<Vec<AccountRow>, Fault> {
    let sql = "SELECT id, localpart, created_at, state, last_login_day FROM account \
               WHERE state IN ('active', 'disabled') AND id < ?1 AND localpart LIKE ?2 ESCAPE '\\' \
               ORDER BY id DESC LIMIT ?3";
    let mut pattern = String::from("%");
    for c in part.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    let values = vec![before.unwrap_or(i64::MAX).into(), pattern.into(), max.into()];
    store.query(sql, values).await?.iter().map(AccountRow::read).collect()
}

/// [`find`] for programs without a runtime; of what is leaving or coming there is nothing to see.
///
/// # Errors
/// When the store says no.
pub fn find_in(view: &View, localpart: &str) -> Result<Option<AccountRow>, Fault> {
    let rows = view.query(FIND_SQL, vec![localpart.into()])?;
    let found = rows.first().map(AccountRow::read).transpose()?;
    Ok(found.filter(|account| matches!(account.state, State::Active | State::Disabled)))
}

/// [`list`] for programs without a runtime.
///
/// # Errors
/// When the store says no.
pub fn list_in(view: &View, after: &str, max: u32) -> Result<Vec<AccountRow>, Fault> {
    view.query(LIST_SQL, vec![after.into(), max.into()])?.iter().map(AccountRow::read).collect()
}

/// Disabled accounts in the order of their names, `max` at most.
///
/// # Errors
/// When the store says no.
pub async fn list_disabled(store: &Store, max: u32) -> Result<Vec<AccountRow>, Fault> {
    let sql = "SELECT id, localpart, created_at, state, last_login_day FROM account \
               WHERE state = 'disabled' ORDER BY localpart LIMIT ?1";
    store.query(sql, vec![max.into()]).await?.iter().map(AccountRow::read).collect()
}

/// How many accounts there are of that state; without one, how many have a name.
///
/// # Errors
/// When the store says no.
pub async fn count(store: &Store, state: Option<State>) -> Result<u64, Fault> {
    let sql = "SELECT COUNT(*) FROM account WHERE state IN (?1, ?2)";
    let (first, second) = state.map_or((State::Active, State::Disabled), |state| (state, state));
    let rows = store.query(sql, vec![first.name().into(), second.name().into()]).await?;
    let count = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Shuts an account out. Its sessions are for the caller to end.
///
/// # Errors
/// [`CommitError::Unmet`] when there is no such active account.
pub async fn disable(store: &Store, account: AccountId) -> Result<(), CommitError> {
    change(store, account, "UPDATE account SET state = 'disabled' WHERE id = ?1 AND state = 'active'").await
}

/// Lets a disabled account in again.
///
/// # Errors
/// [`CommitError::Unmet`] when there is no such disabled account.
pub async fn enable(store: &Store, account: AccountId) -> Result<(), CommitError> {
    change(store, account, "UPDATE account SET state = 'active' WHERE id = ?1 AND state = 'disabled'").await
}

async fn change(store: &Store, account: AccountId, sql: &'static str) -> Result<(), CommitError> {
    store.commit(vec![must(sql, vec![account.into()])]).await.map(drop)
}

/// A statement that has to find something to change.
pub(super) fn must(sql: &'static str, values: Vec<Value>) -> Write {
    Write::Run { sql, values, expect: Expect::Some }
}

/// A statement that may find nothing to change.
pub(super) fn may(sql: &'static str, values: Vec<Value>) -> Write {
    Write::Run { sql, values, expect: Expect::Any }
}
