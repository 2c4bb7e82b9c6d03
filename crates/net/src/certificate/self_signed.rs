//! A certificate of our own making, so that a first start needs nothing.

use super::{CertificateError, Chain, covers, pem};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use rustls::pki_types::PrivateKeyDer;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

const DAY_SECONDS: i64 = 24 * 60 * 60;
const VALID_DAYS: i64 = 365;
/// A new one is made when the old one has less than this left.
const RENEW_DAYS: i64 = 30;
/// Clocks of clients run behind.
const BACKDATED_DAYS: i64 = 1;

/// The certificate kept in the folder, if it is good for a while; otherwise a new one, which is
/// kept there. Certificate and key are one file, so that they always belong together.
pub(super) fn load_or_make(
    folder: &Path,
    names: &[String],
    now: i64,
) -> Result<(PathBuf, Chain, PrivateKeyDer<'static>), CertificateError> {
    let path = folder.join("self-signed.pem");
    if !is_good(&path, names, now) {
        let text = make(names, now).map_err(|error| CertificateError::Make { domain: names.join(", "), error })?;
        keep(&path, &text).map_err(|error| CertificateError::Write { path: path.clone(), error })?;
    }
    Ok((path.clone(), pem::chain(&path)?, pem::key(&path)?))
}

fn is_good(path: &Path, names: &[String], now: i64) -> bool {
    let (Ok(chain), Ok(_)) = (pem::chain(path), pem::key(path)) else { return false };
    let expires = pem::expires(&chain[0]);
    let is_whole = names.iter().all(|name| covers(&chain[0], name));
    is_whole && expires.is_some_and(|expires| expires > now + RENEW_DAYS * DAY_SECONDS)
}

/// P-256, for one year, for these names alone.
fn make(names: &[String], now: i64) -> Result<String, rcgen::Error> {
    let date = |seconds: i64| rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds.unsigned_abs());
    let mut parameters = CertificateParams::new(names)?;
    parameters.distinguished_name.push(DnType::CommonName, names.first().map_or("localhost", String::as_str));
    parameters.not_before = date(now - BACKDATED_DAYS * DAY_SECONDS);
    parameters.not_after = date(now + VALID_DAYS * DAY_SECONDS);
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    let certificate = parameters.self_signed(&key)?;
    Ok(certificate.pem() + &key.serialize_pem())
}

/// Writes beside the file and renames; nobody else may read it at any moment.
fn keep(path: &Path, text: &str) -> io::Result<()> {
    let fresh = path.with_extension("pem.new");
    match std::fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)
}
