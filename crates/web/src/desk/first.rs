//! How the first owner comes: by a link that is shown to whoever starts the service.

use super::counter::Desk;
use super::login;
use crate::page::sentence;
use crate::{Frame, Seal, Sealed, Site, Visitor};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use features::deed::Password;
use features::invitations::Token;
use serde::Deserialize;
use std::sync::Arc;

pub(super) const PATH: &str = "/desk/first/{token}";

#[derive(Template)]
#[template(path = "desk/first.html")]
struct First {
    action: String,
    token: String,
    domain: String,
    name: String,
    /// What was wrong with the last attempt: in the reader's language, or in English.
    wrong: Option<Wrong>,
    frame: Frame,
}

enum Wrong {
    Own(String),
    English(String),
}

/// What is written into the form.
#[derive(Deserialize)]
pub(super) struct Written {
    name: String,
    password: String,
    password_again: String,
}

/// Where the form of a link is.
pub(super) fn path(token: &Token) -> String {
    PATH.replace("{token}", token.as_str())
}

pub(super) async fn page(
    State(site): State<Arc<Site>>,
    seal: Seal,
    frame: Frame,
    Path(token): Path<String>,
) -> Response {
    match good(&site, &token).await {
        Some(token) => form(&site, (StatusCode::OK, seal, frame), &token, (String::new(), None)),
        None => sentence(StatusCode::NOT_FOUND, frame, "first-over"),
    }
}

pub(super) async fn come(
    State(site): State<Arc<Site>>,
    (seal, frame): (Seal, Frame),
    visitor: Visitor,
    Path(token): Path<String>,
    Sealed(written): Sealed<Written>,
) -> Response {
    let Some(token) = good(&site, &token).await else {
        return sentence(StatusCode::NOT_FOUND, frame, "first-over");
    };
    let Written { name, password, password_again } = written;
    if password != password_again {
        let wrong = Wrong::Own(frame.words.say("passwords-differ"));
        return form(&site, (StatusCode::CONFLICT, seal, frame), &token, (name, Some(wrong)));
    }
    let password = Password(password.into());
    let hub = site.hub();
    if let Err(not_done) = hub.become_owner(&token, (&name, password.clone()), visitor.address).await {
        let wrong = Wrong::English(not_done.sentence().to_owned());
        return form(&site, (StatusCode::CONFLICT, seal, frame), &token, (name, Some(wrong)));
    }
    match hub.prove(&name, password, visitor.address).await {
        Ok(proof) => login::begin(&site, proof, frame),
        // It was right a moment ago: somebody changed it, or the store is gone.
        Err(_) => sentence(StatusCode::SERVICE_UNAVAILABLE, frame, "desk-cannot-look"),
    }
}

/// A link that can be used.
async fn good(site: &Site, token: &str) -> Option<Token> {
    let token = Token::presented(token)?;
    let is_good = site.hub().is_owner_link(&token).await.unwrap_or_else(|fault| {
        tracing::error!(%fault, "nobody can say whether the link of the first owner is good");
        false
    });
    is_good.then_some(token)
}

fn form(
    site: &Site,
    (status, seal, frame): (StatusCode, Seal, Frame),
    token: &Token,
    (name, wrong): (String, Option<Wrong>),
) -> Response {
    let path = path(token);
    let domain = site.hub().service().domain.to_string();
    let page = First { action: frame.words.link(&path), token: seal.token(&path), domain, name, wrong, frame };
    (status, Desk::show(seal, &page)).into_response()
}
