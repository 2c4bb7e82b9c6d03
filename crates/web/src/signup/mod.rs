//! How people come in by a browser: the page of an invitation, and the form for an account. They work without
//! scripts, and what decides is what decides everywhere ([`hub::Hub::apply`]).

mod apps;
mod form;
mod invitation;

use crate::Site;
use axum::Router;
use axum::routing::get;
use std::sync::Arc;

/// The form, where nobody was invited.
const REGISTER: &str = "/register";

/// `/invite/TOKEN`, `/register` and `/register/TOKEN`.
pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/invite/{token}", get(invitation::show))
        .route(REGISTER, get(form::show).post(form::sent))
        .route("/register/{token}", get(form::show_invited).post(form::sent_invited))
}
