//! Ten thousand connections that come to nothing and a million hostile bytes leave the server's
//! memory where it was (RFC 6120 §13.12).

use std::time::{Duration, Instant};
use testkit::client::{Keychain, Login, Profile, Target};
use testkit::hostile::attacked::{Attacked, PASSWORD, USER};
use testkit::hostile::crimes::list;
use testkit::hostile::{HEADER, Peer, State};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use xmpp::scram::Hash;

const CONNECTIONS: usize = 10_000;
const BYTES: usize = 1_000_000;
const AT_ONCE: usize = 100;

/// How much more there may be afterwards: allocators keep some, and a house has its attackers in it.
const SLACK_BYTES: usize = 8 << 20;

/// The start of a client's hello, without its end.
const HALF_HELLO: [u8; 11] = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];

const STARTTLS: &str = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

/// Connects and leaves in one of ten ways.
async fn abort(starttls: Target, direct: Target, number: usize) {
    let plain = number.is_multiple_of(2);
    let address = if plain { starttls.address } else { direct.address };
    let Ok(mut tcp) = TcpStream::connect(address).await else { return };
    let half_header = &HEADER.as_bytes()[..HEADER.len() / 2];
    // The server may hang up first, which is as good.
    let _ = match number % 10 {
        0 | 1 => Ok(()),
        2 => tcp.write_all(half_header).await,
        3 | 5 => tcp.write_all(&HALF_HELLO).await,
        4 => tcp.write_all(HEADER.as_bytes()).await,
        6 => tcp.write_all(format!("{HEADER}{STARTTLS}{STARTTLS}").as_bytes()).await,
        7 => tcp.write_all(b"GET / HTTP/1.1\r\n\r\n").await,
        8 => tcp.write_all(&[0xff; 3000]).await,
        _ => tcp.write_all(&[0x16; 3000]).await,
    };
    if number % 100 < 10 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    if number % 3 == 0 {
        // A reset.
        let _ = tcp.set_zero_linger();
    }
}

async fn aborted(server: &Attacked, connections: usize) {
    let mut open = JoinSet::new();
    for number in 0..connections {
        if open.len() >= AT_ONCE {
            open.join_next().await;
        }
        open.spawn(abort(server.starttls(), server.direct(), number));
    }
    while open.join_next().await.is_some() {}
}

/// Says everything that is wrong to say to a stranger's stream, until so many bytes are said.
async fn hostile(server: &Attacked, bytes: usize) {
    let (mut said, crimes) = (0, list());
    while said < bytes {
        for wrong in &crimes {
            for state in wrong.at {
                let target = match state {
                    State::Plain => server.starttls(),
                    State::Secured => server.direct(),
                    State::Bound => continue,
                };
                // STARTTLS is the port's affair: in plain text nothing more is done here.
                let Ok(mut peer) = Peer::connect(&target).await else { continue };
                if !wrong.opens {
                    peer.say(HEADER.as_bytes()).await;
                }
                peer.say(&wrong.bytes).await;
                said += wrong.bytes.len();
            }
        }
    }
}

/// Asks for acknowledgements without ever reading one (XEP-0198 §4); the connection stays open.
async fn asking(server: &Attacked, times: usize) -> Peer {
    let keychain = Keychain::new();
    let login = Login {
        user: USER,
        password: PASSWORD,
        resource: "asking",
        hash: Hash::Sha1,
        profile: Profile::Sasl,
        keychain: &keychain,
    };
    let mut peer = Peer::bound(&server.direct(), login).await.unwrap();
    peer.say(b"<enable xmlns='urn:xmpp:sm:3'/>").await;
    let many = "<r xmlns='urn:xmpp:sm:3'/>".repeat(1000);
    for _ in 0..times / 1000 {
        peer.say(many.as_bytes()).await;
    }
    peer
}

/// Waits until the server is back to about what it took before.
async fn settles(server: &Attacked, before: usize, what: &str) {
    let mut now = before;
    for _ in 0..100 {
        now = server.resident_bytes().unwrap();
        if now <= before + SLACK_BYTES {
            println!("{what}: {} KiB before, {} KiB after", before >> 10, now >> 10);
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{what}: {} KiB before, {} KiB after", before >> 10, now >> 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostility_leaves_no_memory_behind() {
    let begun = Instant::now();
    let server = Attacked::start().await.unwrap();
    aborted(&server, CONNECTIONS / 5).await;
    hostile(&server, BYTES / 10).await;
    drop(asking(&server, 1000).await);
    let before = server.resident_bytes().unwrap();
    aborted(&server, CONNECTIONS).await;
    settles(&server, before, "aborted connections").await;
    hostile(&server, BYTES).await;
    settles(&server, before, "hostile bytes").await;
    let _asking = asking(&server, 1_000_000).await;
    // What it asked last is still on its way.
    tokio::time::sleep(Duration::from_secs(2)).await;
    settles(&server, before, "acknowledgements asked for").await;
    assert!(begun.elapsed() < Duration::from_secs(60), "it took {:?}", begun.elapsed());
}
