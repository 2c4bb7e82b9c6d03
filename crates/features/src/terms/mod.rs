//! On which terms the service talks with other domains: what its operators decided about single ones.
//!
//! A [`Rule`] is for a domain and all below it, unless a more special one stands. All rules in force are one
//! value that never changes ([`Rules`]); an edit puts another in its place ([`Book`]). What comes and what goes
//! is held against them where it passes ([`judge`]), and who the other side is where a stream is made.
//!
//! Parts: [`rule`], [`book`] (in memory), [`table`] (in the store), [`judge`], [`list`] (files).

mod book;
pub mod judge;
pub mod list;
mod rule;
pub mod table;

pub use book::{Book, Rules};
pub use rule::{Action, Demand, REASON, Rule, Terms, read_domain};

use crate::feature::{Feature, Limit};
use crate::service::{Federation, Service};
use xmpp::Jid;

/// Rules for single domains. No document is about them.
pub const FEATURE: Feature = Feature {
    name: "terms",
    summary: "Lets operators decide with which services theirs talks, and on which terms.",
    specs: &[],
    disco: &[],
    limits: &[&RULES, &REASON],
    tables: &[&table::RULE],
    iqs: &[],
};

/// How many domains may have a rule.
pub const RULES: Limit = Limit {
    name: "federation-rules",
    default: 20_000,
    unit: "rules",
    reason: "All are in memory, some 200 bytes each; the longest list that operators share has some hundreds.",
    sentence: "There are as many rules as there may be. Remove some first.",
};

/// Why nothing is exchanged with a domain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// A rule says so.
    Ruled,
    /// Only domains with a rule are talked with, and it has none.
    Unlisted,
    /// The service talks with nobody.
    Closed,
}

/// On which terms the service talks with a domain now.
///
/// # Errors
/// It does not.
pub fn of(service: &Service, domain: &Jid, now: i64) -> Result<Terms, Refusal> {
    // A component is no other service.
    if service.is_ours(domain) {
        return Ok(Terms::default());
    }
    if service.federation == Federation::Off {
        return Err(Refusal::Closed);
    }
    match (service.rules.now().of(domain, now).map(|rule| rule.action), service.federation) {
        (Some(Action::Refuse), _) => Err(Refusal::Ruled),
        (Some(Action::Talk(terms)), _) => Ok(terms),
        (None, Federation::Listed) => Err(Refusal::Unlisted),
        (None, _) => Ok(Terms::default()),
    }
}

impl Refusal {
    /// What somebody here is told who writes there.
    pub fn sentence(self, domain: &Jid) -> String {
        let domain = domain.domain();
        match self {
            Refusal::Ruled => format!("Those who run this service decided not to talk with {domain}."),
            Refusal::Unlisted => {
                format!(
                    "This service talks only with services that those who run it chose, and {domain} is none of them."
                )
            }
            Refusal::Closed => "This service does not talk to other services.".to_owned(),
        }
    }
}
