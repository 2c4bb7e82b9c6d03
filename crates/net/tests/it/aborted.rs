//! Ten thousand connections that come to nothing leave nothing behind.

use crate::peer::{House, clock, listener, within};
use net::{Limits, TlsStream};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const CONNECTIONS: usize = 10_000;
const AT_ONCE: usize = 100;

/// The start of a client's hello, without its end.
const HALF_HELLO: [u8; 11] = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];

async fn abort(address: std::net::SocketAddr, number: usize) {
    let mut tcp = TcpStream::connect(address).await.unwrap();
    match number % 4 {
        // Nothing at all.
        0 => {}
        // Half a hello, then the end.
        1 => tcp.write_all(&HALF_HELLO).await.unwrap(),
        // Half a hello, then a reset.
        2 => {
            tcp.write_all(&HALF_HELLO).await.unwrap();
            tcp.set_zero_linger().unwrap();
        }
        // Half a hello and silence, until the server's patience ends.
        _ => {
            tcp.write_all(&HALF_HELLO).await.unwrap();
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn aborted_handshakes_leave_no_task_and_no_permit() {
    let house = House::new();
    let many = u32::try_from(CONNECTIONS).unwrap();
    let limits = Limits { per_address: many, rate_per_second: many, burst: many, total: many };
    let (listener, gate, address) = listener("127.0.21.4:0", limits);
    let offer = house.certificates.direct();
    let server = tokio::spawn({
        let listener = Arc::clone(&listener);
        async move {
            let (mut handshakes, mut failed) = (JoinSet::new(), 0);
            for _ in 0..CONNECTIONS {
                let accepted = listener.accept(clock).await;
                let offer = offer.clone();
                handshakes.spawn(async move {
                    let accept = TlsStream::accept(accepted.tcp, &offer);
                    let outcome = tokio::time::timeout(Duration::from_millis(50), accept).await;
                    drop(accepted.permit);
                    !matches!(outcome, Ok(Ok(_)))
                });
            }
            while let Some(outcome) = handshakes.join_next().await {
                failed += usize::from(outcome.unwrap());
            }
            failed
        }
    });
    let mut clients = JoinSet::new();
    for number in 0..CONNECTIONS {
        if clients.len() >= AT_ONCE {
            within(clients.join_next()).await.unwrap().unwrap();
        }
        clients.spawn(abort(address, number));
    }
    while within(clients.join_next()).await.is_some() {}
    assert_eq!(within(server).await.unwrap(), CONNECTIONS);
    let counts = gate.counts();
    assert_eq!((counts.open, counts.accepted), (0, u64::from(many)));
    // A task is counted until its worker has put it away, shortly after it was joined.
    let alive = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    for _ in 0..100 {
        if alive() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} tasks are left", alive());
}
