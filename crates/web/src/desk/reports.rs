//! Reports: what people sent when they blocked somebody, read one by one and closed.

use super::counter::{Button, Desk};
use super::login::Nothing;
use super::{HOME, accounts};
use crate::{Frame, Sealed, Site};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use features::reports::desk::{Filed, Message};
use features::staff::Right;
use std::sync::Arc;
use xmpp::{Jid, Stanza, ns};

pub(super) const LIST: &str = "/desk/reports";
pub(super) const ONE: &str = "/desk/reports/{number}";
pub(super) const CLOSE: &str = "/desk/reports/{number}/close";

/// Reports on the page; the rest comes up when these are closed.
const SHOWN: u32 = 50;

#[derive(Template)]
#[template(path = "desk/reports.html")]
struct List {
    reports: Vec<Line>,
    desk: Desk,
    frame: Frame,
}

/// A report in the list.
struct Line {
    link: String,
    reported: String,
    reason: String,
    when: String,
}

#[derive(Template)]
#[template(path = "desk/report.html")]
struct Report {
    reported: String,
    reporter: String,
    reason: String,
    when: String,
    /// What the reporter wrote, line by line.
    text: Vec<String>,
    messages: Vec<Said>,
    /// The account of the reported, if it is here.
    account: Option<String>,
    /// Closes it, if it is open.
    close: Option<Button>,
    back: String,
    desk: Desk,
    frame: Frame,
}

/// A message in a report.
struct Said {
    from: String,
    when: String,
    text: Vec<String>,
    /// All of it, as it came.
    stanza: String,
}

pub(super) async fn page(State(site): State<Arc<Site>>, desk: Desk, frame: Frame) -> Response {
    let filed = match site.hub().open_reports(0, SHOWN).await {
        Ok(filed) => filed,
        Err(fault) => return desk.not_done(frame, &fault.into(), HOME),
    };
    let words = frame.words;
    let line = |filed: Filed| Line {
        link: words.link(&path(ONE, filed.id)),
        reason: words.say(&format!("report-{}", filed.reason)),
        when: words.moment(filed.filed_at),
        reported: filed.reported.into(),
    };
    let page = List { reports: filed.into_iter().map(line).collect(), desk, frame };
    Desk::show(page.desk.seal(), &page)
}

pub(super) async fn one(State(site): State<Arc<Site>>, desk: Desk, frame: Frame, Path(number): Path<i64>) -> Response {
    let (filed, messages) = match site.hub().read_report(desk.by(), number).await {
        Ok(found) => found,
        Err(not_done) => return desk.not_done(frame, &not_done, LIST),
    };
    let words = frame.words;
    let account = Jid::parse(&filed.reported).ok().filter(|jid| site.hub().service().is_local(jid));
    let account = account.as_ref().and_then(Jid::local).filter(|_| desk.may(Right::SeeAccounts));
    let page = Report {
        reason: words.say(&format!("report-{}", filed.reason)),
        when: words.moment(filed.filed_at),
        text: lines(&filed.text),
        messages: messages.iter().map(|message| said(message, words)).collect(),
        account: account.map(|local| words.link(&accounts::path(accounts::ONE, local))),
        close: (&*filed.state == "open").then(|| desk.button("report-close", &path(CLOSE, number), Vec::new())),
        back: words.link(LIST),
        reported: filed.reported.into(),
        reporter: filed.reporter.into(),
        desk,
        frame,
    };
    Desk::show(page.desk.seal(), &page)
}

pub(super) async fn close(
    State(site): State<Arc<Site>>,
    desk: Desk,
    frame: Frame,
    Path(number): Path<i64>,
    Sealed(Nothing {}): Sealed<Nothing>,
) -> Response {
    match site.hub().close_report(desk.by(), number).await {
        Ok(()) => desk.done("report-is-closed", &number.to_string(), LIST),
        Err(not_done) => desk.not_done(frame, &not_done, LIST),
    }
}

fn path(page: &str, number: i64) -> String {
    page.replace("{number}", &number.to_string())
}

/// What a message says, as far as it can be read.
fn said(message: &Message, words: crate::Words) -> Said {
    let raw = String::from_utf8_lossy(&message.stanza).into_owned();
    let stanza = Stanza::read(&raw);
    let body = stanza.as_ref().and_then(|stanza| stanza.child("body", ns::CLIENT));
    Said {
        from: stanza.as_ref().and_then(|stanza| stanza.from.as_ref()).map(ToString::to_string).unwrap_or_default(),
        when: words.moment(message.received_at),
        text: body.map(|body| lines(&body.text())).unwrap_or_default(),
        stanza: raw,
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}
