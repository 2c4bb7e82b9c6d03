//! The elements of dialback (XEP-0220 §2), read and written.

use super::Pair;
use crate::{Crime, machine::Wire};
use std::borrow::Cow;
use xmpp::{Condition, Element, Jid, StanzaError, Writer, error, ns, writer::escape_attribute};

/// One element of dialback.
pub(crate) struct Saying<'a> {
    /// Which of the two.
    pub(crate) about: About<'a>,
    /// The sender's domain.
    pub(crate) from: Jid,
    /// The recipient's.
    pub(crate) to: Jid,
    pub(crate) says: Says<'a>,
}

/// What is spoken about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum About<'a> {
    /// Whether the sender may send on this stream: `<db:result/>`.
    Result,
    /// Whether somebody else may, on the stream of this id: `<db:verify/>`.
    Verify(Cow<'a, str>),
}

/// What is said about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Says<'a> {
    /// The question: without a `type`.
    Key(Cow<'a, str>),
    Valid,
    Invalid,
    /// XEP-0220 §2.5
    Error(Condition),
}

impl<'a> Saying<'a> {
    /// Reads an element of the dialback namespace.
    ///
    /// # Errors
    /// When it is not one of the two, or lacks what they must have.
    pub(crate) fn read(element: &Element<'a>) -> Result<Saying<'a>, Crime> {
        let about = match element.name() {
            "result" => About::Result,
            "verify" => About::Verify(element.attr("id").filter(|id| !id.is_empty()).ok_or(Crime::BadFormat)?),
            _ => return Err(Crime::UnsupportedStanzaType),
        };
        let says = match element.attr("type").as_deref() {
            None => Says::Key(element.text()),
            Some("valid") => Says::Valid,
            Some("invalid") => Says::Invalid,
            Some("error") => {
                let condition = element.child("error", ns::CLIENT).and_then(|child| error::condition_of(&child));
                Says::Error(condition.unwrap_or(Condition::UndefinedCondition))
            }
            Some(_) => return Err(Crime::BadFormat),
        };
        let domain = |name| element.attr(name).as_deref().and_then(domain).ok_or(Crime::ImproperAddressing);
        Ok(Saying { about, from: domain("from")?, to: domain("to")?, says })
    }

    /// The pair, seen from here.
    pub(crate) fn pair(&self) -> Pair {
        Pair { here: self.to.clone(), there: self.from.clone() }
    }
}

/// An address that is a domain and nothing more.
pub(crate) fn domain(text: &str) -> Option<Jid> {
    Jid::parse(text).ok().filter(|jid| jid.local().is_none() && jid.is_bare())
}

/// Sends an element of dialback from us to the other side of `pair`. XEP-0220 §2: with the prefix that
/// our open tag declares.
pub(crate) fn write(about: &About<'_>, pair: &Pair, says: &Says<'_>, wire: &mut Wire) {
    let out = &mut wire.output;
    let name: &[u8] = if *about == About::Result { b"db:result" } else { b"db:verify" };
    out.push(b'<');
    out.extend_from_slice(name);
    attribute("from", pair.here.as_str(), out);
    attribute("to", pair.there.as_str(), out);
    if let About::Verify(id) = about {
        attribute("id", id, out);
    }
    let mut content = Writer::new();
    match says {
        Says::Key(key) => drop(content.text(key)),
        Says::Valid => attribute("type", "valid", out),
        Says::Invalid => attribute("type", "invalid", out),
        Says::Error(condition) => {
            attribute("type", "error", out);
            error::write(&StanzaError::new(*condition), &mut content);
        }
    }
    out.push(b'>');
    out.extend_from_slice(&content.finish());
    out.extend_from_slice(b"</");
    out.extend_from_slice(name);
    out.push(b'>');
}

fn attribute(name: &str, value: &str, out: &mut Vec<u8>) {
    out.push(b' ');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"='");
    escape_attribute(value, out);
    out.push(b'\'');
}
