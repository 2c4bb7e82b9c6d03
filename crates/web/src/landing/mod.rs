//! The first page, and the rules on one of their own: what the service is, how one joins, what it promises.

mod facts;

use crate::apps::{self, App};
use crate::page::show;
use crate::{Frame, Site};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use facts::Fact;
use features::contact::Role;
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

/// Where somebody is reached.
struct Address {
    /// For the browser.
    uri: String,
    /// For people.
    text: String,
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
        facts: facts::facts(&promises, words),
        rules: said(&promises.statement.rules, words.language()).cloned().unwrap_or_default(),
        contacts: contacts(&promises, &frame),
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

fn contacts(promises: &Promises<'_>, frame: &Frame) -> Vec<(String, Vec<Address>)> {
    let key = |role: Role| format!("contact-{}", role.field().trim_end_matches("-addresses"));
    let address = |uri: &String| {
        let (scheme, rest) = uri.split_once(':').unwrap_or(("", uri));
        let rest = rest.split('?').next().unwrap_or(rest);
        let text = match scheme {
            "mailto" => frame.words.with("by-mail", rest),
            "xmpp" => frame.words.with("by-chat", rest),
            "tel" => frame.words.with("by-phone", rest),
            _ => uri.clone(),
        };
        Address { uri: uri.clone(), text }
    };
    let contacts = promises.contacts.iter();
    contacts.map(|(role, uris)| (frame.words.say(&key(*role)), uris.iter().map(address).collect())).collect()
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
