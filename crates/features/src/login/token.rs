//! Tokens for logging in again (XEP-0484): two slots for each client, `current` and `new` (§5.1).

use super::account::{AccountId, may, must};
use crate::feature::{Limit, Limits};
use crate::{Fault, push};
use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use store::{Row, Store, Write};
use xmpp::{Text, Token, time};

/// Clients that may hold tokens.
pub const CLIENTS: Limit = Limit {
    name: "fast-clients",
    default: 50,
    unit: "clients",
    reason: "Whoever knows the password could otherwise fill the store with made-up clients.",
    sentence: "Too many devices stay logged in; the one that was away longest has to give its password again.",
};

/// How long a token is good for.
pub const DAYS: Limit = Limit {
    name: "fast-days",
    default: 30,
    unit: "days",
    reason: "A lost device stays logged in that long; a holiday without the device should not log it out.",
    sentence: "This device was away too long and has to give its password again.",
};

const DAY_MICROS: i64 = 86_400_000_000;

/// The age at which a token is replaced when it is used (§3.5).
const ROTATE_AFTER_MICROS: i64 = DAY_MICROS;

/// The longest id and the longest name of a client that are kept, in bytes. An id is a UUID.
const NAME_BYTES_MAX: usize = 128;

/// A token to be given to a client.
#[derive(Clone, PartialEq, Eq)]
pub struct NewToken {
    /// The token.
    pub token: Text,
    /// When it expires, as an XEP-0082 date.
    pub expiry: Text,
}

// Tokens do not belong into logs.

impl std::fmt::Debug for NewToken {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "NewToken(until {})", self.expiry)
    }
}

/// What a client says it is (XEP-0388 §2.2).
#[derive(Clone, Copy, Debug, Default)]
pub struct Agent<'a> {
    /// Its id; without one there are no tokens (XEP-0484 §4.1).
    pub id: Option<&'a str>,
    /// The software.
    pub software: Option<&'a str>,
    /// The device.
    pub device: Option<&'a str>,
}

/// The tokens of a client, the `new` one first (§5.1); none for an account that does not exist or
/// may not log in. All of these cost the same single query.
///
/// # Errors
/// When the store says no.
pub async fn tokens(store: &Store, localpart: &str, agent: &str, now: i64) -> Result<Vec<Token>, Fault> {
    let sql = "SELECT fast_token.id, fast_token.mechanism, fast_token.secret, fast_token.expires_at, \
               fast_token.counted FROM account JOIN fast_token ON fast_token.account = account.id \
               WHERE account.localpart = ?1 AND account.state = 'active' AND fast_token.agent = ?2 \
               ORDER BY fast_token.slot DESC";
    let rows = store.query(sql, vec![localpart.into(), agent.into()]).await?;
    let token = |row: &Row| {
        Ok(Token {
            id: row.int(0)?,
            mechanism: row.text(1)?.into(),
            secret: row.blob(2)?,
            expired: row.int(3)? <= now,
            count: u32::try_from(row.int(4)?).unwrap_or(u32::MAX),
        })
    };
    rows.iter().map(token).collect()
}

/// The tokens of an account, whatever their client, the longest unused first.
pub(super) const HELD_SQL: &str = "SELECT fast_token.id, fast_token.agent, fast_token.mechanism, \
    fast_token.expires_at, fast_token.counted, fast_token.created_at \
    FROM account JOIN fast_token ON fast_token.account = account.id \
    WHERE account.localpart = ?1 ORDER BY fast_token.last_used_at";

/// A row of [`HELD_SQL`].
pub(super) struct Held {
    pub(super) id: i64,
    pub(super) agent: Box<str>,
    mechanism: Box<str>,
    expires_at: i64,
    counted: i64,
    created_at: i64,
}

impl Held {
    pub(super) fn read(row: &Row) -> Result<Held, Fault> {
        Ok(Held {
            id: row.int(0)?,
            agent: row.text(1)?.into(),
            mechanism: row.text(2)?.into(),
            expires_at: row.int(3)?,
            counted: row.int(4)?,
            created_at: row.int(5)?,
        })
    }

    /// The mechanism that a replacement is for, if the token is old enough to be replaced (§3.5).
    pub(super) fn due(&self, now: i64) -> Option<&str> {
        (now.saturating_sub(self.created_at) >= ROTATE_AFTER_MICROS).then_some(&self.mechanism)
    }

    /// Whether it may still be used with that counter (§3.4).
    pub(super) fn admits(&self, count: Option<u32>, now: i64) -> bool {
        self.expires_at > now && count.is_none_or(|count| i64::from(count) > self.counted)
    }

    /// Records the use. A token in the `new` slot becomes the current one, and what was there is
    /// no longer good (§3.5, §5.1). Two logins at once cannot both win with one counter.
    pub(super) fn use_writes(&self, account: AccountId, count: Option<u32>, now: i64) -> Vec<Write> {
        let replace = "DELETE FROM fast_token WHERE account = ?1 AND agent = ?2 AND slot = 'current' AND id <> ?3";
        let replace = may(replace, vec![account.into(), self.agent.as_ref().into(), self.id.into()]);
        let values = vec![self.id.into(), account.into(), now.into()];
        let record = match count {
            None => {
                must("UPDATE fast_token SET slot = 'current', last_used_at = ?3 WHERE id = ?1 AND account = ?2", values)
            }
            Some(count) => must(
                "UPDATE fast_token SET slot = 'current', last_used_at = ?3, counted = ?4 \
                 WHERE id = ?1 AND account = ?2 AND counted < ?4",
                values.into_iter().chain([count.into()]).collect(),
            ),
        };
        vec![replace, record]
    }

    /// Forgets the token, and with it whatever else that client holds (§3.6): a client that logs
    /// out means all of it.
    pub(super) fn forget_writes(&self, account: AccountId) -> Vec<Write> {
        vec![
            must("DELETE FROM fast_token WHERE id = ?1 AND account = ?2", vec![self.id.into(), account.into()]),
            forget_client(account, &self.agent),
            push::forget(account, &self.agent),
        ]
    }
}

fn forget_client(account: AccountId, agent: &str) -> Write {
    may("DELETE FROM fast_token WHERE account = ?1 AND agent = ?2", vec![account.into(), agent.into()])
}

/// Where a token is to be made for, and when.
pub(super) struct Issue<'a> {
    pub(super) account: AccountId,
    pub(super) agent: Agent<'a>,
    pub(super) mechanism: &'a str,
    pub(super) now: i64,
}

impl Issue<'_> {
    /// The changes that put a new token into the `new` slot, where it replaces one that was never
    /// used (§3.5), and the token. None for a client without a usable id. `fresh` is random.
    pub(super) fn writes(&self, held: &[Held], limits: &Limits, fresh: &[u8; 40]) -> Option<(Vec<Write>, NewToken)> {
        let agent = self.agent.id.filter(|id| !id.is_empty() && id.len() <= NAME_BYTES_MAX)?;
        let (secret, id) = fresh.split_at(32);
        // Half of all numbers are negative, and a row of the store is not.
        let id = i64::from_be_bytes(id.try_into().expect("the split leaves eight bytes")) & i64::MAX;
        let token = BASE64URL_NOPAD.encode(secret);
        let days = i64::try_from(limits.of(&DAYS)).unwrap_or(i64::MAX);
        let expires_at = self.now.saturating_add(days.saturating_mul(DAY_MICROS));
        let mut writes = self.make_room(agent, held, limits.count(&CLIENTS));
        let slot = vec![self.account.into(), agent.into()];
        writes.push(may("DELETE FROM fast_token WHERE account = ?1 AND agent = ?2 AND slot = 'new'", slot));
        writes.push(must(
            "INSERT INTO fast_token (id, account, agent, slot, mechanism, secret, expires_at, counted, created_at, \
             last_used_at, software, device) VALUES (?1, ?2, ?3, 'new', ?4, ?5, ?6, 0, ?7, ?7, ?8, ?9)",
            vec![
                id.into(),
                self.account.into(),
                agent.into(),
                self.mechanism.into(),
                Bytes::copy_from_slice(token.as_bytes()).into(),
                expires_at.into(),
                self.now.into(),
                self.agent.software.map(shortened).into(),
                self.agent.device.map(shortened).into(),
            ],
        ));
        Some((writes, NewToken { token: token.into(), expiry: time::write(expires_at).into() }))
    }

    /// Forgets the clients that were away longest, if this one would be one too many.
    fn make_room(&self, agent: &str, held: &[Held], clients_max: usize) -> Vec<Write> {
        let mut others: Vec<&str> = Vec::new();
        // A client counts from the last use of either token, so from its last row.
        for token in held.iter().rev().filter(|token| *token.agent != *agent) {
            if !others.contains(&token.agent.as_ref()) {
                others.push(&token.agent);
            }
        }
        let kept = clients_max.saturating_sub(1);
        others.iter().skip(kept).map(|client| forget_client(self.account, client)).collect()
    }
}

/// A name cut to what is kept.
fn shortened(name: &str) -> &str {
    let mut end = name.len().min(NAME_BYTES_MAX);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}
