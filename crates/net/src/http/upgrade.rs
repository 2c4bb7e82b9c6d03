//! The opening handshake of WebSocket (RFC 6455), with the subprotocol of XMPP (RFC 7395 §3.1).

use super::route::{Answer, plain};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use data_encoding::BASE64;
use hyper::body::Incoming;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Method, Request, StatusCode, Version};

/// What RFC 6455 has a server mix in.
const MAGIC: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// The one version there is.
const VERSION: &str = "13";
/// RFC 7395 §5.1
const SUBPROTOCOL: &str = "xmpp";
/// Bytes of a client's key.
const KEY_BYTES: usize = 16;

/// Says 101, or why not.
pub(super) fn answer(request: &Request<Incoming>) -> Answer {
    let asks = has_token(request, &header::UPGRADE, "websocket") && has_token(request, &header::CONNECTION, "upgrade");
    if request.method() != Method::GET || request.version() != Version::HTTP_11 || !asks {
        return needs_version(plain(StatusCode::UPGRADE_REQUIRED, "Here is a WebSocket for XMPP clients.\n"));
    }
    if !has_token(request, &header::SEC_WEBSOCKET_VERSION, VERSION) {
        return needs_version(plain(StatusCode::UPGRADE_REQUIRED, "Version 13 of WebSocket is spoken here.\n"));
    }
    // RFC 7395 §3.1: without the subprotocol it is no XMPP.
    if !has_token(request, &header::SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL) {
        return plain(StatusCode::BAD_REQUEST, "The subprotocol is xmpp.\n");
    }
    let key = request.headers().get(header::SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes);
    let Some(key) = key.filter(|key| BASE64.decode(key).is_ok_and(|key| key.len() == KEY_BYTES)) else {
        return plain(StatusCode::BAD_REQUEST, "The key of the handshake is none.\n");
    };
    let accept = BASE64.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &[key, MAGIC].concat()).as_ref());
    let mut answer = plain(StatusCode::SWITCHING_PROTOCOLS, "");
    let headers = answer.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    let accept = HeaderValue::try_from(accept).expect("base64 is fit for a header");
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    answer
}

fn needs_version(mut answer: Answer) -> Answer {
    let headers = answer.headers_mut();
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static(VERSION));
    answer
}

/// Whether a list in a header has a token, whatever its case.
fn has_token(request: &Request<Incoming>, name: &HeaderName, token: &str) -> bool {
    let values = request.headers().get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|found| found.trim().eq_ignore_ascii_case(token))
}
