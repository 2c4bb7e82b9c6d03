//! What stands in replies, line by line.

use serde::{Deserialize, Serialize};

/// An account whose sessions were ended.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Ended {
    /// Its address.
    pub address: String,
    /// How many sessions it had.
    pub sessions: usize,
}

/// A line of the list of accounts.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct AccountLine {
    /// Its address.
    pub address: String,
    /// `active` or `disabled`.
    pub state: String,
    /// The day it was made, as `2026-11-25`.
    pub created: String,
    /// The day of the last login.
    pub last_login: Option<String>,
}

/// A client that has access to an account.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct ClientLine {
    /// By what name it is revoked.
    pub id: String,
    /// Whether it has a session.
    pub connected: bool,
    /// Whether it can be revoked; if not, it knows the password.
    pub revocable: bool,
    /// The software, as it calls itself.
    pub software: Option<String>,
    /// The device, as it calls itself.
    pub device: Option<String>,
    /// The first login, as an XEP-0082 date.
    pub first_seen: Option<String>,
    /// The last login.
    pub last_seen: Option<String>,
}

/// A file that somebody uploaded.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct FileLine {
    /// By what name it is deleted.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it says it is.
    pub media_type: Option<String>,
    /// How large it is.
    pub bytes: u64,
    /// When it was uploaded, as an XEP-0082 date.
    pub made: String,
    /// Until when it is kept.
    pub expires: String,
}

/// Something that an administrator did.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct DeedLine {
    /// When, as an XEP-0082 date.
    pub done: String,
    /// Who: an address, or the command line.
    pub who: String,
    /// What, in a word.
    pub what: String,
    /// To whom; empty if to nobody.
    pub whom: String,
}

/// Somebody who runs the service.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct StaffLine {
    /// The account.
    pub address: String,
    /// What it may.
    pub role: String,
    /// Since when, as an XEP-0082 date; none by the configuration.
    pub since: Option<String>,
}

/// A promise.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct PromiseLine {
    /// What it is about.
    pub what: String,
    /// What is promised; empty if nothing is.
    pub text: String,
    /// `enforced`, `measured` or `stated`.
    pub basis: String,
    /// The settings that it follows.
    pub settings: Vec<String>,
    /// Where it is said.
    pub places: Vec<String>,
}

/// An outage.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct OutageLine {
    /// Somebody meant it to happen.
    pub planned: bool,
    /// When it begins, as an XEP-0082 date; none for now.
    pub begins: Option<String>,
    /// When it is expected to end.
    pub ends: Option<String>,
    /// Languages and what is said in them; `default` is for all others.
    pub messages: Vec<(String, String)>,
}

/// What a service lacks for a better category.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct LackLine {
    /// The key of XMPP Providers.
    pub key: String,
    /// What to do.
    pub advice: String,
}

/// How things stand with another service.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct NeighbourLine {
    /// The service.
    pub domain: String,
    /// The streams that there are.
    pub streams: Vec<StreamLine>,
    /// Bytes that wait for a link, or for being acknowledged.
    pub waiting_bytes: usize,
    /// When a link was made last, as an XEP-0082 date.
    pub good: Option<String>,
    /// When one failed last.
    pub bad: Option<String>,
    /// How many failed since the last good one.
    pub failures: u32,
    /// How long it took lately, in milliseconds, until it had what it was sent.
    pub round_trip_ms: Option<i64>,
    /// What was decided about it, in words.
    pub rule: Option<String>,
    /// What is wrong, in sentences.
    pub wrong: Vec<String>,
    /// All of it for people, a line each.
    pub said: Vec<String>,
}

/// A stream between services.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct StreamLine {
    /// Which way stanzas go: `in`, `out` or `both` (XEP-0288).
    pub way: String,
    /// The version of TLS.
    pub tls: String,
    /// By what the other side proved who it is.
    pub proof: String,
    /// What is sent is acknowledged (XEP-0198).
    pub acknowledged: bool,
    /// Since when it is there.
    pub since: String,
}

/// Services in one reply.
pub const NEIGHBOURS_MAX: usize = 50;

/// A rule for another domain and all below it.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct RuleLine {
    /// The domain.
    pub domain: String,
    /// What is decided, in words: `refuse`, or `talk` with terms.
    pub action: String,
    /// Why.
    pub reason: String,
    /// Who decided it.
    pub author: String,
    /// When, as an XEP-0082 date; where a rule is made, empty for now.
    pub made: String,
    /// Until when it holds.
    pub expires: Option<String>,
}

/// An account that has contacts at a domain.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct AffectedLine {
    /// The domain.
    pub domain: String,
    /// The account's address.
    pub account: String,
    /// How many contacts it has there.
    pub contacts: u64,
}

/// Rules in one request or reply, so that they fit whatever their reasons are.
pub const RULES_MAX: usize = 40;

/// Accounts in one reply.
pub const ACCOUNTS_MAX: u32 = 500;

/// A report (XEP-0377).
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct ReportLine {
    /// Its number.
    pub number: i64,
    /// When, as an XEP-0082 date.
    pub filed: String,
    /// `open` or `closed`.
    pub state: String,
    /// Who was reported.
    pub reported: String,
    /// Who reported.
    pub reporter: String,
    /// `spam` or `abuse`.
    pub reason: String,
    /// The reporter's words.
    pub text: String,
    /// The service of the reported may be told.
    pub origin_may_know: bool,
    /// Services that collect reports may be told.
    pub others_may_know: bool,
}

/// A message that a report names.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Evidence {
    /// When it was received, as an XEP-0082 date.
    pub received: String,
    /// The stanza.
    pub stanza: String,
}

/// Reports in one reply.
pub const REPORTS_MAX: u32 = 200;

/// What was erased with an account.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Erased {
    /// Where it was kept: a table, or the archive.
    pub name: String,
    /// What it was, in words.
    pub holds: String,
    /// How many entries, where they can be counted.
    pub entries: Option<u64>,
}
