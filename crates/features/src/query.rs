//! Slow reads: what may be asked of the store beside an owner, as a closed list.

use crate::{Fault, archive, bookmarks, private, pubsub, reports, roster, vcard};
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
    /// XEP-0402 §5.3.1: all bookmarks as one list.
    Bookmarks(Box<bookmarks::List>),
    /// XEP-0402 §5.3.2: all bookmarks, to be held against a list.
    MergeBookmarks(Box<bookmarks::Merge>),
    /// XEP-0049 §2.
    Private(Box<private::Fetch>),
}

/// What came of a read.
#[derive(Debug)]
pub enum Found {
    /// The stanzas that answer, in order.
    Answer(Vec<Stanza>),
    /// What the owner goes on with, in a turn of its own: what was read decides what is written.
    MergeBookmarks(Box<bookmarks::Merge>),
}

impl Found {
    /// The stanzas that answer, if it was answered.
    pub fn answer(self) -> Vec<Stanza> {
        match self {
            Found::Answer(stanzas) => stanzas,
            Found::MergeBookmarks(_) => Vec::new(),
        }
    }
}

impl Query {
    /// Reads.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(self, store: &Store) -> Result<Found, Fault> {
        let answer = match self {
            Query::MergeBookmarks(merge) => return Ok(Found::MergeBookmarks(Box::new(merge.read(store).await?))),
            Query::Bookmarks(list) => list.run(store).await,
            Query::Private(fetch) => fetch.run(store).await,
            Query::Requests(requests) => requests.run(store).await,
            Query::Archive(fetch) => fetch.run(store).await,
            Query::Metadata(fetch) => fetch.run(store).await,
            Query::Items(fetch) => fetch.run(store).await,
            Query::LastItems(last) => last.run(store).await,
            Query::Card(fetch) => fetch.run(store).await,
            Query::Evidence(evidence) => evidence.run(store).await,
        };
        answer.map(Found::Answer)
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
            Query::Bookmarks(list) => &list.request,
            Query::MergeBookmarks(merge) => &merge.request,
            Query::Private(fetch) => &fetch.request,
        }
    }
}
