//! Deleting an account, after a look at all that goes with it.

use super::{LIST, ONE, path};
use crate::desk::counter::Desk;
use crate::{Frame, Sealed, Site};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use hub::{Holding, NotDone};
use serde::Deserialize;
use std::sync::Arc;

pub(in crate::desk) const PATH: &str = "/desk/accounts/{name}/delete";

#[derive(Template)]
#[template(path = "desk/delete.html")]
struct Delete {
    address: String,
    action: String,
    token: String,
    /// What goes: where it is kept, what it is, and how many entries.
    holdings: Vec<Holding>,
    back: String,
    desk: Desk,
    frame: Frame,
}

/// What confirms it.
#[derive(Deserialize)]
pub(in crate::desk) struct Confirmed {
    address: String,
}

pub(in crate::desk) async fn page(
    State(site): State<Arc<Site>>,
    desk: Desk,
    frame: Frame,
    Path(name): Path<String>,
) -> Response {
    let hub = site.hub();
    let found = match hub.find_account(&name).await {
        Ok((jid, row)) => hub.inventory(row.id).await.map(|holdings| (jid, holdings)),
        Err(not_done) => Err(not_done),
    };
    let (jid, holdings) = match found {
        Ok(found) => found,
        Err(not_done) => return desk.not_done(frame, &not_done, LIST),
    };
    let local = jid.local().unwrap_or_default();
    let path_here = path(PATH, local);
    let page = Delete {
        address: jid.to_string(),
        action: desk.action(&path_here),
        token: desk.token(&path_here),
        holdings,
        back: frame.words.link(&path(ONE, local)),
        desk,
        frame,
    };
    Desk::show(page.desk.seal(), &page)
}

pub(in crate::desk) async fn confirm(
    State(site): State<Arc<Site>>,
    desk: Desk,
    frame: Frame,
    Path(name): Path<String>,
    Sealed(confirmed): Sealed<Confirmed>,
) -> Response {
    let hub = site.hub();
    let done = match hub.find_account(&name).await {
        Ok((jid, _)) if confirmed.address.trim().eq_ignore_ascii_case(jid.as_str()) => {
            hub.delete_account(desk.by(), jid.as_str()).await
        }
        Ok((jid, _)) => Err(NotDone::Refused(format!("To delete {jid}, write exactly that address."))),
        Err(not_done) => Err(not_done),
    };
    match done {
        Ok((jid, _)) => desk.done("account-is-deleted", jid.as_str(), LIST),
        Err(not_done) => desk.not_done(frame, &not_done, LIST),
    }
}
