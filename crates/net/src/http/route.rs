//! Which request is answered how.

use super::{Body, Visit, upgrade};
use crate::bosh::{self, Entrance};
use crate::drive::Clients;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// What an answer holds: all of it at once.
pub(super) type Answer = Response<Full<Bytes>>;

/// Where clients upgrade to WebSocket.
pub(super) const WEBSOCKET_PATH: &str = "/xmpp-websocket";

/// Where clients send the requests of BOSH.
pub(super) const BOSH_PATH: &str = "/http-bind";

/// Bytes that a body has beside its elements.
const BODY_TAG_BYTES: usize = 4 * 1024;

/// How long a body may take to come.
const BODY_SECONDS: u64 = 20;

/// How long the connection documents may be kept.
const DOCUMENT_AGE: &str = "public, max-age=3600";

/// What every answer says unless it says it itself: it is nothing that runs, frames, or is guessed to be something
/// else.
const SAFE: [(HeaderName, &str); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// Answers a request. An answer of status 101 hands the connection over.
pub(super) async fn answer(clients: &Arc<Clients>, entrance: &Entrance, request: Request<Incoming>) -> Response<Body> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let host_meta = clients.host_meta();
    let answer = match request.uri().path() {
        "/.well-known/host-meta" if reads => document("application/xrd+xml", host_meta.xrd.clone()),
        "/.well-known/host-meta.json" if reads => document("application/json", host_meta.jrd.clone()),
        WEBSOCKET_PATH => upgrade::answer(&request),
        BOSH_PATH if request.method() == Method::POST => bosh_answer(clients, entrance, request).await,
        BOSH_PATH if request.method() == Method::OPTIONS => preflight(),
        _ => match clients.pages() {
            Some(pages) => return safe(pages.answer(Visit { request, peer: entrance.peer }).await),
            None => plain(StatusCode::NOT_FOUND, "There is nothing here.\n"),
        },
    };
    safe(answer.map(|body| body.map_err(|never| match never {}).boxed_unsync()))
}

fn safe(mut answer: Response<Body>) -> Response<Body> {
    for (name, value) in SAFE {
        answer.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
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

/// What BOSH answers (XEP-0124 §5).
async fn bosh_answer(clients: &Arc<Clients>, entrance: &Entrance, request: Request<Incoming>) -> Answer {
    let limited = Limited::new(request.into_body(), clients.settings().stanza_bytes_max + BODY_TAG_BYTES);
    let Ok(collected) = timeout(Duration::from_secs(BODY_SECONDS), limited.collect()).await else {
        return plain(StatusCode::REQUEST_TIMEOUT, "The body did not come in time.\n");
    };
    let Ok(collected) = collected else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than this service allows.\n");
    };
    let mut answer = Response::new(Full::new(bosh::answer(clients, entrance, collected.to_bytes()).await));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
}

/// What a page of another origin asks before it sends a body.
fn preflight() -> Answer {
    let mut answer = plain(StatusCode::OK, "");
    let headers = answer.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST, OPTIONS"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("Content-Type"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
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
