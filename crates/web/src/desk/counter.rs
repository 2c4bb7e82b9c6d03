//! What stands on every page of the desk: who is there, the ways to what they may, what came of what they did.

use super::door::Clerk;
use super::sessions::Said;
use super::{DEEDS, HOME, LOGOUT, STAFF, accounts, federation, invitations, promises, reports};
use crate::{Seal, Site, Words};
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use features::staff::Right;
use hub::NotDone;
use std::convert::Infallible;
use std::sync::Arc;

/// Where one can go: the key of its name, its address, and what it takes.
const WAYS: [(&str, &str, Right); 8] = [
    ("desk-home", HOME, Right::Enter),
    ("desk-reports", reports::LIST, Right::Reports),
    ("desk-accounts", accounts::LIST, Right::SeeAccounts),
    ("desk-invitations", invitations::LIST, Right::SeeInvitations),
    ("desk-federation", federation::PAGE, Right::SeeFederation),
    ("desk-promises", promises::PAGE, Right::SeePromises),
    ("desk-staff", STAFF, Right::SeeStaff),
    ("desk-deeds", DEEDS, Right::SeeDeeds),
];

/// The desk as somebody sees it. An extractor for pages behind the door; they have it as the field `desk` of their
/// template, beside `frame`.
pub(super) struct Desk {
    pub(super) clerk: Clerk,
    words: Words,
    path: String,
    seal: Seal,
    site: Arc<Site>,
    /// What came of what was done last.
    said: Option<Said>,
}

/// A way to another page.
pub(super) struct Way {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) is_here: bool,
}

/// A form of one button.
pub(super) struct Button {
    pub(super) label: String,
    pub(super) action: String,
    pub(super) token: String,
    /// What goes with it: names and values.
    pub(super) fields: Vec<(&'static str, String)>,
}

impl Desk {
    /// Under which name it is written down what whoever is here does.
    pub(super) fn by(&self) -> &str {
        self.clerk.account.as_str()
    }

    pub(super) fn words(&self) -> Words {
        self.words
    }

    /// Whether whoever is here may do something.
    pub(super) fn may(&self, right: Right) -> bool {
        self.clerk.role.may(right)
    }

    /// Where they can go.
    pub(super) fn ways(&self) -> Vec<Way> {
        let ways = WAYS.into_iter().filter(|(_, _, right)| self.may(*right));
        let way = |(key, path, _): (&str, &str, Right)| Way {
            name: self.words.say(key),
            address: self.words.link(path),
            is_here: if path == HOME { self.path == HOME } else { self.path.starts_with(path) },
        };
        ways.map(way).collect()
    }

    /// What came of what was done last, in words.
    pub(super) fn said(&self) -> Option<String> {
        self.said.as_ref().map(|said| self.words.with(said.key, &said.value))
    }

    /// What the role of whoever is here is called.
    pub(super) fn role(&self) -> String {
        self.words.say(&format!("role-{}", self.clerk.role.name()))
    }

    /// The way out.
    pub(super) fn leave(&self) -> Button {
        self.button("desk-leave", LOGOUT, Vec::new())
    }

    /// A form of one button, by the key of its label and where it goes.
    pub(super) fn button(&self, label: &str, path: &str, fields: Vec<(&'static str, String)>) -> Button {
        Button { label: self.words.say(label), action: self.action(path), token: self.seal.token(path), fields }
    }

    /// Where a form for `path` goes, in the language that was chosen.
    pub(super) fn action(&self, path: &str) -> String {
        self.words.link(path)
    }

    /// What a form for `path` has in its hidden field `token`.
    pub(super) fn token(&self, path: &str) -> String {
        self.seal.token(path)
    }

    /// A page.
    pub(super) fn show(seal: Seal, page: &impl Template) -> Response {
        (seal, crate::page::show(page)).into_response()
    }

    /// What a page begins with, so that its forms can be sent.
    pub(super) fn seal(&self) -> Seal {
        self.seal.clone()
    }

    /// It is done: on to another page, which says so.
    pub(super) fn done(&self, key: &'static str, value: &str, path: &str) -> Response {
        self.site.sessions.say(&self.clerk.session, Said { key, value: value.to_owned() });
        Redirect::to(&self.words.link(path)).into_response()
    }

    /// It is not done, and why; a way back.
    pub(super) fn not_done(self, frame: crate::Frame, why: &NotDone, back: &str) -> Response {
        let status = match why {
            NotDone::Missing(_) => StatusCode::NOT_FOUND,
            NotDone::Taken(_) | NotDone::Refused(_) => StatusCode::CONFLICT,
            NotDone::Failed(sentence) => {
                tracing::error!(sentence, "what was ordered at the desk was not done");
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        let (seal, back) = (self.seal(), self.words.link(back));
        let page = Unmade { sentence: why.sentence().to_owned(), back, desk: self, frame };
        (status, Desk::show(seal, &page)).into_response()
    }
}

/// What was ordered was not done.
#[derive(Template)]
#[template(path = "desk/not_done.html")]
struct Unmade {
    /// In English, as the command line says it.
    sentence: String,
    back: String,
    desk: Desk,
    frame: crate::Frame,
}

impl FromRequestParts<Arc<Site>> for Desk {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Desk, Infallible> {
        let words = Words::from_request_parts(parts, site).await?;
        let seal = Seal::from_request_parts(parts, site).await?;
        let clerk = parts.extensions.get::<Clerk>().cloned().expect("the door lets nobody else in");
        // What is done says something to the page behind it, not to itself.
        let said = (parts.method == axum::http::Method::GET).then(|| site.sessions.take_said(&clerk.session)).flatten();
        Ok(Desk { clerk, words, path: parts.uri.path().to_owned(), seal, site: site.clone(), said })
    }
}
