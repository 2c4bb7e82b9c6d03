//! Documents that people and programs read: each is made once, from the promises, and written as HTML and as Markdown.

mod account;
mod legal;
mod markdown;
mod privacy;
mod terms;
mod versions;

pub use versions::publish_policies;

use crate::landing::facts::people_to_ask;
use crate::page::{sentence, show};
use crate::{Frame, Site, Words};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use features::promises::{Promises, TERMS};
use std::sync::Arc;

/// Who answers for the service.
pub(crate) const LEGAL: &str = "/legal";
/// What is kept of people, and what they can do about it.
pub(crate) const PRIVACY: &str = "/policies/privacy";
/// How reports are acted on.
pub(crate) const MODERATION: &str = "/policies/moderation";
/// What people can do with their accounts.
pub(crate) const ACCOUNT: &str = "/account/";
/// What to do without a password.
pub(crate) const RECOVER: &str = "/account/recover";

/// A document of which there is one in each language.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Terms,
    Privacy,
    Moderation,
    Legal,
    Account,
    Recover,
    Export,
    Delete,
}

/// Where each is. Behind the address, `.md` has it as Markdown.
const ALL: [(&str, Kind); 8] = [
    (TERMS, Kind::Terms),
    (MODERATION, Kind::Moderation),
    (PRIVACY, Kind::Privacy),
    (LEGAL, Kind::Legal),
    (ACCOUNT, Kind::Account),
    (RECOVER, Kind::Recover),
    ("/account/export", Kind::Export),
    ("/account/delete", Kind::Delete),
];

impl Kind {
    const ALL: [Kind; 8] = [
        Kind::Terms,
        Kind::Privacy,
        Kind::Moderation,
        Kind::Legal,
        Kind::Account,
        Kind::Recover,
        Kind::Export,
        Kind::Delete,
    ];

    /// The word in the store.
    fn name(self) -> &'static str {
        match self {
            Kind::Terms => "terms",
            Kind::Privacy => "privacy",
            Kind::Moderation => "moderation",
            Kind::Legal => "legal",
            Kind::Account => "account",
            Kind::Recover => "recover",
            Kind::Export => "export",
            Kind::Delete => "delete",
        }
    }

    /// Whether it binds somebody, so that what it said before matters.
    fn is_policy(self) -> bool {
        matches!(self, Kind::Terms | Kind::Privacy | Kind::Moderation | Kind::Legal)
    }
}

pub(crate) fn routes() -> Router<Arc<Site>> {
    let mut router = Router::new()
        // W3C: where browsers that keep passwords send people.
        .route("/.well-known/change-password", get(|| async { Redirect::to(ACCOUNT) }));
    for (path, kind) in ALL {
        router = router.route(path, get(move |site, frame| html(kind, site, frame)));
        if !path.ends_with('/') {
            router = router.route(&format!("{path}.md"), get(move |site, frame| markdown(kind, site, frame)));
        }
        if kind.is_policy() {
            let text = move |site, number, frame| versions::text(kind, site, number, frame);
            router = router
                .route(&format!("{path}/history"), get(move |site, frame| versions::list(kind, site, frame)))
                .route(&format!("{path}/versions/{{number}}"), get(text));
        }
    }
    router
}

/// A text with headings.
struct Document {
    title: String,
    sections: Vec<Section>,
}

/// What stands under one heading; the first has none.
struct Section {
    heading: String,
    blocks: Vec<Block>,
}

enum Block {
    Paragraph(String),
    List(Vec<String>),
    /// Words and addresses.
    Links(Vec<(String, String)>),
    /// Names and what they mean, in English whatever the language of the document.
    English(Vec<(&'static str, String)>),
}

impl Section {
    fn new(heading: String, blocks: Vec<Block>) -> Section {
        Section { heading, blocks }
    }
}

#[derive(Template)]
#[template(path = "document.html")]
struct Page {
    document: Document,
    /// Where it is as Markdown, and the hash of that.
    markdown: Option<(String, String)>,
    /// Which version it is, and where the others are.
    version: Option<(String, String)>,
    frame: Frame,
}

/// The document; none if the operator did not say enough for it.
async fn make(kind: Kind, site: &Site, words: Words) -> Option<Document> {
    let (service, usage) = (site.hub().service(), site.usage().await);
    let promises = Promises::of(&service, usage);
    match kind {
        Kind::Terms => Some(terms::document(&promises, words)),
        Kind::Moderation => Some(terms::moderation(&promises, words)),
        Kind::Privacy => Some(privacy::document(&promises, words)),
        Kind::Legal => legal::document(&promises, words),
        Kind::Account => Some(account::overview(words)),
        Kind::Recover => Some(account::recover(&promises, words)),
        Kind::Export => Some(account::export(&promises, words)),
        Kind::Delete => Some(account::delete(words)),
    }
}

async fn html(kind: Kind, State(site): State<Arc<Site>>, frame: Frame) -> Response {
    let Some(document) = make(kind, &site, frame.words).await else {
        return sentence(StatusCode::NOT_FOUND, frame, "nothing-here");
    };
    let (words, text) = (frame.words, markdown::write(&document));
    let link = |behind: &str| words.link(&format!("{}{behind}", frame.path));
    let markdown = (!frame.path.ends_with('/')).then(|| (link(".md"), versions::hash(&text)));
    let version = match kind.is_policy() {
        true => versions::version(&site, kind, words, &text).await.unwrap_or_else(|fault| {
            tracing::error!(%fault, "a policy is shown without its version");
            None
        }),
        false => None,
    };
    let version = version.map(|version| (versions::title_of(&version, words), link("/history")));
    show(&Page { document, markdown, version, frame }).into_response()
}

async fn markdown(kind: Kind, State(site): State<Arc<Site>>, frame: Frame) -> Response {
    match make(kind, &site, frame.words).await {
        Some(document) => {
            ([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], markdown::write(&document)).into_response()
        }
        None => sentence(StatusCode::NOT_FOUND, frame, "nothing-here"),
    }
}

/// How to reach those who run the service, as a section of a document.
fn contacts(promises: &Promises<'_>, words: Words) -> Section {
    let links = people_to_ask(promises, words).into_iter().flat_map(|(what, addresses)| {
        addresses.into_iter().map(move |address| (format!("{what}: {}", address.text), address.uri))
    });
    let links: Vec<(String, String)> = links.collect();
    let blocks = match links.is_empty() {
        true => vec![Block::Paragraph(words.say("contact-unsaid"))],
        false => vec![Block::Links(links)],
    };
    Section::new(words.say("contact-title"), blocks)
}
