//! Deciding with which services ours talks, whoever decides: an administrator's client, the control socket, a
//! command on a data folder. It holds at once: streams of domains that are refused end, and what waits for them
//! goes back.

use crate::Hub;
use crate::accounts::NotDone;
use crate::lines::Cut;
use crate::mail::Mail;
use features::admin::table::record;
use features::feature::Limit;
use features::service::Owner;
use features::terms::{self, Action, Demand, REASON, RULES, Rule, Rules};
use std::sync::Arc;
use xmpp::Jid;

/// Microseconds in a day.
const DAY_MICROS: i64 = 86_400_000_000;

impl Hub {
    /// Makes rules, each in the place of an earlier one for the same domain. `by` is who wants it.
    ///
    /// # Errors
    /// See [`NotDone`]; then none of them holds.
    pub async fn decide(&self, by: &str, rules: Vec<Rule>) -> Result<(), NotDone> {
        let service = self.service();
        let refused = |limit: &Limit| NotDone::Refused(limit.sentence.to_owned());
        if let Some(own) = rules.iter().find(|rule| service.owner_of(&rule.domain) != Owner::Remote) {
            return Err(NotDone::Refused(format!("{} is served here; a rule is for others.", own.domain)));
        }
        if rules.iter().any(|rule| rule.reason.len() as u64 > service.limits.of(&REASON)) {
            return Err(refused(&REASON));
        }
        let known = service.rules.now();
        let new = rules.iter().filter(|rule| known.get(&rule.domain).is_none()).count();
        if (known.len() + new) as u64 > service.limits.of(&RULES) {
            return Err(refused(&RULES));
        }
        let now = self.clock().now();
        let writes = rules.iter().flat_map(|rule| {
            let what = (rule.action.words(), rule.domain.as_str());
            [record(&service.limits, now, by, (&what.0, what.1)), terms::table::put(rule)]
        });
        self.store().commit(writes.collect()).await?;
        service.rules.change(|known| rules.into_iter().for_each(|rule| known.put(rule)));
        self.enforce_rules();
        Ok(())
    }

    /// Makes one rule, which holds for so many days, or for always.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn decide_one(
        &self,
        by: &str,
        (domain, action): (Jid, Action),
        reason: &str,
        days: Option<u32>,
    ) -> Result<(), NotDone> {
        let now = self.clock().now();
        let expires_at = days.map(|days| now.saturating_add(i64::from(days).saturating_mul(DAY_MICROS)));
        let rule = Rule { domain, action, reason: reason.into(), author: by.into(), made_at: now, expires_at };
        self.decide(by, vec![rule]).await
    }

    /// Takes the rule for exactly this domain back.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn forget(&self, by: &str, domain: &Jid) -> Result<(), NotDone> {
        let service = self.service();
        if service.rules.now().get(domain).is_none() {
            return Err(NotDone::Missing(format!("There is no rule for {domain}.")));
        }
        let deed = record(&service.limits, self.clock().now(), by, ("forget-rule", domain.as_str()));
        self.store().commit(vec![deed, terms::table::remove(domain)]).await?;
        service.rules.change(|known| drop(known.remove(domain)));
        self.enforce_rules();
        Ok(())
    }

    /// The rules in force.
    pub fn rules(&self) -> Arc<Rules> {
        self.service().rules.now()
    }

    /// What a domain has to show that says who it is, where that is not what all have to; an error if the
    /// service does not talk with it.
    ///
    /// # Errors
    /// It does not.
    pub fn demand(&self, domain: &Jid) -> Result<Option<Demand>, terms::Refusal> {
        terms::of(&self.service(), domain, self.clock().now()).map(|terms| terms.demand)
    }

    /// Ends what is refused now, and lets what was refused be tried.
    fn enforce_rules(&self) {
        self.all_lines().cut(Cut::Refused, |domain| self.demand(domain).is_err());
        let service = self.service();
        for cell in self.directory().select(|jid| service.owner_of(jid) == Owner::Remote) {
            self.post(&cell, Mail::Ruled);
        }
    }
}
