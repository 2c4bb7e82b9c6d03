//! Files (XEP-0363 §7): put into a slot, fetched by whoever has the address.
//!
//! What lies there is anybody's, and the browser that fetches it trusts this host: so nothing runs, nothing is
//! guessed, and only pictures, sound and films are shown; everything else is saved.

mod body;
mod get;
mod put;
mod range;

use crate::Site;
use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing;
use features::upload::files::File;
use features::upload::{files, name};
use std::sync::Arc;

/// What every answer about a file says.
const SAFE: [(HeaderName, &str); 5] = [
    // XEP-0363 §9.1, and an origin of its own: a document that is opened here is nobody.
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    // Web clients are elsewhere, and show the pictures that people send each other.
    (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

/// XEP-0363 §8: scripts of all origins may put and fetch files. No cookie is looked at, so none is asked for.
const CROSS_ORIGIN: [(HeaderName, &str); 4] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (header::ACCESS_CONTROL_ALLOW_METHODS, "OPTIONS, HEAD, GET, PUT"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, Range"),
    (header::ACCESS_CONTROL_EXPOSE_HEADERS, "Accept-Ranges, Content-Length, Content-Range, ETag"),
];

/// How long a browser needs not ask again whether it may put files, in seconds.
const PREFLIGHT_SECONDS: &str = "86400";

/// The pages of files.
pub(crate) fn routes() -> Router<Arc<Site>> {
    let file = routing::get(get::answer).put(put::answer).options(preflight);
    let path = format!("{}/{{token}}/{{name}}", name::PATH);
    Router::new().route(&path, file).layer(middleware::from_fn(guard))
}

async fn guard(request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    for (name, value) in SAFE.into_iter().chain(CROSS_ORIGIN) {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}

async fn preflight() -> Response {
    (StatusCode::NO_CONTENT, [(header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS)]).into_response()
}

/// Why there is no file, for the one who asked.
struct Refusal(StatusCode, &'static str);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let head = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
        (self.0, head, format!("{}\n", self.1)).into_response()
    }
}

/// The file, slot or memory of one at a path; none if the name is another one.
async fn find(site: &Site, (token, name): (&str, &str)) -> Result<File, Refusal> {
    let found = files::find(site.hub().store(), name::blob(token)).await;
    let found = found.map_err(|fault| {
        tracing::error!(%fault, "a file could not be looked up");
        Refusal(StatusCode::SERVICE_UNAVAILABLE, "The service cannot look for files right now. Try again in a while.")
    })?;
    // What is gone, or was an erased account's, has no name any more.
    let is_it = |file: &File| file.name.is_empty() || *file.name == *name;
    found.filter(is_it).ok_or(Refusal(StatusCode::NOT_FOUND, "There is no file here."))
}

/// Past its end.
const OVER: Refusal = Refusal(StatusCode::GONE, "This file is gone: files are kept for a while only.");
