//! Why somebody does not get an account: for the person, and as an error.

use crate::Fault;
use crate::feature::Limit;
use crate::login::Unusable;
use xmpp::{Condition, ErrorType, StanzaError};

/// Why an account was not made. The messages are for the person who asked.
#[derive(thiserror::Error, Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum Refusal {
    #[error("Accounts here are made by those who run the service. Ask them.")]
    Closed,
    #[error(
        "You need an invitation to get an account here. Ask somebody who has one, and open the link they give you."
    )]
    InvitationNeeded,
    #[error("The invitation was used already. Ask for another one.")]
    InvitationSpent,
    #[error("The invitation is for the name {0}. Take that one.")]
    NameOther(Box<str>),
    #[error("The answer to the question is not right. Some clients do not show the question: then use another one.")]
    AnswerWrong,
    #[error("{0}")]
    TooManyTries(&'static str),
    #[error("{} Try again in {}.", limit.sentence, duration(*minutes))]
    TooMany { limit: &'static Limit, minutes: i64 },
    #[error("The name is taken. Choose another one.")]
    NameTaken,
    #[error("The name looks like that of somebody else here. Choose another one.")]
    NameLookalike,
    #[error("The name is kept for those who run the service. Choose another one.")]
    NameReserved,
    #[error("A name has at least {0} characters. Choose a longer one.")]
    NameShort(u64),
    #[error("A name has at most {0} characters. Choose a shorter one.")]
    NameLong(u64),
    #[error("A name is letters of one alphabet and digits, with dots, hyphens and underscores between them.")]
    NameOdd,
    #[error("The name cannot be part of an address. Use letters, digits, dots and hyphens.")]
    NameMalformed,
    #[error("The password is too easy to guess. Use {0} characters or more, and not the name.")]
    PasswordWeak(u64),
    #[error(transparent)]
    Password(#[from] Unusable),
    #[error("The service is too busy. Try again in a while.")]
    Busy,
    #[error("The account could not be stored: {0}. Try again later, or tell the people who run the service.")]
    Failed(#[from] Fault),
}

/// In words, never less than it is.
fn duration(minutes: i64) -> String {
    match minutes {
        ..=1 => "a minute".to_owned(),
        2..120 => format!("{minutes} minutes"),
        _ => format!("{} hours", (minutes + 59) / 60),
    }
}

impl Refusal {
    /// As the answer to a request (XEP-0077 §3.1).
    pub fn as_error(&self) -> StanzaError {
        let error = match self {
            // XEP-0445 §4: such an account is to be had, but not like this.
            Refusal::Closed | Refusal::InvitationNeeded => StanzaError::new(Condition::NotAllowed),
            Refusal::InvitationSpent => StanzaError::new(Condition::ItemNotFound),
            Refusal::NameTaken => StanzaError::new(Condition::Conflict),
            Refusal::TooMany { .. } => StanzaError::new(Condition::PolicyViolation).of_type(ErrorType::Wait),
            Refusal::AnswerWrong
            | Refusal::NameOther(_)
            | Refusal::NameLookalike
            | Refusal::NameReserved
            | Refusal::NameShort(_)
            | Refusal::NameLong(_)
            | Refusal::NameOdd
            | Refusal::NameMalformed
            | Refusal::PasswordWeak(_)
            | Refusal::Password(_) => StanzaError::new(Condition::NotAcceptable),
            Refusal::Busy | Refusal::TooManyTries(_) => StanzaError::new(Condition::ResourceConstraint),
            // What failed is for the log.
            Refusal::Failed(_) => {
                let why = "The account could not be stored. Try again in a while.";
                return StanzaError::new(Condition::InternalServerError).of_type(ErrorType::Wait).text(why);
            }
        };
        error.text(self.to_string())
    }
}
