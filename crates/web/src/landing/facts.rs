//! What the service promises, as sentences for people.

use crate::Words;
use crate::words::join;
use features::archive;
use features::login::usage::Rounded;
use features::promises::Promises;
use features::service::Federation;
use features::statement::Cost;

/// One thing that people can count on.
pub(super) struct Fact {
    pub(super) what: String,
    pub(super) text: String,
}

/// All of them, the most asked for first.
pub(super) fn facts(promises: &Promises<'_>, words: &Words) -> Vec<Fact> {
    let statement = promises.statement;
    let mut facts = vec![
        fact(words, "promise-messages", archive(promises, words)),
        fact(words, "promise-backups", backups(promises, words)),
        fact(words, "promise-others", others(promises, words)),
    ];
    let place = place(promises, words);
    if !place.is_empty() {
        facts.push(fact(words, "promise-place", place));
    }
    if let Some(operator) = &statement.operator {
        facts.push(fact(words, "promise-operator", operator.name.clone()));
    }
    if let Some(since) = &statement.since {
        facts.push(fact(words, "promise-since", words.date(since)));
    }
    let cost = match statement.cost {
        Cost::Free => "cost-free",
        Cost::Paid => "cost-paid",
    };
    facts.push(fact(words, "promise-cost", words.say(cost)));
    facts.push(fact(words, "promise-people", people(promises, words)));
    facts
}

fn fact(words: &Words, what: &str, text: String) -> Fact {
    Fact { what: words.say(what), text }
}

fn archive(promises: &Promises<'_>, words: &Words) -> String {
    let key = match promises.archive.default {
        archive::Default::Always => "archive-always",
        archive::Default::Never => "archive-never",
        archive::Default::Roster => "archive-roster",
    };
    words.count(key, promises.archive.days)
}

fn backups(promises: &Promises<'_>, words: &Words) -> String {
    match promises.statement.backups {
        Some(backups) => {
            join(&[words.count("backups-every", backups.every_hours), words.count("backups-kept", backups.kept_days)])
        }
        None => words.say("backups-unsaid"),
    }
}

fn others(promises: &Promises<'_>, words: &Words) -> String {
    words.say(match promises.federation {
        Federation::Open => "others-open",
        Federation::Listed => "others-listed",
        Federation::Off => "others-off",
    })
}

fn place(promises: &Promises<'_>, words: &Words) -> String {
    let countries: Vec<String> = promises.statement.locations.iter().map(|code| words.country(code)).collect();
    let law = promises.statement.operator.as_ref().and_then(|operator| operator.jurisdiction.as_ref());
    let place = if countries.is_empty() { String::new() } else { words.with("place", &countries.join(", ")) };
    join(&[place, law.map(|code| words.with("jurisdiction", &words.country(code))).unwrap_or_default()])
}

fn people(promises: &Promises<'_>, words: &Words) -> String {
    let Rounded::About(accounts) = Rounded::of(promises.usage.accounts) else { return words.say("people-few") };
    let month = match Rounded::of(promises.usage.month) {
        Rounded::Few => words.say("people-month-few"),
        Rounded::About(month) => words.count("people-month", month),
    };
    join(&[words.count("people-accounts", accounts), month])
}
