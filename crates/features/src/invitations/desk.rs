//! Making invitations, finding them by their token, spending them and taking them back.

use super::{DAYS, INVITER_DAYS, Kind, PER_MONTH, Token, Wish, table};
use crate::Fault;
use crate::feature::Limits;
use store::{CommitError, Expect, Row, Store, Write};
use xmpp::Jid;

/// Microseconds in a day.
const DAY: i64 = 86_400_000_000;

/// Who invites.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inviter {
    /// Those who run the service, from the machine it runs on.
    Staff,
    /// An administrator, by their account's row.
    Admin(i64),
    /// Anybody else.
    Person {
        /// The account's row.
        account: i64,
        /// When it was made, in microseconds since 1970.
        created_at: i64,
    },
}

impl Inviter {
    /// The account's row; nought for none.
    fn account(self) -> i64 {
        match self {
            Inviter::Staff => 0,
            Inviter::Admin(account) | Inviter::Person { account, .. } => account,
        }
    }

    /// Whether accounts may be made by their invitations.
    pub fn lets_in(self, limits: &Limits, now: i64) -> bool {
        let days = i64::try_from(limits.of(&INVITER_DAYS)).unwrap_or(i64::MAX);
        match self {
            Inviter::Staff | Inviter::Admin(_) => true,
            Inviter::Person { created_at, .. } => now.saturating_sub(created_at) >= days.saturating_mul(DAY),
        }
    }
}

/// The change that makes an invitation, and when it expires. It finds no room when somebody made too many.
pub fn create(
    limits: &Limits,
    now: i64,
    (inviter, lets_in): (Inviter, bool),
    wish: &Wish,
    token: &Token,
) -> (Write, i64) {
    let days = wish.days.map_or_else(|| i64::try_from(limits.of(&DAYS)).unwrap_or(i64::MAX), i64::from);
    let expires_at = now.saturating_add(days.saturating_mul(DAY));
    let most = match inviter {
        Inviter::Staff | Inviter::Admin(_) => i64::MAX,
        Inviter::Person { .. } => i64::try_from(limits.of(&PER_MONTH)).unwrap_or(i64::MAX),
    };
    let values = vec![
        token.hash().into(),
        inviter.account().into(),
        wish.kind.name().into(),
        i64::from(lets_in).into(),
        wish.name.as_str().into(),
        wish.uses.into(),
        now.into(),
        expires_at.into(),
        (now - 30 * DAY).into(),
        most.into(),
    ];
    (Write::Run { sql: table::CREATE, values, expect: Expect::Some }, expires_at)
}

/// An invitation that was found good: what it takes to come in by it, whatever its time does meanwhile
/// (XEP-0445 §4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Admission {
    /// Its number.
    pub number: i64,
    /// What it is for.
    pub kind: Kind,
    /// Whether an account may be made by it.
    pub lets_in: bool,
    /// The name it is for; empty if any.
    pub name: Box<str>,
    /// The row of whoever invites; nought for those who run the service.
    pub inviter: i64,
}

/// The invitation of that token, if it is good now.
///
/// # Errors
/// When the store says no.
pub async fn admission(store: &Store, now: i64, token: &Token) -> Result<Option<Admission>, Fault> {
    let rows = store.query(table::FIND, vec![token.hash().into(), now.into()]).await?;
    let read = |row: &Row| {
        Ok(Admission {
            number: row.int(0)?,
            kind: kind(row, 1)?,
            lets_in: row.int(2)? != 0,
            name: row.text(3)?.into(),
            inviter: row.int(4)?,
        })
    };
    rows.first().map(read).transpose()
}

fn kind(row: &Row, column: usize) -> Result<Kind, Fault> {
    let name = row.text(column)?;
    Kind::parse(name).ok_or_else(|| Fault(format!("an invitation cannot be for {name:?}")))
}

/// The changes that use an invitation up by one, for the account `localpart`, which exists by then. They
/// find nothing when somebody else was quicker.
pub fn spend(admission: &Admission, localpart: &str, now: i64) -> [Write; 2] {
    let befriends = i64::from(admission.kind.befriends());
    let came = vec![localpart.into(), befriends.into(), now.into(), admission.number.into()];
    [must(table::SPEND, vec![admission.number.into()]), must(table::CAME, came)]
}

/// Uses up an invitation of an account for somebody who has an account already, wherever (XEP-0379 §3.5).
/// Returns whether it was good.
///
/// # Errors
/// When the store says no.
pub async fn redeem(store: &Store, now: i64, (account, token): (i64, &Token)) -> Result<bool, CommitError> {
    let write = must(table::REDEEM, vec![token.hash().into(), account.into(), now.into()]);
    match store.commit(vec![write]).await {
        Ok(_) => Ok(true),
        Err(CommitError::Unmet) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether a name is kept for somebody who was invited by it, other than by `admission`.
///
/// # Errors
/// When the store says no.
pub fn is_kept(store: &Store, now: i64, localpart: &str, admission: Option<&Admission>) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM invitation WHERE name = ?1 AND uses_left > 0 AND expires_at > ?2 AND id <> ?3";
    let own = admission.map_or(0, |admission| admission.number);
    Ok(!store.query_blocking(sql, vec![localpart.into(), now.into(), own.into()])?.is_empty())
}

/// With whom an account becomes friends that came by an invitation; none if with nobody.
///
/// # Errors
/// When the store says no.
pub async fn inviter_of(store: &Store, domain: &Jid, account: i64) -> Result<Option<Jid>, Fault> {
    let sql = "SELECT account.localpart FROM invited JOIN account ON account.id = invited.inviter \
               WHERE invited.account = ?1 AND invited.befriends = 1 AND account.state = 'active'";
    let rows = store.query(sql, vec![account.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Jid::parse(&format!("{}@{domain}", row.text(0)?)).ok())
}

/// An invitation in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// By what it is taken back.
    pub number: i64,
    /// What it is for.
    pub kind: Kind,
    /// The name it is for; empty if any.
    pub name: Box<str>,
    /// How often it can still be used.
    pub uses_left: i64,
    /// When it expires, in microseconds since 1970.
    pub expires_at: i64,
    /// Who made it: a localpart; empty for those who run the service.
    pub inviter: Box<str>,
}

/// Invitations that are good now, `max` at most, behind the number `after`: of one account, or all.
///
/// # Errors
/// When the store says no.
pub async fn list(
    store: &Store,
    now: i64,
    inviter: Option<i64>,
    (after, max): (i64, u32),
) -> Result<Vec<Listed>, Fault> {
    let sql = "SELECT invitation.id, kind, name, uses_left, expires_at, COALESCE(account.localpart, '') \
               FROM invitation LEFT JOIN account ON account.id = invitation.inviter \
               WHERE uses_left > 0 AND expires_at > ?1 AND (?2 < 0 OR inviter = ?2) AND invitation.id > ?3 \
               ORDER BY invitation.id LIMIT ?4";
    let values = vec![now.into(), inviter.unwrap_or(-1).into(), after.into(), max.into()];
    let read = |row: &Row| {
        Ok(Listed {
            number: row.int(0)?,
            kind: kind(row, 1)?,
            name: row.text(2)?.into(),
            uses_left: row.int(3)?,
            expires_at: row.int(4)?,
            inviter: row.text(5)?.into(),
        })
    };
    store.query(sql, values).await?.iter().map(read).collect()
}

/// Takes an invitation back: of one account, or whosever it is.
///
/// # Errors
/// [`CommitError::Unmet`] when there is none of that number to be taken back.
pub async fn revoke(store: &Store, inviter: Option<i64>, number: i64) -> Result<(), CommitError> {
    let sql = "UPDATE invitation SET uses_left = 0 WHERE id = ?1 AND (?2 < 0 OR inviter = ?2) AND uses_left > 0";
    store.commit(vec![must(sql, vec![number.into(), inviter.unwrap_or(-1).into()])]).await.map(drop)
}

fn must(sql: &'static str, values: Vec<store::Value>) -> Write {
    Write::Run { sql, values, expect: Expect::Some }
}
