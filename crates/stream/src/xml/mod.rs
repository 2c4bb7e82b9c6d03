//! From bytes to stanzas: a restricted, budgeted push scanner.
//!
//! It takes whatever arrived, refuses what XMPP forbids (RFC 6120 §11), resolves prefixes, counts
//! against a [`Budget`] while scanning, and writes the canonical form (see [`xmpp::writer`]) once,
//! into the buffer that the stanza then shares.

mod body;
mod chars;
mod content;
mod declaration;
mod frame;
mod head;
mod names;
mod reference;
mod resolve;
mod scanner;
mod scope;
mod tag;
mod work;

pub use body::Body;
pub use scanner::Scanner;

use bytes::Bytes;
use xmpp::{Condition, Element, Stanza, Text};

/// What one stream may send. Counted while scanning, so that nothing is gathered beyond it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// Bytes of one element at the top of the stream, or of the stream's own tag.
    pub bytes: usize,
    /// Elements within each other, the top one being the first.
    pub depth: usize,
    /// Elements in one stanza.
    pub elements: usize,
    /// Attributes on one element, namespace declarations not counted.
    pub attributes: usize,
    /// Namespace declarations in force at the same time.
    pub namespaces: usize,
}

impl Budget {
    /// Before somebody proved who they are: enough for the largest login we know of, FAST and
    /// tasks included.
    pub const STRANGER: Budget = Budget { bytes: 10_000, depth: 8, elements: 64, attributes: 16, namespaces: 16 };

    /// After login. RFC 6120 §13.12: never less than 10,000 bytes.
    pub const fn member(bytes: usize) -> Budget {
        Budget { bytes, depth: 32, elements: 4096, attributes: 32, namespaces: 32 }
    }
}

/// What was scanned at the top of a stream.
#[derive(Debug)]
pub enum Item {
    /// The stream's open tag (RFC 6120 §4.2).
    Open(Header),
    /// A stanza in the content namespace, `from`, `to`, `id`, `type`, `xml:lang` in its head (other
    /// attributes are dropped).
    Stanza(Stanza),
    /// A stanza that cannot be processed but can be answered: an address that is none
    /// (`jid-malformed`), a `type` that does not exist, an IQ without `id` (`bad-request`).
    Unfit(Stanza, Condition),
    /// Any other element at the top of the stream, whole.
    Nonza(Nonza),
    /// The stream's close tag.
    Close,
}

/// The open tag of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// The host that is wanted.
    pub to: Option<Text>,
    /// Who says to be coming.
    pub from: Option<Text>,
    /// The id that the answering side gives the stream (RFC 6120 §4.7.3).
    pub id: Option<Text>,
    /// The language wanted.
    pub lang: Option<Text>,
    /// The `version` attribute.
    pub version: Option<Text>,
    /// The content namespace: the default namespace declared on the tag.
    pub content: Text,
}

/// An element at the top of a stream that is not a stanza, in canonical bytes.
#[derive(Debug, Clone)]
pub struct Nonza(Bytes);

impl Nonza {
    /// From the canonical bytes of one element whose namespace is declared on itself unless it is
    /// the content namespace.
    pub fn new(canonical: Bytes) -> Nonza {
        Nonza(canonical)
    }

    /// The element.
    pub fn element(&self) -> Element<'_> {
        let text = std::str::from_utf8(&self.0).expect("canonical bytes are UTF-8");
        Element::first(text, xmpp::ns::CLIENT).expect("a nonza holds one element")
    }
}
