//! A form that a visitor sent, believed only if one of our own pages made it.

use crate::{Frame, Seal, Site, limits, page};
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::{self, HeaderMap};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use tokio::time::timeout;

/// What was written into a form of ours. An extractor for the handler of a POST; it stands last.
pub struct Sealed<T>(pub T);

/// Why a form is not taken, with the frame of the page that says so.
pub struct Rejected(Why, Frame);

/// Why a form is not taken.
enum Why {
    /// Another site had the browser send it.
    FromElsewhere,
    /// Its token is none of ours, or from before a restart.
    NoToken,
    /// It is larger than allowed.
    TooLarge,
    /// It did not come in time.
    TooSlow,
    /// It is no form, or not the one that is expected.
    NotAForm,
}

impl<T: DeserializeOwned + Send> FromRequest<Arc<Site>> for Sealed<T> {
    type Rejection = Rejected;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Sealed<T>, Rejected> {
        let (mut parts, body) = request.into_parts();
        match read(&mut parts, body, site).await {
            Ok(form) => Ok(Sealed(form)),
            Err(why) => {
                let Ok(frame) = Frame::from_request_parts(&mut parts, site).await;
                Err(Rejected(why, frame))
            }
        }
    }
}

async fn read<T: DeserializeOwned>(parts: &mut Parts, body: Body, site: &Arc<Site>) -> Result<T, Why> {
    if is_from_elsewhere(&parts.headers, &site.origin()) {
        return Err(Why::FromElsewhere);
    }
    let Ok(seal) = Seal::from_request_parts(parts, site).await;
    let limits = site.hub().service().limits.clone();
    let reading = timeout(limits::form_time(&limits), to_bytes(body, limits::form_bytes(&limits)));
    let bytes = reading.await.map_err(|_| Why::TooSlow)?.map_err(|_| Why::TooLarge)?;
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes).map_err(|_| Why::NotAForm)?;
    let (_, token) = fields.iter().find(|(name, _)| name == "token").ok_or(Why::NoToken)?;
    if !seal.is_token(parts.uri.path(), token) {
        return Err(Why::NoToken);
    }
    serde_urlencoded::from_bytes(&bytes).map_err(|_| Why::NotAForm)
}

/// What browsers say of where a form comes from. Old ones say nothing; the token is asked of all.
fn is_from_elsewhere(headers: &HeaderMap, origin: &str) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site != "same-origin" && site != "none";
    }
    let Some(from) = text(header::ORIGIN.as_str()) else { return false };
    // Behind a forwarded port a browser knows the service under another address than the configured one.
    let host = text(header::HOST.as_str()).unwrap_or_default();
    from != origin && from.strip_prefix("https://") != Some(host)
}

impl IntoResponse for Rejected {
    fn into_response(self) -> Response {
        let Rejected(why, frame) = self;
        let (status, key) = match why {
            Why::FromElsewhere => (StatusCode::FORBIDDEN, "form-from-elsewhere"),
            Why::NoToken => (StatusCode::FORBIDDEN, "form-too-old"),
            Why::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "form-too-large"),
            Why::TooSlow => (StatusCode::REQUEST_TIMEOUT, "form-too-slow"),
            Why::NotAForm => (StatusCode::BAD_REQUEST, "form-is-none"),
        };
        page::sentence(status, frame, key)
    }
}
