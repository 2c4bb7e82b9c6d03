//! What the operator says of the service, as far as nothing measures it. What is measured, or enforced, is not said
//! here: see [`crate::promises`].

/// A text in several languages: each with its two letters (ISO 639-1). The first is the service's own.
pub type Texts<T> = Vec<(Box<str>, T)>;

/// The statement of the operator. What is not said has no page, no field and no line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Statement {
    /// What people call the service; its domain if nothing else.
    pub name: Option<String>,
    /// What makes it different from others, in a sentence or two.
    pub description: Texts<String>,
    /// What everybody keeps to: short, one after the other.
    pub rules: Texts<Vec<String>>,
    /// Who runs it: a person or an organisation, with the address under which the law finds them.
    pub operator: Option<Operator>,
    /// Since when: `2024-05-01`.
    pub since: Option<String>,
    /// Where its machines and backups are: countries (ISO 3166-1, two letters in lower case).
    pub locations: Vec<Box<str>>,
    /// How often everything is backed up and how long a copy is kept.
    pub backups: Option<Backups>,
    /// What it costs to have an account.
    pub cost: Cost,
    /// Whether it stands where the power and the line do not fail, and nobody walks in.
    pub hosting: Hosting,
    /// How many people it could not lose.
    pub bus_factor: Option<u32>,
    /// Whether others may try how it is, from outside.
    pub testing: Testing,
    /// Where clients look when it is down (XEP-0455), on other machines.
    pub outage: Vec<String>,
    /// Who gets to see data to do something for the service.
    pub processors: Vec<Processor>,
}

/// Who runs the service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operator {
    /// The name.
    pub name: String,
    /// Where letters reach them, line by line.
    pub address: Vec<String>,
    /// What they are, in the words of XMPP Providers.
    pub kind: OperatorKind,
    /// Whose law holds: a country (ISO 3166-1, two letters in lower case).
    pub jurisdiction: Option<Box<str>>,
}

/// What an operator is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the words of XMPP Providers")]
pub enum OperatorKind {
    Company,
    CommercialPerson,
    PrivatePerson,
    Governmental,
    NonGovernmental,
}

impl OperatorKind {
    /// All there are.
    pub const ALL: [OperatorKind; 5] = [
        OperatorKind::Company,
        OperatorKind::CommercialPerson,
        OperatorKind::PrivatePerson,
        OperatorKind::Governmental,
        OperatorKind::NonGovernmental,
    ];

    /// As XMPP Providers calls it.
    pub fn word(self) -> &'static str {
        match self {
            OperatorKind::Company => "company",
            OperatorKind::CommercialPerson => "commercial person",
            OperatorKind::PrivatePerson => "private person",
            OperatorKind::Governmental => "governmental",
            OperatorKind::NonGovernmental => "non-governmental",
        }
    }
}

/// The copies that somebody makes of everything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Backups {
    /// Hours from one to the next.
    pub every_hours: u32,
    /// Days that each is kept.
    pub kept_days: u32,
}

/// What an account costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Cost {
    /// Nothing: this program asks nobody for money.
    #[default]
    Free,
    /// Something, elsewhere.
    Paid,
}

/// Where the machines stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Hosting {
    /// Wherever there is room.
    #[default]
    Amateur,
    /// A good line, power that does not fail, doors that are locked, regular backups.
    Professional,
}

/// Whether others may try the service from outside.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Testing {
    /// Nobody asked.
    #[default]
    Unsaid,
    /// They may.
    Allowed,
}

/// Somebody who processes data for the service (GDPR, Article 28).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Processor {
    /// Who.
    pub name: String,
    /// What for, and what they get to see.
    pub purpose: String,
    /// Where: a country.
    pub country: Option<Box<str>>,
}

/// A text in a language, or else in the service's own. None if there is none at all.
pub fn said<'a, T>(texts: &'a Texts<T>, language: &str) -> Option<&'a T> {
    let exact = texts.iter().find(|(known, _)| **known == *language);
    exact.or_else(|| texts.first()).map(|(_, text)| text)
}
