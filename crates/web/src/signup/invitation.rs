//! The page of an invitation (XEP-0379 §3.3, XEP-0401 §5.2): who invites, one button, and a client for those who
//! have none.

use super::apps::{APPS, App};
use crate::page::show as shown;
use crate::{Page, Site};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use fast_qr::QRBuilder;
use fast_qr::convert::Builder;
use fast_qr::convert::svg::SvgBuilder;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "invitation.html")]
struct Invitation<'a> {
    domain: &'a str,
    inviter: &'a str,
    link: &'a str,
    /// The form for an account, where one is to be had.
    register: Option<String>,
    /// The link, drawn: for the phone of who reads this on a desktop.
    code: String,
    apps: &'a [App],
}

pub(super) async fn show(State(site): State<Arc<Site>>, Path(token): Path<String>) -> Response {
    let landing = match site.hub().landing(&token).await {
        Ok(Some(landing)) => landing,
        Ok(None) => return no_such(),
        Err(fault) => return super::form::failed(&fault),
    };
    let service = site.hub().service();
    let page = Invitation {
        domain: service.domain.as_str(),
        inviter: &landing.inviter,
        link: &landing.link,
        register: landing.lets_in.then(|| format!("{}/{token}", super::REGISTER)),
        code: drawn(&landing.link),
        apps: APPS,
    };
    shown(&page).into_response()
}

/// A token that is not good, or not any more.
pub(super) fn no_such() -> Response {
    Page::sentence(StatusCode::NOT_FOUND, "This invitation is not good, or not any more. Ask for another one.")
}

/// A link as an SVG.
fn drawn(link: &str) -> String {
    let code = QRBuilder::new(link).build();
    code.map(|code| SvgBuilder::default().margin(2).to_str(&code)).unwrap_or_default()
}
