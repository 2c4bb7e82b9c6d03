//! Burying what waits for somebody who keeps no archive, beside the owner.

use super::search::{Relation, read};
use crate::turn::Turn;
use crate::{Fault, archive, offline};
use bytes::Bytes;
use store::{Store, Write};
use xmpp::{Jid, Kind, PresenceType, Stanza};

/// A retracted message to be found among those that wait for an account and that no archive has.
#[derive(Debug)]
pub struct Waiting {
    account: i64,
    /// §5: the original has to be from the same bare address as the retraction.
    from: Jid,
    /// The id of the retracted message.
    id: Box<str>,
    /// What takes its place.
    retracted: Bytes,
    /// Nobody is answered if reading fails: the retraction itself was accepted.
    pub asked: Stanza,
}

impl Waiting {
    /// What is to be done for the retraction `stanza` of `from`; none if it is none.
    pub(super) fn begin(turn: &Turn<'_>, stanza: &Stanza, from: &Jid) -> Option<Waiting> {
        let (id, retracted) = read(stanza, turn.now)?;
        // An error, which nothing may answer (RFC 6120 §8.3.1).
        let asked = Stanza::new(Kind::Presence(PresenceType::Error));
        Some(Waiting { account: turn.me.id, from: from.bare(), id, retracted, asked })
    }

    /// Buries the message and its corrections, if they still wait. There is nothing to answer.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        let waiting = offline::waiting(store, self.account).await?;
        let buried = waiting.iter().filter_map(|(number, body)| self.bury(*number, body));
        let writes: Vec<Write> = buried.collect();
        if !writes.is_empty() {
            store.commit(writes).await.map_err(|error| Fault(error.to_string()))?;
        }
        Ok(Vec::new())
    }

    fn bury(&self, number: i64, body: &Bytes) -> Option<Write> {
        let kept = Stanza::read(std::str::from_utf8(body).ok()?)?;
        let is_theirs = kept.from.as_ref().is_some_and(|from| from.bare_str() == self.from.as_str());
        if !is_theirs || Relation::of(&kept, &self.id) == Relation::Stranger {
            return None;
        }
        archive::buried(body, &self.retracted).map(|body| offline::rewrite(self.account, number, body.into()))
    }
}
