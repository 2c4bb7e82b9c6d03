//! What pages are dressed in. It is part of the program: nothing is loaded from anywhere else.

use crate::Site;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use std::sync::Arc;

const STYLE: &str = include_str!("../assets/style.css");
const DESK: &str = include_str!("../assets/desk.css");
const RING: &str = include_str!("../assets/ring.svg");
/// An hour: a new version of the program may bring others.
const AGE: &str = "public, max-age=3600";

pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/assets/style.css", get(|| kept("text/css; charset=utf-8", STYLE)))
        .route("/assets/desk.css", get(|| kept("text/css; charset=utf-8", DESK)))
        .route("/assets/ring.svg", get(|| kept("image/svg+xml", RING)))
}

async fn kept(kind: &'static str, content: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, AGE)], content)
}
