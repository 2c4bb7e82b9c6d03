//! Reading, writing, slowness and ends.

use crate::peer::{House, handshake, read_all, sockets, within};
use bytes::BytesMut;
use net::TlsStream;
use std::io::ErrorKind;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::rustls::version;

fn pattern(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|i| u8::try_from(i % 251).unwrap()).collect()
}

#[tokio::test]
async fn a_large_write_arrives_whole_and_a_slow_reader_bounds_it() {
    let house = House::new();
    let (mut server, mut client) = house.tls13().await;
    let (chunk, chunks) = (pattern(10_000), 2_000);
    let mut most = 0;
    let writer = async {
        for _ in 0..chunks {
            while server.is_full() {
                server.flush().await.unwrap();
            }
            server.write(&chunk).unwrap();
            most = most.max(server.pending_bytes());
            let _ = tokio::time::timeout(Duration::ZERO, server.flush()).await;
        }
        server.shutdown().await.unwrap();
    };
    let reader = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let mut all = Vec::new();
        client.read_to_end(&mut all).await.unwrap();
        all
    };
    let ((), all) = within(async { tokio::join!(writer, reader) }).await;
    assert_eq!(all.len(), chunk.len() * chunks);
    assert!(all.chunks(chunk.len()).all(|piece| piece == chunk));
    assert!(most >= net::tls::OUTGOING_BYTES_MAX, "the reader was slow, {most} bytes waited");
    assert!(most < net::tls::OUTGOING_BYTES_MAX + chunk.len() + 1_000, "{most} bytes waited");
}

#[tokio::test]
async fn whoever_writes_without_looking_is_refused() {
    let house = House::new();
    let (mut server, _client) = house.tls13().await;
    server.set_buffer_limit(1_000);
    server.write(&pattern(2_000)).unwrap();
    assert!(server.is_full());
    assert_eq!(server.write(b"more").unwrap_err().kind(), ErrorKind::WouldBlock);
    server.flush().await.unwrap();
    assert_eq!(server.pending_bytes(), 0);
    server.write(b"more").unwrap();
}

#[tokio::test]
async fn many_small_records_and_one_large_write_are_read_in_order() {
    let house = House::new();
    for versions in [&[&version::TLS13], &[&version::TLS12]] {
        let (mut server, mut client) = house.pair(versions).await;
        let all = pattern(300_000);
        let writer = async {
            for piece in all[..50_000].chunks(37) {
                client.write_all(piece).await.unwrap();
            }
            client.write_all(&all[50_000..]).await.unwrap();
            client.flush().await.unwrap();
        };
        let (read, ()) = within(async { tokio::join!(read_all(&mut server, all.len()), writer) }).await;
        assert!(read[..] == all[..]);
    }
}

/// Copies one direction in pieces of one byte.
async fn crumble(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin) {
    let mut piece = [0; 4096];
    while let Ok(bytes @ 1..) = from.read(&mut piece).await {
        for byte in &piece[..bytes] {
            if to.write_all(&[*byte]).await.is_err() {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_connection_that_comes_byte_by_byte_works() {
    let house = House::new();
    for versions in [&[&version::TLS13], &[&version::TLS12]] {
        let (near, middle_near) = sockets().await;
        let (middle_far, far) = sockets().await;
        let (near_read, near_write) = middle_near.into_split();
        let (far_read, far_write) = middle_far.into_split();
        let both =
            tokio::spawn(async move { tokio::join!(crumble(far_read, near_write), crumble(near_read, far_write)) });
        let offer = house.certificates.direct();
        let (server, client) =
            within(async { tokio::join!(TlsStream::accept(near, &offer), handshake(far, house.client(versions))) })
                .await;
        let (mut server, mut client) = (server.unwrap(), client.unwrap());
        let all = pattern(5_000);
        client.write_all(&all).await.unwrap();
        // Writes in between, with half a record in hand, must not disturb the reading.
        let mut into = BytesMut::new();
        while into.len() < all.len() {
            let _ = tokio::time::timeout(Duration::from_micros(500), server.read(&mut into)).await;
            server.write(b".").unwrap();
            server.flush().await.unwrap();
        }
        assert!(into[..] == all[..]);
        assert_eq!(within(client.read_u8()).await.unwrap(), b'.');
        both.abort();
    }
}

#[tokio::test]
async fn reads_may_be_dropped_while_writes_wait() {
    let house = House::new();
    let (mut server, client) = house.tls13().await;
    let (mut client_read, mut client_write) = tokio::io::split(client);
    let all = pattern(200_000);
    let client_side = async {
        let write = async {
            for piece in all.chunks(997) {
                client_write.write_all(piece).await.unwrap();
                tokio::task::yield_now().await;
            }
            client_write.flush().await.unwrap();
        };
        let read = async {
            let mut back = vec![0; all.len()];
            client_read.read_exact(&mut back).await.unwrap();
            back
        };
        tokio::join!(write, read).1
    };
    let server_side = async {
        let (mut into, mut echoed) = (BytesMut::new(), 0);
        while echoed < all.len() || server.pending_bytes() > 0 {
            let pending = server.pending_bytes() > 0;
            let done = std::future::poll_fn(|cx| {
                if pending && let std::task::Poll::Ready(sent) = server.poll_flush(cx) {
                    return std::task::Poll::Ready(sent);
                }
                server.poll_read(cx, &mut into).map_ok(|_| ())
            });
            tokio::select! {
                biased;
                () = tokio::time::sleep(Duration::from_micros(50)) => {}
                outcome = done => outcome.unwrap(),
            }
            if !into.is_empty() && !server.is_full() {
                echoed += into.len();
                server.write(&into.split()).unwrap();
            }
        }
    };
    let (back, ()) = within(async { tokio::join!(client_side, server_side) }).await;
    assert!(back == all);
}

#[tokio::test]
async fn a_key_update_is_followed_and_answered() {
    let house = House::new();
    let (mut server, mut client) = house.tls13().await;
    for round in 0..5u8 {
        client.get_mut().1.refresh_traffic_keys().unwrap();
        client.write_all(&[round; 100]).await.unwrap();
        assert_eq!(read_all(&mut server, 100).await[..], [round; 100]);
        server.write(&[round; 50]).unwrap();
        server.flush().await.unwrap();
        let mut back = [0; 50];
        within(client.read_exact(&mut back)).await.unwrap();
        assert_eq!(back, [round; 50]);
    }
}

#[tokio::test]
async fn a_peer_that_closes_may_still_be_written_to() {
    let house = House::new();
    let (mut server, mut client) = house.tls13().await;
    client.write_all(b"bye").await.unwrap();
    client.get_mut().1.send_close_notify();
    client.flush().await.unwrap();
    let mut into = BytesMut::new();
    assert_eq!(within(server.read(&mut into)).await.unwrap(), 3);
    assert_eq!(within(server.read(&mut into)).await.unwrap(), 0);
    assert_eq!(within(server.read(&mut into)).await.unwrap(), 0);
    server.write(b"good bye").unwrap();
    within(server.shutdown()).await.unwrap();
    assert_eq!(server.write(b"!").unwrap_err().kind(), ErrorKind::BrokenPipe);
    let mut all = Vec::new();
    within(client.read_to_end(&mut all)).await.unwrap();
    assert_eq!(all, b"good bye");
}

#[tokio::test]
async fn after_closing_the_peer_may_still_be_read() {
    let house = House::new();
    let (mut server, mut client) = house.tls13().await;
    server.close().unwrap();
    server.flush().await.unwrap();
    let mut all = Vec::new();
    within(client.read_to_end(&mut all)).await.unwrap();
    client.write_all(b"a last word").await.unwrap();
    assert_eq!(&read_all(&mut server, 11).await[..], b"a last word");
}

#[tokio::test]
async fn a_truncated_connection_is_an_error() {
    let house = House::new();
    let (mut server, mut client) = house.tls13().await;
    client.write_all(b"half a sta").await.unwrap();
    client.flush().await.unwrap();
    let (tcp, _) = client.into_inner();
    drop(tcp);
    let mut into = BytesMut::new();
    assert_eq!(within(server.read(&mut into)).await.unwrap(), 10);
    // The client's unread ticket may make the kernel reset instead.
    let end = within(server.read(&mut into)).await.unwrap_err().kind();
    assert!(matches!(end, ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset), "{end:?}");
}

#[tokio::test]
async fn rubbish_in_an_established_session_is_answered_with_an_alert() {
    let house = House::new();
    let (mut server, client) = house.tls13().await;
    let (mut tcp, _) = client.into_inner();
    tcp.write_all(&[0x17, 3, 3, 0, 32]).await.unwrap();
    tcp.write_all(&[7; 32]).await.unwrap();
    let mut into = BytesMut::new();
    assert_eq!(within(server.read(&mut into)).await.unwrap_err().kind(), ErrorKind::InvalidData);
    assert!(into.is_empty());
    assert!(server.write(b"more").is_err(), "nothing is sent in a broken session");
    drop(server);
    assert!(until_end(&mut tcp).await > 0, "an alert came");
}

#[tokio::test]
async fn rubbish_instead_of_a_handshake_is_answered_with_an_alert() {
    let house = House::new();
    for rubbish in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0x16, 3, 1, 0, 5, 1, 0, 0, 1, 9], &[0x16, 3, 1, 0x50, 0, 1]] {
        let (near, mut far) = sockets().await;
        far.write_all(rubbish).await.unwrap();
        let offer = house.certificates.direct();
        let refused = within(TlsStream::accept(near, &offer)).await.err().unwrap();
        assert_eq!(refused.kind(), ErrorKind::InvalidData, "{refused}");
        assert_eq!(until_end(&mut far).await, 7, "an alert came after {refused}");
    }
}

/// How many bytes come until the connection ends, in whatever way.
async fn until_end(tcp: &mut TcpStream) -> usize {
    let (mut piece, mut total) = ([0; 1024], 0);
    while let Ok(bytes @ 1..) = within(tcp.read(&mut piece)).await {
        total += bytes;
    }
    total
}
