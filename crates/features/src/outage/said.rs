//! An outage, and how it is written (§2.2).

use crate::feature::Limit;
use xmpp::time;

/// How much is said of an outage in one language.
pub const MESSAGE_CHARACTERS: Limit = Limit {
    name: "outage-message-characters",
    default: 1000,
    unit: "characters",
    reason: "A client shows it beside the list of chats; what is longer has a page of its own.",
    sentence: "That is too long to be read beside a list of chats. Say it shorter, with a link to the rest.",
};

/// What is said in which language.
pub type Messages = Vec<(Box<str>, Box<str>)>;

/// That the service is down, or will be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outage {
    /// Somebody meant it to happen.
    pub is_planned: bool,
    /// When it begins, in microseconds since 1970.
    pub begins_at: i64,
    /// When it is expected to end.
    pub ends_at: Option<i64>,
    /// What is said, by language; `default` is for all others, and is always there where anything is.
    pub messages: Messages,
}

impl Outage {
    /// The file; the one for no outage is an empty object.
    pub fn json(outage: Option<&Outage>) -> String {
        let Some(outage) = outage else { return "{}\n".to_owned() };
        let mut text =
            format!("{{\n  \"planned\": {},\n  \"beginning\": \"{}\"", outage.is_planned, date(outage.begins_at));
        if let Some(end) = outage.ends_at {
            text.push_str(&format!(",\n  \"expected_end\": \"{}\"", date(end)));
        }
        if !outage.messages.is_empty() {
            let said =
                |(language, words): &(Box<str>, Box<str>)| format!("    {}: {}", quoted(language), quoted(words));
            let said: Vec<String> = outage.messages.iter().map(said).collect();
            text.push_str(&format!(",\n  \"message\": {{\n{}\n  }}", said.join(",\n")));
        }
        text.push_str("\n}\n");
        text
    }
}

/// To the second: an outage is not timed more precisely.
fn date(micros: i64) -> String {
    let written = time::write(micros);
    format!("{}Z", written.get(.."2026-11-25T12:00:00".len()).unwrap_or_default())
}

/// A JSON string (RFC 8259 §7).
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c < ' ' => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_that_of_the_document() {
        let begins_at = time::parse("2021-01-12T01:01:01Z").unwrap();
        let ends_at = time::parse("2021-01-12T05:00:00Z");
        let messages = vec![("default".into(), "Mise à jour \"bientôt\"\n".into()), ("en".into(), "An update".into())];
        let outage = Outage { is_planned: true, begins_at, ends_at, messages };
        let text = "{\n  \"planned\": true,\n  \"beginning\": \"2021-01-12T01:01:01Z\",\n  \
                    \"expected_end\": \"2021-01-12T05:00:00Z\",\n  \"message\": {\n    \
                    \"default\": \"Mise à jour \\\"bientôt\\\"\\u000a\",\n    \"en\": \"An update\"\n  }\n}\n";
        assert_eq!(Outage::json(Some(&outage)), text);
        assert_eq!(Outage::json(None), "{}\n");
    }
}
