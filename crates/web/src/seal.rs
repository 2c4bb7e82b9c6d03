//! Forms that only our own pages can send: each carries a token that another site can neither read nor make.
//!
//! A browser that is shown a form gets a random id in a cookie, which no script and no other site sees; the token is a
//! keyed hash of that id and of where the form goes. The key lives as long as the process: after a restart a form has
//! to be opened again.

use crate::Site;
use aws_lc_rs::hmac;
use axum::extract::FromRequestParts;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::request::Parts;
use axum::response::{IntoResponseParts, ResponseParts};
use data_encoding::BASE64URL_NOPAD;
use std::convert::Infallible;
use std::sync::Arc;

/// `__Host-`: only over HTTPS, only from this very host, for all paths.
const COOKIE: &str = "__Host-folkmoot";
/// Bytes of a visitor's id.
const ID_BYTES: usize = 32;

/// Makes tokens.
pub(crate) struct Key(hmac::Key);

impl Key {
    pub(crate) fn new(random: &[u8; 32]) -> Key {
        Key(hmac::Key::new(hmac::HMAC_SHA256, random))
    }
}

/// What a browser's forms are sealed with. An extractor; the answer of a page with a form must begin with it, so that
/// the browser gets its cookie: `(seal, page)`.
#[derive(Clone)]
pub struct Seal {
    id: [u8; ID_BYTES],
    is_new: bool,
    site: Arc<Site>,
}

impl Seal {
    /// The token for the form that is sent to `path`. It goes into a hidden field named `token`.
    pub fn token(&self, path: &str) -> String {
        BASE64URL_NOPAD.encode(hmac::sign(&self.site.sealing.0, &self.sealed(path)).as_ref())
    }

    /// Whether a token is the one for the form that was sent to `path`. Compares in constant time.
    pub(crate) fn is_token(&self, path: &str, token: &str) -> bool {
        let token = BASE64URL_NOPAD.decode(token.as_bytes()).unwrap_or_default();
        !self.is_new && hmac::verify(&self.site.sealing.0, &self.sealed(path), &token).is_ok()
    }

    fn sealed(&self, path: &str) -> Vec<u8> {
        [&self.id[..], path.as_bytes()].concat()
    }
}

impl FromRequestParts<Arc<Site>> for Seal {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Seal, Infallible> {
        let known = cookie(&parts.headers, COOKIE).and_then(|text| BASE64URL_NOPAD.decode(text.as_bytes()).ok());
        let known = known.and_then(|id| <[u8; ID_BYTES]>::try_from(id).ok());
        let id = known.unwrap_or_else(|| site.hub().clock().random());
        Ok(Seal { id, is_new: known.is_none(), site: site.clone() })
    }
}

impl IntoResponseParts for Seal {
    type Error = Infallible;

    fn into_response_parts(self, mut answer: ResponseParts) -> Result<ResponseParts, Infallible> {
        if self.is_new {
            let id = BASE64URL_NOPAD.encode(&self.id);
            // Lax: a visitor who comes by a link from elsewhere keeps it.
            let cookie = format!("{COOKIE}={id}; Path=/; Secure; HttpOnly; SameSite=Lax");
            let cookie = HeaderValue::try_from(cookie).expect("base64 is fit for a header");
            answer.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(answer)
    }
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lists = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = lists.flat_map(|list| list.split(';')).filter_map(|one| one.trim().split_once('='));
    cookies.find(|(known, _)| *known == name).map(|(_, value)| value)
}
