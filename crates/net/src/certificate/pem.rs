//! Certificates and keys in PEM files.

use super::{CertificateError, Chain};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use x509_parser::prelude::{FromDer, X509Certificate};

/// Files longer than this are not read: a chain has a few kilobytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// The chain in a file, leaf first; never empty.
pub(crate) fn chain(path: &Path) -> Result<Chain, CertificateError> {
    let text = read(path)?;
    let chain: Chain = CertificateDer::pem_slice_iter(&text).collect::<Result<_, _>>().map_err(|e| bad(path, &e))?;
    if chain.is_empty() {
        return Err(CertificateError::NoCertificate { path: path.to_owned() });
    }
    Ok(chain)
}

/// The first private key in a file.
pub(super) fn key(path: &Path) -> Result<PrivateKeyDer<'static>, CertificateError> {
    match PrivateKeyDer::from_pem_slice(&read(path)?) {
        Err(pem::Error::NoItemsFound) => Err(CertificateError::NoKey { path: path.to_owned() }),
        other => other.map_err(|error| bad(path, &error)),
    }
}

/// When a certificate expires, in seconds since 1970.
pub(super) fn expires(leaf: &CertificateDer<'_>) -> Option<i64> {
    X509Certificate::from_der(leaf).ok().map(|(_, parsed)| parsed.validity().not_after.timestamp())
}

fn read(path: &Path) -> Result<Vec<u8>, CertificateError> {
    use std::io::Read;
    let mut text = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(FILE_BYTES_MAX).read_to_end(&mut text))
        .map_err(|error| CertificateError::Read { path: path.to_owned(), error })?;
    Ok(text)
}

fn bad(path: &Path, error: &pem::Error) -> CertificateError {
    CertificateError::NotPem { path: path.to_owned(), error: error.to_string() }
}
