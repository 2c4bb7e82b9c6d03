//! How many strangers come in: from one address, from one network, and in all. Counted in the store, so
//! that a restart forgets nothing, and in the same transaction that makes the account, so that many at
//! once get no further than one after another.

use super::{Applicant, Refusal};
use crate::feature::{Limit, Limits};
use bytes::Bytes;
use std::net::IpAddr;
use store::{Erase, Expect, Export, Keep, Migration, Store, Table, Value, Write};
use xmpp::scram::Hash;

/// Microseconds in an hour.
const HOUR: i64 = 3_600_000_000;
/// Microseconds in a day.
const DAY: i64 = 24 * HOUR;

/// Accounts for one address in a day.
pub const PER_ADDRESS: Limit = Limit {
    name: "sign-ups-per-address",
    default: 4,
    unit: "accounts a day",
    reason: "A household. An IPv6 address counts as its /64, which every subscriber has the whole of.",
    sentence: "Too many accounts were made from your address today.",
};

/// Accounts for one network in a day.
pub const PER_NETWORK: Limit = Limit {
    name: "sign-ups-per-network",
    default: 20,
    unit: "accounts a day",
    reason: "Who rents a /24 or a /48 to make accounts from gets no more than a village does.",
    sentence: "Too many accounts were made from your network today.",
};

/// Accounts in an hour, wherever from.
pub const PER_HOUR: Limit = Limit {
    name: "sign-ups-per-hour",
    default: 30,
    unit: "accounts an hour",
    reason: "A wave of sign-ups from everywhere is noticed before it is a day old. Who was invited comes in all the same.",
    sentence: "Too many people come at once just now.",
};

/// Accounts in a day, wherever from.
pub const PER_DAY: Limit = Limit {
    name: "sign-ups-per-day",
    default: 200,
    unit: "accounts a day",
    reason: "No more than a small team can look after; it also bounds what is kept to count.",
    sentence: "Too many people came today.",
};

/// Whence accounts were made lately.
pub static SIGN_UP: Table = Table {
    name: "sign_up",
    holds: "That an account was made, when, and a keyed hash of the address and of the network it was made from. \
            Not which account.",
    migrations: &[Migration(
        "CREATE TABLE sign_up (id BIGINT PRIMARY KEY, made_at BIGINT NOT NULL, host BYTEA NOT NULL, \
         network BYTEA NOT NULL)",
    )],
    keep: Keep::Until("DELETE FROM sign_up WHERE made_at < ?1 - 86400000000"),
    export: Export::No("Nobody knows which account it was, and it is gone after a day."),
    erase: Erase::No("Nobody knows which account it was, and it is gone after a day."),
};

/// Where somebody comes from, as it is kept: keyed hashes, from which nobody finds an address.
pub(super) struct Whence {
    host: Bytes,
    network: Bytes,
    /// Who was invited comes in however many strangers push: what bounds those together does not count for them.
    is_invited: bool,
}

impl Whence {
    /// Of somebody, by a key of the service.
    pub(super) fn of(applicant: &Applicant, key: &[u8]) -> Whence {
        let (host, network) = prefixes(applicant.address);
        let hashed = |prefix: &[u8]| Hash::Sha256.hmac(key, &[b"sign-up\0", prefix].concat()).slice(..12);
        Whence { host: hashed(&host), network: hashed(&network), is_invited: applicant.invitation.is_some() }
    }
}

/// The whole of an IPv4 address and its /24; the /64 and the /48 of an IPv6 address. What is not alike in
/// length is never the same.
fn prefixes(address: IpAddr) -> (Vec<u8>, Vec<u8>) {
    match address.to_canonical() {
        IpAddr::V4(v4) => (v4.octets().to_vec(), v4.octets()[..3].to_vec()),
        IpAddr::V6(v6) => (v6.octets()[..8].to_vec(), v6.octets()[..6].to_vec()),
    }
}

/// One more. It finds no room when a limit is met, and then nothing of the transaction is done.
pub(super) fn count(limits: &Limits, whence: &Whence, now: i64) -> Write {
    let sql = "INSERT INTO sign_up (id, made_at, host, network) \
               SELECT (SELECT COALESCE(MAX(id), 0) + 1 FROM sign_up), ?1, ?2, ?3 \
               WHERE (SELECT COUNT(*) FROM sign_up WHERE host = ?2 AND made_at > ?4) < ?6 \
               AND (SELECT COUNT(*) FROM sign_up WHERE network = ?3 AND made_at > ?4) < ?7 \
               AND (SELECT COUNT(*) FROM sign_up WHERE made_at > ?5) < ?8 \
               AND (SELECT COUNT(*) FROM sign_up WHERE made_at > ?4) < ?9";
    let most = |limit: &Limit| Value::from(i64::try_from(limits.of(limit)).unwrap_or(i64::MAX));
    let of_all = |limit: &Limit| if whence.is_invited { Value::from(i64::MAX) } else { most(limit) };
    let values = vec![
        now.into(),
        whence.host.clone().into(),
        whence.network.clone().into(),
        (now - DAY).into(),
        (now - HOUR).into(),
        most(&PER_ADDRESS),
        most(&PER_NETWORK),
        of_all(&PER_HOUR),
        of_all(&PER_DAY),
    ];
    Write::Run { sql, values, expect: Expect::Some }
}

/// Whether there is room for one more, as [`count`] will find it.
///
/// # Errors
/// [`Refusal::TooMany`] with the time until there is.
pub(super) fn look(store: &Store, limits: &Limits, whence: &Whence, now: i64) -> Result<(), Refusal> {
    let sql = "SELECT made_at, host, network FROM sign_up WHERE made_at > ?1 ORDER BY made_at";
    let mut recent = Vec::new();
    for row in store.query_blocking(sql, vec![(now - DAY).into()])? {
        recent.push((row.int(0)?, row.blob(1)? == whence.host, row.blob(2)? == whence.network));
    }
    type Counts = fn(&(i64, bool, bool)) -> bool;
    let rules: [(&'static Limit, i64, Counts); 4] = [
        (&PER_ADDRESS, DAY, |one| one.1),
        (&PER_NETWORK, DAY, |one| one.2),
        (&PER_HOUR, HOUR, |_| true),
        (&PER_DAY, DAY, |_| true),
    ];
    let rules = if whence.is_invited { &rules[..2] } else { &rules[..] };
    for &(limit, window, counts) in rules {
        let times: Vec<i64> =
            recent.iter().filter(|one| one.0 > now - window && counts(one)).map(|one| one.0).collect();
        let most = limits.count(limit);
        if times.len() >= most {
            // The one after which there are few enough; with a limit of nought there never are.
            let wait = times.get(times.len() - most).map_or(window, |oldest| oldest + window - now);
            return Err(Refusal::TooMany { limit, minutes: wait.div_euclid(60_000_000) + 1 });
        }
    }
    Ok(())
}
