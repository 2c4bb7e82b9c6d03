//! Slow reads: what may be asked of the store beside an owner, as a closed list.

use crate::{
    Fault, archive, bookmarks, last_activity, login, offline, private, pubsub, reports, retraction, rooms, roster,
    vcard,
};
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
    /// XEP-0424 §5: the same for what waits and no archive has.
    RetractionWaiting(Box<retraction::Waiting>),
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
    /// XEP-0402 §5.3.1: all bookmarks as one list.
    Bookmarks(Box<bookmarks::List>),
    /// XEP-0402 §5.3.2: all bookmarks, to be held against a list.
    MergeBookmarks(Box<bookmarks::Merge>),
    /// XEP-0049 §2.3.
    Private(Box<private::Fetch>),
    /// XEP-0494 §3.1.
    Clients(Box<login::Listing>),
    /// XEP-0012 §3.
    LastActivity(Box<last_activity::Fetch>),
    /// XEP-0424, XEP-0425: a message of a room that is to go.
    RoomMessage(Box<rooms::Search>),
    /// XEP-0486 §3.4.
    RoomCard(Box<rooms::CardFetch>),
    /// XEP-0433 §4.2.
    RoomSearch(Box<rooms::RoomSearch>),
    /// XEP-0045 §6.3.
    Rooms(Box<rooms::List>),
}

/// What was read: stanzas for the asker, in order.
#[derive(Debug)]
pub struct Found {
    /// The stanzas.
    pub stanzas: Vec<Stanza>,
    /// What the owner has to do with it besides.
    pub next: Option<Next>,
}

/// What the owner goes on with, in the turn that takes what was found.
#[derive(Debug)]
pub enum Next {
    /// How far it came, of what waited for a session.
    Offline(offline::Progress),
    /// Bookmarks were read to be changed.
    MergeBookmarks(Box<bookmarks::Merge>),
    /// A message of a room was found that is to go.
    RoomMessage(Box<rooms::FoundMessage>),
}

impl From<Vec<Stanza>> for Found {
    fn from(stanzas: Vec<Stanza>) -> Found {
        Found { stanzas, next: None }
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
            Query::Clients(listing) => listing.run(store).await.map(Found::from),
            Query::LastActivity(fetch) => fetch.run(store).await.map(Found::from),
            Query::Rooms(list) => list.run(store).await.map(Found::from),
            Query::RoomCard(fetch) => fetch.run(store).await.map(Found::from),
            Query::RoomSearch(search) => search.run(store).await.map(Found::from),
            Query::RoomMessage(search) => {
                let (stanzas, next) = search.run(store).await?;
                Ok(Found { stanzas, next })
            }
            Query::Evidence(evidence) => evidence.run(store).await.map(Found::from),
            Query::Retraction(search) => search.run(store).await.map(Found::from),
            Query::RetractionWaiting(waiting) => waiting.run(store).await.map(Found::from),
            Query::Offline(flood) => {
                let (stanzas, progress) = flood.run(store).await?;
                Ok(Found { stanzas, next: Some(Next::Offline(progress)) })
            }
            Query::Bookmarks(list) => list.run(store).await.map(Found::from),
            Query::Private(fetch) => fetch.run(store).await.map(Found::from),
            Query::MergeBookmarks(merge) => {
                let next = Next::MergeBookmarks(Box::new(merge.read(store).await?));
                Ok(Found { stanzas: Vec::new(), next: Some(next) })
            }
        }
    }

    /// What the owner has to know when reading fails.
    pub fn failed(&self) -> Option<Next> {
        match self {
            Query::Offline(flood) => Some(Next::Offline(flood.failed())),
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
            Query::Clients(listing) => &listing.request,
            Query::LastActivity(fetch) => &fetch.request,
            Query::Rooms(list) => &list.request,
            Query::RoomCard(fetch) => &fetch.request,
            Query::RoomSearch(search) => &search.request,
            Query::RoomMessage(search) => &search.asked,
            Query::Evidence(evidence) => &evidence.asked,
            Query::Bookmarks(list) => &list.request,
            Query::MergeBookmarks(merge) => &merge.request,
            Query::Private(fetch) => &fetch.request,
            Query::Retraction(search) => &search.asked,
            Query::RetractionWaiting(waiting) => &waiting.asked,
        }
    }
}
