//! What the service promises, as sentences for people.

use crate::Words;
use crate::words::join;
use features::archive;
use features::contact::Role;
use features::login::usage::Rounded;
use features::promises::Promises;
use features::service::Federation;
use features::statement::Cost;
use features::upload::MEGABYTE;

/// One thing that people can count on.
pub(crate) struct Fact {
    pub(crate) what: String,
    pub(crate) text: String,
}

pub(crate) fn archive(promises: &Promises<'_>, words: &Words) -> String {
    let key = match promises.archive.default {
        archive::Default::Always => "archive-always",
        archive::Default::Never => "archive-never",
        archive::Default::Roster => "archive-roster",
    };
    words.count(key, promises.archive.days)
}

pub(crate) fn files(promises: &Promises<'_>, words: &Words) -> String {
    let Some(uploads) = promises.uploads else { return words.say("files-none") };
    join(&[
        words.with("files-size", &size(uploads.file_bytes, words)),
        words.count("files-kept", uploads.days),
        words.with("files-day", &size(uploads.day_bytes, words)),
        words.with("files-week", &size(uploads.week_bytes, words)),
        words.with("files-total", &size(uploads.account_bytes, words)),
    ])
}

/// A size as people say it: never more than it is.
pub(crate) fn size(bytes: u64, words: &Words) -> String {
    match bytes {
        0..MEGABYTE => words.count("kilobytes", bytes / 1000),
        // What is no whole number of the larger is said in the smaller.
        _ if bytes % (1000 * MEGABYTE) < 100 * MEGABYTE && bytes >= 1000 * MEGABYTE => {
            words.count("gigabytes", bytes / (1000 * MEGABYTE))
        }
        _ => words.count("megabytes", bytes / MEGABYTE),
    }
}

pub(crate) fn backups(promises: &Promises<'_>, words: &Words) -> String {
    match promises.statement.backups {
        Some(backups) => {
            join(&[words.count("backups-every", backups.every_hours), words.count("backups-kept", backups.kept_days)])
        }
        None => words.say("backups-unsaid"),
    }
}

pub(crate) fn others(promises: &Promises<'_>, words: &Words) -> String {
    words.say(match promises.federation {
        Federation::Open => "others-open",
        Federation::Listed => "others-listed",
        Federation::Off => "others-off",
    })
}

pub(crate) fn place(promises: &Promises<'_>, words: &Words) -> String {
    let countries: Vec<String> = promises.statement.locations.iter().map(|code| words.country(code)).collect();
    let law = promises.statement.operator.as_ref().and_then(|operator| operator.jurisdiction.as_ref());
    let place = if countries.is_empty() { String::new() } else { words.with("place", &countries.join(", ")) };
    join(&[place, law.map(|code| words.with("jurisdiction", &words.country(code))).unwrap_or_default()])
}

pub(crate) fn operator(promises: &Promises<'_>, _: &Words) -> String {
    promises.statement.operator.as_ref().map(|operator| operator.name.clone()).unwrap_or_default()
}

pub(crate) fn since(promises: &Promises<'_>, words: &Words) -> String {
    promises.statement.since.as_ref().map(|since| words.date(since)).unwrap_or_default()
}

pub(crate) fn cost(promises: &Promises<'_>, words: &Words) -> String {
    words.say(match promises.statement.cost {
        Cost::Free => "cost-free",
        Cost::Paid => "cost-paid",
    })
}

pub(crate) fn people(promises: &Promises<'_>, words: &Words) -> String {
    let Rounded::About(accounts) = Rounded::of(promises.usage.accounts) else { return words.say("people-few") };
    let month = match Rounded::of(promises.usage.month) {
        Rounded::Few => words.say("people-month-few"),
        Rounded::About(month) => words.count("people-month", month),
    };
    join(&[words.count("people-accounts", accounts), month])
}

/// Where somebody is reached.
pub(crate) struct Address {
    /// For the browser.
    pub(crate) uri: String,
    /// For people.
    pub(crate) text: String,
}

/// Whom to ask: what for, and where.
pub(crate) fn people_to_ask(promises: &Promises<'_>, words: Words) -> Vec<(String, Vec<Address>)> {
    let key = |role: Role| format!("contact-{}", role.field().trim_end_matches("-addresses"));
    let address = |uri: &String| {
        let (scheme, rest) = uri.split_once(':').unwrap_or(("", uri));
        let rest = rest.split('?').next().unwrap_or(rest);
        let text = match scheme {
            "mailto" => words.with("by-mail", rest),
            "xmpp" => words.with("by-chat", rest),
            "tel" => words.with("by-phone", rest),
            _ => uri.clone(),
        };
        Address { uri: uri.clone(), text }
    };
    let contacts = promises.contacts.iter();
    contacts.map(|(role, uris)| (words.say(&key(*role)), uris.iter().map(address).collect())).collect()
}
