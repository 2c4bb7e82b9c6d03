//! Reading what waits beside the owner, and giving it to the session it was read for.

use super::{CatchUp, FLOOD, FLOOD_BYTES, table};
use crate::archive::{self, CLASS, SENT};
use crate::memory::SessionId;
use crate::query::Query;
use crate::service::Secrets;
use crate::turn::{Asker, Direction, Effect, Turn, Weight};
use crate::{Fault, carbons, stanza_ids};
use store::{ArchiveRow, PageError, PageRequest, Store};
use xmpp::{Jid, Kind, PresenceType, Stanza, Writer, ns, time};

/// A read of what waits for an account.
#[derive(Debug)]
pub struct Flood {
    /// Nobody asked, so nobody is answered if reading fails.
    pub asked: Stanza,
    session: SessionId,
    account: Jid,
    domain: Jid,
    secrets: Secrets,
    /// For a client that gets copies of what others send: those of what was sent since it began to catch
    /// up have their place among what came.
    copies: Option<Jid>,
    /// When it began, in microseconds.
    began: i64,
    /// What is asked of the archive; none if the client reads it itself.
    page: Option<PageRequest>,
    /// The row of the account.
    id: i64,
    /// Messages of no archive behind this one.
    unkept_after: i64,
}

/// How far a read came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// For which session.
    pub session: SessionId,
    /// The number of the archive that was read behind; none if its client reads the archive itself.
    after: Option<u64>,
    /// The last number of the archive, if anything was read from it.
    archive: Option<u64>,
    /// The last message of no archive.
    unkept: Option<i64>,
    /// When the session began to catch up.
    began: i64,
    outcome: Outcome,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    Read,
    Failed,
}

/// Begins to read for a session that catches up since `began`, the archive behind `after`.
pub(super) fn begin(turn: &mut Turn<'_>, session: SessionId, after: Option<u64>, began: i64) {
    let copies = turn.me.session(session).filter(|known| known.carbons).map(|known| known.jid.clone());
    let limits = &turn.service.limits;
    let cutoff = archive::cutoff(turn.service, turn.now);
    // The newest, if they are too many: the older ones are in the archive. The number itself need not be
    // in the archive, so the row behind it is asked for by the time of commit that numbers are.
    let page = after.map(|after| PageRequest {
        archive: turn.me.id,
        class: CLASS,
        behind: after,
        from_end: true,
        max: limits.count(&FLOOD),
        bytes_max: Some(limits.count(&FLOOD_BYTES)),
        cutoff_micros: cutoff,
        ..PageRequest::default()
    });
    let flood = Flood {
        asked: Stanza::new(Kind::Presence(PresenceType::Error)),
        session,
        copies,
        began,
        account: turn.me.jid.clone(),
        domain: turn.service.domain.clone(),
        secrets: turn.service.secrets.clone(),
        page,
        id: turn.me.id,
        unkept_after: turn.me.offline.unkept_given,
    };
    turn.out.effects.push(Effect::Read { asker: Asker::Session(session), query: Query::Offline(Box::new(flood)) });
}

impl Flood {
    /// Reads, oldest first.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(self, store: &Store) -> Result<(Vec<Stanza>, Progress), Fault> {
        let mut found: Vec<(i64, Stanza)> = Vec::new();
        let mut archive = None;
        if let Some(page) = self.page.clone() {
            let page = match store.page(page).await {
                Ok(page) => page,
                Err(PageError::Unknown) => return Err(Fault("a read that names no row was refused".into())),
                Err(PageError::Fault(fault)) => return Err(fault),
            };
            archive = page.rows.last().map(|row| row.number);
            found.extend(page.rows.iter().filter_map(|row| Some((row.at_micros, self.archived(row)?))));
        }
        let rows = store.query(table::WAIT_SQL, vec![self.id.into(), self.unkept_after.into()]).await?;
        let (mut unkept, mut others) = (None, Vec::new());
        for row in rows {
            unkept = Some(row.int(0)?);
            let at = row.int(1)?;
            others.extend(self.delayed(&row.blob(2)?, at, &[]).map(|stanza| (at, stanza)));
        }
        let progress = Progress { archive, unkept, outcome: Outcome::Read, ..self.failed() };
        Ok((merged(found, others), progress))
    }

    /// What is to be done when it cannot be read.
    pub fn failed(&self) -> Progress {
        let after = self.page.as_ref().map(|page| page.behind);
        let (session, began) = (self.session, self.began);
        Progress { session, after, archive: None, unkept: None, began, outcome: Outcome::Failed }
    }

    fn archived(&self, row: &ArchiveRow) -> Option<Stanza> {
        let id = archive::Id { archive: self.id, number: row.number }.encode(&self.secrets);
        let name = stanza_ids::element(&self.account, &id);
        if row.flags & SENT == 0 {
            return self.delayed(&row.body, row.at_micros, &name);
        }
        // XEP-0280 §8: copies of what another device sent while this one was catching up.
        let to = self.copies.as_ref().filter(|_| row.at_micros >= self.began)?;
        let original = std::str::from_utf8(&row.body).ok().and_then(Stanza::read)?;
        let copied = crate::class::classify(&original).carbon && original.from.as_ref() != Some(to);
        copied.then(|| carbons::wrap(&self.account, to, Direction::Sent, &original, &name).as_ref().clone())
    }

    /// XEP-0160 §3, XEP-0203: with the time when it was received.
    fn delayed(&self, body: &[u8], at: i64, tail: &[u8]) -> Option<Stanza> {
        let stanza = std::str::from_utf8(body).ok().and_then(Stanza::read);
        let Some(stanza) = stanza else {
            // One damaged row must not hide the others.
            tracing::error!(account = self.id, "a stored message cannot be read");
            return None;
        };
        let mut w = Writer::new();
        w.raw(stanza.inner());
        w.open("delay", ns::DELAY).attr("from", self.domain.as_str()).attr("stamp", &time::write(at)).close();
        w.raw(tail);
        Some(stanza.with_inner(w.finish()))
    }
}

/// Two lists in order of time as one, each in its own order.
fn merged(first: Vec<(i64, Stanza)>, second: Vec<(i64, Stanza)>) -> Vec<Stanza> {
    let mut merged = Vec::with_capacity(first.len() + second.len());
    let mut second = second.into_iter().peekable();
    for (at, stanza) in first {
        while let Some((_, earlier)) = second.next_if(|(other, _)| *other < at) {
            merged.push(earlier);
        }
        merged.push(stanza);
    }
    merged.extend(second.map(|(_, stanza)| stanza));
    merged
}

/// What was read for a session goes to it, and then what came meanwhile is read.
pub fn arrived(turn: &mut Turn<'_>, stanzas: Vec<Stanza>, progress: Progress) {
    let session = progress.session;
    let Some(known) = turn.me.session_mut(session) else { return };
    if progress.outcome == Outcome::Failed {
        known.catch_up = CatchUp::Done;
        return;
    }
    let behind = known.catch_up == CatchUp::Behind;
    let reading = behind || known.catch_up == CatchUp::Reading;
    for stanza in stanzas {
        turn.deliver(session, stanza, Weight::Urgent);
    }
    if let Some(number) = progress.archive {
        turn.out.effects.push(Effect::Given { session, number });
    }
    if let Some(number) = progress.unkept {
        let waiting = &mut turn.me.offline;
        waiting.unkept_given = waiting.unkept_given.max(number);
        waiting.unkept = 0;
    }
    if !reading {
        return;
    }
    let next = if behind { CatchUp::Reading } else { CatchUp::Done };
    if let Some(known) = turn.me.session_mut(session) {
        known.catch_up = next;
    }
    if behind {
        // What came meanwhile may have been read already. Then this read found nothing, and the next one begins
        // where it began: what the account has reached is less, and what lies between would come twice.
        return begin(turn, session, progress.archive.or(progress.after), progress.began);
    }
    turn.me.offline.pending = false;
}
