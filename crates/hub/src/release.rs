//! Committing a journey and letting its outputs go.

use crate::Hub;
use crate::cell::Cell;
use crate::journey::{Load, Origin, Release, Stamped};
use crate::mail::Mail;
use bytes::Bytes;
use features::query::{Found, Query};
use features::service::Service;
use features::turn::{Asker, Weight};
use features::{archive, carbons};
use std::sync::Arc;
use std::time::Duration;
use store::{CommitError, Receipt};
use tokio::time::sleep;
use xmpp::{Condition, ErrorType, StanzaError};

impl Hub {
    /// All turns of a journey are over. Called while the last owner is still held.
    pub(crate) fn finish(&self, mut load: Load) {
        if load.writes.is_empty() && !load.touched.iter().any(|cell| cell.has_outstanding()) {
            let touched = std::mem::take(&mut load.touched);
            self.release(load, &Receipt::default());
            return self.over(&touched);
        }
        for cell in &load.touched {
            cell.submitted();
        }
        let writes = std::mem::take(&mut load.writes);
        let wrote = !writes.is_empty();
        let hub = self.clone();
        self.store().submit(writes, move |outcome| {
            let touched = load.touched.clone();
            match outcome {
                Ok(receipt) => hub.release(load, &receipt),
                Err(error) if wrote => hub.fail(load, &error),
                // It only waited for its place in the queue; the disk is no concern of it.
                Err(_) => hub.release(load, &Receipt::default()),
            }
            for cell in &touched {
                cell.released();
            }
            hub.over(&touched);
        });
    }

    /// A turn of the journey panicked: nothing of it is kept.
    pub(crate) fn abandon(&self, load: Load) {
        let touched = load.touched.clone();
        self.fail(load, &CommitError::Closed);
        self.over(&touched);
    }

    /// A journey is over. Owners that waited for that to read their memory again do so.
    fn over(&self, touched: &[Arc<Cell>]) {
        for cell in touched {
            if cell.over() {
                self.post_later(cell.clone(), Mail::Reload);
            }
        }
    }

    /// The journey is durable: its outputs leave.
    pub(crate) fn release(&self, load: Load, receipt: &Receipt) {
        let service = self.service();
        let mut tails = Tails { service: &service, receipt, last: None };
        let mut origin = load.origin;
        for release in load.releases {
            match release {
                Release::Deliver { outlet, mut delivery, stamp, weight } => {
                    delivery.tail = tails.of(stamp.as_ref());
                    outlet.push(delivery, weight);
                    outlet.given(number(receipt, stamp.as_ref()));
                }
                Release::Send { outlet, delivery } => outlet.send(delivery),
                Release::Carbon { outlet, to, account, direction, stanza, stamp, weight } => {
                    let tail = tails.of(stamp.as_ref());
                    let copy = carbons::wrap(&account, &to, direction, &stanza, &tail);
                    outlet.push(copy.into(), weight);
                    outlet.given(number(receipt, stamp.as_ref()));
                }
                Release::Given { outlet, number } => outlet.given(number),
                Release::Watch { outlet } => outlet.watch(),
                // Whoever asked may not wait.
                Release::Told(reply) => drop(reply.send(Ok(()))),
                Release::Later { cell, later, stamp } => {
                    let number = stamp.as_ref().and_then(|stamp| receipt.numbers.get(stamp.index)).copied();
                    self.leave_later(&cell, Mail::Durable(later, number));
                }
                Release::Read { cell, asker, query } => self.read(cell, asker, query, origin.take()),
                Release::Do { cell, asker, request, deed } => {
                    self.carry_out((cell, asker), *request, *deed, origin.take())
                }
            }
        }
        if let Some(origin) = origin {
            origin.outlet.handled(origin.number);
        }
    }

    /// Nothing of the journey was kept. Its sender is told, nobody else sees anything of it, and the
    /// owners read again what they thought they had changed.
    fn fail(&self, load: Load, error: &CommitError) {
        self.counters().failed();
        if let Some(Origin { outlet, number, stanza, is_remote }) = load.origin {
            match stanza.and_then(|stanza| stanza.error(&explain(error))) {
                Some(answer) if is_remote => self.send_later(answer),
                Some(answer) => outlet.push(answer.into(), Weight::Urgent),
                None => {}
            }
            outlet.handled(number);
        }
        for release in &load.releases {
            if let Release::Send { outlet, delivery } = release {
                outlet.give_up(delivery);
            }
        }
        for cell in load.touched {
            self.post_later(cell, Mail::Reload);
        }
    }
}

/// The number that a row got; 0 is before every number.
fn number(receipt: &Receipt, stamp: Option<&Stamped>) -> u64 {
    stamp.and_then(|stamp| receipt.numbers.get(stamp.index)).copied().unwrap_or(0)
}

/// The error for the person whose stanza could not be kept.
fn explain(error: &CommitError) -> StanzaError {
    match error {
        CommitError::Busy | CommitError::Disk(_) => StanzaError::new(Condition::ResourceConstraint)
            .of_type(ErrorType::Wait)
            .text("The service cannot store anything right now. Please try again in a while."),
        CommitError::Unmet => StanzaError::new(Condition::Conflict)
            .of_type(ErrorType::Wait)
            .text("Somebody else changed this at the same time. Please try again."),
        CommitError::Closed => StanzaError::new(Condition::InternalServerError)
            .of_type(ErrorType::Wait)
            .text("The service is being restarted. Please try again in a moment."),
    }
}

/// Stanza ids of a journey; the same one goes to all devices of an account.
struct Tails<'a> {
    service: &'a Service,
    receipt: &'a Receipt,
    last: Option<(usize, Bytes)>,
}

impl Tails<'_> {
    fn of(&mut self, stamp: Option<&Stamped>) -> Bytes {
        let Some(stamp) = stamp else { return Bytes::new() };
        if let Some((index, tail)) = &self.last
            && *index == stamp.index
        {
            return tail.clone();
        }
        let Some(number) = self.receipt.numbers.get(stamp.index) else { return Bytes::new() };
        let tail = archive::stamp(self.service, &stamp.by, stamp.archive, *number);
        self.last = Some((stamp.index, tail.clone()));
        tail
    }
}

/// How long a read waits for journeys through its owner, in milliseconds; then it may miss the last of them.
const OVER_MILLIS: u32 = 1_000;

/// Waits until every journey that took a turn here before is over. Its last turn may have been elsewhere, so
/// that the committer does not have it yet when the owner takes its next.
async fn all_over(cell: &Cell) {
    for _ in 0..OVER_MILLIS {
        if !cell.has_open() {
            return;
        }
        sleep(Duration::from_millis(1)).await;
    }
}

impl Hub {
    /// Reads beside the owner, once all that the asker sent before is durable, so that a client finds
    /// in its archive what it has just sent.
    fn read(&self, cell: Arc<Cell>, asker: Asker, query: Query, origin: Option<Origin>) {
        let hub = self.clone();
        let (outlet, before) = match &origin {
            Some(origin) => (Some(origin.outlet.clone()), origin.number.wrapping_sub(1)),
            None => (None, 0),
        };
        let begin = move || {
            let runtime = hub.runtime().clone();
            hub.counters().read_begins();
            runtime.spawn(async move {
                if matches!(query, Query::Offline(_)) {
                    all_over(&cell).await;
                }
                let request = query.request().clone();
                let failed = query.failed();
                let found = match query.run(hub.store()).await {
                    Ok(found) => found,
                    Err(fault) => {
                        tracing::error!(%fault, "a read failed");
                        let error = StanzaError::new(Condition::InternalServerError).of_type(ErrorType::Wait);
                        Found { stanzas: request.error(&error).into_iter().collect(), next: failed }
                    }
                };
                hub.post(&cell, Mail::Answer { asker, found, origin });
                hub.counters().read_ends();
            });
        };
        match outlet {
            Some(outlet) => outlet.when_handled(before, Box::new(begin)),
            None => begin(),
        }
    }
}
