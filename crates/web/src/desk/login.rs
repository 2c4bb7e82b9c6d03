//! Logging in at the desk with the password of an account that has a role, and leaving it.

use super::counter::Desk;
use super::door::Clerk;
use super::{HOME, LOGIN};
use crate::page::sentence;
use crate::{Frame, Seal, Sealed, Site, Visitor};
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use features::deed::Password;
use hub::{Proof, Unproved};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "desk/login.html")]
struct Login {
    action: String,
    token: String,
    name: String,
    /// What was wrong with the last attempt.
    wrong: Option<String>,
    frame: Frame,
}

/// What is written into the form.
#[derive(Deserialize)]
pub(super) struct Written {
    name: String,
    password: String,
}

/// A form without fields.
#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn to_home(frame: Frame) -> Redirect {
    Redirect::to(&frame.words.link(HOME))
}

pub(super) async fn page(seal: Seal, frame: Frame) -> Response {
    form(StatusCode::OK, seal, frame, (String::new(), None))
}

pub(super) async fn enter(
    State(site): State<Arc<Site>>,
    seal: Seal,
    frame: Frame,
    visitor: Visitor,
    Sealed(written): Sealed<Written>,
) -> Response {
    let password = Password(written.password.into());
    let wrong = |status, key: &str, frame: Frame| {
        let sentence = frame.words.say(key);
        form(status, seal, frame, (written.name.clone(), Some(sentence)))
    };
    let proof = match site.hub().prove(&written.name, password, visitor.address).await {
        Ok(proof) => proof,
        Err(Unproved::Wrong) => return wrong(StatusCode::FORBIDDEN, "login-wrong", frame),
        Err(Unproved::TooOften) => return wrong(StatusCode::TOO_MANY_REQUESTS, "login-too-often", frame),
        Err(Unproved::Failed(fault)) => {
            tracing::error!(%fault, "nobody can log in at the desk");
            return sentence(StatusCode::SERVICE_UNAVAILABLE, frame, "desk-cannot-look");
        }
    };
    match site.hub().role_of(&proof.account).await {
        Ok(Some(_)) => begin(&site, proof, frame),
        Ok(None) => wrong(StatusCode::FORBIDDEN, "login-no-role", frame),
        Err(fault) => {
            tracing::error!(%fault, "nobody can log in at the desk");
            sentence(StatusCode::SERVICE_UNAVAILABLE, frame, "desk-cannot-look")
        }
    }
}

/// Lets a browser in.
pub(super) fn begin(site: &Site, proof: Proof, frame: Frame) -> Response {
    let (clock, service) = (site.hub().clock(), site.hub().service());
    match site.sessions.begin(clock.random(), proof, clock.now(), &service.limits) {
        Some(id) => ([(header::SET_COOKIE, id.told())], Redirect::to(&frame.words.link(HOME))).into_response(),
        None => sentence(StatusCode::SERVICE_UNAVAILABLE, frame, "desk-full"),
    }
}

pub(super) async fn leave(
    State(site): State<Arc<Site>>,
    frame: Frame,
    Extension(clerk): Extension<Clerk>,
    Sealed(Nothing {}): Sealed<Nothing>,
) -> Redirect {
    site.sessions.end(&clerk.session);
    Redirect::to(&frame.words.link(LOGIN))
}

fn form(status: StatusCode, seal: Seal, frame: Frame, (name, wrong): (String, Option<String>)) -> Response {
    let page = Login { action: frame.words.link(LOGIN), token: seal.token(LOGIN), name, wrong, frame };
    (status, Desk::show(seal, &page)).into_response()
}
