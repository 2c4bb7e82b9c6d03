//! Last activity (XEP-0012): since when the service runs, and since when somebody is away, for those who
//! may see the presence.

pub mod table;

use crate::Fault;
use crate::feature::{Feature, Limit, Place, Spec};
use crate::iq::{At, IqHandler, Reply, Request, Verb};
use crate::query::Query;
use crate::turn::Turn;
use bytes::Bytes;
use store::Store;
use xmpp::{Condition, Stanza, StanzaError, Writer, ns};

/// XEP-0012.
pub const FEATURE: Feature = Feature {
    name: "last_activity",
    summary: "Tells friends since when somebody is away, and everybody here since when the service runs.",
    specs: &[Spec::xep(12, "2.0")],
    disco: &[(Place::Domain, ns::LAST), (Place::Account, ns::LAST), (Place::Branches, ns::LAST)],
    limits: &[&WORDS],
    tables: &[&table::AWAY],
    iqs: &[
        IqHandler { ns: ns::LAST, name: "query", verb: Verb::Get, at: At::Everywhere, run: uptime },
        IqHandler { ns: ns::LAST, name: "query", verb: Verb::Get, at: At::Account, run: away },
    ],
};

/// How much of the last words of somebody who left is kept.
pub const WORDS: Limit = Limit {
    name: "last-words-bytes",
    default: 1024,
    unit: "bytes",
    reason: "It is a status line, and it is kept until the next one.",
    sentence: "Only the beginning of your status is kept while you are away.",
};

/// §5
fn uptime(turn: &mut Turn<'_>, _: &Request<'_>) -> Result<Reply, StanzaError> {
    Ok(Reply::Inner(answer(turn.now.saturating_sub(turn.service.started_at), "")))
}

/// §3. Strangers never get here: see [`crate::iq::for_stranger`].
fn away(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    // Hiding from somebody looks like being away; who sees the account sees that it is here.
    if is_here(turn) {
        return Ok(Reply::Inner(answer(0, "")));
    }
    let fetch = Fetch { request: request.stanza.detached(), account: turn.me.id, now: turn.now };
    Ok(Reply::Read(Query::LastActivity(Box::new(fetch))))
}

fn is_here(turn: &Turn<'_>) -> bool {
    turn.me.sessions.iter().any(crate::memory::Session::is_available)
}

/// A client said that it is gone, or is. If it was the last one, that is noted, with the last words.
pub fn left(turn: &mut Turn<'_>, words: &str) {
    if is_here(turn) {
        return;
    }
    let mut end = words.len().min(turn.service.limits.count(&WORDS));
    while !words.is_char_boundary(end) {
        end -= 1;
    }
    // Contacts see the device go whatever the disk says.
    turn.out.note(table::SAVE_SQL, vec![turn.me.id.into(), turn.now.into(), words[..end].into()]);
}

/// A question that the store answers.
#[derive(Debug)]
pub struct Fetch {
    /// The request.
    pub request: Stanza,
    account: i64,
    now: i64,
}

impl Fetch {
    /// Reads, and answers. Of somebody who never was here nothing is known.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        let rows = store.query(table::READ_SQL, vec![self.account.into()]).await?;
        let answer = match rows.first() {
            Some(row) => Some(self.request.result(answer(self.now.saturating_sub(row.int(0)?), row.text(1)?))),
            None => self.request.error(&StanzaError::new(Condition::ServiceUnavailable)),
        };
        Ok(answer.into_iter().collect())
    }
}

fn answer(micros: i64, words: &str) -> Bytes {
    let seconds = micros.max(0) / 1_000_000;
    let mut w = Writer::new();
    w.open("query", ns::LAST).attr("seconds", &seconds.to_string()).text(words);
    w.finish()
}
