//! Accounts: finding them, looking at one, and what can be done to it with a click.

pub(super) mod acts;
pub(super) mod delete;
pub(super) mod one;

use super::counter::Desk;
use crate::{Frame, Site};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use features::login::{self, AccountRow};
use serde::Deserialize;
use std::sync::Arc;

pub(super) const LIST: &str = "/desk/accounts";
pub(super) const ONE: &str = "/desk/accounts/{name}";

/// Accounts on a page.
const SHOWN: u32 = 50;

#[derive(Template)]
#[template(path = "desk/accounts.html")]
struct List {
    count: String,
    /// What was looked for.
    part: String,
    accounts: Vec<Line>,
    /// Where those that came before are.
    older: Option<String>,
    desk: Desk,
    frame: Frame,
}

/// An account in the list.
struct Line {
    address: String,
    link: String,
    is_disabled: bool,
    made: String,
}

/// What is looked for.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
    before: Option<i64>,
}

/// The path of a page about an account, from the one in the list of pages.
pub(super) fn path(page: &str, localpart: &str) -> String {
    page.replace("{name}", &percent(localpart))
}

pub(super) async fn page(
    State(site): State<Arc<Site>>,
    desk: Desk,
    frame: Frame,
    Query(Wanted { q, before }): Query<Wanted>,
) -> Response {
    // An address finds its account.
    let part = q.trim().split('@').next().unwrap_or_default().to_lowercase();
    let (hub, words) = (site.hub(), frame.words);
    let found = async {
        let count = login::count(hub.store(), None).await?;
        Ok((count, login::search(hub.store(), &part, before, SHOWN).await?))
    };
    let (count, rows) = match found.await {
        Ok(found) => found,
        Err(fault) => {
            let fault: store::Fault = fault;
            return desk.not_done(frame, &fault.into(), super::HOME);
        }
    };
    let domain = &hub.service().domain;
    let last = rows.last().filter(|_| rows.len() == SHOWN as usize);
    let older = last.map(|last| words.link(&format!("{LIST}?q={}&before={}", percent(&part), last.id)));
    let line = |row: AccountRow| Line {
        address: format!("{}@{domain}", row.localpart),
        link: words.link(&path(ONE, &row.localpart)),
        is_disabled: row.state == login::State::Disabled,
        made: words.day(row.created_at),
    };
    let accounts = rows.into_iter().map(line).collect();
    let page = List { count: words.count("accounts-count", count), part: q, accounts, older, desk, frame };
    Desk::show(page.desk.seal(), &page)
}

/// A name as a part of a path (RFC 3986 §2.1).
fn percent(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}
