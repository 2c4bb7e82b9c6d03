//! How things stand with other services, for operators: streams, what waits, what they were like.

use crate::Hub;
use crate::lines::Line;
use crate::mail::Mail;
use features::federation::{Record, Trouble};
use features::service::Owner;
use features::watch::words;
use std::collections::BTreeSet;
use tokio::sync::oneshot;
use xmpp::Jid;

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
    /// What the last attempt met, if none was good since.
    pub trouble: Option<Trouble>,
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

    /// What is wrong with a service, in English sentences: what the watch knows, and what the last attempt met.
    pub fn wrong_with(&self, standing: &Standing) -> Vec<String> {
        let alarms = self.service().watch.all();
        let open = alarms.iter().filter(|alarm| alarm.failed.domain == standing.domain && alarm.well.is_none());
        let last = standing.trouble.as_ref().map(|trouble| trouble.sentence.clone());
        open.map(words::headline).chain(last).collect()
    }

    /// How things stand with one service.
    pub async fn standing(&self, domain: &Jid) -> Standing {
        let mut standing = Standing {
            domain: domain.clone(),
            streams: self.streams(Some(domain)),
            record: self.service().records.of(domain),
            waiting_bytes: 0,
            trouble: None,
        };
        for way in self.directory().select(|jid| jid.domain() == domain.domain()) {
            let (reply, answer) = oneshot::channel();
            self.post(&way, Mail::HowIsIt(reply));
            let held = answer.await.unwrap_or_default();
            standing.waiting_bytes += held.waiting_bytes;
            standing.trouble = standing.trouble.or(held.trouble);
        }
        standing
    }
}
