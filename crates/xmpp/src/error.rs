//! Stanza errors (RFC 6120 §8.3): a defined condition, what the sender may do about it, and a
//! sentence for the person.

use crate::{Element, Jid, Writer, ns};
use std::borrow::Cow;

/// What the sender may do (RFC 6120 §8.3.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorType {
    /// Retry after providing credentials.
    Auth,
    /// Do not retry.
    Cancel,
    /// Go on, it was only a warning.
    Continue,
    /// Retry after changing what was sent.
    Modify,
    /// Retry after waiting.
    Wait,
}

macro_rules! conditions {
    ($($variant:ident $name:literal $kind:ident),* $(,)?) => {
        /// The defined conditions (RFC 6120 §8.3.3).
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[expect(missing_docs, reason = "the names of the RFC")]
        pub enum Condition { $($variant),* }

        impl Condition {
            /// The element name of the condition.
            pub fn name(self) -> &'static str {
                match self { $(Condition::$variant => $name),* }
            }

            /// The error type that RFC 6120 §8.3.3 associates with the condition.
            pub fn usual_type(self) -> ErrorType {
                match self { $(Condition::$variant => ErrorType::$kind),* }
            }

            /// The condition of that element name.
            pub fn parse(name: &str) -> Option<Condition> {
                match name { $($name => Some(Condition::$variant),)* _ => None }
            }
        }
    };
}

conditions! {
    BadRequest "bad-request" Modify,
    Conflict "conflict" Cancel,
    FeatureNotImplemented "feature-not-implemented" Cancel,
    Forbidden "forbidden" Auth,
    Gone "gone" Cancel,
    InternalServerError "internal-server-error" Cancel,
    ItemNotFound "item-not-found" Cancel,
    JidMalformed "jid-malformed" Modify,
    NotAcceptable "not-acceptable" Modify,
    NotAllowed "not-allowed" Cancel,
    NotAuthorized "not-authorized" Auth,
    PolicyViolation "policy-violation" Modify,
    RecipientUnavailable "recipient-unavailable" Wait,
    Redirect "redirect" Modify,
    RegistrationRequired "registration-required" Auth,
    RemoteServerNotFound "remote-server-not-found" Cancel,
    RemoteServerTimeout "remote-server-timeout" Wait,
    ResourceConstraint "resource-constraint" Wait,
    ServiceUnavailable "service-unavailable" Cancel,
    SubscriptionRequired "subscription-required" Auth,
    UndefinedCondition "undefined-condition" Cancel,
    UnexpectedRequest "unexpected-request" Wait,
}

impl ErrorType {
    /// The value of the `type` attribute.
    pub fn name(self) -> &'static str {
        match self {
            ErrorType::Auth => "auth",
            ErrorType::Cancel => "cancel",
            ErrorType::Continue => "continue",
            ErrorType::Modify => "modify",
            ErrorType::Wait => "wait",
        }
    }
}

/// An error about a stanza.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StanzaError {
    /// What went wrong.
    pub condition: Condition,
    /// What the sender may do.
    pub error_type: ErrorType,
    /// A sentence for the person, in English.
    pub text: Option<Cow<'static, str>>,
    /// A condition of an extension: element name and namespace (RFC 6120 §8.3.4).
    pub specific: Option<(&'static str, &'static str)>,
    /// The feature that is not there (XEP-0060 §17.2), with a condition that names one.
    pub feature: Option<&'static str>,
    /// Canonical elements of extensions beside these (RFC 6120 §8.3.4).
    pub extra: Option<Box<str>>,
    /// Who reports it, where that is not plain from the address (RFC 6120 §8.3.2).
    pub by: Option<Jid>,
}

impl StanzaError {
    /// The condition with its usual type and no text.
    pub fn new(condition: Condition) -> StanzaError {
        StanzaError {
            condition,
            error_type: condition.usual_type(),
            text: None,
            specific: None,
            feature: None,
            extra: None,
            by: None,
        }
    }

    /// The same with a sentence for the person.
    pub fn text(mut self, text: impl Into<Cow<'static, str>>) -> StanzaError {
        self.text = Some(text.into());
        self
    }

    /// The same with another type.
    pub fn of_type(mut self, error_type: ErrorType) -> StanzaError {
        self.error_type = error_type;
        self
    }

    /// The same for an operation that belongs to a feature which is not there (XEP-0060 §11).
    pub fn unsupported(self, feature: &'static str, ns: &'static str) -> StanzaError {
        StanzaError { feature: Some(feature), ..self.specific("unsupported", ns) }
    }

    /// The same with the condition of an extension.
    pub fn specific(mut self, name: &'static str, ns: &'static str) -> StanzaError {
        self.specific = Some((name, ns));
        self
    }

    /// The same with elements of extensions that say more than a name.
    pub fn extra(mut self, write: impl FnOnce(&mut Writer)) -> StanzaError {
        let mut w = Writer::new();
        write(&mut w);
        self.extra = std::str::from_utf8(&w.finish()).ok().map(Into::into);
        self
    }
}

/// Writes the `<error/>` child.
pub fn write(error: &StanzaError, w: &mut Writer) {
    w.open("error", ns::CLIENT).attr("type", error.error_type.name());
    w.attr_some("by", error.by.as_ref().map(Jid::as_str));
    w.empty(error.condition.name(), ns::STANZA_ERRORS);
    if let Some(text) = &error.text {
        w.open("text", ns::STANZA_ERRORS).attr("xml:lang", "en").text(text).close();
    }
    if let Some((name, namespace)) = error.specific {
        w.open(name, namespace).attr_some("feature", error.feature).close();
    }
    if let Some(extra) = &error.extra {
        w.raw(extra.as_bytes());
    }
    w.close();
}

/// The condition that an error stanza reports.
pub fn condition_of(error: &Element<'_>) -> Option<Condition> {
    error.children().filter(|child| child.ns() == ns::STANZA_ERRORS).find_map(|child| Condition::parse(child.name()))
}
