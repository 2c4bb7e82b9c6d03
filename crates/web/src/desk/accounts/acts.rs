//! What is done to an account with a click.

use super::{LIST, ONE, path};
use crate::desk::counter::Desk;
use crate::desk::login::Nothing;
use crate::{Frame, Sealed, Site};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use features::login::made_up_password;
use hub::NotDone;
use serde::Deserialize;
use std::sync::Arc;
use xmpp::Jid;

pub(in crate::desk) const DISABLE: &str = "/desk/accounts/{name}/disable";
pub(in crate::desk) const ENABLE: &str = "/desk/accounts/{name}/enable";
pub(in crate::desk) const END_SESSIONS: &str = "/desk/accounts/{name}/end-sessions";
pub(in crate::desk) const SET_PASSWORD: &str = "/desk/accounts/{name}/set-password";
pub(in crate::desk) const REVOKE: &str = "/desk/accounts/{name}/revoke";

/// The new password, shown once.
#[derive(Template)]
#[template(path = "desk/password.html")]
struct NewPassword {
    address: String,
    password: String,
    back: String,
    desk: Desk,
    frame: Frame,
}

/// Which device.
#[derive(Deserialize)]
pub(in crate::desk) struct Which {
    id: String,
}

pub(in crate::desk) async fn disable(
    State(site): State<Arc<Site>>,
    desk: Desk,
    frame: Frame,
    Path(name): Path<String>,
    Sealed(Nothing {}): Sealed<Nothing>,
) -> Response {
    let done = site.hub().disable_account(desk.by(), &name).await;
    told(desk, frame, "account-is-disabled", done.map(|(jid, _)| jid))
}

pub(in crate::desk) async fn enable(
    State(site): State<Arc<Site>>,
    desk: Desk,
    frame: Frame,
    Path(name): Path<String>,
    Sealed(Nothing {}): Sealed<Nothing>,
) -> Response {
    let done = site.hub().enable_account(desk.by(), &name).await;
    told(desk, frame, "account-is-enabled", done)
}

pub(in crate::desk) async fn end_sessions(
    State(site): State<Arc<Site>>,
    desk: Desk,
    frame: Frame,
    Path(name): Path<String>,
    Sealed(Nothing {}): Sealed<Nothing>,
) -> Response {
    let done = match site.hub().find_account(&name).await {
        Ok((jid, _)) => site.hub().disconnect(desk.by(), &jid).await.map(|_| jid),
        Err(not_done) => Err(not_done),
    };
    told(desk, frame, "account-sessions-ended", done)
}

pub(in crate::desk) async fn revoke(
    State(site): State<Arc<Site>>,
    desk: Desk,
    frame: Frame,
    Path(name): Path<String>,
    Sealed(which): Sealed<Which>,
) -> Response {
    let done = site.hub().revoke_client(desk.by(), &name, &which.id).await;
    told(desk, frame, "device-is-out", done.map(|(jid, _)| jid))
}

pub(in crate::desk) async fn set_password(
    State(site): State<Arc<Site>>,
    desk: Desk,
    frame: Frame,
    Path(name): Path<String>,
    Sealed(Nothing {}): Sealed<Nothing>,
) -> Response {
    let password = made_up_password(site.hub().clock().random());
    match site.hub().set_password(desk.by(), &name, password.clone()).await {
        Ok((jid, _)) => {
            let back = frame.words.link(&path(ONE, jid.local().unwrap_or_default()));
            let page = NewPassword { address: jid.to_string(), password: password.0.into(), back, desk, frame };
            Desk::show(page.desk.seal(), &page)
        }
        Err(not_done) => desk.not_done(frame, &not_done, LIST),
    }
}

/// Back to the account, which says what was done; or why it was not.
fn told(desk: Desk, frame: Frame, key: &'static str, done: Result<Jid, NotDone>) -> Response {
    match done {
        Ok(jid) => desk.done(key, jid.as_str(), &path(ONE, jid.local().unwrap_or_default())),
        Err(not_done) => desk.not_done(frame, &not_done, LIST),
    }
}
