//! `[service]`: what the operator says of the service. What it does is not said here a second time.

use super::problem::Reading;
use features::statement::{Backups, Cost, Hosting, Operator, OperatorKind, Processor, Statement, Testing, Texts};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::Spanned;

/// Nobody reads on.
const DESCRIPTION_CHARACTERS_MAX: usize = 240;
/// Sentences of a description.
const SENTENCES_MAX: usize = 2;
/// Characters that a line of a small phone (360 by 640) has beside the number of a rule.
const LINE_CHARACTERS: usize = 38;
/// Lines that such a phone has below the heading.
const LINES_MAX: usize = 19;
/// Ten years.
const BACKUP_DAYS_MAX: u32 = 3_650;

/// `[service]`
#[derive(Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LowService {
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Spanned<String>>,
    /// The language of those for whom it is: two letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Spanned<String>>,
    /// Since when it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Spanned<String>>,
    /// The countries of its machines and backups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Spanned<String>>,
    /// What an account costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<LowCost>,
    /// Where its machines stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hosting: Option<LowHosting>,
    /// How many people it could not lose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bus_factor: Option<u32>,
    /// Whether others may try it from outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub testing: Option<LowTesting>,
    /// Where clients look when it is down.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outage: Vec<Spanned<String>>,
    /// What makes it different, by language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub description: BTreeMap<Spanned<String>, Spanned<String>>,
    /// What everybody keeps to, by language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: BTreeMap<Spanned<String>, Spanned<Vec<String>>>,
    /// Who runs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<LowOperator>,
    /// How it is backed up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backups: Option<LowBackups>,
    /// Who gets to see data.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub processors: Vec<LowProcessor>,
}

/// `[service.operator]`
#[derive(Deserialize, Serialize, Debug)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LowOperator {
    /// The name.
    pub name: Spanned<String>,
    /// Where letters reach them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub address: Vec<String>,
    /// What they are.
    pub kind: LowOperatorKind,
    /// Whose law holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<Spanned<String>>,
}

/// What an operator is.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum LowOperatorKind {
    Company,
    CommercialPerson,
    PrivatePerson,
    Governmental,
    NonGovernmental,
}

/// `[service.backups]`
#[derive(Deserialize, Serialize, Debug)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LowBackups {
    /// Hours from one to the next.
    pub every_hours: Spanned<u32>,
    /// Days that each is kept.
    pub kept_days: Spanned<u32>,
}

/// `[[service.processors]]`
#[derive(Deserialize, Serialize, Debug)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LowProcessor {
    /// Who.
    pub name: String,
    /// What for.
    pub purpose: String,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<Spanned<String>>,
}

/// What an account costs.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum LowCost {
    /// Nothing.
    Free,
    /// Something.
    Paid,
}

/// Where machines stand.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum LowHosting {
    /// Anywhere.
    Amateur,
    /// With power, line, locks and backups.
    Professional,
}

/// Whether others may try the service.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum LowTesting {
    /// They may.
    Allowed,
    /// Nobody said so.
    Unsaid,
}

pub(super) fn read(low: &LowService, reading: &mut Reading<'_>) -> Statement {
    let own = low.language.as_ref().and_then(|language| two_letters(language, LANGUAGE, reading));
    let own = own.as_deref().unwrap_or("en");
    let locations = low.locations.iter().filter_map(|country| two_letters(country, COUNTRY, reading));
    Statement {
        name: low.name.as_ref().map(|name| name.get_ref().trim().to_owned()).filter(|name| !name.is_empty()),
        locations: locations.collect(),
        description: texts(&low.description, own, reading, |text, reading| {
            check_description(text, reading);
            text.get_ref().trim().to_owned()
        }),
        rules: texts(&low.rules, own, reading, |rules, reading| {
            check_rules(rules, reading);
            rules.get_ref().iter().map(|rule| rule.trim().to_owned()).collect()
        }),
        operator: low.operator.as_ref().map(|operator| self::operator(operator, reading)),
        since: low.since.as_ref().and_then(|since| date(since, reading)),
        backups: low.backups.as_ref().and_then(|backups| self::backups(backups, reading)),
        cost: match low.cost {
            Some(LowCost::Free) | None => Cost::Free,
            Some(LowCost::Paid) => Cost::Paid,
        },
        hosting: match low.hosting {
            Some(LowHosting::Professional) => Hosting::Professional,
            Some(LowHosting::Amateur) | None => Hosting::Amateur,
        },
        bus_factor: low.bus_factor,
        testing: match low.testing {
            Some(LowTesting::Allowed) => Testing::Allowed,
            Some(LowTesting::Unsaid) | None => Testing::Unsaid,
        },
        outage: low.outage.iter().filter_map(|address| outage(address, reading)).collect(),
        processors: low.processors.iter().map(|processor| self::processor(processor, reading)).collect(),
    }
}

/// What is written with two letters: what it is, and how.
type TwoLetters = (&'static str, &'static str);
const LANGUAGE: TwoLetters = ("a language", "Write its two letters (ISO 639-1) in lower case, like `en` or `de`.");
const COUNTRY: TwoLetters = ("a country", "Write its two letters (ISO 3166-1) in lower case, like `de` or `fr`.");

fn two_letters(low: &Spanned<String>, (what, how): TwoLetters, reading: &mut Reading<'_>) -> Option<Box<str>> {
    let text = low.get_ref();
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Some(text.as_str().into());
    }
    reading.note(low.span(), format!("`{text}` is not {what}"), how);
    None
}

/// Texts by language, the service's own first.
fn texts<L, T>(
    low: &BTreeMap<Spanned<String>, Spanned<L>>,
    own: &str,
    reading: &mut Reading<'_>,
    read: impl Fn(&Spanned<L>, &mut Reading<'_>) -> T,
) -> Texts<T> {
    let mut texts = Texts::new();
    for (language, text) in low {
        if let Some(language) = two_letters(language, LANGUAGE, reading) {
            texts.push((language, read(text, reading)));
        }
    }
    texts.sort_by_key(|(language, _)| **language != *own);
    texts
}

fn check_description(low: &Spanned<String>, reading: &mut Reading<'_>) {
    let text = low.get_ref().trim();
    let characters = text.chars().count();
    // A full stop inside of a sentence, as in `e. V.`, is not followed by a capital letter, or follows one.
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_end = |pair: &[&str]| {
        pair[0].len() > 2 && pair[0].ends_with(['.', '!', '?', '…']) && pair[1].starts_with(char::is_uppercase)
    };
    let sentences = 1 + words.windows(2).filter(|pair| is_end(pair)).count();
    let advice = "Say in a sentence or two what makes the service different; the rest belongs into the rules.";
    if characters > DESCRIPTION_CHARACTERS_MAX {
        let found = format!("a description of {characters} characters, and {DESCRIPTION_CHARACTERS_MAX} are read");
        reading.note(low.span(), found, advice);
    } else if sentences > SENTENCES_MAX {
        reading.note(low.span(), format!("a description of {sentences} sentences"), advice);
    }
}

/// Rules are read when they can be seen at once.
fn check_rules(low: &Spanned<Vec<String>>, reading: &mut Reading<'_>) {
    let lines = |rule: &String| rule.trim().chars().count().div_ceil(LINE_CHARACTERS).max(1);
    // Between two rules there is room for half a line.
    let half_lines: usize = low.get_ref().iter().map(|rule| 2 * lines(rule) + 1).sum();
    let lines = half_lines.div_ceil(2);
    if lines > LINES_MAX {
        let found = format!("the rules take about {lines} lines of a small phone, which has {LINES_MAX}");
        reading.note(low.span(), found, "Make them shorter: what needs an explanation has it when somebody asks.");
    }
}

fn operator(low: &LowOperator, reading: &mut Reading<'_>) -> Operator {
    if low.name.get_ref().trim().is_empty() {
        reading.note(low.name.span(), "an operator without a name", "Write who answers for the service.");
    }
    Operator {
        name: low.name.get_ref().trim().to_owned(),
        address: low.address.clone(),
        kind: match low.kind {
            LowOperatorKind::Company => OperatorKind::Company,
            LowOperatorKind::CommercialPerson => OperatorKind::CommercialPerson,
            LowOperatorKind::PrivatePerson => OperatorKind::PrivatePerson,
            LowOperatorKind::Governmental => OperatorKind::Governmental,
            LowOperatorKind::NonGovernmental => OperatorKind::NonGovernmental,
        },
        jurisdiction: low.jurisdiction.as_ref().and_then(|country| two_letters(country, COUNTRY, reading)),
    }
}

/// XEP-0455 §2.1: clients fetch it without logging in anywhere.
fn outage(low: &Spanned<String>, reading: &mut Reading<'_>) -> Option<String> {
    let text = low.get_ref();
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_address =
        rest.is_some_and(|rest| !rest.is_empty() && text.is_ascii() && !text.contains(char::is_whitespace));
    if !is_address {
        let advice = "Write where the file lies on another machine, like `https://status.example.net/outage.json`.";
        reading.note(low.span(), format!("`{text}` is no address that clients can fetch"), advice);
    }
    is_address.then(|| text.clone())
}

fn date(low: &Spanned<String>, reading: &mut Reading<'_>) -> Option<String> {
    let text = low.get_ref();
    let is_date = text.len() == 10 && xmpp::time::parse(&format!("{text}T00:00:00Z")).is_some();
    if !is_date {
        reading.note(low.span(), format!("`{text}` is not a day"), "Write it like `2024-05-01`.");
    }
    is_date.then(|| text.clone())
}

fn backups(low: &LowBackups, reading: &mut Reading<'_>) -> Option<Backups> {
    let (every_hours, kept_days) = (*low.every_hours.get_ref(), *low.kept_days.get_ref());
    if every_hours == 0 {
        let advice = "Write the hours from one backup to the next, or leave out `[service.backups]` if there is none.";
        reading.note(low.every_hours.span(), "a backup every 0 hours", advice);
        return None;
    }
    if !(1..=BACKUP_DAYS_MAX).contains(&kept_days) {
        let advice = format!("Write the days after which a copy is destroyed: 1 to {BACKUP_DAYS_MAX}.");
        reading.note(low.kept_days.span(), format!("a backup that is kept for {kept_days} days"), advice);
        return None;
    }
    Some(Backups { every_hours, kept_days })
}

fn processor(low: &LowProcessor, reading: &mut Reading<'_>) -> Processor {
    let country = low.country.as_ref().and_then(|country| two_letters(country, COUNTRY, reading));
    Processor { name: low.name.clone(), purpose: low.purpose.clone(), country }
}

/// As it could have been written.
pub(super) fn to_low(statement: &Statement) -> LowService {
    let Statement { name, description, rules, operator, since, locations, backups, cost, hosting, bus_factor, .. } =
        statement;
    let first = description.first().map(|(language, _)| language).or(rules.first().map(|(language, _)| language));
    LowService {
        name: name.clone().map(plain),
        language: first.map(|language| plain(language.to_string())),
        since: since.clone().map(plain),
        locations: locations.iter().map(|country| plain(country.to_string())).collect(),
        cost: Some(match cost {
            Cost::Free => LowCost::Free,
            Cost::Paid => LowCost::Paid,
        }),
        hosting: Some(match hosting {
            Hosting::Amateur => LowHosting::Amateur,
            Hosting::Professional => LowHosting::Professional,
        }),
        bus_factor: *bus_factor,
        testing: Some(match statement.testing {
            Testing::Unsaid => LowTesting::Unsaid,
            Testing::Allowed => LowTesting::Allowed,
        }),
        outage: statement.outage.iter().cloned().map(plain).collect(),
        description: low_texts(description),
        rules: low_texts(rules),
        operator: operator.as_ref().map(low_operator),
        backups: backups
            .map(|backups| LowBackups { every_hours: plain(backups.every_hours), kept_days: plain(backups.kept_days) }),
        processors: statement.processors.iter().map(low_processor).collect(),
    }
}

fn low_texts<T: Clone>(texts: &Texts<T>) -> BTreeMap<Spanned<String>, Spanned<T>> {
    texts.iter().map(|(language, text)| (plain(language.to_string()), plain(text.clone()))).collect()
}

fn low_operator(operator: &Operator) -> LowOperator {
    LowOperator {
        name: plain(operator.name.clone()),
        address: operator.address.clone(),
        kind: match operator.kind {
            OperatorKind::Company => LowOperatorKind::Company,
            OperatorKind::CommercialPerson => LowOperatorKind::CommercialPerson,
            OperatorKind::PrivatePerson => LowOperatorKind::PrivatePerson,
            OperatorKind::Governmental => LowOperatorKind::Governmental,
            OperatorKind::NonGovernmental => LowOperatorKind::NonGovernmental,
        },
        jurisdiction: operator.jurisdiction.as_ref().map(|country| plain(country.to_string())),
    }
}

fn low_processor(processor: &Processor) -> LowProcessor {
    let Processor { name, purpose, country } = processor.clone();
    LowProcessor { name, purpose, country: country.map(|country| plain(country.into())) }
}

fn plain<T>(value: T) -> Spanned<T> {
    Spanned::new(0..0, value)
}
