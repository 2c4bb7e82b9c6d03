//! Somebody who looks at the form for an account, with an invitation or without.

use crate::{Frame, Seal, Site, page};
use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use features::invitations::Admission;
use std::sync::Arc;
use store::Fault;

/// An extractor: who comes by an invitation that is not good is told so.
pub(super) struct Visit {
    pub(super) seal: Seal,
    pub(super) frame: Frame,
    /// By which they were invited.
    pub(super) invitation: Option<Admission>,
}

impl FromRequestParts<Arc<Site>> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Visit, Response> {
        let Ok(frame) = Frame::from_request_parts(parts, site).await;
        let Ok(seal) = Seal::from_request_parts(parts, site).await;
        let token = Option::<Path<String>>::from_request_parts(parts, site).await;
        let invitation = match token {
            Ok(None) => None,
            Ok(Some(Path(token))) => match site.hub().admission(&token).await {
                Ok(Some(invitation)) if invitation.lets_in => Some(invitation),
                Ok(_) => return Err(no_such(frame)),
                Err(fault) => return Err(failed(frame, &fault)),
            },
            Err(_) => return Err(no_such(frame)),
        };
        Ok(Visit { seal, frame, invitation })
    }
}

/// A token that is not good, or not any more.
pub(super) fn no_such(frame: Frame) -> Response {
    page::sentence(StatusCode::NOT_FOUND, frame, "no-such-invitation")
}

/// The store cannot say.
pub(super) fn failed(frame: Frame, fault: &Fault) -> Response {
    tracing::error!(%fault, "an invitation cannot be read");
    page::sentence(StatusCode::SERVICE_UNAVAILABLE, frame, "invitation-unreadable")
}
