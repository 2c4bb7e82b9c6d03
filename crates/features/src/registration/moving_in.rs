//! An account that moves in: its name is reserved, what it has is put beside it, and only when all of
//! it is there can anybody log in. Interrupted, nothing of it stays, and the name is free.

use super::{Refusal, address, commit, find, row};
use crate::Fault;
use crate::arrival::Arrival;
use crate::login::{AccountId, State, finish_erasures, tombstone};
use store::{CommitError, Expect, Store, View, Write};
use xmpp::Jid;

/// The address that a name would get here, and whether it can be had.
///
/// # Errors
/// [`Refusal::NameTaken`] also for the name of an account that was erased.
pub fn look(view: &View, domain: &Jid, name: &str) -> Result<Jid, Refusal> {
    let jid = address(domain, name)?;
    let localpart = jid.local().ok_or(Refusal::NameMalformed)?;
    // What an import before this one left half done is taken back before the next.
    let sql = "SELECT id FROM account WHERE localpart IN (?1, ?2) AND state <> 'arriving'";
    let rows = view.query(sql, vec![localpart.into(), tombstone(localpart).into()])?;
    if rows.is_empty() { Ok(jid) } else { Err(Refusal::NameTaken) }
}

/// Reserves the name of an address that [`look`] gave. Blocks.
///
/// # Errors
/// When it was taken meanwhile, or the store says no.
pub fn reserve(store: &Store, now: i64, jid: &Jid) -> Result<AccountId, Refusal> {
    let localpart = jid.local().ok_or(Refusal::NameMalformed)?;
    if !find(store, localpart)?.is_empty() {
        return Err(Refusal::NameTaken);
    }
    commit(store, localpart, row(localpart, now, State::Arriving).into())
}

/// Makes the account one of ours, with all that was read for it, in one transaction. Blocks.
///
/// # Errors
/// When the store says no. Then it is for [`withdraw`].
pub fn settle(store: &Store, arrival: &mut Arrival<'_>) -> Result<(), Fault> {
    let sql =
        "UPDATE account SET state = ?2, created_at = ?3, last_login_day = ?4 WHERE id = ?1 AND state = 'arriving'";
    let values = vec![
        arrival.account.into(),
        arrival.state.name().into(),
        arrival.created_at.into(),
        arrival.last_login_day.into(),
    ];
    let mut writes = std::mem::take(&mut arrival.writes);
    writes.push(Write::Run { sql, values, expect: Expect::Some });
    store.commit_blocking(writes).map(drop).map_err(|error| match error {
        CommitError::Unmet => Fault("something in it contradicts itself".into()),
        error => Fault(error.to_string()),
    })
}

/// Takes back whatever was begun and not settled.
///
/// # Errors
/// When the store says no; then the next start does it.
pub async fn withdraw(store: &Store) -> Result<(), Fault> {
    finish_erasures(store).await.map(drop)
}
