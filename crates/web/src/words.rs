//! The words of the pages, in the language of whoever reads them. They stand in `words/*.ftl` (Project Fluent).

use crate::Site;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::memoizer::MemoizerKind;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::convert::Infallible;
use std::fmt::Write;
use std::sync::{Arc, LazyLock};

/// The languages of the pages: a line for each file. The first is for those who want none of them.
const FILES: &[(&str, &str)] = &[
    ("en", include_str!("../words/en.ftl")),
    ("de", include_str!("../words/de.ftl")),
    ("fr", include_str!("../words/fr.ftl")),
];

static LANGUAGES: LazyLock<Vec<Language>> =
    LazyLock::new(|| FILES.iter().map(|(code, text)| Language::read(code, text)).collect());

struct Language {
    code: &'static str,
    bundle: FluentBundle<FluentResource>,
}

impl Language {
    fn read(code: &'static str, text: &str) -> Language {
        let resource = FluentResource::try_new(text.to_owned()).expect("the tests read all files of words");
        let mut bundle = FluentBundle::new_concurrent(vec![code.parse().expect("the codes are two letters")]);
        // Marks of direction around each value would be letters of links and addresses.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(grouped));
        bundle.add_resource(resource).expect("the tests find words that are there twice");
        Language { code, bundle }
    }
}

/// 12 000: a narrow space is understood in all languages.
fn grouped<M: MemoizerKind>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let digits = format!("{:.0}", number.value);
    let mut text = String::with_capacity(digits.len() + 6);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    Some(text)
}

/// The words for one reader. An extractor.
#[derive(Clone, Copy)]
pub struct Words {
    language: &'static Language,
    /// The reader chose it on a page: links keep to it.
    is_chosen: bool,
}

impl Words {
    /// Those of a language, or else of the first.
    pub fn of(code: &str) -> Words {
        Words { language: known(code).unwrap_or(&LANGUAGES[0]), is_chosen: false }
    }

    /// Two letters (ISO 639-1).
    pub fn language(&self) -> &'static str {
        self.language.code
    }

    /// All languages there are: their letters, and what they call themselves.
    pub fn languages(&self) -> Vec<(&'static str, String)> {
        let all = LANGUAGES.iter().map(|language| Words { language, is_chosen: false });
        all.map(|words| (words.language(), words.say("language-name"))).collect()
    }

    /// A sentence.
    pub fn say(&self, key: &str) -> String {
        self.write(key, None)
    }

    /// A sentence with a number.
    pub fn count(&self, key: &str, count: impl Into<u64>) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("count", count.into());
        self.write(key, Some(&arguments))
    }

    /// A sentence with something in it.
    pub fn with(&self, key: &str, value: &str) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("value", value);
        self.write(key, Some(&arguments))
    }

    /// A day that is written as `2024-05-01`.
    pub fn date(&self, day: &str) -> String {
        let mut parts = day.splitn(3, '-').map(|part| part.trim_start_matches('0'));
        let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
            return day.to_owned();
        };
        let mut arguments = FluentArgs::new();
        arguments.set("year", year);
        arguments.set("month", self.say(&format!("month-{month}")));
        arguments.set("day", day);
        self.write("date", Some(&arguments))
    }

    /// A sentence that there may be no words for.
    pub(crate) fn known(&self, key: &str) -> Option<String> {
        self.language.bundle.has_message(key).then(|| self.say(key))
    }

    /// A day, by a moment in it in microseconds since 1970.
    pub(crate) fn day(&self, micros: i64) -> String {
        let written = xmpp::time::write(micros);
        self.date(written.split('T').next().unwrap_or_default())
    }

    /// A moment, in microseconds since 1970: the day and the minute, in UTC.
    pub(crate) fn moment(&self, micros: i64) -> String {
        let written = xmpp::time::write(micros);
        let (day, time) = written.split_once('T').unwrap_or((&written, ""));
        let minute = time.get(..5).unwrap_or_default();
        format!("{}, {minute} UTC", self.date(day))
    }

    /// A country, by its two letters in lower case.
    pub fn country(&self, code: &str) -> String {
        let key = format!("country-{code}");
        match self.language.bundle.has_message(&key) {
            true => self.say(&key),
            false => code.to_ascii_uppercase(),
        }
    }

    /// The address of another page, in the language that was chosen.
    pub fn link(&self, path: &str) -> String {
        match self.is_chosen {
            true => {
                let separator = if path.contains('?') { '&' } else { '?' };
                format!("{path}{separator}lang={}", self.language())
            }
            false => path.to_owned(),
        }
    }

    /// The letters of the language, if the reader chose it on a page: forms that are sent by address keep to it.
    pub(crate) fn chosen(&self) -> Option<&'static str> {
        self.is_chosen.then(|| self.language())
    }

    fn write(&self, key: &str, arguments: Option<&FluentArgs<'_>>) -> String {
        let bundle = &self.language.bundle;
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            // The tests find keys without words; a page is better with a hole than not at all.
            return key.to_owned();
        };
        let mut text = String::new();
        let written = bundle.write_pattern(&mut text, pattern, arguments, &mut Vec::new());
        written.expect("writing to a string does not fail");
        text
    }
}

impl FromRequestParts<Arc<Site>> for Words {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Words, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let chosen = query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(known);
        if let Some(language) = chosen {
            return Ok(Words { language, is_chosen: true });
        }
        let wanted = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let wanted = wanted.and_then(|list| preferred(list).into_iter().find_map(|code| known(&code)));
        let service = site.hub().service();
        let own = || service.statement.description.first().and_then(|(code, _)| known(code));
        Ok(Words { language: wanted.or_else(own).unwrap_or(&LANGUAGES[0]), is_chosen: false })
    }
}

fn known(code: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.code == code)
}

/// The languages of an `Accept-Language` (RFC 9110 §12.5.4), best first, without their regions.
fn preferred(list: &str) -> Vec<String> {
    let mut languages: Vec<(u16, String)> = Vec::new();
    for one in list.split(',').take(20) {
        let (range, quality) = one.split_once(";q=").unwrap_or((one, "1"));
        let code = range.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
        let quality = quality.trim().parse::<f32>().unwrap_or(0.0).clamp(0.0, 1.0);
        // Thousandths are what the RFC has.
        languages.push(((quality * 1000.0) as u16, code));
    }
    languages.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
    languages.into_iter().filter(|(quality, _)| *quality > 0).map(|(_, code)| code).collect()
}

/// Sentences, one behind the other.
pub(crate) fn join(sentences: &[String]) -> String {
    let mut text = String::new();
    for sentence in sentences.iter().filter(|sentence| !sentence.is_empty()) {
        let space = if text.is_empty() { "" } else { " " };
        write!(text, "{space}{sentence}").expect("writing to a string does not fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_language_comes_first() {
        assert_eq!(preferred("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.95, *;q=0.5"), ["fr", "de", "fr", "en", "*"]);
        assert_eq!(preferred("de;q=0, en;q=nonsense"), [""; 0]);
    }

    #[test]
    fn numbers_dates_and_countries_are_said_as_people_say_them() {
        assert_eq!(Words::of("en").count("people-accounts", 12_000_u64), "About 12\u{202f}000 accounts.");
        assert_eq!(Words::of("de").date("2024-05-01"), "1. Mai 2024");
        assert_eq!(Words::of("fr").country("de"), "Allemagne");
        assert_eq!(Words::of("fr").country("zz"), "ZZ");
        assert!(Words::of("en").count("archive-always", 1_u32).contains("one day"));
    }
}
