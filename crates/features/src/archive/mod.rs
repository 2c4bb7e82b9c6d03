//! The archive (XEP-0313): stub, being written.

use crate::Fault;
use crate::feature::Feature;
use crate::order::{Flow, Passage};
use crate::turn::Turn;
use store::Store;
use xmpp::{Kind, MessageType, Stanza};

/// XEP-0313.
pub const FEATURE: Feature =
    Feature { name: "archive", summary: "", specs: &[], disco: &[], limits: &[], tables: &[], iqs: &[] };

/// XEP-0441 §3.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub enum Default {
    Always,
    Never,
    Roster,
}

/// What an account wants kept.
#[derive(Clone, Debug)]
pub struct Preferences {
    /// Unless listed.
    pub default: Default,
}

/// XEP-0313 §4.
#[derive(Debug)]
pub struct Fetch {
    /// The request.
    pub request: Stanza,
}

/// XEP-0313 §5.
#[derive(Debug)]
pub struct FetchMetadata {
    /// The request.
    pub request: Stanza,
}

impl Fetch {
    /// Reads.
    pub async fn run(self, _store: &Store) -> Result<Vec<Stanza>, Fault> {
        Ok(Vec::new())
    }
}

impl FetchMetadata {
    /// Reads.
    pub async fn run(self, _store: &Store) -> Result<Vec<Stanza>, Fault> {
        Ok(Vec::new())
    }
}

/// Rule.
pub fn keep_sent(_turn: &mut Turn<'_>, _passage: &mut Passage) -> Flow {
    Flow::Go
}

/// Rule.
pub fn keep_received(_turn: &mut Turn<'_>, _passage: &mut Passage) -> Flow {
    Flow::Go
}

/// The type of a message.
pub fn message_type(stanza: &Stanza) -> MessageType {
    match stanza.kind {
        Kind::Message(message_type) => message_type,
        _ => MessageType::Normal,
    }
}
