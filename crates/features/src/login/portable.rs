//! An account's own facts and its keys, when it moves (XEP-0227 §4.3).

use super::account::State;
use super::credential::{Credentials, Unusable};
use super::table::CREDENTIAL;
use crate::Fault;
use crate::arrival::Arrival;
use crate::portable::{Going, Part};
use data_encoding::BASE64;
use std::num::NonZeroU32;
use xmpp::scram::{Hash, Keys};
use xmpp::{Element, Writer, ns, time};

/// When it was made, when it was used, whether it is disabled.
pub const ACCOUNT: Part = Part {
    name: "facts about the account",
    tables: &[&super::table::ACCOUNT],
    takes: &[("account", ns::PORTABLE)],
    write: write_account,
    read: read_account,
};

/// What SCRAM leaves with a server.
pub const KEYS: Part = Part {
    name: "keys",
    tables: &[&CREDENTIAL],
    takes: &[("scram-credentials", ns::PIE_SCRAM)],
    write: write_keys,
    read: read_keys,
};

const DAY_MICROS: i64 = 86_400_000_000;

/// Account, hash, salt, iterations, stored key, server key. The first of a hash function stays.
const SAVE_KEYS: &str = "INSERT INTO credential (account, hash, salt, iterations, stored_key, server_key) \
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (account, hash) DO NOTHING";

/// Rounds beyond which a login would take minutes on a phone.
const ITERATIONS_MAX: u32 = 10_000_000;

fn write_account(going: &Going<'_>, w: &mut Writer) -> Result<(), Fault> {
    for row in &going.rows[0] {
        w.open("account", ns::PORTABLE).attr("created", &time::write(row.int(1)?)).attr("state", row.text(2)?);
        if let Some(day) = row.int_or_null(3)? {
            w.attr("last-login", &time::write(day.saturating_mul(DAY_MICROS))[..10]);
        }
        w.close();
    }
    Ok(())
}

fn read_account(arrival: &mut Arrival<'_>, account: &Element<'_>) {
    if let Some(created) = account.attr("created").and_then(|stamp| time::parse(&stamp)) {
        arrival.created_at = created.min(arrival.now);
    }
    if account.attr("state").is_some_and(|state| state == State::Disabled.name()) {
        arrival.state = State::Disabled;
    }
    let day = account.attr("last-login").and_then(|day| time::parse(&format!("{day}T00:00:00Z")));
    arrival.last_login_day = day.map(|micros| micros.div_euclid(DAY_MICROS));
}

fn write_keys(going: &Going<'_>, w: &mut Writer) -> Result<(), Fault> {
    for row in &going.rows[0] {
        w.open("scram-credentials", ns::PIE_SCRAM).attr("mechanism", row.text(0)?);
        w.leaf("iter-count", ns::PIE_SCRAM, &row.int(2)?.to_string());
        w.leaf("salt", ns::PIE_SCRAM, &BASE64.encode(&row.blob(1)?));
        w.leaf("server-key", ns::PIE_SCRAM, &BASE64.encode(&row.blob(4)?));
        w.leaf("stored-key", ns::PIE_SCRAM, &BASE64.encode(&row.blob(3)?));
        w.close();
    }
    Ok(())
}

fn read_keys(arrival: &mut Arrival<'_>, element: &Element<'_>) {
    let mechanism = element.attr("mechanism").unwrap_or_default();
    let Some(hash) = Hash::ALL.into_iter().find(|hash| hash.mechanism() == mechanism) else {
        return arrival.tally.leave("keys", format!("{mechanism:?} is no mechanism that is offered here"));
    };
    match keys(hash, element) {
        Some(keys) => take_keys(arrival, &keys),
        None => arrival.tally.leave("keys", format!("those for {mechanism} are not as XEP-0227 wants them")),
    }
}

fn keys(hash: Hash, element: &Element<'_>) -> Option<Keys> {
    let text = |name: &str| Some(element.child(name, ns::PIE_SCRAM)?.text().trim().to_owned());
    let once = |name: &str| BASE64.decode(text(name)?.as_bytes()).ok();
    // Compat: ejabberd 23.01 encodes all three twice in its exports. Until Debian 12 is gone (2028-06).
    let is_twice = once("stored-key").is_some_and(|key| key.len() > hash.output_len());
    let twice = |bytes: Vec<u8>| if is_twice { BASE64.decode(&bytes).ok() } else { Some(bytes) };
    let bytes = |name: &str| once(name).and_then(twice).map(bytes::Bytes::from);
    let key = |name: &str| bytes(name).filter(|key| key.len() == hash.output_len());
    let iterations = text("iter-count")?.parse().ok().and_then(NonZeroU32::new);
    Some(Keys {
        hash,
        salt: bytes("salt").filter(|salt| !salt.is_empty())?,
        iterations: iterations.filter(|count| count.get() <= ITERATIONS_MAX)?,
        stored_key: key("stored-key")?,
        server_key: key("server-key")?,
    })
}

/// Lets the account be opened with the password that these keys were made of.
fn take_keys(arrival: &mut Arrival<'_>, keys: &Keys) {
    let values = super::credential::values(arrival.account.into(), keys);
    arrival.writes.push(super::account::may(SAVE_KEYS, values));
    arrival.has_keys = true;
    arrival.tally.carry(KEYS.name);
}

/// Makes keys of a password that was kept as it is; the password goes nowhere. Slow on purpose.
/// `seed` is random and used once.
///
/// # Errors
/// When it cannot be a password here.
pub fn take_password(arrival: &mut Arrival<'_>, password: &str, seed: [u8; 32]) -> Result<(), Unusable> {
    let credentials = Credentials::derive(password, seed)?;
    credentials.each().iter().for_each(|keys| take_keys(arrival, keys));
    Ok(())
}
