//! From a certificate to a root (RFC 5280 §6), by webpki.

use super::Role;
use crate::tls::provider;
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use std::time::Duration;
use stream::peer::Flaw;
use webpki::RequiredEkuNotFoundContext;
use webpki::{EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeId, KeyPurposeIdIter, KeyUsage};

/// id-kp-serverAuth, 1.3.6.1.5.5.7.3.1.
const SERVER: KeyPurposeId<'static> = KeyPurposeId::new(&[0x2b, 6, 1, 5, 5, 7, 3, 1]);
/// id-kp-clientAuth, 1.3.6.1.5.5.7.3.2.
const CLIENT: KeyPurposeId<'static> = KeyPurposeId::new(&[0x2b, 6, 1, 5, 5, 7, 3, 2]);
/// anyExtendedKeyUsage, 2.5.29.37.0.
const ANY: KeyPurposeId<'static> = KeyPurposeId::new(&[0x55, 0x1d, 0x25, 0]);

/// Which purposes a certificate may have (RFC 5280 §4.2.1.12), if it names any.
#[derive(Clone, Copy)]
pub(super) struct Purpose {
    pub(super) role: Role,
}

impl ExtendedKeyUsageValidator for Purpose {
    fn validate(&self, present: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        let mut others = Vec::new();
        for id in present {
            let id = id?;
            // Compat: since 2026 public authorities leave clientAuth out; for good.
            if id == SERVER || id == ANY || (id == CLIENT && self.role == Role::Connects) {
                return Ok(());
            }
            others.push(id.to_decoded_oid());
        }
        if others.is_empty() {
            return Ok(());
        }
        let required = KeyUsage::server_auth();
        Err(Error::RequiredEkuNotFoundContext(RequiredEkuNotFoundContext { required, present: others }))
    }
}

/// Looks for a way to one of the anchors that is in order at the time `then`, in seconds since 1970.
pub(super) fn check(
    leaf: &EndEntityCert<'_>,
    anchors: &[TrustAnchor<'_>],
    between: &[CertificateDer<'_>],
    purpose: Purpose,
    then: i64,
) -> Result<(), Flaw> {
    let algorithms = provider().signature_verification_algorithms.all;
    let then = UnixTime::since_unix_epoch(Duration::from_secs(then.try_into().unwrap_or_default()));
    match leaf.verify_for_usage(algorithms, anchors, between, then, purpose, None, None) {
        Ok(_) => Ok(()),
        Err(Error::UnknownIssuer) => Err(Flaw::UntrustedRoot),
        Err(Error::CertExpired { .. }) => Err(Flaw::Expired),
        Err(Error::CertNotValidYet { .. }) => Err(Flaw::NotYetValid),
        Err(_) => Err(Flaw::Unsuitable),
    }
}
