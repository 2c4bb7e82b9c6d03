//! Policies as they were: each text has a number, a hash and a day, and what it said before stays readable.

use super::{Document, Kind, make, markdown};
use crate::page::{sentence, show};
use crate::{Frame, Site, Words};
use askama::Template;
use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use features::policies::table::{self, Version, history, latest, publish};
use std::sync::Arc;
use store::Fault;

/// A document and its language, as the store knows them.
pub(super) fn key(kind: Kind, words: Words) -> (&'static str, &'static str) {
    (kind.name(), words.language())
}

/// The hash of a text.
pub(super) fn hash(text: &str) -> String {
    HEXLOWER.encode(digest(&SHA256, text.as_bytes()).as_ref())
}

/// The version that a text is. It is published if it is none yet.
pub(super) async fn version(site: &Site, kind: Kind, words: Words, text: &str) -> Result<Option<Version>, Fault> {
    let (store, hash) = (site.hub().store(), hash(text));
    let known = latest(store, key(kind, words)).await?;
    if known.as_ref().is_some_and(|known| *known.hash == *hash) {
        return Ok(known);
    }
    let writes = publish(&site.hub().service().limits, key(kind, words), (&hash, text), site.hub().clock().now());
    store.commit(writes.into()).await.map_err(|error| Fault(error.to_string()))?;
    latest(store, key(kind, words)).await
}

/// Publishes what the policies say now, in all languages, as far as it is new: at a start, and when settings change.
pub async fn publish_policies(site: &Site) {
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_policy()) {
        for (code, _) in Words::of("en").languages() {
            let words = Words::of(code);
            let Some(document) = make(kind, site, words).await else { continue };
            if let Err(fault) = version(site, kind, words, &markdown::write(&document)).await {
                tracing::error!(%fault, policy = kind.name(), "a policy could not be published; whoever opens it tries again");
                return;
            }
        }
    }
}

#[derive(Template)]
#[template(path = "history.html")]
struct History {
    title: String,
    versions: Vec<Line>,
    back: String,
    frame: Frame,
}

struct Line {
    title: String,
    link: String,
    hash: Box<str>,
}

pub(super) async fn list(kind: Kind, State(site): State<Arc<Site>>, frame: Frame) -> Response {
    let words = frame.words;
    let Some(Document { title, .. }) = make(kind, &site, words).await else {
        return sentence(StatusCode::NOT_FOUND, frame, "nothing-here");
    };
    let path = frame.path.trim_end_matches("/history").to_owned();
    match history(site.hub().store(), key(kind, words)).await {
        Ok(versions) => {
            let line = |version: Version| Line {
                title: title_of(&version, words),
                link: words.link(&format!("{path}/versions/{}", version.number)),
                hash: version.hash,
            };
            let versions = versions.into_iter().map(line).collect();
            show(&History { title, versions, back: words.link(&path), frame }).into_response()
        }
        Err(fault) => failed(&fault, frame),
    }
}

pub(super) async fn text(kind: Kind, State(site): State<Arc<Site>>, Path(number): Path<i64>, frame: Frame) -> Response {
    match table::words(site.hub().store(), key(kind, frame.words), number).await {
        Ok(Some(text)) => {
            ([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], String::from(text)).into_response()
        }
        Ok(None) => sentence(StatusCode::NOT_FOUND, frame, "nothing-here"),
        Err(fault) => failed(&fault, frame),
    }
}

/// The number of a version, and since when it holds.
pub(super) fn title_of(version: &Version, words: Words) -> String {
    let number = words.count("version-number", u64::try_from(version.number).unwrap_or(0));
    format!("{number} · {}", words.day(version.since))
}

fn failed(fault: &Fault, frame: Frame) -> Response {
    tracing::error!(%fault, "what a policy said before cannot be looked up");
    sentence(StatusCode::SERVICE_UNAVAILABLE, frame, "desk-cannot-look")
}
