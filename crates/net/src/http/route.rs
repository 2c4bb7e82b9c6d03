//! Which request is answered how.

use super::upgrade;
use crate::drive::Clients;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

/// What an answer holds: all of it at once.
pub(super) type Answer = Response<Full<Bytes>>;

/// Where clients upgrade to WebSocket.
pub(super) const WEBSOCKET_PATH: &str = "/xmpp-websocket";

/// How long the connection documents may be kept.
const DOCUMENT_AGE: &str = "public, max-age=3600";

/// What every answer says: it is nothing that runs, frames, or is guessed to be something else.
const SAFE: [(HeaderName, &str); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// Answers a request. An answer of status 101 hands the connection over.
pub(super) fn answer(clients: &Clients, request: &Request<Incoming>) -> Answer {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let host_meta = clients.host_meta();
    let mut answer = match request.uri().path() {
        "/.well-known/host-meta" if reads => document("application/xrd+xml", host_meta.xrd.clone()),
        "/.well-known/host-meta.json" if reads => document("application/json", host_meta.jrd.clone()),
        WEBSOCKET_PATH => upgrade::answer(request),
        _ => plain(StatusCode::NOT_FOUND, "There is nothing here.\n"),
    };
    for (name, value) in SAFE {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// A document that scripts of all origins may read (XEP-0156 §3), and no other.
fn document(kind: &'static str, content: Bytes) -> Answer {
    let mut answer = Response::new(Full::new(content));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(DOCUMENT_AGE));
    answer
}

/// A sentence.
pub(super) fn plain(status: StatusCode, sentence: &'static str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from_static(sentence.as_bytes())));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
