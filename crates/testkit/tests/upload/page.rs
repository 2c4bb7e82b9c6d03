//! A request over a connection of its own, as a browser makes it.

use bytes::BytesMut;
use std::time::Duration;
use testkit::client::{Wire, any_certificate_speaking};
use testkit::house::House;
use tokio::time::timeout;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a field of the head.
    pub fn field(&self, name: &str) -> &str {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().unwrap_or_default()
    }
}

/// Asks, and reads the whole answer. `head` are lines, each with its end.
pub async fn ask(house: &House, request: (&str, &str), head: &str, body: &[u8]) -> Answer {
    let mut wire = send(house, request, head, body).await;
    let answer = async {
        let mut input = BytesMut::new();
        while matches!(wire.read(&mut input).await, Ok(bytes) if bytes > 0) {}
        input
    };
    read(&timeout(Duration::from_secs(20), answer).await.expect("an answer"))
}

/// Asks, and waits for nothing.
pub async fn send(house: &House, (method, path): (&str, &str), head: &str, body: &[u8]) -> Wire {
    let wire = Wire::connect(house.https()).await.expect("the port is served");
    let mut wire = wire.secure(&any_certificate_speaking("http/1.1"), "localhost").await.expect("a handshake");
    let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{head}\r\n");
    let request = [head.as_bytes(), body].concat();
    // Whoever is refused early may not read all of it.
    let _ = wire.write(&request).await;
    wire
}

fn read(input: &[u8]) -> Answer {
    let end = input.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer of HTTP");
    let head = String::from_utf8_lossy(&input[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
    Answer { status, head, body: input[end + 4..].to_vec() }
}
