//! The first page, and the rules on one of their own: what the service is, how one joins, what it promises.

pub(crate) mod facts;

use crate::apps::{self, App};
use crate::page::show;
use crate::promises;
use crate::{Frame, Site};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use facts::{Address, Fact};
use features::promises::Promises;
use features::registration::Mode;
use features::statement::said;
use std::sync::Arc;

pub(crate) fn routes() -> Router<Arc<Site>> {
    Router::new().route("/", get(landing)).route("/rules", get(rules))
}

#[derive(Template)]
#[template(path = "landing.html")]
struct Landing {
    /// What an address here looks like.
    address: String,
    description: String,
    join: Vec<String>,
    begin: String,
    apps: &'static [App],
    facts: Vec<Fact>,
    rules: Vec<String>,
    /// What for, and where.
    contacts: Vec<(String, Vec<Address>)>,
    frame: Frame,
}

async fn landing(State(site): State<Arc<Site>>, frame: Frame) -> impl IntoResponse {
    let (service, usage) = (site.hub().service(), site.usage().await);
    let promises = Promises::of(&service, usage);
    let words = &frame.words;
    let description = said(&promises.statement.description, words.language()).cloned();
    let page = Landing {
        address: format!("…@{}", promises.domain),
        description: description.unwrap_or_else(|| words.say("landing-description")),
        join: join(&promises, &frame),
        begin: match promises.sign_up.mode {
            Mode::Open => words.with("begin-account-open", promises.domain),
            Mode::Invite => words.say("begin-account-invite"),
            Mode::Closed => words.say("begin-account-closed"),
        },
        apps: apps::APPS,
        facts: promises::facts(&promises, words),
        rules: said(&promises.statement.rules, words.language()).cloned().unwrap_or_default(),
        contacts: facts::people_to_ask(&promises, *words),
        frame,
    };
    show(&page)
}

/// Whether somebody can join, in sentences.
fn join(promises: &Promises<'_>, frame: &Frame) -> Vec<String> {
    let mut sentences = Vec::new();
    match promises.sign_up.mode {
        Mode::Open => {
            sentences.push(frame.words.say("join-open"));
            if promises.sign_up.question.is_some() {
                sentences.push(frame.words.say("join-question"));
            }
        }
        Mode::Invite => sentences.push(frame.words.say("join-invite")),
        Mode::Closed => sentences.push(frame.words.say("join-closed")),
    }
    sentences
}

#[derive(Template)]
#[template(path = "rules.html")]
struct Rules {
    rules: Vec<String>,
    frame: Frame,
}

async fn rules(State(site): State<Arc<Site>>, frame: Frame) -> Response {
    let service = site.hub().service();
    match said(&service.statement.rules, frame.words.language()) {
        Some(rules) => show(&Rules { rules: rules.clone(), frame }).into_response(),
        None => crate::page::sentence(StatusCode::NOT_FOUND, frame, "nothing-here"),
    }
}
