//! Slow reads: what may be asked of the store beside an owner, as a closed list.

use crate::{Fault, archive, pubsub, reports, retraction, roster, vcard};
use store::Store;
use xmpp::Stanza;

/// A read that a turn asked for, boxed because effects are many and reads are few.
#[derive(Debug)]
pub enum Query {
    /// RFC 6121 §3.1.3: the subscription requests that wait for an answer.
    Requests(Box<roster::Requests>),
    /// XEP-0313 §4.
    Archive(Box<archive::Fetch>),
    /// XEP-0377 §6: the messages that a report names are copied to it.
    Evidence(Box<reports::Evidence>),
    /// XEP-0424 §4: what is retracted makes way for a tombstone.
    Retraction(Box<retraction::Search>),
    /// XEP-0313 §5.
    Metadata(Box<archive::FetchMetadata>),
    /// XEP-0060 §6.5.
    Items(Box<pubsub::Fetch>),
    /// XEP-0163 §4.3.4.
    LastItems(Box<pubsub::Last>),
    /// XEP-0054 §3.
    Card(Box<vcard::Fetch>),
}

impl Query {
    /// Reads, and returns the stanzas that answer, in order.
    pub async fn run(self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        match self {
            Query::Requests(requests) => requests.run(store).await,
            Query::Archive(fetch) => fetch.run(store).await,
            Query::Metadata(fetch) => fetch.run(store).await,
            Query::Items(fetch) => fetch.run(store).await,
            Query::LastItems(last) => last.run(store).await,
            Query::Card(fetch) => fetch.run(store).await,
            Query::Evidence(evidence) => evidence.run(store).await,
            Query::Retraction(search) => search.run(store).await,
        }
    }

    /// The error that answers when reading failed.
    pub fn request(&self) -> &Stanza {
        match self {
            Query::Requests(requests) => &requests.asked,
            Query::Archive(fetch) => &fetch.request,
            Query::Metadata(fetch) => &fetch.request,
            Query::Items(fetch) => &fetch.request,
            Query::LastItems(last) => &last.nobody,
            Query::Card(fetch) => &fetch.request,
            Query::Evidence(evidence) => &evidence.asked,
            Query::Retraction(search) => &search.asked,
        }
    }
}
