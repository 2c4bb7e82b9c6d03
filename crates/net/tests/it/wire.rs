//! STARTTLS.

use crate::peer::{House, handshake, sockets, within};
use bytes::BytesMut;
use net::Wire;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::rustls::version;

#[tokio::test]
async fn a_plain_connection_becomes_tls() {
    let house = House::new();
    let (near, mut far) = sockets().await;
    let offer = house.certificates.starttls();
    let server = async {
        let mut wire = Wire::plain(near).unwrap();
        let mut into = BytesMut::new();
        wire.read(&mut into).await.unwrap();
        assert_eq!(&into[..], b"<starttls/>");
        assert!(wire.take_channel().exporter.is_none());
        wire.write(b"<proceed/>").unwrap();
        let mut wire = wire.upgrade(&offer).await.unwrap();
        assert!(wire.take_channel().exporter.is_some());
        into.clear();
        wire.read(&mut into).await.unwrap();
        assert_eq!(&into[..], b"<auth/>");
        wire.write(b"<success/>").unwrap();
        wire.shutdown().await.unwrap();
        assert!(matches!(wire, Wire::Tls(_)));
    };
    let client = async {
        far.write_all(b"<starttls/>").await.unwrap();
        let mut proceed = [0; 10];
        far.read_exact(&mut proceed).await.unwrap();
        let mut tls = handshake(far, house.client(&[&version::TLS13])).await.unwrap();
        tls.write_all(b"<auth/>").await.unwrap();
        let mut all = Vec::new();
        tls.read_to_end(&mut all).await.unwrap();
        assert_eq!(all, b"<success/>");
    };
    within(Box::pin(async { tokio::join!(server, client) })).await;
}

#[tokio::test]
async fn a_plain_connection_is_bounded_and_ends() {
    let (near, mut far) = sockets().await;
    let mut wire = Wire::plain(near).unwrap();
    wire.set_buffer_limit(100);
    wire.write(&[b'x'; 150]).unwrap();
    assert!(wire.is_full() && wire.write(b"y").is_err());
    assert_eq!(wire.pending_bytes(), 150);
    within(wire.shutdown()).await.unwrap();
    let mut all = Vec::new();
    within(far.read_to_end(&mut all)).await.unwrap();
    assert_eq!(all.len(), 150);
    drop(far);
    assert_eq!(within(wire.read(&mut BytesMut::new())).await.unwrap(), 0);
}
