//! Handshakes and what they bind a login to.

use crate::peer::{House, connect, handshake, sockets, within};
use aws_lc_rs::digest;
use net::{Certificates, Source, TlsStream};
use std::io::ErrorKind;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::rustls::{CipherSuite, ClientConfig, HandshakeKind, version};

fn exporter(client: &tokio_rustls::client::TlsStream<tokio::net::TcpStream>) -> [u8; 32] {
    client.get_ref().1.export_keying_material([0; 32], b"EXPORTER-Channel-Binding", Some(&[])).unwrap()
}

#[tokio::test]
async fn tls_1_3_gives_both_bindings_as_the_client_sees_them() {
    let house = House::new();
    let (mut server, client) = house.tls13().await;
    let channel = server.take_channel();
    assert_eq!(channel.exporter, Some(exporter(&client)));
    let leaf = client.get_ref().1.peer_certificates().unwrap()[0].clone();
    assert_eq!(channel.end_point.as_deref(), Some(digest::digest(&digest::SHA256, &leaf).as_ref()));
    assert!(server.describe().starts_with("TLS 1.3, "), "{}", server.describe());
    assert_eq!(server.take_channel().exporter, None, "it is for one authentication");
    assert_eq!(client.get_ref().1.alpn_protocol(), Some(&b"xmpp-client"[..]));
}

#[tokio::test]
async fn the_exporter_is_right_with_either_hash() {
    let house = House::new();
    for suite in [CipherSuite::TLS13_AES_128_GCM_SHA256, CipherSuite::TLS13_AES_256_GCM_SHA384] {
        let mut provider = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider();
        provider.cipher_suites.retain(|known| known.suite() == suite);
        let mut roots = tokio_rustls::rustls::RootCertStore::empty();
        let pem = house.pem();
        use tokio_rustls::rustls::pki_types::pem::PemObject;
        roots.add(tokio_rustls::rustls::pki_types::CertificateDer::from_pem_file(pem).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(&[&version::TLS13])
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let (mut server, client) = connect(&house.certificates.direct(), Arc::new(config)).await;
        assert_eq!(server.take_channel().exporter, Some(exporter(&client)), "{suite:?}");
    }
}

#[tokio::test]
async fn tls_1_2_gives_the_end_point_only() {
    let house = House::new();
    let (mut server, mut client) = house.pair(&[&version::TLS12]).await;
    let channel = server.take_channel();
    assert_eq!(channel.exporter, None);
    assert!(channel.end_point.is_some());
    client.write_all(b"over 1.2").await.unwrap();
    assert_eq!(&crate::peer::read_all(&mut server, 8).await[..], b"over 1.2");
    server.write(b"and back").unwrap();
    server.flush().await.unwrap();
    let mut back = [0; 8];
    within(client.read_exact(&mut back)).await.unwrap();
    assert_eq!(&back, b"and back");
    assert!(server.describe().starts_with("TLS 1.2, "));
}

#[tokio::test]
async fn a_resumed_session_has_its_own_exporter() {
    let house = House::new();
    let config = house.client(&[&version::TLS13]);
    let offer = house.certificates.direct();
    for kind in [HandshakeKind::Full, HandshakeKind::Resumed] {
        let (mut server, mut client) = connect(&offer, config.clone()).await;
        // The ticket goes out with the first flush.
        server.write(b"!").unwrap();
        server.flush().await.unwrap();
        within(client.read_u8()).await.unwrap();
        let found = client.get_ref().1.handshake_kind().unwrap();
        assert!(found == kind || (kind == HandshakeKind::Full && found == HandshakeKind::FullWithHelloRetryRequest));
        assert_eq!(server.take_channel().exporter, Some(exporter(&client)));
    }
}

#[tokio::test]
async fn an_ed25519_certificate_has_no_end_point() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ed25519.pem");
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let made = rcgen::CertificateParams::new(vec!["example.org".to_owned()]).unwrap().self_signed(&key).unwrap();
    std::fs::write(&path, made.pem() + &key.serialize_pem()).unwrap();
    let source = Source::Files { chain: path.clone(), key: path.clone() };
    let certificates = Certificates::open(source, &["example.org"], crate::peer::now()).unwrap();
    let config = crate::peer::client_config(&path, &[&version::TLS13]);
    let (mut server, client) = connect(&certificates.direct(), config).await;
    let channel = server.take_channel();
    assert_eq!(channel.end_point, None);
    assert_eq!(channel.exporter, Some(exporter(&client)));
}

#[tokio::test]
async fn the_hash_of_the_end_point_is_that_of_the_signature() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p384.pem");
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    let made = rcgen::CertificateParams::new(vec!["example.org".to_owned()]).unwrap().self_signed(&key).unwrap();
    std::fs::write(&path, made.pem() + &key.serialize_pem()).unwrap();
    let source = Source::Files { chain: path.clone(), key: path.clone() };
    let certificates = Certificates::open(source, &["example.org"], crate::peer::now()).unwrap();
    let config = crate::peer::client_config(&path, &[&version::TLS13]);
    let (mut server, _client) = connect(&certificates.direct(), config).await;
    let expected = digest::digest(&digest::SHA384, made.der());
    assert_eq!(server.take_channel().end_point.as_deref(), Some(expected.as_ref()));
}

#[tokio::test]
async fn a_client_without_alpn_is_let_in_and_one_for_another_protocol_is_not() {
    let house = House::new();
    let mut config = ClientConfig::clone(&house.client(&[&version::TLS13]));
    config.alpn_protocols.clear();
    let _both = connect(&house.certificates.direct(), Arc::new(config.clone())).await;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let offer = house.certificates.direct();
    let (near, far) = sockets().await;
    let (server, client) =
        within(async { tokio::join!(TlsStream::accept(near, &offer), handshake(far, Arc::new(config))) }).await;
    assert_eq!(server.err().unwrap().kind(), ErrorKind::InvalidData);
    let told = client.err().unwrap().to_string();
    assert!(told.contains("NoApplicationProtocol"), "the client is told by an alert: {told}");
}

#[tokio::test]
async fn data_sent_right_behind_the_handshake_is_not_lost() {
    let house = House::new();
    let (near, far) = sockets().await;
    let config = house.client(&[&version::TLS13]);
    let client = async {
        let mut client = handshake(far, config).await.unwrap();
        client.write_all(b"<?xml version='1.0'?>").await.unwrap();
        client
    };
    let server = async {
        // Finished and the data have both arrived when the server looks.
        let offer = house.certificates.direct();
        TlsStream::accept(near, &offer).await.unwrap()
    };
    let (mut server, _client) = within(async { tokio::join!(server, client) }).await;
    assert_eq!(&crate::peer::read_all(&mut server, 21).await[..], b"<?xml version='1.0'?>");
}
