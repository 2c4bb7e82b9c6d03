//! What every answer says to the browser.

use crate::Site;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

/// Unless the page says something else.
const USUAL: [(HeaderName, &str); 6] = [
    // Nothing from elsewhere, nothing inline, no frames, no scripts: a page that has one says so itself.
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // Pages differ by visitor and by day.
    (header::CACHE_CONTROL, "no-store"),
];

/// Two years (RFC 6797 §6.1.1).
const HTTPS_ONLY: &str = "max-age=63072000";

/// Adds to an answer what is missing.
pub(crate) async fn add(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    for (name, value) in USUAL {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if site.is_whole_host() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HTTPS_ONLY));
    }
    answer
}
