//! The link by which somebody becomes the first owner. It is shown to whoever starts the service, and is good once.

use crate::Fault;
use crate::feature::{Limit, Limits};
use crate::invitations::Token;
use store::{Expect, Store, Write};

/// Microseconds in a day.
const DAY_MICROS: i64 = 86_400_000_000;

/// How long a link is good.
pub const DAYS: Limit = Limit {
    name: "owner-link-days",
    default: 7,
    unit: "days",
    reason: "It stands in a terminal or a log, and opens everything; each start of a service without an owner shows a \
             new one.",
    sentence: "The link is too old. Start the service again: it shows a new one as long as nobody owns it.",
};

/// The change that makes a link good.
pub fn make(limits: &Limits, token: &Token, now: i64) -> Write {
    let sql = "INSERT INTO owner_link (hash, expires_at) VALUES (?1, ?2)";
    let days = i64::try_from(limits.of(&DAYS)).unwrap_or(i64::MAX);
    let expires_at = now.saturating_add(days.saturating_mul(DAY_MICROS));
    Write::Run { sql, values: vec![token.hash().into(), expires_at.into()], expect: Expect::Some }
}

/// Whether a link is good.
///
/// # Errors
/// When the store says no.
pub async fn is_good(store: &Store, token: &Token, now: i64) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM owner_link WHERE hash = ?1 AND expires_at > ?2";
    Ok(!store.query(sql, vec![token.hash().into(), now.into()]).await?.is_empty())
}

/// The changes that use a link up, and every other with it. They find nothing when it is not good any more.
pub fn spend(token: &Token, now: i64) -> [Write; 2] {
    let this = "DELETE FROM owner_link WHERE hash = ?1 AND expires_at > ?2";
    let values = vec![token.hash().into(), now.into()];
    [
        Write::Run { sql: this, values, expect: Expect::Some },
        Write::Run { sql: "DELETE FROM owner_link", values: Vec::new(), expect: Expect::Any },
    ]
}
