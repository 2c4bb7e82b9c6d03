//! Why there is no certificate, in words for whoever runs the server.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a certificate cannot be used.
#[derive(Debug)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum CertificateError {
    Read { path: PathBuf, error: io::Error },
    NotPem { path: PathBuf, error: String },
    NoCertificate { path: PathBuf },
    NoKey { path: PathBuf },
    Unreadable { path: PathBuf },
    Unusable { path: PathBuf, error: rustls::Error },
    Make { domain: String, error: rcgen::Error },
    Write { path: PathBuf, error: io::Error },
}

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, error } if error.kind() == io::ErrorKind::PermissionDenied => write!(
                f,
                "{} may not be read by this user; let the group of the server read it, or copy it at renewal",
                path.display()
            ),
            Self::Read { path, error } => {
                write!(f, "{} cannot be read: {error}; check the path in the configuration", path.display())
            }
            Self::NotPem { path, error } => {
                write!(f, "{} is not a PEM file: {error}; it must hold -----BEGIN … blocks", path.display())
            }
            Self::NoCertificate { path } => write!(
                f,
                "{} holds no certificate; give the full chain, leaf first (fullchain.pem of an ACME client)",
                path.display()
            ),
            Self::NoKey { path } => {
                write!(f, "{} holds no private key; give an unencrypted key (PKCS#8, SEC1 or PKCS#1)", path.display())
            }
            Self::Unreadable { path } => {
                write!(f, "the first certificate of {} is not an X.509 certificate", path.display())
            }
            Self::Unusable { path, error } => write!(
                f,
                "the certificate of {} cannot be used with its key: {error}; are both of the same renewal?",
                path.display()
            ),
            Self::Make { domain, error } => {
                write!(f, "no certificate can be made for {domain}: {error}; is it a domain in ASCII (xn--…)?")
            }
            Self::Write { path, error } => {
                write!(f, "{} cannot be written: {error}; the data folder must be writable", path.display())
            }
        }
    }
}

impl std::error::Error for CertificateError {}
