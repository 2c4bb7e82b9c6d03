//! The rules in the store, and whom they would cut off.

use super::book::above;
use super::{Action, Rule};
use crate::Fault;
use std::collections::{BTreeMap, HashSet};
use store::{Erase, Expect, Export, Keep, Migration, Row, Store, Table, Value, Write};
use xmpp::Jid;

/// What operators decided about other domains.
pub static RULE: Table = Table {
    name: "federation_rule",
    holds: "On which terms the service talks with single domains, why, and who decided it.",
    migrations: &[Migration(
        "CREATE TABLE federation_rule (domain TEXT PRIMARY KEY, action TEXT NOT NULL, reason TEXT NOT NULL, \
         author TEXT NOT NULL, made_at BIGINT NOT NULL, expires_at BIGINT)",
    )],
    keep: Keep::Until("DELETE FROM federation_rule WHERE expires_at < ?1"),
    export: Export::No("It is about services and of no account."),
    erase: Erase::No("It is about services; the author is whoever answers for it."),
};

/// Contacts read at a time.
const PAGE: u32 = 5000;

/// All rules.
///
/// # Errors
/// When the store says no, or a row cannot be read.
pub(super) async fn read(store: &Store) -> Result<Vec<Rule>, Fault> {
    let sql = "SELECT domain, action, reason, author, made_at, expires_at FROM federation_rule";
    let read = |row: &Row| {
        let domain = row.text(0)?;
        let damaged = |why: String| Fault(format!("the rule for {domain:?} is damaged: {why}"));
        Ok(Rule {
            domain: Jid::parse(domain).map_err(|error| damaged(error.to_string()))?,
            action: Action::read(row.text(1)?).map_err(damaged)?,
            reason: row.text(2)?.into(),
            author: row.text(3)?.into(),
            made_at: row.int(4)?,
            expires_at: row.int_or_null(5)?,
        })
    };
    store.query(sql, Vec::new()).await?.iter().map(read).collect()
}

/// The change that makes it hold.
pub fn put(rule: &Rule) -> Write {
    let sql = "INSERT INTO federation_rule (domain, action, reason, author, made_at, expires_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (domain) DO UPDATE SET action = excluded.action, \
               reason = excluded.reason, author = excluded.author, made_at = excluded.made_at, \
               expires_at = excluded.expires_at";
    let values = vec![
        rule.domain.as_str().into(),
        rule.action.words().into(),
        rule.reason.as_ref().into(),
        rule.author.as_ref().into(),
        rule.made_at.into(),
        rule.expires_at.map_or(Value::Null, Value::from),
    ];
    Write::Run { sql, values, expect: Expect::Any }
}

/// The change that takes it back.
pub fn remove(domain: &Jid) -> Write {
    let sql = "DELETE FROM federation_rule WHERE domain = ?1";
    Write::Run { sql, values: vec![domain.as_str().into()], expect: Expect::Any }
}

/// An account that has contacts at a domain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Affected {
    /// The domain.
    pub domain: Box<str>,
    /// The account, by its localpart.
    pub account: Box<str>,
    /// How many contacts it has there.
    pub contacts: u64,
}

/// Which accounts have contacts at these domains or below them. It reads all contact lists, and is for
/// operators.
///
/// # Errors
/// When the store says no.
pub async fn affected(store: &Store, domains: &[Jid]) -> Result<Vec<Affected>, Fault> {
    let sql = "SELECT roster_item.account, roster_item.jid, account.localpart FROM roster_item \
               JOIN account ON account.id = roster_item.account \
               WHERE roster_item.account > ?1 OR (roster_item.account = ?1 AND roster_item.jid > ?2) \
               ORDER BY roster_item.account, roster_item.jid LIMIT ?3";
    let domains: HashSet<&str> = domains.iter().map(Jid::as_str).collect();
    let mut counts: BTreeMap<(Box<str>, Box<str>), u64> = BTreeMap::new();
    let (mut account, mut last) = (0, String::new());
    loop {
        let rows = store.query(sql, vec![account.into(), last.as_str().into(), PAGE.into()]).await?;
        for row in &rows {
            (account, last) = (row.int(0)?, row.text(1)?.to_owned());
            for domain in above(host(&last)).filter(|name| domains.contains(name)) {
                *counts.entry((domain.into(), row.text(2)?.into())).or_default() += 1;
            }
        }
        if rows.len() < PAGE as usize {
            break;
        }
    }
    let line = |((domain, account), contacts)| Affected { domain, account, contacts };
    Ok(counts.into_iter().map(line).collect())
}

/// The domain of a prepared address.
fn host(jid: &str) -> &str {
    let bare = jid.split('/').next().unwrap_or_default();
    bare.rsplit('@').next().unwrap_or_default()
}
