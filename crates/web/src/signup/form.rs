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
use features::login;
use features::registration::form::Filled;
use features::registration::{Made, Refusal};
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
    /// The account is applied for, and this was said so far.
    reason: Option<String>,
    /// What has to be agreed to: number and address.
    terms: Option<(u32, String)>,
    /// Why it was not enough.
    refusal: Option<String>,
    frame: Frame,
}

#[derive(Template)]
#[template(path = "applied.html")]
struct Applied {
    address: String,
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
    #[serde(default)]
    reason: String,
    /// The number of the terms that were agreed to.
    #[serde(default)]
    terms: String,
}

/// What was filled in before, and why it was not enough.
#[derive(Default)]
struct Before {
    name: String,
    reason: String,
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
    let again = |visit, refusal| {
        ask(&site, visit, Before { name: sent.name.clone(), reason: sent.reason.clone(), refusal: Some(refusal) })
    };
    if sent.password != sent.password_again {
        return again(visit, words.say("passwords-differ"));
    }
    let terms = site.hub().service().sign_up.terms.clone();
    let agrees = terms.as_ref().is_some_and(|terms| sent.terms == terms.version.to_string());
    if terms.is_some() && !agrees {
        return again(visit, words.say("refused-terms"));
    }
    let filled = Filled {
        agrees,
        name: sent.name.trim().to_owned(),
        password: Password(sent.password.as_str().into()),
        answer: sent.answer.clone(),
        // RFC 1866 §8.2.1: browsers send lines as CRLF.
        reason: sent.reason.replace("\r\n", "\n").trim().to_owned(),
    };
    let stranger = Stranger::from(visitor.address).invited_by(visit.invitation.clone());
    match site.hub().apply(&stranger, filled).await {
        Ok(Made { jid, state: login::State::Waiting, .. }) => {
            page::show(&Applied { address: jid.to_string(), frame: visit.frame }).into_response()
        }
        Ok(Made { jid, .. }) => {
            page::show(&Registered { address: jid.to_string(), apps: APPS, frame: visit.frame }).into_response()
        }
        Err(refusal @ (Refusal::ApplicationWaits | Refusal::ApplicationRefused(_))) => {
            page::said(StatusCode::OK, visit.frame, refusal::said(words, &refusal))
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
        lead: words.say(match (service.sign_up.is_applied_for(invitation.as_ref()), &chosen) {
            (true, _) => "register-apply",
            (false, Some(_)) => "register-name-chosen",
            (false, None) => "register-lead",
        }),
        token: seal.token(&frame.path),
        is_chosen: chosen.is_some(),
        name: chosen.unwrap_or(before.name),
        question: service.sign_up.question_for(invitation.as_ref()).map(|question| question.text.to_string()),
        reason: service.sign_up.is_applied_for(invitation.as_ref()).then_some(before.reason),
        terms: service.sign_up.terms.as_ref().map(|terms| (terms.version, terms.url.to_string())),
        refusal: before.refusal,
        frame,
    };
    (status, seal, page::show(&form)).into_response()
}
