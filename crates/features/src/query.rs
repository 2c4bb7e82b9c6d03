//! Slow reads: what may be asked of the store beside an owner, as a closed list.

use crate::{Fault, archive, offline, pubsub, reports, roster, vcard};
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
    /// XEP-0313 §5.
    Metadata(Box<archive::FetchMetadata>),
    /// XEP-0060 §6.5.
    Items(Box<pubsub::Fetch>),
    /// XEP-0163 §4.3.4.
    LastItems(Box<pubsub::Last>),
    /// XEP-0054 §3.
    Card(Box<vcard::Fetch>),
    /// XEP-0160.
    Offline(Box<offline::Flood>),
}

/// What was read: stanzas for the asker, in order.
#[derive(Debug)]
pub struct Found {
    /// The stanzas.
    pub stanzas: Vec<Stanza>,
    /// How far it came, of what waited for a session.
    pub progress: Option<offline::Progress>,
}

impl From<Vec<Stanza>> for Found {
    fn from(stanzas: Vec<Stanza>) -> Found {
        Found { stanzas, progress: None }
    }
}

impl Query {
    /// Reads, and returns the stanzas that answer, in order.
    pub async fn run(self, store: &Store) -> Result<Found, Fault> {
        match self {
            Query::Requests(requests) => requests.run(store).await.map(Found::from),
            Query::Archive(fetch) => fetch.run(store).await.map(Found::from),
            Query::Metadata(fetch) => fetch.run(store).await.map(Found::from),
            Query::Items(fetch) => fetch.run(store).await.map(Found::from),
            Query::LastItems(last) => last.run(store).await.map(Found::from),
            Query::Card(fetch) => fetch.run(store).await.map(Found::from),
            Query::Evidence(evidence) => evidence.run(store).await.map(Found::from),
            Query::Offline(flood) => {
                let (stanzas, progress) = flood.run(store).await?;
                Ok(Found { stanzas, progress: Some(progress) })
            }
        }
    }

    /// What the owner has to know when reading fails.
    pub fn failed(&self) -> Option<offline::Progress> {
        match self {
            Query::Offline(flood) => Some(flood.failed()),
            _ => None,
        }
    }

    /// The error that answers when reading failed.
    pub fn request(&self) -> &Stanza {
        match self {
            Query::Requests(requests) => &requests.asked,
            Query::Archive(fetch) => &fetch.request,
            Query::Metadata(fetch) => &fetch.request,
            Query::Offline(flood) => &flood.asked,
            Query::Items(fetch) => &fetch.request,
            Query::LastItems(last) => &last.nobody,
            Query::Card(fetch) => &fetch.request,
            Query::Evidence(evidence) => &evidence.asked,
        }
    }
}
