//! TLS between servers: both show a certificate, and any certificate is taken.

use crate::authority::{Authority, Leaf, self_signed, write};
use crate::peer::{House, handshake, now, read_all, sockets, within};
use net::{Certificates, Source, TlsStream};
use rustls::pki_types::ServerName;
use std::io::ErrorKind;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{ServerConfig, version};

fn certificates(name: &str, folder: &tempfile::TempDir) -> Certificates {
    let (chain, key) = Authority::new("Somebody").issue(&Leaf::of(&[name]));
    let path = folder.path().join(name);
    write(&path, &chain, &key);
    Certificates::open(Source::Files { chain: path.clone(), key: path }, &[name], now()).unwrap()
}

fn name() -> ServerName<'static> {
    ServerName::try_from("b.example").unwrap()
}

#[tokio::test]
async fn both_ends_see_the_whole_chain_of_the_other_and_talk() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (certificates("a.example", &folder), certificates("b.example", &folder));
    for (hello, offer) in [(a.hello_direct(), b.servers_direct()), (a.hello_starttls(), b.servers_starttls())] {
        let (near, far) = sockets().await;
        let both = async { tokio::join!(TlsStream::accept(near, &offer), TlsStream::connect(far, &hello, name())) };
        let (server, client) = within(both).await;
        let (mut server, mut client) = (server.unwrap(), client.unwrap());
        assert_eq!(server.peer_chain().len(), 2);
        assert_eq!(client.peer_chain().len(), 2);
        let digest = |chain: &[rustls::pki_types::CertificateDer<'_>]| {
            aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &chain[0]).as_ref().to_vec()
        };
        assert_eq!(digest(server.peer_chain()), a.fingerprint());
        assert_eq!(digest(client.peer_chain()), b.fingerprint());
        client.write(b"<stream:stream>").unwrap();
        client.flush().await.unwrap();
        assert_eq!(&read_all(&mut server, 15).await[..], b"<stream:stream>");
        let long = vec![b'x'; 50_000];
        server.write(&long).unwrap();
        let (sent, read) = within(async { tokio::join!(server.flush(), read_all(&mut client, long.len())) }).await;
        sent.unwrap();
        assert_eq!(read, long);
        client.shutdown().await.unwrap();
        assert_eq!(within(server.read(&mut bytes::BytesMut::new())).await.unwrap(), 0, "a close in good order");
    }
}

#[tokio::test]
async fn a_peer_without_a_certificate_is_let_in_to_prove_itself_otherwise() {
    let house = House::new();
    let mut config = tokio_rustls::rustls::ClientConfig::clone(&house.client(&[&version::TLS13]));
    config.alpn_protocols = vec![b"xmpp-server".to_vec()];
    let offer = house.certificates.servers_direct();
    let (near, far) = sockets().await;
    let both = async { tokio::join!(TlsStream::accept(near, &offer), handshake(far, Arc::new(config))) };
    let (server, client) = within(both).await;
    assert!(server.unwrap().peer_chain().is_empty());
    assert_eq!(client.unwrap().get_ref().1.alpn_protocol(), Some(&b"xmpp-server"[..]));
}

#[tokio::test]
async fn a_client_that_strayed_to_the_servers_port_is_told_so() {
    let house = House::new();
    let offer = house.certificates.servers_direct();
    let (near, far) = sockets().await;
    let config = house.client(&[&version::TLS13]);
    let (server, _client) =
        within(async { tokio::join!(TlsStream::accept(near, &offer), handshake(far, config)) }).await;
    assert_eq!(server.err().unwrap().kind(), ErrorKind::InvalidData);
}

#[tokio::test]
async fn older_tls_is_spoken_to_older_servers() {
    let folder = tempfile::tempdir().unwrap();
    let a = certificates("a.example", &folder);
    let (chain, key) = self_signed(&Leaf::of(&["elsewhere.example"]));
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[&version::TLS12]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = builder.with_no_client_auth().with_single_cert(chain, key).unwrap();
    let (near, far) = sockets().await;
    let hello = a.hello_starttls();
    let both = async {
        tokio::join!(TlsAcceptor::from(Arc::new(config)).accept(near), TlsStream::connect(far, &hello, name()))
    };
    let (server, client) = within(both).await;
    let (mut server, mut client) = (server.unwrap(), client.unwrap());
    assert!(client.describe().starts_with("TLS 1.2, "), "{}", client.describe());
    assert_eq!(client.peer_chain().len(), 1);
    client.write(b"over 1.2").unwrap();
    client.flush().await.unwrap();
    let mut over = [0; 8];
    within(server.read_exact(&mut over)).await.unwrap();
    server.write_all(b"and back").await.unwrap();
    assert_eq!(&read_all(&mut client, 8).await[..], b"and back");
}

#[tokio::test]
async fn what_is_no_tls_at_all_is_an_error_and_not_a_wait() {
    let house = House::new();
    let hello = house.certificates.hello_direct();
    let (mut near, far) = sockets().await;
    let talk = async {
        near.write_all(b"220 mail.example ESMTP\r\n").await.unwrap();
        near
    };
    let (client, _near) = within(async { tokio::join!(TlsStream::connect(far, &hello, name()), talk) }).await;
    assert_eq!(client.err().unwrap().kind(), ErrorKind::InvalidData);
}
