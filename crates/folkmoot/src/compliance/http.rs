//! As much of HTTP as the probes need: a request on a connection of its own, over TLS, and what answers it.

use super::lack::Lack;
use super::peer::within;
use bytes::BytesMut;
use client::{Failure, Wire, any_certificate_speaking};
use std::net::SocketAddr;

/// What one answer may hold; the probes ask for nothing large.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Where requests go.
#[derive(Clone)]
pub struct Place {
    /// The socket.
    pub address: SocketAddr,
    /// The name it is asked for by.
    pub host: String,
}

/// An answer.
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The rest, as far as it came with the head or its length was told.
    pub body: String,
}

impl Place {
    /// Asks, and reads the whole answer. `head` are lines of the request's head, each with its end.
    pub async fn ask(&self, method: &str, path: &str, head: &str, body: &str) -> Result<Answer, Lack> {
        let head = format!("{head}Connection: close\r\nContent-Length: {}\r\n", body.len());
        let asked = async {
            let mut wire = self.begin(method, path, &head, body).await?;
            let mut input = BytesMut::new();
            while !is_whole(&input) && wire.read(&mut input).await? > 0 {
                if input.len() > ANSWER_BYTES_MAX {
                    return Err(Failure::Unexpected("an answer that ends", short_head(&input)));
                }
            }
            Ok(input)
        };
        let input = within(format!("an answer to {method} {path}"), asked).await?;
        let text = String::from_utf8_lossy(&input).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            return Err(Lack::Wrong(format!("no answer of HTTP came to {method} {path}")));
        };
        Ok(Answer { status: status(head), body: unchunked(head, body) })
    }

    /// Asks for a WebSocket (RFC 6455 §4.1), and returns the connection once the server agreed.
    pub async fn upgrade(&self, path: &str) -> Result<(Wire, BytesMut), Lack> {
        // The key of RFC 6455 §1.3 and what it must be answered with.
        let head = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: xmpp\r\n";
        let asked = async {
            let mut wire = self.begin("GET", path, head, "").await?;
            let mut input = BytesMut::new();
            while head_end(&input).is_none() && wire.read(&mut input).await? > 0 {}
            Ok((wire, input))
        };
        let (wire, mut input) = within(format!("an answer to GET {path}"), asked).await?;
        let end = head_end(&input).ok_or_else(|| Lack::Wrong(format!("no answer of HTTP came to GET {path}")))?;
        let head = String::from_utf8_lossy(&input.split_to(end)).into_owned();
        match status(&head) {
            101 if head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") => Ok((wire, input)),
            404 => Err(Lack::Missing(format!("nothing is at {path}"))),
            status => Err(Lack::Wrong(format!("GET {path} was answered with {status} instead of a WebSocket"))),
        }
    }

    async fn begin(&self, method: &str, path: &str, head: &str, body: &str) -> Result<Wire, Failure> {
        let wire = Wire::connect(self.address).await?;
        let mut wire = wire.secure(&any_certificate_speaking("http/1.1"), &self.host).await?;
        let host = &self.host;
        wire.write(format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{head}\r\n{body}").as_bytes()).await?;
        Ok(wire)
    }
}

/// Where the head ends, if it has.
fn head_end(input: &[u8]) -> Option<usize> {
    input.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4)
}

/// Whether all of an answer is there that says how long it is.
fn is_whole(input: &[u8]) -> bool {
    let Some(end) = head_end(input) else { return false };
    let head = String::from_utf8_lossy(&input[..end]);
    let length = field(&head, "content-length").and_then(|length| length.parse::<usize>().ok());
    length.is_some_and(|length| input.len() - end >= length)
}

/// The value of a field of a head.
fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    fields.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
}

fn status(head: &str) -> u16 {
    head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
}

/// RFC 9112 §7.1, without extensions and trailers.
fn unchunked(head: &str, body: &str) -> String {
    if !field(head, "transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        return body.to_owned();
    }
    let (mut out, mut rest) = (String::new(), body);
    while let Some((size, behind)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        let Some(chunk) = behind.get(..size).filter(|_| size > 0) else { break };
        out.push_str(chunk);
        rest = behind.get(size + 2..).unwrap_or_default();
    }
    out
}

fn short_head(input: &[u8]) -> String {
    String::from_utf8_lossy(&input[..input.len().min(200)]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_together() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked";
        assert_eq!(unchunked(head, "4\r\nWiki\r\n6\r\npedia \r\n0\r\n\r\n"), "Wikipedia ");
        assert_eq!(unchunked("HTTP/1.1 200 OK", "4\r\n"), "4\r\n");
        assert!(is_whole(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab"));
        assert!(!is_whole(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab"));
    }
}
