//! Invitations: those that are good, making one, taking one back, and who came by whose.

use super::HOME;
use super::counter::{Button, Desk};
use crate::{Frame, Sealed, Site};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use features::invitations::tree::Node;
use features::invitations::{Kind, Listed};
use features::staff::Right;
use hub::NotDone;
use serde::Deserialize;
use std::sync::Arc;

pub(super) const LIST: &str = "/desk/invitations";
pub(super) const MAKE: &str = "/desk/invitations/make";
pub(super) const REVOKE: &str = "/desk/invitations/revoke";
pub(super) const TREE: &str = "/desk/invitations/tree";

/// What is further down in the tree is not moved to the right any more.
const DEPTH_SHOWN: u32 = 6;

#[derive(Template)]
#[template(path = "desk/invitations.html")]
struct List {
    invitations: Vec<Line>,
    tree: String,
    desk: Desk,
    frame: Frame,
}

/// An invitation in the list.
struct Line {
    what: String,
    /// Who made it, how often it can be used, until when.
    note: String,
    revoke: Option<Button>,
}

#[derive(Template)]
#[template(path = "desk/invitation.html")]
struct Made {
    /// For the app.
    link: String,
    /// For browsers; none where there are no pages.
    page: Option<String>,
    until: String,
    back: String,
    desk: Desk,
    frame: Frame,
}

#[derive(Template)]
#[template(path = "desk/tree.html")]
struct Tree {
    came: Vec<Came>,
    back: String,
    desk: Desk,
    frame: Frame,
}

/// One who came.
struct Came {
    depth: u32,
    /// Name and page; none if the account is gone.
    account: Option<(String, String)>,
    is_disabled: bool,
    when: String,
}

/// What is written into the form.
#[derive(Deserialize)]
pub(super) struct Wanted {
    name: String,
    uses: String,
    days: String,
}

/// Which one is taken back.
#[derive(Deserialize)]
pub(super) struct Which {
    number: i64,
}

pub(super) async fn page(State(site): State<Arc<Site>>, desk: Desk, frame: Frame) -> Response {
    let listed = match site.hub().invitations(None, 0).await {
        Ok(listed) => listed,
        Err(not_done) => return desk.not_done(frame, &not_done, HOME),
    };
    let words = frame.words;
    let line = |one: Listed| {
        let what = match (one.kind, &*one.name) {
            (Kind::Contact, _) => words.say("invitation-contact"),
            (Kind::Account | Kind::AccountAndContact, "") => words.say("invitation-account"),
            (Kind::Account | Kind::AccountAndContact, name) => words.with("invitation-name", name),
        };
        let by = if one.inviter.is_empty() {
            words.say("invitation-by-staff")
        } else {
            words.with("invitation-by", &one.inviter)
        };
        let uses = words.count("invitation-uses", u64::try_from(one.uses_left).unwrap_or(0));
        let until = words.with("invitation-until", &words.moment(one.expires_at));
        let revoke = desk
            .may(Right::Invite)
            .then(|| desk.button("invitation-revoke", REVOKE, vec![("number", one.number.to_string())]));
        Line { what, note: [by, uses, until].join(" · "), revoke }
    };
    let invitations = listed.into_iter().rev().map(line).collect();
    let page = List { invitations, tree: words.link(TREE), desk, frame };
    Desk::show(page.desk.seal(), &page)
}

pub(super) async fn make(
    State(site): State<Arc<Site>>,
    desk: Desk,
    frame: Frame,
    Sealed(wanted): Sealed<Wanted>,
) -> Response {
    let hub = site.hub();
    let made = match read(&wanted) {
        Ok((uses, days)) => match hub.account_wish(wanted.name.trim(), uses, days) {
            Ok(wish) => hub.invite(Some(&desk.clerk.account), &wish).await,
            Err(not_done) => Err(not_done),
        },
        Err(not_done) => Err(not_done),
    };
    match made {
        Ok(made) => {
            let (until, back) = (frame.words.moment(made.expires_at), frame.words.link(LIST));
            let page = Made { link: made.link, page: made.page, until, back, desk, frame };
            Desk::show(page.desk.seal(), &page)
        }
        Err(not_done) => desk.not_done(frame, &not_done, LIST),
    }
}

/// How many may come, and for how many days it is good; as many as usual where nothing is written.
fn read(wanted: &Wanted) -> Result<(u32, Option<u32>), NotDone> {
    let number = |text: &str| {
        text.parse::<u32>().map_err(|_| NotDone::Refused(format!("`{text}` is not a number; write it in digits.")))
    };
    let uses = match wanted.uses.trim() {
        "" => 1,
        text => number(text)?,
    };
    let days = match wanted.days.trim() {
        "" => None,
        text => Some(number(text)?),
    };
    Ok((uses, days))
}

pub(super) async fn revoke(
    State(site): State<Arc<Site>>,
    desk: Desk,
    frame: Frame,
    Sealed(which): Sealed<Which>,
) -> Response {
    match site.hub().revoke_any_invitation(desk.by(), which.number).await {
        Ok(()) => desk.done("invitation-is-revoked", "", LIST),
        Err(not_done) => desk.not_done(frame, &not_done, LIST),
    }
}

pub(super) async fn tree(State(site): State<Arc<Site>>, desk: Desk, frame: Frame) -> Response {
    let nodes = match site.hub().invited(None).await {
        Ok(nodes) => nodes,
        Err(not_done) => return desk.not_done(frame, &not_done, LIST),
    };
    let words = frame.words;
    let came = |node: Node| Came {
        depth: node.depth.min(DEPTH_SHOWN),
        account: node.name.map(|name| {
            let link = words.link(&super::accounts::path(super::accounts::ONE, &name));
            (name.into(), link)
        }),
        is_disabled: node.is_disabled,
        when: if node.came_at > 0 { words.day(node.came_at) } else { String::new() },
    };
    let page = Tree { came: nodes.into_iter().map(came).collect(), back: words.link(LIST), desk, frame };
    Desk::show(page.desk.seal(), &page)
}
