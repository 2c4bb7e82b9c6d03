//! Finding what is retracted, beside the owner, and burying it.

use super::REACH;
use crate::turn::Turn;
use crate::{Fault, archive};
use bytes::Bytes;
use store::{ArchiveRow, PageError, PageRequest, Store, Write};
use xmpp::{Jid, Kind, PresenceType, Stanza, Writer, ns, time};

/// Messages looked at in one go.
const PAGE: usize = 100;
/// Bytes looked at in one go.
const PAGE_BYTES: usize = 1024 * 1024;

/// A retracted message to be found in one archive.
#[derive(Debug)]
pub struct Search {
    page: PageRequest,
    /// [`archive::SENT`] or nothing: §5 wants the original to be from the same bare address as the retraction.
    flags: u32,
    /// The id of the retracted message.
    id: Box<str>,
    /// What takes its place.
    retracted: Bytes,
    reach: usize,
    /// Nobody is answered if reading fails: the retraction itself was accepted.
    pub asked: Stanza,
}

/// What a kept message is to the one that is retracted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Itself,
    /// A later version of it (XEP-0308), whose text is retracted with it.
    Correction,
    Stranger,
}

impl Search {
    /// What is to be done for the retraction `stanza` in the conversation with `peer`; none if it is none.
    pub(super) fn begin(turn: &Turn<'_>, stanza: &Stanza, peer: &Jid, flags: u32) -> Option<Search> {
        let (id, retracted) = read(stanza, turn.now)?;
        let page = PageRequest {
            archive: turn.me.id,
            class: archive::CLASS,
            with: Some((peer.bare_str().into(), None)),
            end_micros: Some(turn.now),
            from_end: true,
            bytes_max: Some(PAGE_BYTES),
            cutoff_micros: archive::cutoff(turn.service, turn.now),
            ..PageRequest::default()
        };
        let reach = turn.service.limits.count(&REACH);
        // An error, which nothing may answer (RFC 6120 §8.3.1).
        let asked = Stanza::new(Kind::Presence(PresenceType::Error));
        Some(Search { page, flags, id, retracted, reach, asked })
    }

    /// Buries the message and its corrections. There is nothing to answer.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(mut self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        let mut writes = Vec::new();
        while self.reach > 0 {
            self.page.max = self.reach.min(PAGE);
            let found = match store.page(self.page.clone()).await {
                Ok(found) => found,
                // What stood there has just expired, and all before it.
                Err(PageError::Unknown) => break,
                Err(PageError::Fault(fault)) => return Err(fault),
            };
            let is_found = self.bury(&found.rows, &mut writes);
            self.reach = self.reach.saturating_sub(found.rows.len());
            let Some(first) = found.rows.first().filter(|_| !is_found && !found.complete) else { break };
            self.page.before = vec![first.number];
        }
        if !writes.is_empty() {
            store.commit(writes).await.map_err(|error| Fault(error.to_string()))?;
        }
        Ok(Vec::new())
    }

    /// Adds what is to be done to these rows, newest first; says whether the message itself is among them,
    /// before which there are no corrections of it.
    fn bury(&self, rows: &[ArchiveRow], writes: &mut Vec<Write>) -> bool {
        for row in rows.iter().rev().filter(|row| row.flags & archive::SENT == self.flags) {
            let relation = self.relation(row);
            if relation != Relation::Stranger {
                let id = archive::Id { archive: self.page.archive, number: row.number };
                writes.push(archive::tombstone(archive::CLASS, id, self.retracted.clone()));
            }
            if relation == Relation::Itself {
                return true;
            }
        }
        false
    }

    fn relation(&self, row: &ArchiveRow) -> Relation {
        let kept = std::str::from_utf8(&row.body).ok().and_then(Stanza::read);
        // A room's private messages are left alone, as a retraction from a room is.
        let sent = row.flags & archive::SENT != 0;
        let kept = kept.filter(|kept| sent || !kept.has("x", ns::MUC_USER));
        kept.map_or(Relation::Stranger, |kept| Relation::of(&kept, &self.id))
    }
}

impl Relation {
    /// Of a kept message to the one with that id.
    pub(super) fn of(kept: &Stanza, id: &str) -> Relation {
        let corrected = kept.child("replace", ns::CORRECTION);
        if kept.has("retract", ns::RETRACT) {
            // A retraction is kept.
            Relation::Stranger
        } else if kept.id.as_ref().is_some_and(|kept| kept.as_str() == id) {
            Relation::Itself
        } else if corrected.and_then(|replace| replace.attr("id")).is_some_and(|corrected| corrected == id) {
            Relation::Correction
        } else {
            Relation::Stranger
        }
    }
}

/// The id of what a message retracts, and what takes its place; none if it retracts nothing.
pub(super) fn read(stanza: &Stanza, now: i64) -> Option<(Box<str>, Bytes)> {
    let id = stanza.child("retract", ns::RETRACT)?.attr("id")?.as_ref().into();
    let mut w = Writer::new();
    // §4: the id is the retraction's own.
    w.open("retracted", ns::RETRACT).attr("id", stanza.id.as_ref()?.as_str()).attr("stamp", &time::write(now));
    Some((id, w.finish()))
}
