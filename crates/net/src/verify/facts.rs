//! What was shown, in words and numbers for whoever has to mend it.

use super::Names;
use aws_lc_rs::digest;
use rustls::pki_types::CertificateDer;
use std::fmt::Write;
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};

/// Certificates of a chain that are described; real ones have three.
const CHAIN_MAX: usize = 10;
/// Characters of a subject or issuer that are kept.
const NAME_CHARS_MAX: usize = 200;

/// A chain of certificates.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Facts {
    /// The certificates in the order in which they were shown; the leaf is the first. Ends at the first that
    /// cannot be read.
    pub chain: Vec<Link>,
    /// Whom the leaf names.
    pub names: Names,
}

/// One certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// Whose it is, as it says; control characters are escaped.
    pub subject: String,
    /// Who issued it, as it says.
    pub issuer: String,
    /// From when it is valid, in seconds since 1970.
    pub not_before: i64,
    /// Until when it is valid, in seconds since 1970.
    pub not_after: i64,
    /// Its SHA-256.
    pub fingerprint: [u8; 32],
}

impl Facts {
    pub(super) fn of(shown: &[CertificateDer<'_>]) -> Facts {
        let mut facts = Facts::default();
        for (index, der) in shown.iter().take(CHAIN_MAX).enumerate() {
            let Ok((_, certificate)) = X509Certificate::from_der(der) else { break };
            if index == 0 {
                facts.names = Names::of(&certificate);
            }
            facts.chain.push(Link::of(der, &certificate));
        }
        facts
    }
}

impl Link {
    fn of(der: &CertificateDer<'_>, certificate: &X509Certificate<'_>) -> Link {
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(digest::digest(&digest::SHA256, der).as_ref());
        Link {
            subject: words(certificate.subject()),
            issuer: words(certificate.issuer()),
            not_before: certificate.validity().not_before.timestamp(),
            not_after: certificate.validity().not_after.timestamp(),
            fingerprint,
        }
    }

    /// It says that it was issued by whom it was issued for.
    pub fn is_own_issuer(&self) -> bool {
        self.subject == self.issuer
    }

    /// The SHA-256 as people compare it: `AB:CD:…`.
    pub fn fingerprint_text(&self) -> String {
        let mut text = String::with_capacity(95);
        for (index, byte) in self.fingerprint.iter().enumerate() {
            let separator = if index > 0 { ":" } else { "" };
            write!(text, "{separator}{byte:02X}").expect("writing to a string does not fail");
        }
        text
    }
}

/// A peer writes these names, and an operator's terminal shows them.
fn words(name: &X509Name<'_>) -> String {
    let text: String = name.to_string().escape_debug().take(NAME_CHARS_MAX).collect();
    if text.is_empty() { "(no name)".to_owned() } else { text }
}
