//! Other services: how things stand with them, and what was decided about them.

use super::HOME;
use super::counter::{Button, Desk};
use crate::{Frame, Sealed, Site};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use features::service::Federation;
use features::staff::Right;
use features::terms::{Action, Rule, read_domain};
use hub::{NotDone, Standing};
use serde::Deserialize;
use std::sync::Arc;

pub(super) const PAGE: &str = "/desk/federation";
pub(super) const DECIDE: &str = "/desk/federation/decide";
pub(super) const FORGET: &str = "/desk/federation/forget";

/// Services on the page. `folkmoot federation status` shows all.
const SHOWN: usize = 100;
/// Terms that can be put beside the word to talk.
const TERMS: [&str; 5] = ["certificate", "dialback", "no-strangers", "no-media", "no-rooms"];

#[derive(Template)]
#[template(path = "desk/federation.html")]
struct Page {
    /// With whom the service talks.
    with: String,
    rules: Vec<Ruled>,
    /// Words and what they mean.
    terms: Vec<(&'static str, String)>,
    services: Vec<Met>,
    desk: Desk,
    frame: Frame,
}

/// A rule.
struct Ruled {
    domain: String,
    action: String,
    reason: String,
    note: String,
    forget: Option<Button>,
}

/// A service that was met.
struct Met {
    domain: String,
    is_linked: bool,
    notes: Vec<String>,
    /// In English, as the command line says it.
    wrong: Vec<String>,
}

/// Which rule is taken back.
#[derive(Deserialize)]
pub(super) struct Which {
    domain: String,
}

pub(super) async fn page(State(site): State<Arc<Site>>, desk: Desk, frame: Frame) -> Response {
    let (hub, words) = (site.hub(), frame.words);
    let all = hub.rules();
    let mut rules: Vec<&Rule> = all.iter().collect();
    rules.sort_unstable_by(|one, other| one.domain.as_str().cmp(other.domain.as_str()));
    let rules = rules.into_iter().map(|rule| ruled(rule, &desk)).collect();
    let services = hub.standings("", SHOWN).await;
    let services = services.into_iter().map(|standing| met(&site, standing, words)).collect();
    let with = match hub.service().federation {
        Federation::Open => "others-open",
        Federation::Listed => "others-listed",
        Federation::Off => "others-off",
    };
    let terms = TERMS.map(|word| (word, words.say(&format!("term-{word}")))).into();
    let page = Page { with: words.say(with), rules, terms, services, desk, frame };
    Desk::show(page.desk.seal(), &page)
}

fn ruled(rule: &Rule, desk: &Desk) -> Ruled {
    let words = desk.words();
    let until = rule.expires_at.map(|end| words.with("rule-until", &words.day(end)));
    let made = format!("{} · {}", rule.author, words.day(rule.made_at));
    let forget =
        desk.may(Right::Decide).then(|| desk.button("rule-forget", FORGET, vec![("domain", rule.domain.to_string())]));
    Ruled {
        domain: rule.domain.to_string(),
        action: action(&rule.action.words(), words),
        reason: rule.reason.to_string(),
        note: until.map_or(made.clone(), |until| format!("{made} · {until}")),
        forget,
    }
}

/// What was decided, in the reader's words.
fn action(written: &str, words: crate::Words) -> String {
    let said: Vec<String> = written.split(' ').map(|word| words.say(&format!("term-{word}"))).collect();
    said.join(", ")
}

fn met(site: &Site, standing: Standing, words: crate::Words) -> Met {
    let wrong = site.hub().wrong_with(&standing);
    let record = standing.record.unwrap_or_default();
    let mut notes = Vec::new();
    if standing.waiting_bytes > 0 {
        notes.push(words.with("met-waiting", &crate::landing::facts::size(standing.waiting_bytes as u64, &words)));
    }
    if let Some(good) = record.good_at {
        notes.push(words.with("met-good", &words.moment(good)));
    }
    if let Some(bad) = record.bad_at.filter(|_| record.failures > 0) {
        notes.push(words.with("met-bad", &words.moment(bad)));
    }
    Met { domain: standing.domain.to_string(), is_linked: !standing.streams.is_empty(), notes, wrong }
}

pub(super) async fn decide(
    State(site): State<Arc<Site>>,
    desk: Desk,
    frame: Frame,
    // Several terms have the same name.
    Sealed(fields): Sealed<Vec<(String, String)>>,
) -> Response {
    let decided = match read(&fields) {
        Ok((domain, action, reason, days)) => {
            let decided = site.hub().decide_one(desk.by(), (domain.clone(), action), &reason, days).await;
            decided.map(|()| domain)
        }
        Err(why) => Err(NotDone::Refused(why)),
    };
    match decided {
        Ok(domain) => desk.done("rule-is-made", domain.as_str(), PAGE),
        Err(not_done) => desk.not_done(frame, &not_done, PAGE),
    }
}

/// Which domain, what is decided, why, and for how many days.
type Decision = (xmpp::Jid, Action, String, Option<u32>);

fn read(fields: &[(String, String)]) -> Result<Decision, String> {
    let all = |wanted: &str| {
        let of_name = fields.iter().filter(|(name, _)| name == wanted);
        of_name.map(|(_, value)| value.trim()).collect::<Vec<&str>>()
    };
    let one = |wanted: &str| all(wanted).first().copied().unwrap_or_default().to_owned();
    let domain = read_domain(&one("domain"))?;
    let action = match one("verdict").as_str() {
        "refuse" => Action::Refuse,
        verdict => Action::read(&[&[verdict], &all("term")[..]].concat().join(" "))?,
    };
    let days = match one("days").as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| format!("`{text}` is not a number of days; write it in digits."))?),
    };
    Ok((domain, action, one("reason"), days))
}

pub(super) async fn forget(
    State(site): State<Arc<Site>>,
    desk: Desk,
    frame: Frame,
    Sealed(which): Sealed<Which>,
) -> Response {
    let forgotten = match read_domain(&which.domain) {
        Ok(domain) => site.hub().forget(desk.by(), &domain).await.map(|()| domain),
        Err(why) => Err(NotDone::Refused(why)),
    };
    match forgotten {
        Ok(domain) => desk.done("rule-is-forgotten", domain.as_str(), PAGE),
        Err(not_done) => desk.not_done(frame, &not_done, HOME),
    }
}
