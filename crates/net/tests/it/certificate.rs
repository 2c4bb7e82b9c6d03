//! Certificates: made, loaded, exchanged, refused.

use crate::peer::{House, client_config, connect, now, read_all};
use net::certificate::Reload;
use net::{CertificateError, Certificates, Source};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tokio::io::AsyncWriteExt;
use tokio_rustls::rustls::{HandshakeKind, version};

const DAY: i64 = 24 * 60 * 60;

fn make(path: &Path, names: &[&str]) -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let made = rcgen::CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
    std::fs::write(path, made.pem()).unwrap();
    std::fs::write(path.with_extension("key"), key.serialize_pem()).unwrap();
    key.serialize_pem()
}

#[test]
fn our_own_certificate_is_kept_private_and_made_again_before_it_expires() {
    let house = House::new();
    let mode = std::fs::metadata(house.pem()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(house.certificates.uncovered().is_empty());
    let expires = house.certificates.expires();
    assert!((expires - now() - 365 * DAY).abs() < 60);
    assert_eq!(house.certificates.reload(now()).unwrap(), Reload::Unchanged);
    let reopened = |domain, now| {
        let source = Source::SelfSigned { folder: house.folder.path().to_owned() };
        Certificates::open(source, &[domain], now).unwrap().expires()
    };
    assert_eq!(reopened("example.org", now() + 300 * DAY), expires);
    assert!(reopened("example.org", now() + 340 * DAY) > expires + 300 * DAY);
    assert!(reopened("other.example", now()) < expires + DAY, "another domain gets another certificate");
    std::fs::write(house.pem(), "rubbish").unwrap();
    assert!(reopened("example.org", now()) > now(), "a damaged file is replaced");
}

#[tokio::test]
async fn a_reload_is_for_new_connections_only() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, old) = (folder.path().join("chain.pem"), folder.path().join("old.pem"));
    make(&chain, &["example.org"]);
    std::fs::copy(&chain, &old).unwrap();
    let source = Source::Files { chain: chain.clone(), key: chain.with_extension("key") };
    let certificates = Certificates::open(source, &["example.org"], now()).unwrap();
    let old_client = client_config(&old, &[&version::TLS13]);
    let (mut server, mut client) = connect(&certificates.direct(), old_client.clone()).await;
    // The client gets a ticket, which must not outlive the certificate.
    server.write(b"!").unwrap();
    server.flush().await.unwrap();
    tokio::io::AsyncReadExt::read_u8(&mut client).await.unwrap();

    assert_eq!(certificates.reload(now()).unwrap(), Reload::Unchanged);
    make(&chain, &["example.org"]);
    assert_eq!(certificates.reload(now()).unwrap(), Reload::Changed);

    client.write_all(b"still here").await.unwrap();
    assert_eq!(&read_all(&mut server, 10).await[..], b"still here");
    let (mut fresh, fresh_client) = connect(&certificates.direct(), client_config(&chain, &[&version::TLS13])).await;
    assert_ne!(fresh.take_channel().end_point, server.take_channel().end_point);
    assert_ne!(fresh_client.get_ref().1.handshake_kind(), Some(HandshakeKind::Resumed));
    let (near, far) = crate::peer::sockets().await;
    let offer = certificates.direct();
    let (_, refused) = tokio::join!(net::TlsStream::accept(near, &offer), crate::peer::handshake(far, old_client));
    assert!(refused.is_err(), "the old ticket does not open the new certificate's door");
}

#[test]
fn a_bad_reload_keeps_the_old_certificate_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let chain = folder.path().join("chain.pem");
    let key_path = chain.with_extension("key");
    let key = make(&chain, &["example.org"]);
    let source = Source::Files { chain: chain.clone(), key: key_path.clone() };
    let certificates = Certificates::open(source.clone(), &["example.org"], now()).unwrap();
    let expires = certificates.expires();
    let good = std::fs::read(&chain).unwrap();

    make(&chain, &["example.org"]);
    std::fs::write(&key_path, &key).unwrap();
    let error = certificates.reload(now()).unwrap_err();
    assert!(matches!(error, CertificateError::Unusable { .. }), "{error}");
    std::fs::write(&chain, "").unwrap();
    let error = certificates.reload(now()).unwrap_err().to_string();
    assert!(error.contains("holds no certificate") && error.contains("chain.pem"), "{error}");
    std::fs::write(&chain, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    assert!(matches!(certificates.reload(now()), Err(CertificateError::Unreadable { .. })));
    std::fs::write(&chain, "-----BEGIN CERTIFICATE-----\n%\n-----END CERTIFICATE-----\n").unwrap();
    assert!(matches!(certificates.reload(now()), Err(CertificateError::NotPem { .. })));
    std::fs::write(&chain, &good).unwrap();
    std::fs::write(&key_path, "").unwrap();
    assert!(matches!(certificates.reload(now()), Err(CertificateError::NoKey { .. })));
    std::fs::remove_file(&key_path).unwrap();
    assert!(certificates.reload(now()).unwrap_err().to_string().contains("cannot be read"));
    assert!(Certificates::open(source, &["example.org"], now()).is_err());
    assert_eq!(certificates.expires(), expires);
}

#[test]
fn a_certificate_for_another_name_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let chain = folder.path().join("chain.pem");
    make(&chain, &["*.example.org", "www.example.net"]);
    let source = Source::Files { chain: chain.clone(), key: chain.with_extension("key") };
    let covers = |domain| Certificates::open(source.clone(), &[domain], now()).unwrap().uncovered().is_empty();
    assert!(covers("chat.example.org"));
    assert!(!covers("example.org"));
}
