//! The desk: where those who run the service do it with a browser. Every page stands in one list with what one must be
//! allowed to open it, and [`door`] asks before any of them is called; all that is done goes through the hub, like from
//! the command line and from clients, and is written down there.

mod accounts;
mod counter;
mod deeds;
mod door;
mod federation;
mod first;
mod invitations;
mod login;
mod overview;
mod promises;
mod reports;
mod sessions;
mod staff;

pub(crate) use sessions::Sessions;

use crate::Site;
use axum::Router;
use axum::routing::{MethodRouter, get, post};
use door::guard;
use features::staff::Right;
use std::sync::Arc;

/// Where the desk begins.
const HOME: &str = "/desk/";
/// Where one gets in.
const LOGIN: &str = "/desk/login";
const LOGOUT: &str = "/desk/logout";
const STAFF: &str = "/desk/staff";
const DEEDS: &str = "/desk/deeds";

/// Every page behind the door, and what it takes.
fn pages() -> Vec<(&'static str, Right, MethodRouter<Arc<Site>>)> {
    vec![
        (HOME, Right::Enter, get(overview::page)),
        (LOGOUT, Right::Enter, post(login::leave)),
        (accounts::LIST, Right::SeeAccounts, get(accounts::page)),
        (accounts::ONE, Right::SeeAccounts, get(accounts::one::page)),
        (accounts::acts::DISABLE, Right::Disable, post(accounts::acts::disable)),
        (accounts::acts::ENABLE, Right::Disable, post(accounts::acts::enable)),
        (accounts::acts::END_SESSIONS, Right::EndAccess, post(accounts::acts::end_sessions)),
        (accounts::acts::REVOKE, Right::EndAccess, post(accounts::acts::revoke)),
        (accounts::acts::SET_PASSWORD, Right::SetPassword, post(accounts::acts::set_password)),
        (accounts::delete::PATH, Right::Delete, get(accounts::delete::page).post(accounts::delete::confirm)),
        (reports::LIST, Right::Reports, get(reports::page)),
        (reports::ONE, Right::Reports, get(reports::one)),
        (reports::CLOSE, Right::Reports, post(reports::close)),
        (invitations::LIST, Right::SeeInvitations, get(invitations::page)),
        (invitations::MAKE, Right::Invite, post(invitations::make)),
        (invitations::REVOKE, Right::Invite, post(invitations::revoke)),
        (invitations::TREE, Right::SeeInvitations, get(invitations::tree)),
        (federation::PAGE, Right::SeeFederation, get(federation::page)),
        (federation::DECIDE, Right::Decide, post(federation::decide)),
        (federation::FORGET, Right::Decide, post(federation::forget)),
        (promises::PAGE, Right::SeePromises, get(promises::page)),
        (STAFF, Right::SeeStaff, get(staff::page)),
        (staff::GIVE, Right::GiveRoles, post(staff::give)),
        (staff::TAKE, Right::GiveRoles, post(staff::take)),
        (DEEDS, Right::SeeDeeds, get(deeds::page)),
    ]
}

/// Every page behind the door and the right that it takes: for tests, which try all of them in all roles.
pub fn doors() -> Vec<(&'static str, Right)> {
    pages().into_iter().map(|(path, right, _)| (path, right)).collect()
}

pub(crate) fn routes(site: &Arc<Site>) -> Router<Arc<Site>> {
    let mut router = Router::new()
        .route("/desk", get(login::to_home))
        .route(LOGIN, get(login::page).post(login::enter))
        .route(first::PATH, get(first::page).post(first::come));
    for (path, right, page) in pages() {
        router = router.route(path, guard(site, right, page));
    }
    router
}

/// The link for the first owner of a service whose pages are under `origin`.
pub fn owner_link(origin: &str, token: &features::invitations::Token) -> String {
    format!("{origin}{}", first::path(token))
}
