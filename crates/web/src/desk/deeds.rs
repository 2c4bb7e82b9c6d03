//! What was done, and by whom: at this desk, from clients, from the command line.

use super::DEEDS;
use super::counter::Desk;
use crate::{Frame, Site};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "desk/deeds.html")]
struct Deeds {
    deeds: Vec<Deed>,
    days: String,
    desk: Desk,
    frame: Frame,
}

struct Deed {
    /// What, in words where there are some.
    what: String,
    whom: String,
    who: String,
    when: String,
}

pub(super) async fn page(State(site): State<Arc<Site>>, desk: Desk, frame: Frame) -> Response {
    let recorded = match site.hub().deeds().await {
        Ok(recorded) => recorded,
        Err(fault) => return desk.not_done(frame, &fault.into(), DEEDS),
    };
    let words = frame.words;
    // Behind the word there may be on which terms.
    let what = |what: &str| {
        let (word, terms) = what.split_once(' ').unwrap_or((what, ""));
        let word = words.known(&format!("deed-{word}")).unwrap_or_else(|| word.to_owned());
        if terms.is_empty() { word } else { format!("{word} ({terms})") }
    };
    let deeds = recorded.into_iter().map(|deed| Deed {
        what: what(&deed.what),
        whom: deed.whom.into(),
        who: deed.who.into(),
        when: words.moment(deed.done_at),
    });
    let days = words.count("deeds-days", site.hub().service().limits.of(&features::admin::table::DAYS));
    Desk::show(desk.seal(), &Deeds { deeds: deeds.collect(), days, desk, frame })
}
