//! Who may open a page of the desk: the one place where a browser's session becomes somebody with a role.

use super::{LOGIN, sessions};
use crate::page::sentence;
use crate::{Frame, Site};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::MethodRouter;
use features::staff::{Right, Role};
use std::sync::Arc;
use store::Fault;
use xmpp::Jid;

/// Somebody at the desk.
#[derive(Clone)]
pub(super) struct Clerk {
    /// Whose account it is; what is done is written down under it.
    pub(super) account: Jid,
    pub(super) role: Role,
    pub(super) session: sessions::Id,
}

/// A page that is called only for those who have the right to it.
pub(super) fn guard(site: &Arc<Site>, right: Right, page: MethodRouter<Arc<Site>>) -> MethodRouter<Arc<Site>> {
    page.layer(middleware::from_fn_with_state((site.clone(), right), enter))
}

async fn enter(State((site, right)): State<(Arc<Site>, Right)>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let clerk = match sessions::Id::of(&parts.headers) {
        Some(session) => clerk(&site, session).await,
        None => Ok(None),
    };
    let Ok(frame) = Frame::from_request_parts(&mut parts, &site).await;
    match clerk {
        Ok(Some(clerk)) if clerk.role.may(right) => {
            parts.extensions.insert(clerk);
            next.run(Request::from_parts(parts, body)).await
        }
        Ok(Some(_)) => sentence(StatusCode::FORBIDDEN, frame, "desk-not-yours"),
        Ok(None) => Redirect::to(&frame.words.link(LOGIN)).into_response(),
        Err(fault) => {
            tracing::error!(%fault, "nobody can be let to the desk");
            sentence(StatusCode::SERVICE_UNAVAILABLE, frame, "desk-cannot-look")
        }
    }
}

/// Who a session is. It ends when its time is over, when its account is disabled or gone, when the password is another
/// one, and when the role is taken.
async fn clerk(site: &Site, session: sessions::Id) -> Result<Option<Clerk>, Fault> {
    let (hub, now) = (site.hub(), site.hub().clock().now());
    let Some(proof) = site.sessions.touch(&session, now, &hub.service().limits) else { return Ok(None) };
    let role = if hub.holds(&proof).await? { hub.role_of(&proof.account).await? } else { None };
    if role.is_none() {
        site.sessions.end(&session);
    }
    Ok(role.map(|role| Clerk { account: proof.account, role, session }))
}
