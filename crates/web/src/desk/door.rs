//! Who may open a page of the desk: the one place where a browser's session becomes somebody with a role.

use super::{LOGIN, sessions};
use crate::page::sentence;
use crate::{Frame, Site};
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::MethodRouter;
use features::staff::{Right, Role};
use hub::NotDone;
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
        Ok(Some(clerk)) if !clerk.role.may(right) => sentence(StatusCode::FORBIDDEN, frame, "desk-not-yours"),
        Ok(Some(clerk)) if right.touches() && !may_touch(&site, &clerk, &mut parts).await => {
            sentence(StatusCode::FORBIDDEN, frame, "desk-not-them")
        }
        Ok(Some(clerk)) => {
            parts.extensions.insert(clerk);
            next.run(Request::from_parts(parts, body)).await
        }
        Ok(None) => Redirect::to(&frame.words.link(LOGIN)).into_response(),
        Err(fault) => {
            tracing::error!(%fault, "nobody can be let to the desk");
            sentence(StatusCode::SERVICE_UNAVAILABLE, frame, "desk-cannot-look")
        }
    }
}

/// Whether somebody may act on the account that the page's path names. What is not there is for the page to say.
async fn may_touch(site: &Arc<Site>, clerk: &Clerk, parts: &mut Parts) -> bool {
    let Ok(Path(name)) = Path::<String>::from_request_parts(parts, site).await else { return false };
    let other = match site.hub().find_account(&name).await {
        Ok((account, _)) => site.hub().role_of(&account).await.map_err(NotDone::from),
        Err(NotDone::Failed(why)) => Err(NotDone::Failed(why)),
        Err(_) => return true,
    };
    other.map(|other| clerk.role.may_touch(other)).unwrap_or_else(|not_done| {
        tracing::error!(why = not_done.sentence(), "nobody can say whether an account has a role; it is left alone");
        false
    })
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
