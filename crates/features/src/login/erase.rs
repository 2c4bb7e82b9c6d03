//! Erasing an account: every table says how, the archive goes file by file, a tombstone stays.

use super::account::{AccountId, AccountRow, may, must};
use crate::{Fault, all, archive};
use data_encoding::BASE64URL_NOPAD;
use store::{CommitError, Erase, Store, Write};
use xmpp::scram::Hash;

/// What stands in the place of an erased account's name. No localpart begins like it, and whoever
/// reads the table learns no name from it that they did not guess.
pub fn tombstone(localpart: &str) -> String {
    format!("@{}", BASE64URL_NOPAD.encode(&Hash::Sha256.digest(localpart.as_bytes())))
}

/// The changes that erase an account's rows in every table and leave the tombstone, in one
/// transaction. From then on nobody logs in, and the name is never given out again.
pub fn erase_writes(account: &AccountRow) -> Vec<Write> {
    let mut writes: Vec<Write> = rows_writes(account.id).collect();
    let sql = "UPDATE account SET localpart = ?2 WHERE id = ?1 AND localpart = ?3";
    let values = vec![account.id.into(), tombstone(&account.localpart).into(), account.localpart.as_ref().into()];
    writes.push(must(sql, values));
    writes
}

/// What every table does about an account that goes.
fn rows_writes(account: AccountId) -> impl Iterator<Item = Write> {
    all::tables().into_iter().filter_map(move |table| match table.erase {
        Erase::Sql(sql) => Some(may(sql, vec![account.into()])),
        Erase::No(_) => None,
    })
}

/// Erases an account. Its sessions are ended before, by the caller, so that nothing is written
/// behind the erasure. Interrupted, it is taken up by [`finish_erasures`].
///
/// # Errors
/// [`CommitError::Unmet`] when there is no such account any more.
pub async fn erase(store: &Store, account: &AccountRow) -> Result<(), CommitError> {
    store.commit(erase_writes(account)).await?;
    finish(store, account.id).await
}

/// Takes up erasures that were interrupted, and takes back arrivals that were; call it at the start.
/// Returns how many there were.
///
/// # Errors
/// When the store says no.
pub async fn finish_erasures(store: &Store) -> Result<usize, Fault> {
    let sql = "UPDATE account SET state = 'leaving', localpart = ?2 WHERE id = ?1 AND state = 'arriving'";
    for row in store.query("SELECT id FROM account WHERE state = 'arriving'", vec![]).await? {
        let id = row.int(0)?;
        let writes = vec![may(sql, vec![id.into(), unfinished(id).into()])];
        store.commit(writes).await.map_err(|error| Fault(error.to_string()))?;
    }
    let rows = store.query("SELECT id FROM account WHERE state = 'leaving'", vec![]).await?;
    for row in &rows {
        finish(store, row.int(0)?).await.map_err(|error| Fault(error.to_string()))?;
    }
    Ok(rows.len())
}

/// The changes that take back an account that waits: nothing of it stays, and its name is free.
pub(crate) fn withdraw_writes(account: AccountId) -> Vec<Write> {
    let mut writes = vec![must(
        "UPDATE account SET localpart = ?2 WHERE id = ?1 AND state = 'waiting'",
        vec![account.into(), unfinished(account).into()],
    )];
    writes.extend(rows_writes(account));
    writes
}

/// What follows once they are done.
///
/// # Errors
/// When the store says no; then the next start does it.
pub async fn finish_withdrawal(store: &Store, account: AccountId) -> Result<(), CommitError> {
    finish(store, account).await
}

/// What stands in the place of the name of an account that never arrived. The name stays free: nobody
/// ever got mail there.
fn unfinished(account: AccountId) -> String {
    format!("@unfinished-{account}")
}

async fn finish(store: &Store, account: AccountId) -> Result<(), CommitError> {
    store.erase_archive(archive::CLASS, account).await?;
    let sql = "UPDATE account SET state = 'gone' WHERE id = ?1 AND state = 'leaving'";
    store.commit(vec![must(sql, vec![account.into()])]).await.map(drop)
}
