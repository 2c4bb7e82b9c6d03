//! What machines are told of the service: directories, statistics, people who found a hole. All of it is computed from
//! the promises when it is asked for.

mod nodeinfo;
mod outage;
pub mod provider;
mod security;

use crate::Site;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::Value;
use std::sync::Arc;

pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route(provider::PATH, get(provider::file))
        .route(security::PATH, get(security::file))
        .route("/.well-known/nodeinfo", get(nodeinfo::links))
        .route(nodeinfo::PATH, get(nodeinfo::document))
        .route(features::outage::PATH, get(outage::file))
        .route("/.well-known/x-nodeinfo2", get(nodeinfo::second))
}

/// A document that scripts of all origins may read.
fn json(document: &Value) -> impl IntoResponse + use<> {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, document.to_string())
}
