//! The form for an account, and what comes of it.

use super::refusal;
use super::visit::Visit;
use crate::apps::{APPS, App};
use crate::{Frame, Sealed, Site, Visitor, page};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use features::deed::Password;
use features::registration::form::Filled;
use hub::Stranger;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "register.html")]
struct Form {
    domain: String,
    lead: String,
    token: String,
    name: String,
    /// The name is chosen already.
    is_chosen: bool,
    question: Option<String>,
    /// Why it was not enough.
    refusal: Option<String>,
    frame: Frame,
}

#[derive(Template)]
#[template(path = "registered.html")]
struct Registered {
    address: String,
    apps: &'static [App],
    frame: Frame,
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

/// What was filled in before, and why it was not enough.
#[derive(Default)]
struct Before {
    name: String,
    refusal: Option<String>,
}

pub(super) async fn show(State(site): State<Arc<Site>>, visit: Visit) -> Response {
    ask(&site, visit, Before::default())
}

pub(super) async fn sent(
    State(site): State<Arc<Site>>,
    visit: Visit,
    visitor: Visitor,
    Sealed(sent): Sealed<Sent>,
) -> Response {
    let words = visit.frame.words;
    let again = |visit, refusal| ask(&site, visit, Before { name: sent.name.clone(), refusal: Some(refusal) });
    if sent.password != sent.password_again {
        return again(visit, words.say("passwords-differ"));
    }
    let filled = Filled {
        name: sent.name.trim().to_owned(),
        password: Password(sent.password.as_str().into()),
        answer: sent.answer.clone(),
    };
    let stranger = Stranger::from(visitor.address).invited_by(visit.invitation.clone());
    match site.hub().apply(&stranger, filled).await {
        Ok(address) => {
            let frame = visit.frame;
            page::show(&Registered { address: address.to_string(), apps: APPS, frame }).into_response()
        }
        Err(refusal) => again(visit, refusal::said(words, &refusal)),
    }
}

/// Shows the form, or why there is none.
fn ask(site: &Site, Visit { seal, frame, invitation }: Visit, before: Before) -> Response {
    let (service, words) = (site.hub().service(), frame.words);
    if let Err(refusal) = service.sign_up.instructions(invitation.as_ref()) {
        return page::said(StatusCode::FORBIDDEN, frame, refusal::said(words, &refusal));
    }
    let chosen = invitation.as_ref().map(|invitation| invitation.name.to_string()).filter(|name| !name.is_empty());
    let status = if before.refusal.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let form = Form {
        domain: service.domain.to_string(),
        lead: words.say(if chosen.is_some() { "register-name-chosen" } else { "register-lead" }),
        token: seal.token(&frame.path),
        is_chosen: chosen.is_some(),
        name: chosen.unwrap_or(before.name),
        question: service.sign_up.question_for(invitation.as_ref()).map(|question| question.text.to_string()),
        refusal: before.refusal,
        frame,
    };
    (status, seal, page::show(&form)).into_response()
}
