//! Which roots are trusted: those of the machine, and those that the operator adds.

use crate::CertificateError;
use crate::certificate::chain_of_file;
use rustls::pki_types::{CertificateDer, TrustAnchor};
use std::path::Path;
use webpki::anchor_from_trusted_cert;

/// Roots, and single certificates that are trusted as they are.
#[derive(Default)]
pub struct Roots {
    anchors: Vec<TrustAnchor<'static>>,
    pinned: Vec<CertificateDer<'static>>,
}

impl Roots {
    /// The roots of the machine; those of Mozilla, as of this version, where it has none.
    pub fn of_this_machine() -> Roots {
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::warn!(%error, "some of the machine's trusted roots cannot be read");
        }
        let mut roots = Roots::default();
        roots.add_anchors(&found.certs);
        if roots.anchors.is_empty() {
            roots.anchors.extend_from_slice(webpki_roots::TLS_SERVER_ROOTS);
        }
        roots
    }

    /// Adds the certificates of a PEM file: authorities, and certificates of servers that are to be trusted
    /// though nobody stands behind them.
    ///
    /// # Errors
    /// When the file has no certificates; the message says what to do.
    pub fn add_file(&mut self, path: &Path) -> Result<(), CertificateError> {
        let certificates = chain_of_file(path)?;
        self.add_anchors(&certificates);
        self.pinned.extend(certificates);
        Ok(())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.anchors.len()
    }

    fn add_anchors(&mut self, certificates: &[CertificateDer<'static>]) {
        let anchors = certificates.iter().filter_map(|root| anchor_from_trusted_cert(root).ok());
        self.anchors.extend(anchors.map(|anchor| anchor.to_owned()));
    }

    pub(super) fn anchors(&self) -> &[TrustAnchor<'static>] {
        &self.anchors
    }

    /// The operator trusts this very certificate.
    pub(super) fn is_pinned(&self, leaf: &CertificateDer<'_>) -> bool {
        self.pinned.iter().any(|pinned| pinned.as_ref() == leaf.as_ref())
    }
}

impl std::fmt::Debug for Roots {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Roots({})", self.anchors.len())
    }
}
