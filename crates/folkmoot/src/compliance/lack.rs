//! Why a row does not pass.

use client::Failure;
use std::fmt::{self, Display, Formatter};
use xmpp::element::Children;
use xmpp::{Condition, Element, Stanza, ns};

/// What a probe found: what came, or what was lacking.
pub type Found = Result<String, Lack>;

/// What was lacking.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lack {
    /// The server does not say that it can, or says that it cannot.
    Missing(String),
    /// Something came, and it was wrong.
    Wrong(String),
}

impl Display for Lack {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Lack::Missing(what) => write!(out, "not there: {what}"),
            Lack::Wrong(what) => out.write_str(what),
        }
    }
}

impl From<Failure> for Lack {
    /// Who answers that there is nothing of the kind has nothing of the kind.
    fn from(failure: Failure) -> Lack {
        let Failure::Refused(answer) = &failure else { return Lack::Wrong(failure.to_string()) };
        // Some servers send the request back before the error (RFC 6120 §8.3.1).
        let error = Children::of_stanza(answer).find(|child| child.is("error", ns::CLIENT));
        match error.as_ref().and_then(xmpp::error::condition_of) {
            Some(Condition::ServiceUnavailable | Condition::FeatureNotImplemented) => {
                Lack::Missing("the server answered that it has nothing of the kind".to_owned())
            }
            Some(condition) => Lack::Wrong(format!("the server refused: {}", condition.name())),
            None => Lack::Wrong(failure.to_string()),
        }
    }
}

impl From<std::io::Error> for Lack {
    fn from(error: std::io::Error) -> Lack {
        Lack::Wrong(format!("the connection failed: {error}"))
    }
}

/// `Ok` if it holds.
///
/// # Errors
/// [`Lack::Wrong`] with the sentence.
pub fn must(holds: bool, otherwise: impl Into<String>) -> Result<(), Lack> {
    if holds { Ok(()) } else { Err(Lack::Wrong(otherwise.into())) }
}

/// Whether an answer to disco#info names a feature (XEP-0030 §3.1).
pub fn has_feature(info: &Stanza, feature: &str) -> bool {
    let of_feature =
        |child: &Element<'_>| child.name() == "feature" && child.attr("var").is_some_and(|var| var == feature);
    info.payload().is_some_and(|query| query.children().any(|child| of_feature(&child)))
}

/// `Ok` if disco#info names the feature.
///
/// # Errors
/// [`Lack::Missing`] that says whose features lack it.
pub fn must_have(info: &Stanza, whose: &str, feature: &str) -> Result<(), Lack> {
    if has_feature(info, feature) {
        return Ok(());
    }
    Err(Lack::Missing(format!("`{feature}` is not among the features of {whose}")))
}
