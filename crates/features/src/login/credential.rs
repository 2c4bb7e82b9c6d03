//! What is stored of passwords: SCRAM keys for each hash function (RFC 5802 §3, XEP-0438 §6.2).

use super::account::{AccountId, may, must};
use super::clients::Live;
use crate::{Fault, push, resume};
use bytes::Bytes;
use std::num::NonZeroU32;
use store::{CommitError, Row, Store, Value, View, Write};
use xmpp::scram::{self, Hash, Keys};

/// Rounds of PBKDF2: the least that XEP-0438 §7 allows. The client pays for them at every login,
/// and phones and browsers pay in seconds for ten times as many.
pub const ITERATIONS: NonZeroU32 = NonZeroU32::new(10_000).expect("ten thousand is not zero");

/// Bytes of a salt, as XEP-0438 §6.2 wants at least.
const SALT_BYTES: usize = 16;

/// The longest password, in bytes. Deriving keys hashes all of it.
pub const PASSWORD_BYTES_MAX: usize = 1024;

/// The keys of one password, for every hash function.
#[derive(Clone, Debug)]
pub struct Credentials([Keys; 3]);

/// Why a password cannot be used.
#[derive(thiserror::Error, Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum Unusable {
    #[error("The password is empty.")]
    Empty,
    #[error("The password is too long; 1024 bytes are the most.")]
    Long,
    #[error("The password holds characters that cannot be typed the same way everywhere.")]
    Malformed,
}

impl Credentials {
    /// The keys of a password, with salts made from `seed`, which is random and used once. Slow on
    /// purpose, a few hundredths of a second: not for a thread that serves others.
    ///
    /// # Errors
    /// When the password is empty, too long, or holds what SASLprep forbids.
    pub fn derive(password: &str, seed: [u8; 32]) -> Result<Credentials, Unusable> {
        let prepared = prepare(password)?;
        Ok(Credentials(Hash::ALL.map(|hash| {
            // XEP-0438 §6.2: a salt of its own for each account and each function.
            let salt = Hash::Sha256.hmac(&seed, hash.mechanism().as_bytes()).slice(..SALT_BYTES);
            Keys::derive(hash, &prepared, salt, ITERATIONS)
        })))
    }

    /// The keys for one hash function.
    pub(crate) fn of(&self, hash: Hash) -> &Keys {
        self.0.iter().find(|keys| keys.hash == hash).expect("keys are derived for every hash function")
    }

    /// The keys for each hash function.
    pub(super) fn each(&self) -> &[Keys] {
        &self.0
    }

    /// The changes that store them for the account named `localpart`, which must exist by then.
    pub(crate) fn writes(&self, localpart: &str) -> Vec<Write> {
        let sql = "INSERT INTO credential (account, hash, salt, iterations, stored_key, server_key) \
                   SELECT id, ?2, ?3, ?4, ?5, ?6 FROM account WHERE localpart = ?1 AND state IN ('active', 'disabled', 'waiting')";
        self.0.iter().map(|keys| must(sql, values(localpart.into(), keys))).collect()
    }
}

/// Whether keys are those of a password. Slow on purpose, like deriving them.
pub(crate) fn is_password_of(keys: &Keys, password: &str) -> bool {
    prepare(password).is_ok_and(|prepared| keys.are_of(&prepared))
}

fn prepare(password: &str) -> Result<String, Unusable> {
    match password.len() {
        0 => Err(Unusable::Empty),
        1..=PASSWORD_BYTES_MAX => {
            let prepared = scram::prepare(password).ok_or(Unusable::Malformed)?;
            // Normalising can make a text longer.
            if prepared.len() > PASSWORD_BYTES_MAX { Err(Unusable::Long) } else { Ok(prepared) }
        }
        _ => Err(Unusable::Long),
    }
}

/// The parameters of a statement that stores keys.
pub(super) fn values(account: Value, keys: &Keys) -> Vec<Value> {
    vec![
        account,
        keys.hash.mechanism().into(),
        keys.salt.clone().into(),
        keys.iterations.get().into(),
        keys.stored_key.clone().into(),
        keys.server_key.clone().into(),
    ]
}

/// The keys of an account for one hash function; none if it does not exist, may not log in, or has
/// no such keys. Whoever applied proves who they are, too, and is then told how that stands. All of these cost the same single query.
///
/// # Errors
/// When the store says no.
pub async fn keys(store: &Store, localpart: &str, hash: Hash) -> Result<Option<Keys>, Fault> {
    let sql = "SELECT credential.salt, credential.iterations, credential.stored_key, credential.server_key \
               FROM account JOIN credential ON credential.account = account.id \
               WHERE account.localpart = ?1 AND account.state IN ('active', 'waiting') AND credential.hash = ?2";
    let rows = store.query(sql, vec![localpart.into(), hash.mechanism().into()]).await?;
    rows.first().map(|row| read(row, hash)).transpose()
}

fn read(row: &Row, hash: Hash) -> Result<Keys, Fault> {
    let iterations = u32::try_from(row.int(1)?).ok().and_then(NonZeroU32::new);
    let iterations = iterations.ok_or_else(|| Fault("a credential has no iterations".into()))?;
    Ok(Keys { hash, salt: row.blob(0)?, iterations, stored_key: row.blob(2)?, server_key: row.blob(3)? })
}

/// The hash functions for which every account that can log in has keys, and how many accounts lack some.
/// Accounts that moved in may have keys for one function only, and a client that picks a better one from
/// the offer does not try again with another. If no function serves all, all that serve somebody.
///
/// # Errors
/// When the store says no.
pub fn common_hashes(view: &View) -> Result<(Vec<Hash>, u64), Fault> {
    let sql = "SELECT credential.hash, COUNT(*) FROM credential JOIN account ON account.id = credential.account \
               WHERE account.state = 'active' GROUP BY credential.hash \
               UNION ALL SELECT '', COUNT(DISTINCT credential.account) FROM credential \
               JOIN account ON account.id = credential.account WHERE account.state = 'active'";
    let mut counts = Vec::new();
    for row in view.query(sql, vec![])? {
        counts.push((row.text(0)?.to_owned(), row.int(1)?));
    }
    let of = |name: &str| counts.iter().find(|(known, _)| known == name).map_or(0, |(_, count)| *count);
    let accounts = of("");
    let with = |least: i64| Hash::ALL.into_iter().filter(|hash| of(hash.mechanism()) >= least).collect::<Vec<_>>();
    let fewest = Hash::ALL.into_iter().map(|hash| of(hash.mechanism())).min().unwrap_or_default();
    let common = if with(accounts).is_empty() { with(1) } else { with(accounts) };
    Ok((common, u64::try_from(accounts - fewest).unwrap_or_default()))
}

/// Gives an account another password. Every token goes with the old one (XEP-0484 §4.2), and what the
/// service does for clients that are away, but for the client that `stays`.
///
/// # Errors
/// [`CommitError::Unmet`] when there is no such account.
pub async fn set_password(
    store: &Store,
    localpart: &str,
    credentials: &Credentials,
    stays: Option<&Live>,
) -> Result<(), CommitError> {
    let of_account = |sql| may(sql, vec![localpart.into()]);
    let mut writes = vec![
        of_account("DELETE FROM credential WHERE account IN (SELECT id FROM account WHERE localpart = ?1)"),
        of_account("DELETE FROM fast_token WHERE account IN (SELECT id FROM account WHERE localpart = ?1)"),
        // None of them has access any more (XEP-0494 §3.1).
        of_account("DELETE FROM device WHERE account IN (SELECT id FROM account WHERE localpart = ?1)"),
    ];
    writes.push(match stays {
        Some(Live { jid, agent }) => {
            push::forget_others(localpart, agent.as_deref().unwrap_or_default(), jid.resource().unwrap_or_default())
        }
        None => push::forget_all(localpart),
    });
    writes.extend(stays.is_none().then(|| resume::end_all(localpart)));
    writes.extend(credentials.writes(localpart));
    store.commit(writes).await.map(drop)
}

/// Adds keys that a client computed from its password (XEP-0480 §3). Keys that are there stay: the
/// task is for a missing hash function and no way to change a password.
///
/// # Errors
/// When the store says no. Keys of an account that is not active are dropped.
pub async fn upgrade(store: &Store, account: AccountId, keys: &Keys) -> Result<(), CommitError> {
    let sql = "INSERT INTO credential (account, hash, salt, iterations, stored_key, server_key) \
               SELECT id, ?2, ?3, ?4, ?5, ?6 FROM account WHERE id = ?1 AND state = 'active' \
               ON CONFLICT (account, hash) DO NOTHING";
    store.commit(vec![may(sql, values(account.into(), keys))]).await.map(drop)
}

/// What a client is to compute so that a missing hash function can be used (XEP-0480 §3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Upgrade {
    /// For which.
    pub hash: Hash,
    /// The salt to use.
    pub salt: Bytes,
    /// The iteration count to use.
    pub iterations: NonZeroU32,
}

impl Upgrade {
    /// The first function missing from `known`, the most used one first. SHA-1 is not asked for:
    /// it is there for clients that know nothing better.
    pub(super) fn missing(known: &[Row], salt: &[u8]) -> Result<Option<Upgrade>, Fault> {
        let known = known.iter().map(|row| row.text(0)).collect::<Result<Vec<_>, _>>()?;
        let hash = [Hash::Sha256, Hash::Sha512].into_iter().find(|hash| !known.contains(&hash.mechanism()));
        Ok(hash.map(|hash| Upgrade { hash, salt: Bytes::copy_from_slice(salt), iterations: ITERATIONS }))
    }
}
