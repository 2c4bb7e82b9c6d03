//! What all servers are given alike: accounts and a certificate.

use super::Setup;
use crate::Outcome;
use bytes::Bytes;
use std::num::NonZeroU32;
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

/// Writes a throw-away certificate (ECDSA P-256) and its key; that of the lab where there is one, with its root.
pub fn write_certificate(setup: &Setup) -> Outcome<()> {
    if let Some(lab) = &setup.lab {
        lab.write_root(&setup.root())?;
        return lab.write(&setup.domain, &setup.certificate(), &setup.key());
    }
    let signing_key = rcgen::KeyPair::generate()?;
    let mut parameters = rcgen::CertificateParams::new([setup.domain.clone()])?;
    // ejabberd's timer for the end of a certificate breaks on rcgen's own choice, the year 4096.
    parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(2050, 1, 1);
    parameters.distinguished_name.push(rcgen::DnType::CommonName, setup.domain.as_str());
    std::fs::write(setup.certificate(), parameters.self_signed(&signing_key)?.pem())?;
    std::fs::write(setup.key(), signing_key.serialize_pem())?;
    Ok(())
}
