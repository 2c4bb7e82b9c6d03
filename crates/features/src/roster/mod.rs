//! The roster (RFC 6121 §2): stub, being written.

use crate::Fault;
use crate::feature::Feature;
use store::Store;
use xmpp::Stanza;

/// RFC 6121 §2.
pub const FEATURE: Feature =
    Feature { name: "roster", summary: "", specs: &[], disco: &[], limits: &[], tables: &[], iqs: &[] };

/// Who is subscribed to whom.
#[derive(Clone, Debug, Default)]
pub struct Contacts {}

/// RFC 6121 §2.1.3.
#[derive(Debug)]
pub struct Fetch {
    /// The request.
    pub request: Stanza,
}

impl Fetch {
    /// Reads.
    pub async fn run(self, _store: &Store) -> Result<Vec<Stanza>, Fault> {
        Ok(Vec::new())
    }
}
