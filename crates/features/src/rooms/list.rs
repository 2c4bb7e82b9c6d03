//! The list of rooms (XEP-0045 §6.3): those that want to be found, in pages (XEP-0059).

use super::limits;
use crate::Fault;
use crate::iq::{Reply, Request};
use crate::query::Query;
use crate::turn::Turn;
use store::{Store, Value};
use xmpp::page::{self, Place, Wanted};
use xmpp::{Stanza, StanzaError, Writer, ns};

/// A page of the list, waiting for the store.
#[derive(Debug)]
pub struct List {
    /// The request.
    pub request: Stanza,
    sql: &'static str,
    values: Vec<Value>,
    is_backwards: bool,
}

const AFTER: &str = "SELECT jid, name FROM room WHERE listed = 1 AND jid > ?1 ORDER BY jid LIMIT ?2";
const BEFORE: &str = "SELECT jid, name FROM room WHERE listed = 1 AND jid < ?1 ORDER BY jid DESC LIMIT ?2";
const LAST: &str = "SELECT jid, name FROM room WHERE listed = 1 AND ?1 = '' ORDER BY jid DESC LIMIT ?2";

/// What the service lists.
pub(super) fn ask(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    if request.payload.attr("node").is_some() {
        let mut w = Writer::new();
        w.open("query", ns::DISCO_ITEMS).attr_some("node", request.payload.attr("node").as_deref());
        return Ok(Reply::Inner(w.finish()));
    }
    let wanted = Wanted::read(&request.payload)?;
    let most = turn.service.limits.count(&limits::PAGE);
    let max = wanted.max.map_or(most, |max| max.min(most));
    let (sql, jid) = match &wanted.place {
        Place::First => (AFTER, ""),
        Place::After(jid) => (AFTER, jid.as_ref()),
        Place::Before(jid) => (BEFORE, jid.as_ref()),
        Place::Last => (LAST, ""),
    };
    let values = vec![jid.into(), i64::try_from(max).unwrap_or(i64::MAX).into()];
    let is_backwards = wanted.is_backwards();
    Ok(Reply::Read(Query::Rooms(Box::new(List { request: request.stanza.detached(), sql, values, is_backwards }))))
}

impl List {
    /// Reads the page, and returns the answer.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        let mut rows = store.query(self.sql, self.values.clone()).await?;
        if self.is_backwards {
            rows.reverse();
        }
        let mut w = Writer::new();
        w.open("query", ns::DISCO_ITEMS);
        for row in &rows {
            w.open("item", ns::DISCO_ITEMS).attr("jid", row.text(0)?).attr("name", row.text(1)?).close();
        }
        let edges = match (rows.first(), rows.last()) {
            (Some(first), Some(last)) => Some((first.text(0)?, last.text(0)?)),
            _ => None,
        };
        page::write(&mut w, edges);
        Ok(vec![self.request.result(w.finish())])
    }
}
