//! What is said of an outage (XEP-0455 §2.2).

use crate::Site;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use features::outage::Outage;
use std::sync::Arc;

pub(super) async fn file(State(site): State<Arc<Site>>) -> Response {
    match site.hub().outage().await {
        Ok(outage) => {
            let headers = [
                (header::CONTENT_TYPE, "application/json"),
                (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
                (header::CACHE_CONTROL, "public, max-age=60"),
            ];
            (headers, Outage::json(outage.as_ref())).into_response()
        }
        Err(fault) => {
            tracing::error!(%fault, "nobody can say whether there is an outage");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
