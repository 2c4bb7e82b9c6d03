//! What pages are dressed in. It is part of the program: nothing is loaded from anywhere else.

use crate::Site;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use std::sync::Arc;

const STYLE: &str = include_str!("../assets/style.css");

pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/assets/style.css", get(style))
}

async fn style() -> impl IntoResponse {
    // An hour: a new version of the program may bring another.
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, STYLE)
}
