//! Who runs the service: giving roles, and taking them.

use super::STAFF;
use super::counter::{Button, Desk};
use crate::{Frame, Sealed, Site};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use features::staff::{Right, Role};
use serde::Deserialize;
use std::sync::Arc;

pub(super) const GIVE: &str = "/desk/staff/give";
pub(super) const TAKE: &str = "/desk/staff/take";

#[derive(Template)]
#[template(path = "desk/staff.html")]
struct Staff {
    members: Vec<Member>,
    roles: Vec<Given>,
    desk: Desk,
    frame: Frame,
}

/// Somebody who runs the service.
struct Member {
    address: String,
    role: String,
    /// Since when, or by what.
    since: String,
    /// Takes the role; there for those who may, where it can be taken here.
    take: Option<Button>,
}

/// A role that can be given.
struct Given {
    word: &'static str,
    name: String,
    /// What it is for.
    may: String,
}

/// What is written into the form for giving a role.
#[derive(Deserialize)]
pub(super) struct Wish {
    name: String,
    role: String,
}

/// What the form for taking one holds.
#[derive(Deserialize)]
pub(super) struct Taken {
    name: String,
}

pub(super) async fn page(State(site): State<Arc<Site>>, desk: Desk, frame: Frame) -> Response {
    let service = site.hub().service();
    let members = match site.hub().staff().await {
        Ok(members) => members,
        Err(fault) => return desk.not_done(frame, &fault.into(), STAFF),
    };
    let words = frame.words;
    let role_name = |role: Role| words.say(&format!("role-{}", role.name()));
    let configured = service.admins.iter().map(|admin| Member {
        address: admin.to_string(),
        role: role_name(Role::Owner),
        since: words.say("staff-configured"),
        take: None,
    });
    let given = members.iter().map(|member| {
        let address = format!("{}@{}", member.localpart, service.domain);
        let take = desk.may(Right::GiveRoles).then(|| desk.button("staff-take", TAKE, vec![("name", address.clone())]));
        let since = words.with("staff-since", &words.day(member.given_at));
        Member { address, role: role_name(member.role), since, take }
    });
    let members = configured.chain(given).collect();
    // The least first: that is what is meant when nothing is chosen.
    let roles = Role::ALL.into_iter().rev().map(|role| Given {
        word: role.name(),
        name: role_name(role),
        may: words.say(&format!("role-{}-may", role.name())),
    });
    let roles = roles.collect();
    Desk::show(desk.seal(), &Staff { members, roles, desk, frame })
}

pub(super) async fn give(
    State(site): State<Arc<Site>>,
    desk: Desk,
    frame: Frame,
    Sealed(wish): Sealed<Wish>,
) -> Response {
    let Some(role) = Role::parse(&wish.role) else {
        return crate::page::sentence(axum::http::StatusCode::BAD_REQUEST, frame, "form-is-none");
    };
    match site.hub().give_role(desk.by(), wish.name.trim(), role).await {
        Ok(account) => desk.done("staff-given", account.as_str(), STAFF),
        Err(not_done) => desk.not_done(frame, &not_done, STAFF),
    }
}

pub(super) async fn take(
    State(site): State<Arc<Site>>,
    desk: Desk,
    frame: Frame,
    Sealed(taken): Sealed<Taken>,
) -> Response {
    match site.hub().take_role(desk.by(), &taken.name).await {
        Ok(account) => desk.done("staff-taken", account.as_str(), STAFF),
        Err(not_done) => desk.not_done(frame, &not_done, STAFF),
    }
}
