//! The listener and its limits.

use crate::peer::{clock, listener, within};
use net::{Gate, Limits, Listener};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

#[tokio::test]
async fn connections_beyond_the_limit_are_closed_and_a_free_place_is_given_again() {
    let (listener, gate, address) = listener("127.0.21.2:0", Limits { per_address: 2, ..Limits::default() });
    let first = TcpStream::connect(address).await.unwrap();
    let _second = TcpStream::connect(address).await.unwrap();
    let mut third = TcpStream::connect(address).await.unwrap();
    let (a, _b) = (listener.accept(clock).await, listener.accept(clock).await);
    assert_eq!(a.peer, first.local_addr().unwrap());
    assert!(a.tcp.nodelay().unwrap());
    // The third is closed while the listener waits for another.
    let waiting = tokio::time::timeout(Duration::from_millis(200), listener.accept(clock)).await;
    assert!(waiting.is_err());
    assert_eq!(within(third.read(&mut [0; 1])).await.unwrap_or(0), 0);
    drop(a);
    let _fourth = TcpStream::connect(address).await.unwrap();
    let _d = within(listener.accept(clock)).await;
    let counts = gate.counts();
    assert_eq!((counts.open, counts.accepted, counts.refused_address), (2, 3, 1));
}

#[tokio::test]
async fn a_port_in_use_and_a_foreign_address_are_explained() {
    let (_listener, gate, address) = listener("127.0.21.3:0", Limits::default());
    let message = Listener::bind(address, gate.clone()).err().unwrap().to_string();
    assert!(message.contains("the port is in use") && message.contains(&address.to_string()), "{message}");
    let message = Listener::bind("192.0.2.1:5222".parse().unwrap(), gate).err().unwrap().to_string();
    assert!(message.contains("does not have the address"), "{message}");
}

#[tokio::test]
async fn v6_loopback_is_served() {
    let gate = Gate::new(Limits::default());
    let Ok(listener) = Listener::bind("[::1]:0".parse().unwrap(), gate) else { return };
    let _client = TcpStream::connect(listener.address()).await.unwrap();
    assert!(within(listener.accept(clock)).await.peer.is_ipv6());
}
