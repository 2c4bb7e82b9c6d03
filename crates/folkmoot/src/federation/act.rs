//! What is done to the rules for other domains, for both doors.

use crate::control::{AffectedLine, RULES_MAX, Reply, RuleLine};
use features::terms::{Action, Rule, read_domain, table};
use hub::{Hub, NotDone};
use xmpp::{Jid, time};

/// Some rules, by domain.
pub fn list(hub: &Hub, after: &str) -> Reply {
    let rules = hub.rules();
    let mut sorted: Vec<&Rule> = rules.iter().filter(|rule| rule.domain.as_str() > after).collect();
    sorted.sort_unstable_by(|one, other| one.domain.as_str().cmp(other.domain.as_str()));
    Reply::Rules { rules: sorted.into_iter().take(RULES_MAX).map(line).collect() }
}

/// Makes rules.
pub async fn decide(hub: &Hub, by: &str, lines: Vec<RuleLine>) -> Result<Reply, NotDone> {
    let now = hub.clock().now();
    let rules = lines.into_iter().map(|line| rule(line, (by, now))).collect::<Result<Vec<Rule>, String>>();
    let rules = rules.map_err(NotDone::Refused)?;
    let count = rules.len();
    hub.decide(by, rules).await?;
    Ok(Reply::Decided { rules: count })
}

/// Takes a rule back.
pub async fn forget(hub: &Hub, by: &str, domain: &str) -> Result<Reply, NotDone> {
    let domain = read_domain(domain).map_err(NotDone::Refused)?;
    hub.forget(by, &domain).await?;
    Ok(Reply::Forgotten { domain: domain.to_string() })
}

/// Who has contacts at these domains.
pub async fn affected(hub: &Hub, domains: &[String]) -> Result<Reply, NotDone> {
    let domains: Result<Vec<Jid>, String> = domains.iter().map(|domain| read_domain(domain)).collect();
    let found = table::affected(hub.store(), &domains.map_err(NotDone::Refused)?).await?;
    let here = &hub.service().domain;
    let line = |found: table::Affected| AffectedLine {
        domain: found.domain.into(),
        account: format!("{}@{here}", found.account),
        contacts: found.contacts,
    };
    Ok(Reply::Affected { affected: found.into_iter().map(line).collect() })
}

/// A rule as it travels.
pub fn line(rule: &Rule) -> RuleLine {
    RuleLine {
        domain: rule.domain.to_string(),
        action: rule.action.words(),
        reason: rule.reason.to_string(),
        author: rule.author.to_string(),
        made: time::write(rule.made_at),
        expires: rule.expires_at.map(time::write),
    }
}

/// The rule of a line; what it leaves open is `by` whoever makes it, and now.
pub fn rule(line: RuleLine, (by, now): (&str, i64)) -> Result<Rule, String> {
    let date = |text: &str| time::parse(text).ok_or_else(|| format!("`{text}` is not a date."));
    Ok(Rule {
        domain: read_domain(&line.domain)?,
        action: Action::read(&line.action)?,
        reason: line.reason.into(),
        author: if line.author.is_empty() { by.into() } else { line.author.into() },
        made_at: if line.made.is_empty() { now } else { date(&line.made)? },
        expires_at: line.expires.as_deref().map(date).transpose()?,
    })
}
