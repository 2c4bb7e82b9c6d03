//! What all servers are given alike: accounts and a certificate.

use crate::Outcome;
use bytes::Bytes;
use std::num::NonZeroU32;
use std::path::Path;
use xmpp::scram::{Hash, Keys};

/// Everybody's password.
pub const PASSWORD: &str = "a password for benchmarks";
/// Everybody's salt: the load client then salts once. A server's work at login does not depend on
/// it, nor on the count of iterations.
pub const SALT: &str = "one salt for all";
/// RFC 7677 §4: at least this many.
pub const ITERATIONS: NonZeroU32 = NonZeroU32::new(4096).expect("4096 is not zero");

/// The localpart of account `number`.
pub fn user(number: usize) -> String {
    format!("u{number}")
}

/// The keys of [`PASSWORD`].
pub fn keys(hash: Hash) -> Keys {
    Keys::derive(hash, PASSWORD, Bytes::from_static(SALT.as_bytes()), ITERATIONS)
}

/// Writes a throw-away certificate (ECDSA P-256) and its key.
pub fn write_certificate(certificate: &Path, key: &Path) -> Outcome<()> {
    let made = rcgen::generate_simple_self_signed([super::DOMAIN.to_owned()])?;
    std::fs::write(certificate, made.cert.pem())?;
    std::fs::write(key, made.signing_key.serialize_pem())?;
    Ok(())
}
