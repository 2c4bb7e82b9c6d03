//! The page of an invitation (XEP-0379 §3.3, XEP-0401 §5.2): who invites, one button, and a client for those who
//! have none.

use super::visit::{failed, no_such};
use crate::apps::{APPS, App};
use crate::{Frame, Site, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use fast_qr::QRBuilder;
use fast_qr::convert::Builder;
use fast_qr::convert::svg::SvgBuilder;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "invitation.html")]
struct Invitation {
    title: String,
    /// What opens it in a client.
    link: String,
    /// The form for an account, where one is to be had.
    register: Option<String>,
    /// The link, drawn: for the phone of who reads this on a desktop.
    code: String,
    apps: &'static [App],
    frame: Frame,
}

pub(super) async fn show(State(site): State<Arc<Site>>, frame: Frame, Path(token): Path<String>) -> Response {
    let landing = match site.hub().landing(&token).await {
        Ok(Some(landing)) => landing,
        Ok(None) => return no_such(frame),
        Err(fault) => return failed(frame, &fault),
    };
    let words = &frame.words;
    let invitation = Invitation {
        title: match &*landing.inviter {
            "" => words.with("invited-to", &frame.name),
            inviter => words.with("invited-by", inviter),
        },
        register: landing.lets_in.then(|| words.link(&format!("{}/{token}", super::REGISTER))),
        code: drawn(&landing.link),
        link: landing.link,
        apps: APPS,
        frame,
    };
    page::show(&invitation).into_response()
}

/// A link as an SVG.
fn drawn(link: &str) -> String {
    let code = QRBuilder::new(link).build();
    code.map(|code| SvgBuilder::default().margin(2).to_str(&code)).unwrap_or_default()
}
