//! Ad-hoc commands as features declare them (XEP-0050): who may run what, what is asked on the way, and
//! what comes of it. There is no XML in it, so that a command can have other doors than a client's.

use crate::admin::Order;
use crate::feature::Place;
use crate::roster::Contacts;
use crate::turn::Turn;
use xmpp::{Jid, form};

/// A command.
pub struct Command {
    /// Its name on the wire (XEP-0050 §3.2).
    pub node: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// On whose address it is run.
    pub at: Place,
    /// By whom.
    pub who: Who,
    /// What comes next, after these answers. It changes nothing: going back is the same with fewer.
    pub run: fn(&Turn<'_>, &[Answers]) -> Step,
}

/// Who may run a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// Everybody with an account here; on an account's address its owner.
    Local,
    /// Whom the configuration names as administrators.
    Admin,
}

/// What a command does next.
pub enum Step {
    /// It asks.
    Ask(Form),
    /// It is over.
    Over(Report),
    /// It has this carried out; what comes of that is the end.
    Do(Order),
}

/// What is asked, to be filled in (XEP-0004).
pub struct Form {
    /// A title.
    pub title: &'static str,
    /// What to do.
    pub instructions: &'static str,
    /// The purpose (XEP-0068 §3.3); empty for none.
    pub form_type: &'static str,
    /// The fields.
    pub fields: Vec<Field>,
    /// What filling it in leads to.
    pub then: Then,
}

/// What comes after a form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Then {
    /// Another one.
    More,
    /// The end.
    Done,
}

/// One field of a form.
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether it may stay empty.
    pub need: Need,
    /// What is in it.
    pub values: Vec<String>,
}

/// What a field takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A line.
    Line,
    /// Lines.
    Lines,
    /// A line that is not shown.
    Secret,
    /// An address.
    Address,
    /// Addresses.
    Addresses,
    /// One of these.
    OneOf(Vec<Choice>),
    /// Some of these.
    SomeOf(Vec<String>),
    /// Yes or no (XEP-0004 §3.3: `boolean`).
    YesNo,
    /// Nothing: it is text to be read.
    Fixed,
}

/// What may be chosen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// On the wire.
    pub value: String,
    /// For people.
    pub label: String,
}

/// Whether a field may stay empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "they are words")]
pub enum Need {
    Required,
    Optional,
}

impl Choice {
    /// A word that is the same for both.
    pub fn word(word: &str) -> Choice {
        Choice { value: word.to_owned(), label: word.to_owned() }
    }
}

/// What comes of a command.
#[derive(Default)]
pub struct Report {
    /// Sentences for the person.
    pub notes: Vec<(Severity, String)>,
    /// What was asked for.
    pub shown: Option<Shown>,
    /// The same as a table.
    pub table: Option<Table>,
}

/// How serious a note is (XEP-0050 §4.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub enum Severity {
    Info,
    Warn,
    Error,
}

/// What a command shows.
pub struct Shown {
    /// The purpose of the fields (XEP-0068 §3.3).
    pub form_type: &'static str,
    /// The fields.
    pub fields: Vec<Field>,
    /// Contacts, if it was about them (XEP-0133 §4.8).
    pub contacts: Option<Contacts>,
}

/// A table that a command shows (XEP-0004 §3.4).
pub struct Table {
    /// What it shows.
    pub title: &'static str,
    /// The names of its columns on the wire.
    pub columns: &'static [&'static str],
    /// Its rows, with a value for each column.
    pub rows: Vec<Vec<String>>,
}

/// A form as it was filled in, each value as its field wants it. Not shown by `Debug`: there may be a
/// password in it.
#[derive(Clone, Default)]
pub struct Answers(Vec<(&'static str, Vec<String>)>);

impl Form {
    /// Takes what was filled in.
    ///
    /// # Errors
    /// A sentence that says which field is wrong, and how.
    pub fn fill_in(&self, given: Option<form::Form<'_>>) -> Result<Answers, String> {
        let mut answers = Vec::new();
        for field in self.fields.iter().filter(|field| field.kind != Kind::Fixed) {
            let found = given.and_then(|form| form.fields().find(|known| known.name() == field.name));
            let values = found.map(|field| field.values().map(std::borrow::Cow::into_owned).collect());
            let mut values: Vec<String> = values.unwrap_or_default();
            // A text that was left empty may be there all the same.
            if values.iter().all(String::is_empty) {
                values.clear();
            }
            field.judge(&values)?;
            answers.push((field.name, values));
        }
        Ok(Answers(answers))
    }

    /// The form with what was filled in before, but for secrets.
    #[must_use]
    pub fn remembering(mut self, answers: &Answers) -> Form {
        for field in self.fields.iter_mut().filter(|field| field.kind != Kind::Secret) {
            if let Some((_, values)) = answers.0.iter().find(|(name, _)| *name == field.name) {
                field.values.clone_from(values);
            }
        }
        self
    }
}

impl Field {
    /// An empty field that has to be filled in.
    pub fn required(name: &'static str, label: &'static str, kind: Kind) -> Field {
        Field { name, label, kind, need: Need::Required, values: Vec::new() }
    }

    /// A field that shows something.
    pub fn showing(name: &'static str, label: &'static str, kind: Kind, values: Vec<String>) -> Field {
        Field { name, label, kind, need: Need::Optional, values }
    }

    fn judge(&self, values: &[String]) -> Result<(), String> {
        let label = self.label;
        if values.is_empty() {
            return match self.need {
                Need::Required => Err(format!("Fill in: {label}.")),
                Need::Optional => Ok(()),
            };
        }
        if values.len() > 1 && !matches!(self.kind, Kind::Lines | Kind::Addresses | Kind::SomeOf(_)) {
            return Err(format!("One value is enough: {label}."));
        }
        let wrong = |value: &&String| match &self.kind {
            Kind::Address | Kind::Addresses => Jid::parse(value).is_err(),
            Kind::OneOf(options) => !options.iter().any(|option| option.value == **value),
            Kind::SomeOf(options) => !options.contains(value),
            Kind::YesNo => form::boolean(value).is_none(),
            Kind::Line | Kind::Lines | Kind::Secret | Kind::Fixed => false,
        };
        match (values.iter().find(wrong), &self.kind) {
            (None, _) => Ok(()),
            (Some(value), Kind::Address | Kind::Addresses) => Err(format!("`{value}` is not an address: {label}.")),
            (Some(_), _) => Err(format!("Choose what is on offer: {label}.")),
        }
    }
}

impl Answers {
    /// The values of a field.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.iter().find(|(known, _)| *known == name).map_or(&[], |(_, values)| values)
    }

    /// The value of a field; empty if there is none.
    pub fn one(&self, name: &str) -> &str {
        self.all(name).first().map_or("", String::as_str)
    }

    /// The lines of a field as one text.
    pub fn text(&self, name: &str) -> String {
        self.all(name).join("\n")
    }

    /// Whether a field says yes.
    pub fn is_yes(&self, name: &str) -> bool {
        form::boolean(self.one(name)) == Some(true)
    }

    /// The addresses in a field.
    pub fn addresses(&self, name: &str) -> Vec<Jid> {
        self.all(name).iter().filter_map(|value| Jid::parse(value).ok()).collect()
    }
}

impl Report {
    /// A sentence and no more.
    pub fn note(severity: Severity, text: impl Into<String>) -> Report {
        Report { notes: vec![(severity, text.into())], ..Report::default() }
    }
}
