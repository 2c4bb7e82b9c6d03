//! The watch at work: what goes wrong with links is told to those who run the service, in messages from its
//! domain, which wait for them like all others.

use crate::Hub;
use features::announce;
use features::terms;
use features::watch::{Alarm, Cause, Course, Failed, table, words};
use std::collections::HashMap;
use store::Fault;
use xmpp::Jid;

/// Bytes of evidence that are kept: a chain of certificates with what is wrong.
const EVIDENCE_BYTES_MAX: usize = 3000;

impl Hub {
    /// Something went wrong with a link, or with our own certificate.
    pub fn failed(&self, failed: Failed) {
        let (service, now) = (self.service(), self.clock().now());
        if failed.course != Course::Own {
            service.records.bad(&failed.domain, &service.limits, now);
        }
        let failed = Failed { evidence: short(failed.evidence), ..failed };
        let Some(alarm) = service.watch.failed(failed, &service.limits, now) else { return };
        let hub = self.clone();
        self.runtime().spawn(async move {
            if let Err(fault) = hub.tell_news(alarm).await {
                tracing::error!(%fault, "what is wrong with a link could not be told");
            }
        });
    }

    /// A link with a domain is good, or something of our own is in order again: what was wrong and is no more
    /// is told, if it was told that it was.
    pub fn recovered(&self, domain: &Jid, is_well: impl Fn(Course, Cause) -> bool) {
        let service = self.service();
        let recovered = service.watch.recovered(domain, is_well, self.clock().now());
        if recovered.is_empty() {
            return;
        }
        self.keep(&recovered);
        for alarm in recovered.into_iter().filter(|alarm| alarm.told.is_some()) {
            let hub = self.clone();
            self.runtime().spawn(async move {
                match hub.count_affected(&alarm).await {
                    Ok(affected) if concerns_admins(&alarm, affected) => hub.tell_admins(&words::recovered(&alarm)),
                    Ok(_) => {}
                    Err(fault) => tracing::error!(%fault, "that a link is good again could not be told"),
                }
            });
        }
    }

    async fn tell_news(&self, alarm: Alarm) -> Result<(), Fault> {
        let (service, now) = (self.service(), self.clock().now());
        let affected = self.count_affected(&alarm).await?;
        let may_tell = !service.admins.is_empty() && service.watch.may_tell(&alarm, affected, &service.limits, now);
        if may_tell {
            self.tell_admins(&words::news(&alarm, affected));
        }
        let alarm = if may_tell { Alarm { told: Some(now), times: 0, ..alarm } } else { alarm };
        self.keep(&[alarm]);
        Ok(())
    }

    /// Tells once a day what is still wrong.
    pub(crate) fn tell_daily(&self) {
        let (service, now) = (self.service(), self.clock().now());
        let due = service.watch.daily(&service.limits, now);
        if due.is_empty() {
            return;
        }
        let hub = self.clone();
        self.runtime().spawn(async move {
            match hub.affected(&due).await {
                Ok(affected) => hub.tell_all(due, &affected, now),
                Err(fault) => tracing::error!(%fault, "what is wrong with links could not be told"),
            }
        });
    }

    fn tell_all(&self, due: Vec<Alarm>, affected: &HashMap<Box<str>, usize>, now: i64) {
        let told: Vec<Alarm> = due.iter().map(|alarm| Alarm { told: Some(now), times: 0, ..alarm.clone() }).collect();
        self.keep(&told);
        let count = |alarm: &Alarm| affected.get(alarm.failed.domain.as_str()).copied().unwrap_or(0);
        let counts: Vec<usize> = due.iter().map(count).collect();
        let mut lines: Vec<(Alarm, usize)> = due.into_iter().zip(counts).collect();
        lines.retain(|(alarm, affected)| concerns_admins(alarm, *affected));
        lines.sort_by_key(|(_, affected)| std::cmp::Reverse(*affected));
        if !lines.is_empty() {
            self.tell_admins(&words::daily(&lines));
        }
    }

    async fn count_affected(&self, alarm: &Alarm) -> Result<usize, Fault> {
        let affected = self.affected(std::slice::from_ref(alarm)).await?;
        Ok(affected.get(alarm.failed.domain.as_str()).copied().unwrap_or(0))
    }

    /// How many people here have contacts at each of the domains.
    async fn affected(&self, alarms: &[Alarm]) -> Result<HashMap<Box<str>, usize>, Fault> {
        let domains: Vec<Jid> = alarms.iter().map(|alarm| alarm.failed.domain.clone()).collect();
        let mut people: HashMap<Box<str>, usize> = HashMap::new();
        for found in terms::table::affected(self.store(), &domains).await? {
            *people.entry(found.domain).or_default() += 1;
        }
        Ok(people)
    }

    /// Writes to those who run the service.
    pub(crate) fn tell_admins(&self, text: &str) {
        let (service, number) = (self.service(), self.clock().now());
        for admin in &service.admins {
            self.tell(admin, announce::message(&service.domain, admin, number, text));
        }
    }

    fn keep(&self, alarms: &[Alarm]) {
        let service = self.service();
        let writes = alarms.iter().map(|alarm| table::put(alarm, &service.limits)).collect();
        self.store().submit(writes, |outcome| {
            if let Err(error) = outcome {
                tracing::error!(%error, "what is wrong with links could not be kept");
            }
        });
    }
}

/// A server that is away concerns those who talk with it.
fn concerns_admins(alarm: &Alarm, affected: usize) -> bool {
    affected > 0 || alarm.failed.cause.is_told_at_once()
}

fn short(mut text: String) -> String {
    let most = (0..=EVIDENCE_BYTES_MAX.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.truncate(most.unwrap_or(0));
    text
}
