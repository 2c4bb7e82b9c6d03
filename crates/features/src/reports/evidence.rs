//! Copying the messages that a report names, beside the owner.

use super::table;
use crate::turn::Turn;
use crate::{Fault, archive};
use store::{Expect, PageError, PageRequest, Store, Write};
use xmpp::{Jid, Kind, PresenceType, Stanza};

/// Messages to be copied from the reporter's archive.
#[derive(Debug)]
pub struct Evidence {
    account: i64,
    reported: Jid,
    filed_at: i64,
    expires_at: i64,
    numbers: Vec<u64>,
    cutoff: i64,
    /// Nobody is answered if reading fails: the report stands without its messages.
    pub asked: Stanza,
}

impl Evidence {
    pub(super) fn new(turn: &Turn<'_>, reported: &Jid, numbers: Vec<u64>, expires_at: i64) -> Evidence {
        Evidence {
            account: turn.me.id,
            reported: reported.clone(),
            filed_at: turn.now,
            expires_at,
            numbers,
            cutoff: archive::cutoff(turn.service, turn.now),
            // An error, which nothing may answer (RFC 6120 §8.3.1).
            asked: Stanza::new(Kind::Presence(PresenceType::Error)),
        }
    }

    /// Copies what was received from the reported (XEP-0377 §6); ids of anything else are passed over.
    /// There is nothing to answer.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        let mut writes = Vec::new();
        for number in &self.numbers {
            match store.page(self.request(*number)).await {
                Ok(page) => {
                    writes
                        .extend(page.rows.into_iter().filter(|row| self.is_of_reported(row)).map(|row| self.copy(row)));
                }
                Err(PageError::Unknown) => {}
                Err(PageError::Fault(fault)) => return Err(fault),
            }
        }
        if !writes.is_empty() {
            store.commit(writes).await.map_err(|error| Fault(error.to_string()))?;
        }
        Ok(Vec::new())
    }

    fn request(&self, number: u64) -> PageRequest {
        PageRequest {
            archive: self.account,
            class: archive::CLASS,
            numbers: Some(vec![number]),
            max: 1,
            cutoff_micros: self.cutoff,
            ..PageRequest::default()
        }
    }

    /// A message from the reported address: that device, that account, or anybody on that domain.
    fn is_of_reported(&self, row: &store::ArchiveRow) -> bool {
        let domain = row.peer.rsplit_once('@').map_or(row.peer.as_ref(), |(_, domain)| domain);
        let reported = &self.reported;
        let matches = match reported.resource() {
            Some(resource) => *row.peer == *reported.bare_str() && *row.resource == *resource,
            None => *row.peer == *reported.as_str() || *domain == *reported.as_str(),
        };
        row.flags & archive::SENT == 0 && matches
    }

    fn copy(&self, row: store::ArchiveRow) -> Write {
        let values = vec![
            self.account.into(),
            self.reported.as_str().into(),
            self.filed_at.into(),
            i64::try_from(row.number).unwrap_or(i64::MAX).into(),
            row.at_micros.into(),
            row.body.into(),
            self.expires_at.into(),
        ];
        Write::Run { sql: table::EVIDENCE_SQL, values, expect: Expect::Any }
    }
}
