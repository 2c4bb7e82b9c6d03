//! Where to tell of a hole (RFC 9116).

use crate::Site;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use features::contact::{Contacts, Role};
use std::fmt::Write;
use std::sync::Arc;

pub(super) const PATH: &str = "/.well-known/security.txt";

/// How long the file holds, in microseconds: it is made anew for whoever asks, from settings that hold until they are
/// changed (RFC 9116 §2.5.5 wants less than a year).
const HOLDS_MICROS: i64 = 30 * DAY_MICROS;
const DAY_MICROS: i64 = 86_400_000_000;

pub(super) async fn file(State(site): State<Arc<Site>>) -> Response {
    let service = site.hub().service();
    // To the day: it must not tell when the service was asked.
    let today = site.hub().clock().now().div_euclid(DAY_MICROS) * DAY_MICROS;
    match write(&service.contacts, &site.origin(), today + HOLDS_MICROS) {
        Some(text) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response(),
        None => (StatusCode::NOT_FOUND, "There is no contact for security.\n").into_response(),
    }
}

/// The file; none without anybody to tell (§2.5.3 demands one).
fn write(contacts: &Contacts, origin: &str, expires: i64) -> Option<String> {
    let of = |role| contacts.iter().find(|(known, _)| *known == role).map(|(_, uris)| uris);
    let uris = of(Role::Security).or_else(|| of(Role::Admin)).or_else(|| of(Role::Abuse))?;
    let mut text = String::new();
    for uri in uris {
        writeln!(text, "Contact: {uri}").expect("writing to a string does not fail");
    }
    let expires = xmpp::time::write(expires);
    writeln!(text, "Expires: {expires}\nPreferred-Languages: en\nCanonical: {origin}{PATH}")
        .expect("writing to a string does not fail");
    Some(text)
}
