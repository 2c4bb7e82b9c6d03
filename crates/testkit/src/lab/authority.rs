//! A throw-away authority, and the certificates that it and others issue.

use hub::Clock;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, OtherNameValue, SanType,
};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_rustls::rustls::pki_types::CertificateDer;

/// Seconds of a day.
pub const DAY: i64 = 24 * 60 * 60;

/// Why making a certificate cannot fail.
const ISSUED: &str = "a key that was just made signs";

/// An authority with an intermediate, as public ones are.
pub struct Authority {
    /// What others trust.
    pub root: CertifiedIssuer<'static, KeyPair>,
    /// What issues.
    pub between: CertifiedIssuer<'static, KeyPair>,
}

/// What a leaf is like.
pub struct Leaf<'a> {
    /// `dNSName`
    pub dns: &'a [&'a str],
    /// `SRVName` (RFC 4985)
    pub srv: &'a [&'a str],
    /// `xmppAddr` (RFC 6120 §13.7.1.4)
    pub xmpp: &'a [&'a str],
    /// From and until, in days from now.
    pub days: (i64, i64),
    /// Extended key usages.
    pub purposes: &'a [ExtendedKeyUsagePurpose],
}

impl<'a> Leaf<'a> {
    /// One of servers, that is valid now.
    pub fn of(dns: &'a [&'a str]) -> Leaf<'a> {
        Leaf { dns, srv: &[], xmpp: &[], days: (-1, 30), purposes: &[ExtendedKeyUsagePurpose::ServerAuth] }
    }
}

impl Authority {
    /// A new one of that name.
    pub fn new(name: &str) -> Authority {
        let root = CertifiedIssuer::self_signed(issuer(name), new_key()).expect(ISSUED);
        let between = format!("{name} between");
        let between = CertifiedIssuer::signed_by(issuer(&between), new_key(), &root).expect(ISSUED);
        Authority { root, between }
    }

    /// A chain without the root, leaf first, and the leaf's key.
    pub fn issue(&self, leaf: &Leaf<'_>) -> (Vec<CertificateDer<'static>>, KeyPair) {
        let key = new_key();
        let made = parameters(leaf).signed_by(&key, &self.between).expect(ISSUED);
        (vec![made.der().clone(), self.between.der().clone()], key)
    }

    /// The root as a file, as an operator adds it.
    pub fn write_root(&self, folder: &Path) -> PathBuf {
        let path = folder.join("roots.pem");
        std::fs::write(&path, self.root.pem()).expect("the folder of a test can be written to");
        path
    }
}

/// A certificate that nobody stands behind, and its key.
pub fn self_signed(leaf: &Leaf<'_>) -> (Vec<CertificateDer<'static>>, KeyPair) {
    let key = new_key();
    (vec![parameters(leaf).self_signed(&key).expect(ISSUED).der().clone()], key)
}

/// As a file for [`net::Source::Files`], chain and key in one.
pub fn write(path: &Path, chain: &[CertificateDer<'_>], key: &KeyPair) {
    let mut text = key.serialize_pem();
    for certificate in chain {
        let base64 = data_encoding::BASE64.encode(certificate);
        text += &format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
    }
    std::fs::write(path, text).expect("the folder of a test can be written to");
}

fn issuer(name: &str) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    (parameters.not_before, parameters.not_after) = (date(now() - 4000 * DAY), date(now() + 4000 * DAY));
    parameters
}

fn parameters(leaf: &Leaf<'_>) -> CertificateParams {
    let names: Vec<String> = leaf.dns.iter().map(|name| (*name).to_owned()).collect();
    let mut parameters = CertificateParams::new(names).expect("a test names what can be named");
    let named = leaf.dns.iter().chain(leaf.srv).chain(leaf.xmpp).next();
    parameters.distinguished_name.push(DnType::CommonName, named.copied().unwrap_or("common.example"));
    (parameters.not_before, parameters.not_after) = (date(now() + leaf.days.0 * DAY), date(now() + leaf.days.1 * DAY));
    parameters.extended_key_usages = leaf.purposes.to_vec();
    for name in leaf.xmpp {
        let value = OtherNameValue::Utf8String((*name).to_owned());
        parameters.subject_alt_names.push(SanType::OtherName((vec![1, 3, 6, 1, 5, 5, 7, 8, 5], value)));
    }
    // rcgen writes no IA5String in other names.
    if !leaf.srv.is_empty() {
        let names: Vec<u8> = leaf.srv.iter().flat_map(|name| srv_name(name)).collect();
        let extension = CustomExtension::from_oid_content(&[2, 5, 29, 17], der(0x30, &names));
        parameters.custom_extensions.push(extension);
    }
    parameters
}

fn new_key() -> KeyPair {
    KeyPair::generate().expect("the operating system has random numbers")
}

/// Seconds since 1970: certificates are valid around it.
fn now() -> i64 {
    Clock::System.now() / 1_000_000
}

/// `[0] { OBJECT IDENTIFIER id-on-dnsSRV, [0] { IA5String } }`
fn srv_name(name: &str) -> Vec<u8> {
    let kind = der(0x06, &[0x2b, 6, 1, 5, 5, 7, 8, 7]);
    let value = der(0xa0, &der(0x16, name.as_bytes()));
    der(0xa0, &[kind, value].concat())
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).ok().filter(|length| *length < 128).expect("a short form");
    [&[tag, length], content].concat()
}

fn date(seconds: i64) -> time::OffsetDateTime {
    rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds.unsigned_abs())
}
