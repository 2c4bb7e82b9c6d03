//! All bookmarks as the one list that older clients know (XEP-0402 §5.3.1).

use super::{OLD_ID, wire};
use crate::Fault;
use crate::iq::{Reply, Request};
use crate::memory::{Account, SessionId};
use crate::pubsub::{self, read};
use crate::query::Query;
use crate::turn::Turn;
use store::Store;
use xmpp::{Condition, Jid, Kind, MessageType, Stanza, StanzaError, Writer, ns};

/// The list on its way to a client.
#[derive(Debug)]
pub struct List {
    /// The request; for an event nobody made one, and this is answered by nothing.
    pub request: Stanza,
    account: i64,
    form: Form,
}

/// What the list comes in.
#[derive(Debug)]
enum Form {
    /// The item of the old node that was asked for.
    Item,
    /// Private XML storage.
    Private,
    /// The notification that the old node has changed.
    Event { from: Jid, to: Jid },
}

/// Answers a request for the list in private XML storage (XEP-0049 §2.3).
///
/// # Errors
/// When it is too long for an answer.
pub fn show(turn: &Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    answer(turn, request, Form::Private)
}

/// Answers a request for the item of the old node.
pub(super) fn as_item(turn: &Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    answer(turn, request, Form::Item)
}

/// A list that is cut off would be written back so, and the rest be lost.
fn answer(turn: &Turn<'_>, request: &Request<'_>, form: Form) -> Result<Reply, StanzaError> {
    if bytes(turn.me) > turn.service.limits.of(&pubsub::PAGE_BYTES) {
        let why = "There are too many bookmarks for one list. Use a client that knows them one by one.";
        return Err(StanzaError::new(Condition::ResourceConstraint).text(why));
    }
    let list = List { request: request.stanza.detached(), account: turn.me.id, form };
    Ok(Reply::Read(Query::Bookmarks(Box::new(list))))
}

fn bytes(me: &Account) -> u64 {
    let nodes = [ns::BOOKMARKS, ns::OLD_BOOKMARKS].into_iter().filter_map(|node| me.nodes.get(node));
    nodes.flat_map(|node| &node.items).map(|item| u64::from(item.bytes)).sum()
}

impl List {
    /// The notification for one of the account's own sessions.
    pub(super) fn event(me: &Account, session: SessionId) -> Option<List> {
        let to = me.session(session)?.jid.clone();
        let request = Stanza::new(Kind::Message(MessageType::Error));
        Some(List { request, account: me.id, form: Form::Event { from: me.jid.clone(), to } })
    }

    /// Reads the bookmarks, and makes the list.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        let [bookmarks, old] = read::all(store, self.account, [ns::BOOKMARKS, ns::OLD_BOOKMARKS]).await?;
        let mut w = Writer::new();
        match &self.form {
            Form::Item => w.open("pubsub", ns::PUBSUB).open("items", ns::PUBSUB).attr("node", ns::OLD_BOOKMARKS),
            Form::Private => w.open("query", ns::PRIVATE),
            Form::Event { .. } => {
                w.open("event", ns::PUBSUB_EVENT).open("items", ns::PUBSUB_EVENT).attr("node", ns::OLD_BOOKMARKS)
            }
        };
        match &self.form {
            Form::Item => w.open("item", ns::PUBSUB).attr("id", OLD_ID),
            Form::Event { .. } => w.open("item", ns::PUBSUB_EVENT).attr("id", OLD_ID),
            Form::Private => &mut w,
        };
        w.open("storage", ns::OLD_BOOKMARKS);
        for item in &bookmarks {
            if let Some(conference) = item.payload() {
                wire::write_old(&mut w, &item.id, &conference);
            }
        }
        if let Some(rest) = old.last().and_then(read::Item::payload) {
            w.raw(rest.content().as_bytes());
        }
        Ok(vec![match self.form {
            Form::Item | Form::Private => self.request.result(w.finish()),
            Form::Event { from, to } => pubsub::headline(&from, w.finish()).with_to(Some(to)),
        }])
    }
}
