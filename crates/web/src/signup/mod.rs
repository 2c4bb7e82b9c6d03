//! How people come in by a browser: the page of an invitation, and the form for an account. They work without
//! scripts, and what decides is what decides everywhere ([`hub::Hub::apply`]).

mod form;
mod invitation;
mod refusal;
mod visit;

use crate::Site;
use axum::Router;
use axum::routing::get;
use std::sync::Arc;

/// The form, where nobody was invited.
const REGISTER: &str = "/register";

/// `/invite/TOKEN`, `/register` and `/register/TOKEN`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    let form = || get(form::show).post(form::sent);
    Router::new()
        .route("/invite/{token}", get(invitation::show))
        .route(REGISTER, form())
        .route("/register/{token}", form())
}
