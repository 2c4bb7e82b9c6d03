//! Reading the archive beside the owner, and answering with what was found.

use super::{CLASS, Id, Of, Senders, cutoff, filter};
use crate::Fault;
use crate::iq::{Reply, Request};
use crate::query::Query;
use crate::service::{Secrets, Service};
use crate::turn::Turn;
use store::{ArchiveRow, Page, PageError, PageRequest, Store};
use xmpp::{Element, Jid, Kind, MessageType, Stanza, StanzaError, Text, Writer, ns, page, time};

/// A query (XEP-0313 §4), checked and waiting for the store.
#[derive(Debug)]
pub struct Fetch {
    /// The request.
    pub request: Stanza,
    by: Jid,
    senders: Senders,
    secrets: Secrets,
    page: PageRequest,
    query_id: Option<Box<str>>,
    order: Order,
}

/// In which order the results of a page are sent (XEP-0313 §4.3.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Order {
    OldestFirst,
    NewestFirst,
}

/// A request for the extent of the archive (XEP-0313 §5).
#[derive(Debug)]
pub struct FetchMetadata {
    /// The request.
    pub request: Stanza,
    class: u8,
    archive: i64,
    secrets: Secrets,
    cutoff: i64,
}

/// The first or the last entry of an archive: its id, and when it came, as an XEP-0082 date.
pub type Edge = (Text, Text);

/// XEP-0313 §4.
pub(super) fn query(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    query_of(&own(turn), request.stanza, &request.payload).map(Reply::Read)
}

/// XEP-0313 §4.1.5.
pub(super) fn fields(_: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    filter::fields_of(&request.payload)
}

/// XEP-0313 §5.
pub(super) fn metadata(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    Ok(Reply::Read(metadata_of(&own(turn), request.stanza)))
}

/// The account's own archive.
fn own<'a>(turn: &'a Turn<'_>) -> Of<'a> {
    Of {
        jid: &turn.me.jid,
        archive: turn.me.id,
        class: CLASS,
        senders: Senders::AsKept,
        service: turn.service,
        now: turn.now,
    }
}

/// A query of an archive.
///
/// # Errors
/// For whoever asked.
pub fn query_of(of: &Of<'_>, request: &Stanza, payload: &Element<'_>) -> Result<Query, StanzaError> {
    let order = match payload.child("flip-page", ns::MAM) {
        Some(_) => Order::NewestFirst,
        None => Order::OldestFirst,
    };
    let fetch = Fetch {
        request: request.detached(),
        by: of.jid.clone(),
        senders: of.senders,
        secrets: of.service.secrets.clone(),
        page: filter::read(of, payload)?,
        query_id: payload.attr("queryid").map(|id| id.as_ref().into()),
        order,
    };
    Ok(Query::Archive(Box::new(fetch)))
}

/// A request for the extent of an archive.
pub fn metadata_of(of: &Of<'_>, request: &Stanza) -> Query {
    let fetch = FetchMetadata {
        request: request.detached(),
        class: of.class,
        archive: of.archive,
        secrets: of.service.secrets.clone(),
        cutoff: cutoff(of.service, of.now),
    };
    Query::Metadata(Box::new(fetch))
}

impl Fetch {
    /// Reads the page. Returns its messages and behind them the answer to the request, to be sent
    /// in this order (XEP-0313 §4).
    ///
    /// # Errors
    /// When the store says no. An id that is not in the archive is an answer like any other.
    pub async fn run(self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        match store.page(self.page.clone()).await {
            Ok(found) => Ok(self.answer(&found)),
            Err(PageError::Unknown) => Ok(self.request.error(&filter::unknown()).into_iter().collect()),
            Err(PageError::Fault(fault)) => Err(fault),
        }
    }

    fn answer(&self, found: &Page) -> Vec<Stanza> {
        let mut stanzas = Vec::with_capacity(found.rows.len() + 1);
        stanzas.extend(found.rows.iter().map(|row| self.result(row)));
        if self.order == Order::NewestFirst {
            stanzas.reverse();
        }
        stanzas.push(self.fin(found));
        stanzas
    }

    /// XEP-0313 §4.2.
    fn result(&self, row: &ArchiveRow) -> Stanza {
        let mut w = Writer::new();
        w.open("result", ns::MAM).attr_some("queryid", self.query_id.as_deref()).attr("id", &self.id(row));
        w.open("forwarded", ns::FORWARD);
        w.open("delay", ns::DELAY).attr("stamp", &time::write(row.at_micros)).close();
        match self.senders {
            Senders::Shown => write_with_sender(&mut w, row),
            Senders::AsKept | Senders::Hidden => drop(w.raw(&row.body)),
        }
        Stanza::new(Kind::Message(MessageType::Normal))
            .with_from(Some(self.by.clone()))
            .with_to(self.request.from.clone())
            .with_inner(w.finish())
    }

    /// XEP-0313 §4.3. The first and the last are those of the result set, also on a flipped page.
    /// Results are always stable, which is what leaving out the attribute says (§4.3.2).
    fn fin(&self, found: &Page) -> Stanza {
        let mut w = Writer::new();
        w.open("fin", ns::MAM);
        if found.complete {
            w.attr("complete", "true");
        }
        let edges = found.rows.first().zip(found.rows.last()).map(|(first, last)| (self.id(first), self.id(last)));
        page::write(&mut w, edges.as_ref().map(|(first, last)| (first.as_str(), last.as_str())));
        self.request.result(w.finish())
    }

    fn id(&self, row: &ArchiveRow) -> String {
        Id { archive: self.page.archive, number: row.number }.encode(&self.secrets)
    }
}

impl FetchMetadata {
    /// Reads the extent, and returns the answer.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        let edges = edges(store, (self.class, self.archive), self.cutoff, &self.secrets).await?;
        let mut w = Writer::new();
        w.open("metadata", ns::MAM);
        if let Some((first, last)) = &edges {
            for (name, (id, stamp)) in [("start", first), ("end", last)] {
                w.open(name, ns::MAM).attr("id", id.as_str()).attr("timestamp", stamp.as_str()).close();
            }
        }
        Ok(vec![self.request.result(w.finish())])
    }
}

/// The first and the last entry of the archive of the account in row `account`, as Bind 2 tells
/// them (XEP-0386 §3); none for an empty archive.
///
/// # Errors
/// When the store says no.
pub async fn extent(store: &Store, service: &Service, account: i64, now: i64) -> Result<Option<(Edge, Edge)>, Fault> {
    edges(store, (CLASS, account), cutoff(service, now), &service.secrets).await
}

/// XEP-0313 §6.1.2: a message of a room with the address of who sent it.
fn write_with_sender(w: &mut Writer, row: &ArchiveRow) {
    let Some(kept) = std::str::from_utf8(&row.body).ok().and_then(Stanza::read) else {
        w.raw(&row.body);
        return;
    };
    let full = if row.resource.is_empty() { row.peer.to_string() } else { format!("{}/{}", row.peer, row.resource) };
    let mut inner = Writer::new();
    inner.raw(kept.inner());
    inner.open("x", ns::MUC_USER).open("item", ns::MUC_USER).attr("jid", &full);
    let mut body = Vec::new();
    kept.with_inner(inner.finish()).write(Some(ns::CLIENT), &mut body);
    w.raw(&body);
}

async fn edges(
    store: &Store,
    (class, archive): (u8, i64),
    cutoff: i64,
    secrets: &Secrets,
) -> Result<Option<(Edge, Edge)>, Fault> {
    let edge = |edge: store::Edge| -> Edge {
        let id = Id { archive, number: edge.number }.encode(secrets);
        (id.into(), time::write(edge.at_micros).into())
    };
    let found = store.archive_edges(class, archive, cutoff).await?;
    Ok(found.map(|(first, last)| (edge(first), edge(last))))
}
