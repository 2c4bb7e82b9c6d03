//! Templates as answers, and pages that are a sentence.

use crate::Frame;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

/// A page that says one thing.
#[derive(Template)]
#[template(path = "sentence.html")]
struct Sentence {
    frame: Frame,
    sentence: String,
}

/// A page that says one thing, by the key of its words, with the status that goes with it.
pub fn sentence(status: StatusCode, frame: Frame, key: &str) -> Response {
    let sentence = frame.words.say(key);
    said(status, frame, sentence)
}

/// The same, with a sentence that was put together already.
pub(crate) fn said(status: StatusCode, frame: Frame, sentence: String) -> Response {
    (status, show(&Sentence { frame, sentence })).into_response()
}

/// A template as an answer.
pub fn show(template: &impl Template) -> Html<String> {
    Html(template.render().expect("a template writes into a string, which does not fail"))
}

/// There is no such page.
pub(crate) async fn nothing_here(frame: Frame) -> Response {
    sentence(StatusCode::NOT_FOUND, frame, "nothing-here")
}
