//! Filing applications, reading and deciding them, and telling whoever applied how things stand.

use super::table::{ACCEPT, ACCEPT_ACCOUNT, EXPIRED, FILE, FIND, LIST, OF_NAME, REFUSE};
use super::{DAYS, WAITING};
use crate::Fault;
use crate::feature::Limits;
use crate::login::{self, AccountId, Credentials};
use std::num::NonZeroU32;
use store::{Expect, Row, Store, Write};
use xmpp::scram::{Hash, Keys};

const DAY_MICROS: i64 = 86_400_000_000;

/// An application that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Application {
    /// Its number: the row of the account that it asks for.
    pub number: AccountId,
    /// The name it asks for.
    pub localpart: Box<str>,
    /// Why, in the words of whoever applied.
    pub reason: Box<str>,
    /// When, in microseconds since 1970.
    pub filed_at: i64,
    /// When it is too late to decide.
    pub expires_at: i64,
}

/// How an application stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Nobody has decided.
    Waiting,
    /// They do not want it; with what they say about it, if anything.
    Refused(Box<str>),
}

impl Application {
    fn read(row: &Row) -> Result<Application, Fault> {
        Ok(Application {
            number: row.int(0)?,
            localpart: row.text(1)?.into(),
            reason: row.text(2)?.into(),
            filed_at: row.int(3)?,
            expires_at: row.int(4)?,
        })
    }
}

/// Files an application for the account `localpart`, which exists by then and waits. It finds no room where too many
/// wait.
pub(crate) fn file(limits: &Limits, now: i64, (localpart, reason): (&str, &str), credentials: &Credentials) -> Write {
    let keys = credentials.of(Hash::Sha256);
    let values = vec![
        localpart.into(),
        reason.into(),
        now.into(),
        end(limits, now).into(),
        keys.salt.clone().into(),
        keys.iterations.get().into(),
        keys.stored_key.clone().into(),
        i64::try_from(limits.of(&WAITING)).unwrap_or(i64::MAX).into(),
    ];
    Write::Run { sql: FILE, values, expect: Expect::Some }
}

/// Whether as many wait as may. Blocks.
///
/// # Errors
/// When the store says no.
pub(crate) fn is_full(store: &Store, limits: &Limits) -> Result<bool, Fault> {
    let rows = store.query_blocking("SELECT COUNT(*) FROM application WHERE state = 'waiting'", vec![])?;
    let waiting = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or_default();
    Ok(u64::try_from(waiting).unwrap_or_default() >= limits.of(&WAITING))
}

/// How the application for a name stands, for whoever knows its password. Blocks, and derives keys if there is one.
///
/// # Errors
/// When the store says no.
pub(crate) fn standing(store: &Store, localpart: &str, password: &str) -> Result<Option<Standing>, Fault> {
    for row in store.query_blocking(OF_NAME, vec![localpart.into()])? {
        let iterations = u32::try_from(row.int(4)?).ok().and_then(NonZeroU32::new);
        let iterations = iterations.ok_or_else(|| Fault("an application has no iterations".into()))?;
        let (salt, stored_key) = (row.blob(3)?, row.blob(5)?);
        let keys = Keys { hash: Hash::Sha256, iterations, salt, stored_key, server_key: bytes::Bytes::new() };
        if login::is_password_of(&keys, password) {
            return Ok(Some(match row.text(0)? {
                "waiting" => Standing::Waiting,
                _ => Standing::Refused(row.text(1)?.into()),
            }));
        }
    }
    Ok(None)
}

/// Applications that wait behind the number `after` (0 for the first), `max` at most.
///
/// # Errors
/// When the store says no.
pub async fn list(store: &Store, now: i64, (after, max): (i64, u32)) -> Result<Vec<Application>, Fault> {
    store.query(LIST, vec![after.into(), max.into(), now.into()]).await?.iter().map(Application::read).collect()
}

/// The application of that number, if it waits.
///
/// # Errors
/// When the store says no.
pub async fn find(store: &Store, now: i64, number: i64) -> Result<Option<Application>, Fault> {
    store.query(FIND, vec![number.into(), now.into()]).await?.first().map(Application::read).transpose()
}

/// Applications that nobody decided in time.
///
/// # Errors
/// When the store says no.
pub async fn expired(store: &Store, now: i64) -> Result<Vec<Application>, Fault> {
    store.query(EXPIRED, vec![now.into()]).await?.iter().map(Application::read).collect()
}

/// The changes that make the account one like all others. They need an application that
/// waits.
pub(crate) fn accept_writes(application: &Application) -> Vec<Write> {
    let must = |sql| Write::Run { sql, values: vec![application.number.into()], expect: Expect::Some };
    vec![must(ACCEPT_ACCOUNT), must(ACCEPT)]
}

/// The changes after which nothing of the account is there and its name is free, and whoever applied finds the answer
/// for a while. They need an application that waits; [`login::finish_withdrawal`] follows.
pub fn refuse_writes(limits: &Limits, now: i64, application: &Application, answer: &str) -> Vec<Write> {
    let values = vec![application.number.into(), answer.into(), end(limits, now).into()];
    let mut writes = vec![Write::Run { sql: REFUSE, values, expect: Expect::Some }];
    writes.extend(login::withdraw_writes(application.number));
    writes
}

/// The same for one that nobody decided: of it nothing is kept.
pub fn withdraw_writes(application: &Application) -> Vec<Write> {
    login::withdraw_writes(application.number)
}

fn end(limits: &Limits, now: i64) -> i64 {
    let days = i64::try_from(limits.of(&DAYS)).unwrap_or(i64::MAX);
    now.saturating_add(days.saturating_mul(DAY_MICROS))
}
