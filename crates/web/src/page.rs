//! The frame of every page, and pages that are a sentence.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

/// A page that says one thing.
#[derive(Template)]
#[template(path = "sentence.html")]
pub struct Page<'a> {
    sentence: &'a str,
}

impl Page<'_> {
    /// A sentence, with the status that goes with it.
    pub fn sentence(status: StatusCode, sentence: &str) -> Response {
        (status, show(&Page { sentence })).into_response()
    }
}

/// A template as an answer.
pub(crate) fn show(template: &impl Template) -> Html<String> {
    Html(template.render().expect("a template writes into a string, which does not fail"))
}

/// There is no such page.
pub(crate) async fn nothing_here() -> Response {
    Page::sentence(StatusCode::NOT_FOUND, "There is nothing here.")
}
