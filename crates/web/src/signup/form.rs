//! The form for an account, and what comes of it.

use super::REGISTER;
use super::apps::{APPS, App};
use super::invitation::no_such;
use crate::page::show as shown;
use crate::{Page, Seal, Sealed, Site, Visitor};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use features::deed::Password;
use features::invitations::Admission;
use features::registration::Refusal;
use features::registration::form::Filled;
use hub::Stranger;
use serde::Deserialize;
use std::sync::Arc;
use store::Fault;

#[derive(Template)]
#[template(path = "register.html")]
struct Form<'a> {
    domain: &'a str,
    instructions: &'a str,
    path: &'a str,
    token: String,
    name: &'a str,
    /// The name is chosen already.
    is_chosen: bool,
    question: Option<&'a str>,
    /// Why it was not enough.
    refusal: Option<String>,
}

#[derive(Template)]
#[template(path = "registered.html")]
struct Registered<'a> {
    address: &'a str,
    apps: &'a [App],
}

/// What somebody filled in.
#[derive(Deserialize)]
pub(super) struct Sent {
    name: String,
    password: String,
    password_again: String,
    #[serde(default)]
    answer: String,
}

pub(super) async fn show(State(site): State<Arc<Site>>, seal: Seal) -> Response {
    ask(&site, seal, (REGISTER, None), Before::default())
}

pub(super) async fn show_invited(State(site): State<Arc<Site>>, seal: Seal, Path(token): Path<String>) -> Response {
    match admission(&site, &token).await {
        Ok(invitation) => ask(&site, seal, (&path(&token), Some(&invitation)), Before::default()),
        Err(answer) => answer,
    }
}

pub(super) async fn sent(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    seal: Seal,
    Sealed(sent): Sealed<Sent>,
) -> Response {
    take(&site, (visitor, seal), (REGISTER, None), sent).await
}

pub(super) async fn sent_invited(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    (seal, Path(token)): (Seal, Path<String>),
    Sealed(sent): Sealed<Sent>,
) -> Response {
    match admission(&site, &token).await {
        Ok(invitation) => take(&site, (visitor, seal), (&path(&token), Some(invitation)), sent).await,
        Err(answer) => answer,
    }
}

fn path(token: &str) -> String {
    format!("{REGISTER}/{token}")
}

async fn admission(site: &Site, token: &str) -> Result<Admission, Response> {
    match site.hub().admission(token).await {
        Ok(Some(invitation)) if invitation.lets_in => Ok(invitation),
        Ok(_) => Err(no_such()),
        Err(fault) => Err(failed(&fault)),
    }
}

/// What was filled in before, and why it was not enough.
#[derive(Default)]
struct Before<'a> {
    name: &'a str,
    refusal: Option<String>,
}

/// Shows the form, or why there is none.
fn ask(site: &Site, seal: Seal, (path, invitation): (&str, Option<&Admission>), before: Before<'_>) -> Response {
    let service = site.hub().service();
    let instructions = match service.sign_up.instructions(invitation) {
        Ok(instructions) => instructions,
        Err(refusal) => return Page::sentence(StatusCode::FORBIDDEN, &refusal.to_string()),
    };
    let chosen = invitation.map_or("", |invitation| &*invitation.name);
    let status = if before.refusal.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Form {
        domain: service.domain.as_str(),
        instructions,
        path,
        token: seal.token(path),
        name: if chosen.is_empty() { before.name } else { chosen },
        is_chosen: !chosen.is_empty(),
        question: service.sign_up.question_for(invitation).map(|question| &*question.text),
        refusal: before.refusal,
    };
    (status, seal, shown(&page)).into_response()
}

async fn take(
    site: &Site,
    (visitor, seal): (Visitor, Seal),
    (path, invitation): (&str, Option<Admission>),
    sent: Sent,
) -> Response {
    let again = |refusal: String| {
        let before = Before { name: &sent.name, refusal: Some(refusal) };
        ask(site, seal.clone(), (path, invitation.as_ref()), before)
    };
    if sent.password != sent.password_again {
        return again("The two passwords differ.".to_owned());
    }
    let filled = Filled {
        name: sent.name.trim().to_owned(),
        password: Password(sent.password.as_str().into()),
        answer: sent.answer.clone(),
    };
    let stranger = Stranger::from(visitor.address).invited_by(invitation.clone());
    match site.hub().apply(&stranger, filled).await {
        Ok(address) => shown(&Registered { address: address.as_str(), apps: APPS }).into_response(),
        Err(Refusal::Failed(_)) => again("The account could not be stored. Try again in a while.".to_owned()),
        Err(refusal) => again(refusal.to_string()),
    }
}

/// The store cannot say.
pub(super) fn failed(fault: &Fault) -> Response {
    tracing::error!(%fault, "an invitation cannot be read");
    Page::sentence(StatusCode::SERVICE_UNAVAILABLE, "This cannot be looked up right now. Try again in a while.")
}
