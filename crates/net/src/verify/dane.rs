//! What TLSA records say of a certificate (RFC 7673 §4.2; RFC 6698, RFC 7671).

use super::path::{self, Purpose};
use super::{Claim, Names, Role, names};
use aws_lc_rs::digest;
use rustls::pki_types::CertificateDer;
use stream::peer::Dane;
use webpki::{EndEntityCert, anchor_from_trusted_cert};
use x509_parser::prelude::{FromDer, X509Certificate};

/// DANE-TA: an authority of the domain's own choice.
const TRUST_ANCHOR: u8 = 2;
/// DANE-EE: the server's certificate or key itself.
const END_ENTITY: u8 = 3;

/// One TLSA record, as it stands in DNS.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tlsa {
    /// 3: the data is the server's; 2: that of an authority in its chain. Others are not used here.
    pub usage: u8,
    /// 0: of the certificate; 1: of its public key.
    pub selector: u8,
    /// 0: itself; 1: its SHA-256; 2: its SHA-512.
    pub matching: u8,
    /// What is compared.
    pub data: Vec<u8>,
}

impl Tlsa {
    /// Whether it is used here. The usages 0 and 1 only narrow what roots prove; as in mail (RFC 7672 §3.1.3),
    /// they count as no record, so that a domain with nothing else is judged by roots alone.
    fn is_usable(&self) -> bool {
        matches!(self.usage, TRUST_ANCHOR | END_ENTITY) && self.selector <= 1 && self.matching <= 2
    }

    fn names(&self, certificate: &CertificateDer<'_>) -> bool {
        let Ok((_, parsed)) = X509Certificate::from_der(certificate) else { return false };
        let selected = if self.selector == 0 { certificate.as_ref() } else { parsed.public_key().raw };
        match self.matching {
            0 => self.data == selected,
            1 => self.data == digest::digest(&digest::SHA256, selected).as_ref(),
            _ => self.data == digest::digest(&digest::SHA512, selected).as_ref(),
        }
    }
}

pub(super) fn judge(shown: &[CertificateDer<'_>], names: &Names, claim: &Claim<'_>, now: i64) -> Dane {
    let Some(records) = &claim.assurance.tlsa else { return Dane::Unknown };
    let mut usable = records.iter().filter(|record| record.is_usable()).peekable();
    if usable.peek().is_none() {
        return Dane::Absent;
    }
    let Some((leaf, behind)) = shown.split_first() else {
        return if claim.role == Role::Answers { Dane::Mismatch } else { Dane::Unknown };
    };
    let is_named = usable.any(|record| match record.usage {
        // RFC 7673 §4.2: neither dates nor names of the certificate count.
        END_ENTITY => record.names(leaf),
        _ => {
            let mut authorities = behind.iter().filter(|authority| record.names(authority));
            names::prove(names, claim) && authorities.any(|authority| leads_to(leaf, behind, authority, claim, now))
        }
    });
    match (is_named, claim.role) {
        (true, _) => Dane::Matches,
        (false, Role::Answers) => Dane::Mismatch,
        // The records are of those who answer for the domain (RFC 7673 §3.3). That another machine calls for it,
        // with a certificate of its own, contradicts nothing.
        (false, Role::Connects) => Dane::Unknown,
    }
}

/// The chain ends at this authority, in order.
fn leads_to(
    leaf: &CertificateDer<'_>,
    behind: &[CertificateDer<'_>],
    authority: &CertificateDer<'_>,
    claim: &Claim<'_>,
    now: i64,
) -> bool {
    let (Ok(leaf), Ok(anchor)) = (EndEntityCert::try_from(leaf), anchor_from_trusted_cert(authority)) else {
        return false;
    };
    path::check(&leaf, &[anchor], behind, Purpose { role: claim.role }, now).is_ok()
}
