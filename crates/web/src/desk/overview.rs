//! The first page of the desk: what whoever is here may do.

use super::counter::Desk;
use crate::Frame;
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "desk/overview.html")]
struct Overview {
    /// What the role is for.
    purpose: String,
    desk: Desk,
    frame: Frame,
}

pub(super) async fn page(desk: Desk, frame: Frame) -> Response {
    let purpose = frame.words.say(&format!("role-{}-may", desk.clerk.role.name()));
    Desk::show(desk.seal(), &Overview { purpose, desk, frame })
}
