//! How things stand with other services, for operators: streams, what waits, what they were like.

use crate::Hub;
use crate::lines::{Heading, Line};
use crate::mail::Mail;
use features::admin::FORM;
use features::command::{Field, Kind, Report, Severity, Shown};
use features::federation::{Record, Trouble};
use features::service::Owner;
use features::watch::words;
use std::collections::BTreeSet;
use tokio::sync::oneshot;
use xmpp::{Jid, time};

/// Services that a client is shown in one answer; the command line shows all.
const SHOWN: usize = 50;

/// How things stand with one service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Which.
    pub domain: Jid,
    /// The streams that there are, the longest first.
    pub streams: Vec<Line>,
    /// What it was like, if it was met.
    pub record: Option<Record>,
    /// Bytes that wait for a link, or for being acknowledged.
    pub waiting_bytes: usize,
    /// What was decided about it, in words.
    pub rule: Option<String>,
    /// What is wrong, in sentences.
    pub wrong: Vec<String>,
}

/// What the owner of a way knows.
#[derive(Default)]
pub struct Held {
    /// Bytes that wait.
    pub waiting_bytes: usize,
    /// What the last attempt met.
    pub trouble: Option<Trouble>,
}

impl Hub {
    /// Keeps what became known of other services since the last time.
    pub(crate) fn save_records(&self) {
        let service = self.service();
        service.records.forget(&service.limits, self.clock().now());
        let writes = service.records.save(&service.limits);
        if writes.is_empty() {
            return;
        }
        self.store().submit(writes, |outcome| {
            if let Err(error) = outcome {
                tracing::error!(%error, "what other services were like could not be kept");
            }
        });
    }

    /// How things stand with the services behind `after` in the order of their names, `max` at most.
    pub async fn standings(&self, after: &str, max: usize) -> Vec<Standing> {
        let service = self.service();
        let ways = self.directory().select(|jid| service.owner_of(jid) == Owner::Remote);
        let mut domains: BTreeSet<Box<str>> = service.records.domains().into_iter().collect();
        domains.extend(ways.iter().map(|way| Box::from(way.jid().domain())));
        domains.extend(self.streams(None).iter().map(|line| Box::from(line.domain.domain())));
        let mut standings = Vec::new();
        for domain in domains.iter().filter(|domain| ***domain > *after).take(max) {
            if let Ok(domain) = Jid::parse(domain) {
                standings.push(self.standing(&domain).await);
            }
        }
        standings
    }

    /// How things stand with one service.
    pub async fn standing(&self, domain: &Jid) -> Standing {
        let (service, now) = (self.service(), self.clock().now());
        let alarms = service.watch.all();
        let open = alarms.iter().filter(|alarm| alarm.failed.domain == *domain && alarm.well.is_none());
        let mut standing = Standing {
            domain: domain.clone(),
            streams: self.streams(Some(domain)),
            record: service.records.of(domain),
            waiting_bytes: 0,
            rule: self.rules().of(domain, now).map(|rule| rule.action.words()),
            wrong: open.map(words::headline).collect(),
        };
        let mut trouble = None;
        for way in self.directory().select(|jid| jid.domain() == domain.domain()) {
            let (reply, answer) = oneshot::channel();
            self.post(&way, Mail::HowIsIt(reply));
            let held = answer.await.unwrap_or_default();
            standing.waiting_bytes += held.waiting_bytes;
            trouble = trouble.or(held.trouble);
        }
        standing.wrong.extend(trouble.map(|trouble: Trouble| trouble.sentence));
        standing
    }

    /// How things stand with a service, or with those that come first, for an administrator's client.
    pub(crate) async fn standing_report(&self, domain: Option<Jid>) -> Report {
        let mut report = Report::default();
        let standings = match domain {
            Some(domain) => vec![self.standing(&domain).await],
            None => self.standings("", SHOWN).await,
        };
        if standings.len() == SHOWN {
            let why = "There may be more than these. `folkmoot federation status` shows all.";
            report.notes.push((Severity::Warn, why.to_owned()));
        }
        let lines = |standing: &Standing| [vec![standing.domain.to_string()], standing.said()].concat();
        let lines = standings.iter().flat_map(lines).collect();
        let field = Field::showing("services", "How things stand with other services", Kind::Lines, lines);
        report.shown = Some(Shown { form_type: FORM, fields: vec![field], contacts: None });
        report
    }
}

impl Standing {
    /// The same for people, a line each.
    pub fn said(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut say = |what: &str, how: String| lines.push(format!("{what:<11} {how}"));
        if self.streams.is_empty() && self.record.is_none() && self.wrong.is_empty() {
            say("never met", "there was no stream with it lately, in neither direction".to_owned());
        }
        for Line { heading, tls, proof, is_managed, since, .. } in &self.streams {
            let acknowledged = if *is_managed { ", acknowledged" } else { "" };
            let way = heading.name();
            say("stream", format!("{way}, TLS {tls}, proved by {proof}{acknowledged}, since {}", second(*since)));
        }
        if self.waiting_bytes > 0 {
            say("waiting", format!("{} bytes", self.waiting_bytes));
        }
        if let Some(rule) = &self.rule {
            say("rule", rule.clone());
        }
        let record = self.record.unwrap_or_default();
        if let Some(good) = record.good_at {
            let quick =
                record.round_trip.map(|micros| format!(", answers in {} ms", micros / 1000)).unwrap_or_default();
            say("last link", format!("{}{quick}", second(good)));
        }
        if let Some(bad) = record.bad_at.filter(|_| record.failures > 0) {
            let times = if record.failures == 1 { "once".to_owned() } else { format!("{} times", record.failures) };
            say("last failed", format!("{}, {times} since a link was good", second(bad)));
        }
        self.wrong.iter().for_each(|wrong| say("wrong", wrong.clone()));
        lines
    }
}

impl Heading {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Heading::In => "in",
            Heading::Out => "out",
            Heading::Both => "both",
        }
    }
}

/// As `2026-11-25T12:00:00`.
fn second(micros: i64) -> String {
    let mut date = time::write(micros);
    date.truncate("2026-11-25T12:00:00".len());
    date
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_there_is_to_say_of_a_service() {
        let domain = Jid::parse("far.example").unwrap();
        let (tls, proof) = ("1.3", "certificate");
        let line = Line { domain: domain.clone(), heading: Heading::Both, tls, proof, is_managed: true, since: 0 };
        let record = Record { good_at: Some(0), bad_at: Some(1_000_000), failures: 1, round_trip: Some(42_000) };
        let standing = Standing {
            domain,
            streams: vec![line],
            record: Some(record),
            waiting_bytes: 0,
            rule: None,
            wrong: vec!["far.example is slow.".into()],
        };
        let said = [
            "stream      both, TLS 1.3, proved by certificate, acknowledged, since 1970-01-01T00:00:00",
            "last link   1970-01-01T00:00:00, answers in 42 ms",
            "last failed 1970-01-01T00:00:01, once since a link was good",
            "wrong       far.example is slow.",
        ];
        assert_eq!(standing.said(), said);
        let stranger = Standing { streams: vec![], record: None, wrong: vec![], ..standing };
        assert_eq!(stranger.said(), ["never met   there was no stream with it lately, in neither direction"]);
    }
}
