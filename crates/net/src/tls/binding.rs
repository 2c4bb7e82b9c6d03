//! Channel bindings: what ties a login to this very TLS connection.

use aws_lc_rs::{digest, hkdf};
use bytes::Bytes;
use parking_lot::Mutex;
use rustls::pki_types::CertificateDer;
use x509_parser::oid_registry::asn1_rs::oid;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::signature_algorithm::RsaSsaPssParams;
use x509_parser::x509::AlgorithmIdentifier;

/// The longest hash of a TLS 1.3 suite, in bytes (SHA-384).
const SECRET_BYTES_MAX: usize = 48;

/// Takes the exporter secret out of one handshake.
///
/// rustls exports keying material from buffered sessions only. Its key log tells the unbuffered
/// ones' exporter secret; from it the exporter is computed as RFC 8446 §7.5 says. Nothing else of
/// what is logged is looked at, and the secret is forgotten with the handshake.
#[derive(Debug, Default)]
pub(crate) struct ExporterTap(Mutex<Option<Secret>>);

struct Secret {
    bytes: [u8; SECRET_BYTES_MAX],
    length: usize,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl rustls::KeyLog for ExporterTap {
    fn log(&self, label: &str, _client_random: &[u8], secret: &[u8]) {
        if !self.will_log(label) || secret.len() > SECRET_BYTES_MAX {
            return;
        }
        let mut bytes = [0; SECRET_BYTES_MAX];
        bytes[..secret.len()].copy_from_slice(secret);
        *self.0.lock() = Some(Secret { bytes, length: secret.len() });
    }

    fn will_log(&self, label: &str) -> bool {
        label == "EXPORTER_SECRET"
    }
}

impl ExporterTap {
    /// `tls-exporter` (RFC 9266 §2); none below TLS 1.3, whose sessions have no exporter secret.
    pub(crate) fn take(&self) -> Option<[u8; 32]> {
        let secret = self.0.lock().take()?;
        channel_binding(&secret.bytes[..secret.length])
    }
}

/// RFC 8446 §7.5 with the label and the empty context of RFC 9266 §2.
fn channel_binding(exporter_secret: &[u8]) -> Option<[u8; 32]> {
    let (hash, hkdf) = match exporter_secret.len() {
        32 => (&digest::SHA256, hkdf::HKDF_SHA256),
        48 => (&digest::SHA384, hkdf::HKDF_SHA384),
        _ => return None,
    };
    let nothing = digest::digest(hash, b"");
    let mut derived = [0; SECRET_BYTES_MAX];
    let derived = &mut derived[..exporter_secret.len()];
    expand_label(hkdf, exporter_secret, b"EXPORTER-Channel-Binding", nothing.as_ref(), derived)?;
    let mut binding = [0; 32];
    expand_label(hkdf, derived, b"exporter", nothing.as_ref(), &mut binding)?;
    Some(binding)
}

/// HKDF-Expand-Label (RFC 8446 §7.1). None when the output is longer than a label can say.
fn expand_label(hkdf: hkdf::Algorithm, secret: &[u8], label: &[u8], context: &[u8], out: &mut [u8]) -> Option<()> {
    struct Length(usize);
    impl hkdf::KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }
    let length = u16::try_from(out.len()).ok()?.to_be_bytes();
    let label_length = [u8::try_from(b"tls13 ".len() + label.len()).ok()?];
    let context_length = [u8::try_from(context.len()).ok()?];
    let info = [&length[..], &label_length, b"tls13 ", label, &context_length, context];
    let secret = hkdf::Prk::new_less_safe(hkdf, secret);
    secret.expand(&info, Length(out.len())).ok()?.fill(out).ok()
}

/// `tls-server-end-point` (RFC 5929 §4.1): the hash of the certificate with the hash function of its
/// signature, SHA-256 where that is MD5 or SHA-1. None where the signature has no hash function of
/// its own (Ed25519) or more than one, and for certificates that cannot be parsed.
pub(crate) fn end_point(leaf: &CertificateDer<'_>) -> Option<Bytes> {
    let (_, parsed) = X509Certificate::from_der(leaf).ok()?;
    let hash = signature_hash(&parsed.signature_algorithm)?;
    Some(Bytes::copy_from_slice(digest::digest(hash, leaf).as_ref()))
}

fn signature_hash(signature: &AlgorithmIdentifier<'_>) -> Option<&'static digest::Algorithm> {
    match signature.algorithm.to_id_string().as_str() {
        // md5WithRSA, sha1WithRSA, ecdsa-with-SHA1: replaced by SHA-256.
        "1.2.840.113549.1.1.4" | "1.2.840.113549.1.1.5" | "1.2.840.10045.4.1" => Some(&digest::SHA256),
        "1.2.840.113549.1.1.14" | "1.2.840.10045.4.3.1" => Some(&digest::SHA224),
        "1.2.840.113549.1.1.11" | "1.2.840.10045.4.3.2" => Some(&digest::SHA256),
        "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" => Some(&digest::SHA384),
        "1.2.840.113549.1.1.13" | "1.2.840.10045.4.3.4" => Some(&digest::SHA512),
        "1.2.840.113549.1.1.10" => pss_hash(signature),
        _ => None,
    }
}

/// The hash of an RSASSA-PSS signature, if its mask is made with the same one.
fn pss_hash(signature: &AlgorithmIdentifier<'_>) -> Option<&'static digest::Algorithm> {
    let parameters = RsaSsaPssParams::try_from(signature.parameters.as_ref()?).ok()?;
    let hash = parameters.hash_algorithm_oid();
    let mask = parameters.mask_gen_algorithm().ok()?;
    if mask.hash != *hash {
        return None;
    }
    if *hash == oid!(2.16.840.1.101.3.4.2.1) || *hash == oid!(1.3.14.3.2.26) {
        Some(&digest::SHA256)
    } else if *hash == oid!(2.16.840.1.101.3.4.2.2) {
        Some(&digest::SHA384)
    } else if *hash == oid!(2.16.840.1.101.3.4.2.3) {
        Some(&digest::SHA512)
    } else {
        None
    }
}
