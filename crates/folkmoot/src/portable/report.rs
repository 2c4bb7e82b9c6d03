//! What an import did, or would do, for people and for programs.

use features::arrival::Tally;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What became of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is here now.
    Came,
    /// It would be, were it not for a dry run.
    WouldCome,
    /// There is, or was, an account of that name.
    Here,
    /// It belongs to another host than the one served here.
    Elsewhere,
    /// Its name cannot be part of an address today.
    NoAddress,
    /// It cannot come, and why, as a sentence.
    Refused(String),
    /// It could not be read or written, and why.
    Broken(String),
}

impl Outcome {
    fn word(&self) -> &'static str {
        match self {
            Outcome::Came => "imported",
            Outcome::WouldCome => "would be imported",
            Outcome::Here => "already here",
            Outcome::Elsewhere => "of another host",
            Outcome::NoAddress => "no address today",
            Outcome::Refused(_) => "refused",
            Outcome::Broken(_) => "not imported",
        }
    }

    fn why(&self) -> Option<&str> {
        match self {
            Outcome::Refused(why) | Outcome::Broken(why) => Some(why),
            Outcome::Here => Some("the name is taken; what is here stays as it is"),
            Outcome::NoAddress => Some("its name cannot be part of an address by the rules of RFC 7622"),
            Outcome::Came | Outcome::WouldCome | Outcome::Elsewhere => None,
        }
    }
}

/// The whole of it.
#[derive(Default)]
pub struct Report {
    accounts: BTreeMap<&'static str, u64>,
    tally: Tally,
    /// Those that did not come, and those that were asked for.
    lines: Vec<Line>,
    /// Why reading ended before the end.
    pub ended: Option<String>,
}

struct Line {
    address: String,
    outcome: Outcome,
    tally: Tally,
}

impl Report {
    /// Notes an account. `each` keeps what was counted for it.
    pub fn note(&mut self, address: String, outcome: Outcome, tally: Tally, each: bool) {
        *self.accounts.entry(outcome.word()).or_default() += 1;
        self.tally.add(&tally);
        let is_notable = outcome.why().is_some();
        if each || is_notable {
            self.lines.push(Line { address, outcome, tally });
        }
    }

    /// Notes something that belongs to no single account.
    pub fn leave(&mut self, what: Cow<'static, str>, why: Cow<'static, str>) {
        self.tally.leave(what, why);
    }

    /// How many accounts were noted.
    pub fn accounts(&self) -> u64 {
        self.accounts.values().sum()
    }

    /// How many things were carried over.
    pub fn carried(&self) -> u64 {
        self.tally.carried.values().sum()
    }

    /// Whether everything could be read and written.
    pub fn is_clean(&self) -> bool {
        let failed = |line: &Line| matches!(line.outcome, Outcome::Broken(_) | Outcome::Refused(_));
        self.ended.is_none() && !self.lines.iter().any(failed)
    }

    /// For people.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let out = &mut text;
        for line in &self.lines {
            let why = line.outcome.why().map(|why| format!(": {why}")).unwrap_or_default();
            writeln!(out, "{} {}{why}", plain(&line.address), line.outcome.word()).expect(INFALLIBLE);
            write_tally(&line.tally, out);
        }
        if !self.lines.is_empty() {
            out.push('\n');
        }
        for (word, count) in &self.accounts {
            writeln!(out, "Accounts {word}: {count}").expect(INFALLIBLE);
        }
        if self.accounts.is_empty() {
            out.push_str("No account was found.\n");
        }
        write_tally(&self.tally, out);
        if let Some(why) = &self.ended {
            writeln!(out, "Reading ended here: {}", plain(why)).expect(INFALLIBLE);
        }
        text
    }

    /// For programs: one line.
    pub fn to_json(&self) -> String {
        let each: Vec<Value> = self
            .lines
            .iter()
            .map(|line| {
                let (outcome, why) = (line.outcome.word(), line.outcome.why());
                json!({ "address": line.address, "outcome": outcome, "why": why, "tally": tally_json(&line.tally) })
            })
            .collect();
        json!({ "accounts": self.accounts, "tally": tally_json(&self.tally), "each": each, "ended": self.ended })
            .to_string()
    }
}

const INFALLIBLE: &str = "writing to a string does not fail";

fn write_tally(tally: &Tally, out: &mut String) {
    for (kind, count) in &tally.carried {
        writeln!(out, "  {kind}: {count}").expect(INFALLIBLE);
    }
    for ((what, why), count) in &tally.left {
        writeln!(out, "  not carried over: {} ({count}): {}", plain(what), plain(why)).expect(INFALLIBLE);
    }
}

fn tally_json(tally: &Tally) -> Value {
    let left: Vec<Value> =
        tally.left.iter().map(|((what, why), count)| json!({ "what": what, "why": why, "count": count })).collect();
    json!({ "carried": tally.carried, "left": left })
}

/// Strangers wrote it: nothing in it is for the terminal to obey.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
