//! What is promised, from which setting each promise comes and where it is said; and what a directory would make of it.

use super::counter::Desk;
use crate::promises::{Explained, explain};
use crate::providers::{Category, Criterion, Judgement};
use crate::wellknown::provider;
use crate::{Frame, Site};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use features::promises::Promises as Values;
use std::sync::Arc;

pub(super) const PAGE: &str = "/desk/promises";

#[derive(Template)]
#[template(path = "desk/promises.html")]
struct Promises {
    promises: Vec<Line>,
    category: &'static str,
    meaning: String,
    /// What is missing for the best category: its key, and what to do, in English.
    lacks: Vec<Criterion>,
    unmeasured: String,
    desk: Desk,
    frame: Frame,
}

struct Line {
    what: String,
    text: String,
    basis: String,
    settings: &'static [&'static str],
    /// Where it is said: pages with a link, and the rest.
    places: Vec<(&'static str, bool)>,
}

pub(super) async fn page(State(site): State<Arc<Site>>, desk: Desk, frame: Frame) -> Response {
    let (service, usage) = (site.hub().service(), site.usage().await);
    let values = Values::of(&service, usage);
    let words = frame.words;
    let Judgement { category, lacks, unmeasured } = provider::judge(&values, &site.origin(), site.hub().clock().now());
    let line = |one: Explained| Line {
        text: if one.text.is_empty() { words.say("promise-unsaid") } else { one.text },
        what: one.what,
        basis: words.say(&format!("basis-{}", one.basis.name())),
        settings: one.settings,
        places: one.places.iter().map(|place| (*place, place.starts_with('/'))).collect(),
    };
    let page = Promises {
        promises: explain(&values, &words).into_iter().map(line).collect(),
        category: category.name(),
        meaning: words.say(match category {
            Category::A => "category-a",
            Category::B => "category-b",
            Category::C => "category-c",
            Category::D => "category-d",
        }),
        lacks,
        unmeasured: unmeasured.iter().map(|criterion| criterion.key).collect::<Vec<_>>().join(", "),
        desk,
        frame,
    };
    Desk::show(page.desk.seal(), &page)
}
