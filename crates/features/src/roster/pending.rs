//! Subscription requests that wait for an answer (RFC 6121 §3.1.3): kept complete, one for each
//! sender, and delivered at every initial presence until answered.

use super::state::State;
use super::{REQUEST_BYTES, REQUESTS, table};
use crate::Fault;
use crate::memory::SessionId;
use crate::query::Query;
use crate::turn::{Asker, Effect, Turn};
use bytes::Bytes;
use store::Store;
use xmpp::{Jid, Kind, PresenceType, Stanza};

/// Whether one more request may wait.
pub fn has_room(turn: &Turn<'_>) -> bool {
    let waiting = turn.me.contacts.iter().filter(|contact| contact.state().has(State::REQUESTED)).count();
    waiting < turn.service.limits.count(&REQUESTS)
}

/// Keeps a request. One that is too large is kept without its content, so that it can still be
/// answered.
pub fn keep(turn: &mut Turn<'_>, from: &Jid, request: &Stanza) {
    let mut bytes = Vec::new();
    request.write(None, &mut bytes);
    if bytes.len() > turn.service.limits.count(&REQUEST_BYTES) {
        bytes.clear();
        request.clone().with_inner(Bytes::new()).with_id(None).write(None, &mut bytes);
    }
    let values = vec![turn.me.id.into(), from.as_str().into(), Bytes::from(bytes).into(), turn.now.into()];
    turn.out.run(table::SAVE_REQUEST, values);
}

/// Has the waiting requests delivered to a session that became available.
pub fn deliver(turn: &mut Turn<'_>, session: SessionId) {
    if !turn.me.contacts.iter().any(|contact| contact.state().has(State::REQUESTED)) {
        return;
    }
    let requests = Requests { account: turn.me.id, to: turn.me.jid.clone(), asked: unasked() };
    turn.out.effects.push(Effect::Read { asker: Asker::Session(session), query: Query::Requests(Box::new(requests)) });
}

/// A read of the waiting requests.
#[derive(Debug)]
pub struct Requests {
    account: i64,
    to: Jid,
    /// Nobody asked, so nobody is answered if reading fails: the next presence tries again.
    pub asked: Stanza,
}

/// An error, which nothing may answer (RFC 6120 §8.3.1).
fn unasked() -> Stanza {
    Stanza::new(Kind::Presence(PresenceType::Error))
}

impl Requests {
    /// Reads, oldest first.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn run(self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        let rows = store.query(table::REQUESTS, vec![self.account.into()]).await?;
        let mut requests = Vec::with_capacity(rows.len());
        for row in rows {
            let bytes = row.blob(0)?;
            match std::str::from_utf8(&bytes).ok().and_then(Stanza::read) {
                Some(request) => requests.push(request.with_to(Some(self.to.clone()))),
                // One damaged row must not hide the others.
                None => tracing::error!(account = self.account, "a stored subscription request cannot be read"),
            }
        }
        Ok(requests)
    }
}
