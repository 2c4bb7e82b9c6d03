//! Retrieving items (XEP-0060 §6.5): which ones is decided in the turn, what they hold is read
//! beside the owner.

use super::config::Config;
use super::notify::notification;
use super::request::{node_name, visible};
use super::{ITEM_BYTES, PAGE, PAGE_BYTES, table};
use crate::Fault;
use crate::iq::{Reply, Request};
use crate::memory::Account;
use crate::pubsub::nodes::{Item, Node};
use crate::query::Query;
use crate::turn::Turn;
use store::{Row, Store};
use xmpp::page::{self, Place, Wanted};
use xmpp::{Condition, Element, Jid, Kind, MessageType, Stanza, StanzaError, Writer, ns, time};

/// Items that were asked for, waiting for the store.
#[derive(Debug)]
pub struct Fetch {
    /// The request.
    pub request: Stanza,
    account: i64,
    node: String,
    /// Oldest first.
    numbers: Vec<i64>,
    /// The first and the last id of a page, where the answer is one.
    page: Option<Option<(Box<str>, Box<str>)>>,
}

/// The last items of some nodes, on their way to one device.
#[derive(Debug)]
pub struct Last {
    /// Stands for the request that nobody made: nothing answers it.
    pub nobody: Stanza,
    account: i64,
    from: Jid,
    to: Jid,
    items: Vec<LastItem>,
}

/// The last item of a node, as it is to be told.
#[derive(Debug)]
pub(super) struct LastItem {
    node: Box<str>,
    number: i64,
    payloads: bool,
    notification: MessageType,
}

impl LastItem {
    pub(super) fn of(node: &Node) -> Option<LastItem> {
        let Config { deliver_payloads, notification, .. } = node.config;
        let number = node.last()?.number;
        Some(LastItem { node: node.name.clone(), number, payloads: deliver_payloads, notification })
    }
}

/// XEP-0060 §6.5.
pub(super) fn items(turn: &mut Turn<'_>, request: &Request<'_>, items: &Element<'_>) -> Result<Reply, StanzaError> {
    let node = node_name(items)?;
    let known = visible(turn, request, &node)?;
    let named = items.children().filter(|child| child.is("item", ns::PUBSUB)).filter_map(|item| item.attr("id"));
    let named: Vec<_> = named.collect();
    let (chosen, page) = if named.is_empty() {
        page_of(turn, request, items, &known.items)?
    } else {
        let chosen = known.items.iter().filter(|item| named.iter().any(|id| *id == *item.id));
        (chosen.collect::<Vec<_>>(), None)
    };
    let fetch = Fetch {
        request: request.stanza.detached(),
        account: turn.me.id,
        numbers: chosen.iter().map(|item| item.number).collect(),
        node,
        page,
    };
    Ok(Reply::Read(Query::Items(Box::new(fetch))))
}

type Chosen<'a> = (Vec<&'a Item>, Option<Option<(Box<str>, Box<str>)>>);

/// XEP-0060 §6.5.4, §6.5.7; in the order of publication.
fn page_of<'a>(
    turn: &Turn<'_>,
    request: &Request<'_>,
    asked: &Element<'_>,
    items: &'a [Item],
) -> Result<Chosen<'a>, StanzaError> {
    let bad = |why: &'static str| StanzaError::new(Condition::BadRequest).text(why);
    let newest = asked.attr("max_items").map(|max| max.trim().parse::<usize>()).transpose();
    let newest = newest.map_err(|_| bad("The number of items is a number."))?.filter(|max| *max > 0);
    let items = &items[items.len() - newest.unwrap_or(items.len()).min(items.len())..];
    let wanted = Wanted::read(&request.payload)?;
    let place = |id: &str| {
        let at = items.iter().position(|item| item.id.as_ref() == id);
        at.ok_or_else(|| StanzaError::new(Condition::ItemNotFound))
    };
    let range = match &wanted.place {
        Place::First | Place::Last => 0..items.len(),
        Place::After(id) => place(id)? + 1..items.len(),
        Place::Before(id) => 0..place(id)?,
    };
    let all = items.len();
    let most = wanted.max.unwrap_or(usize::MAX).min(turn.service.limits.count(&PAGE));
    // Without being asked for a page, the newest are what is wanted, as with `max_items`.
    let paged = request.payload.child("set", ns::RSM).is_some();
    let from_end = wanted.is_backwards() || !paged;
    // One item always fits.
    let mut room = turn.service.limits.of(&PAGE_BYTES).max(turn.service.limits.of(&ITEM_BYTES));
    let fits = |item: &&Item| {
        let fits = u64::from(item.bytes) <= room;
        room = room.saturating_sub(u64::from(item.bytes));
        fits
    };
    let mut chosen: Vec<&Item> = if from_end {
        items[range].iter().rev().take(most).take_while(fits).collect()
    } else {
        items[range].iter().take(most).take_while(fits).collect()
    };
    if from_end {
        chosen.reverse();
    }
    let edges = chosen.first().zip(chosen.last()).map(|(first, last)| (first.id.clone(), last.id.clone()));
    let page = (paged || chosen.len() < all).then_some(edges);
    Ok((chosen, page))
}

impl Fetch {
    /// Reads the items, and answers.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        let mut w = Writer::new();
        w.open("pubsub", ns::PUBSUB).open("items", ns::PUBSUB).attr("node", &self.node);
        if let (Some(first), Some(last)) = (self.numbers.first(), self.numbers.last()) {
            let values = vec![self.account.into(), self.node.as_str().into(), (*first).into(), (*last).into()];
            for row in store.query(table::READ_ITEMS, values).await? {
                if self.numbers.binary_search(&row.int(1)?).is_ok() {
                    w.open("item", ns::PUBSUB).attr("id", row.text(0)?);
                    w.attr_some("publisher", row.text_or_null(4)?).raw(&row.blob(3)?).close();
                }
            }
        }
        w.close();
        if let Some(edges) = &self.page {
            page::write(&mut w, edges.as_ref().map(|(first, last)| (first.as_ref(), last.as_ref())));
        }
        Ok(vec![self.request.result(w.finish())])
    }
}

impl Last {
    /// These items, to be sent `to` a device.
    pub(super) fn new(me: &Account, to: Jid, items: Vec<LastItem>) -> Last {
        let nobody = Stanza::new(Kind::Message(MessageType::Error));
        Last { nobody, account: me.id, from: me.jid.clone(), to, items }
    }

    /// Reads the items, and makes their notifications.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        let read = self.items.iter().map(|item| {
            let (node, number) = (item.node.as_ref(), item.number);
            let values = vec![self.account.into(), node.into(), number.into(), number.into()];
            (table::READ_ITEMS, values)
        });
        let found = store.query_all(read.collect()).await?;
        let mut stanzas = Vec::with_capacity(found.len());
        for (item, rows) in self.items.iter().zip(&found) {
            // One that was replaced meanwhile was told of by then.
            for row in rows {
                stanzas.push(self.notification(item, row)?);
            }
        }
        Ok(stanzas)
    }

    fn notification(&self, item: &LastItem, row: &Row) -> Result<Stanza, Fault> {
        let mut w = Writer::new();
        w.open("event", ns::PUBSUB_EVENT).open("items", ns::PUBSUB_EVENT).attr("node", &item.node);
        w.open("item", ns::PUBSUB_EVENT).attr("id", row.text(0)?).attr_some("publisher", row.text_or_null(4)?);
        if item.payloads {
            w.raw(&row.blob(3)?);
        }
        w.close().close().close();
        w.open("delay", ns::DELAY).attr("stamp", &time::write(row.int(2)?));
        Ok(notification(item.notification, &self.from, w.finish()).with_to(Some(self.to.clone())))
    }
}
