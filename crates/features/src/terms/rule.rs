//! One rule: what is exchanged with a domain.

use crate::feature::Limit;
use xmpp::Jid;

/// How long the reason for a rule may be.
pub const REASON: Limit = Limit {
    name: "federation-reason-bytes",
    default: 1000,
    unit: "bytes",
    reason: "A sentence and an address where more is written; all rules are in memory.",
    sentence: "The reason is too long. Say it in a sentence or two.",
};

/// What operators decided about a domain and all below it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// The domain.
    pub domain: Jid,
    /// What follows.
    pub action: Action,
    /// Why, for other operators.
    pub reason: Box<str>,
    /// Whose decision it was: an address, or the command line.
    pub author: Box<str>,
    /// When, in microseconds since 1970.
    pub made_at: i64,
    /// Until when it holds; none for always.
    pub expires_at: Option<i64>,
}

/// What follows from a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// Nothing is exchanged.
    Refuse,
    /// The service talks with the domain, also where it talks only with those that have a rule.
    Talk(Terms),
}

/// On which terms. The default are those with everybody.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Terms {
    /// What it has to show, where that is not what all have to.
    pub demand: Option<Demand>,
    /// What it sends to people who do not have the sender in their contact list is refused.
    pub no_strangers: bool,
    /// Files and calls from there are refused.
    pub no_media: bool,
    /// Nobody there enters a room here, or the other way round.
    pub no_rooms: bool,
}

/// How a domain proves who it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Demand {
    /// By a certificate, which TLSA records may vouch for.
    Certificate,
    /// Where a certificate proves nothing, by dialback inside TLS (RFC 7590 §3.4).
    Dialback,
}

impl Rule {
    /// Whether it still holds.
    pub fn holds(&self, now: i64) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

impl Action {
    /// Every word of [`Action::read`], with its meaning.
    pub const WORDS: &[(&str, &str)] = &[
        ("refuse", "nothing is exchanged; it stands alone"),
        ("talk", "the service talks with it, as with everybody"),
        ("certificate", "it has to show a valid certificate"),
        ("dialback", "where its certificate proves nothing, encrypted dialback is enough"),
        ("no-strangers", "messages from there to people who do not have the sender in their contact list are refused"),
        ("no-media", "files and calls from there are refused, as far as they can be seen"),
        ("no-rooms", "nobody from there enters rooms here, or the other way round"),
    ];

    /// Reads words, separated by blanks or commas.
    ///
    /// # Errors
    /// A sentence with what is wrong.
    pub fn read(text: &str) -> Result<Action, String> {
        let mut terms = Terms::default();
        let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        match words[..] {
            [] => return Err(format!("There is no action. {}", known())),
            ["refuse"] => return Ok(Action::Refuse),
            _ => {}
        }
        for word in words {
            let demand = terms.demand;
            match word {
                "talk" => {}
                "no-strangers" => terms.no_strangers = true,
                "no-media" => terms.no_media = true,
                "no-rooms" => terms.no_rooms = true,
                "certificate" => terms.demand = Some(Demand::Certificate),
                "dialback" => terms.demand = Some(Demand::Dialback),
                "refuse" => return Err("`refuse` stands alone: nothing is exchanged then.".to_owned()),
                other => return Err(format!("`{other}` is no action. {}", known())),
            }
            if demand.is_some() && demand != terms.demand {
                return Err("`certificate` and `dialback` exclude each other.".to_owned());
            }
        }
        Ok(Action::Talk(terms))
    }

    /// The words that [`Action::read`] reads.
    pub fn words(self) -> String {
        let Action::Talk(terms) = self else { return "refuse".to_owned() };
        let mut words = vec!["talk"];
        words.extend(match terms.demand {
            Some(Demand::Certificate) => Some("certificate"),
            Some(Demand::Dialback) => Some("dialback"),
            None => None,
        });
        let flags = [(terms.no_strangers, "no-strangers"), (terms.no_media, "no-media"), (terms.no_rooms, "no-rooms")];
        words.extend(flags.iter().filter(|(is_set, _)| *is_set).map(|(_, word)| *word));
        words.join(" ")
    }
}

fn known() -> String {
    let words: Vec<&str> = Action::WORDS.iter().map(|(word, _)| *word).collect();
    format!("Actions are: {}.", words.join(", "))
}

/// Reads the name of a domain.
///
/// # Errors
/// A sentence with what is wrong.
pub fn read_domain(text: &str) -> Result<Jid, String> {
    // The list that operators share has names as people type them, with a wildcard now and then.
    let name = text.trim().trim_start_matches("*.").trim_end_matches('.');
    let domain = Jid::parse(name).ok().filter(|jid| jid.local().is_none() && jid.is_bare());
    domain.ok_or_else(|| format!("`{text}` is not a domain; write it like `example.org`."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_read_as_they_are_written() {
        for text in ["refuse", "talk", "talk certificate no-strangers", "talk dialback no-media no-rooms"] {
            assert_eq!(Action::read(text).unwrap().words(), text);
        }
        assert_eq!(Action::read("no-rooms,dialback").unwrap().words(), "talk dialback no-rooms");
        for (wrong, part) in [
            ("", "no action"),
            ("refuse talk", "stands alone"),
            ("allow", "`allow` is no action"),
            ("dialback certificate", "exclude"),
        ] {
            let why = Action::read(wrong).unwrap_err();
            assert!(why.contains(part), "{wrong}: {why}");
        }
    }

    #[test]
    fn a_domain_is_no_address() {
        assert_eq!(read_domain(" *.Spam.Example. ").unwrap().as_str(), "spam.example");
        assert!(read_domain("a@b").is_err() && read_domain("a/b").is_err() && read_domain("").is_err());
    }
}
