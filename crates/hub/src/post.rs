//! Leaving mail and taking turns: whoever finds an owner free takes its turns on the spot.

use crate::cell::{Cell, Memory, Posted};
use crate::journey::{Journey, Load};
use crate::mail::Mail;
use crate::{Hub, remote, room, turns};
use features::branch::BranchKind;
use features::federation::Way;
use features::service::Owner;
use features::{disco, iq, messages, terms};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use xmpp::{Condition, Jid, Kind, PresenceType, Stanza, StanzaError};

/// Owners that this thread holds and has yet to serve.
pub type Work = VecDeque<(Arc<Cell>, Mail)>;

impl Hub {
    /// Leaves mail, and takes all turns that this makes possible.
    pub(crate) fn post(&self, cell: &Arc<Cell>, mail: Mail) {
        let mut work = Work::new();
        self.leave(cell, mail, &mut work);
        self.serve(work);
    }

    /// Leaves mail; if that makes this thread the holder, the turn is added to its work.
    pub(crate) fn leave(&self, cell: &Arc<Cell>, mail: Mail, work: &mut Work) {
        match cell.post(mail) {
            Posted::Mine(mail) => work.push_back((cell.clone(), mail)),
            Posted::Queued => {}
            Posted::Full(mail) => self.overflow(mail, work),
        }
    }

    /// Takes turns until none is left.
    pub(crate) fn serve(&self, mut work: Work) {
        while let Some((cell, first)) = work.pop_front() {
            self.drain(&cell, first, &mut work);
        }
    }

    /// Takes the turns of one owner until its queue is empty.
    fn drain(&self, cell: &Arc<Cell>, first: Mail, work: &mut Work) {
        let mut memory = cell.memory();
        let mut next = Some(first);
        while let Some(mail) = next {
            match mail {
                Mail::Loaded(loaded) => self.loaded(cell, &mut memory, loaded),
                Mail::RoomLoaded(loaded) => self.room_loaded(cell, &mut memory, loaded),
                Mail::Reload => {
                    if matches!(*memory, Memory::Awake(_) | Memory::Room(_))
                        && self.is_written(cell)
                        && cell.is_readable()
                    {
                        // The owner stays held, so that nothing changes while it is read.
                        drop(memory);
                        return self.load(cell.clone());
                    }
                }
                mail => match &mut *memory {
                    Memory::Asleep if !self.is_written(cell) => {
                        *memory = self.unwritten(cell);
                        self.turn(cell, &mut memory, mail, work);
                    }
                    Memory::Asleep => {
                        // The owner stays held until its memory is there.
                        cell.put_back(mail);
                        drop(memory);
                        return self.load(cell.clone());
                    }
                    Memory::Absent => self.absent(cell, mail, work),
                    Memory::Awake(_) | Memory::Remote(_) | Memory::Room(_) => self.turn(cell, &mut memory, mail, work),
                },
            }
            next = cell.next();
        }
        // An account that is made later must be found: nobody stays absent longer than their mail.
        if matches!(*memory, Memory::Absent) {
            *memory = Memory::Asleep;
        }
    }

    /// One turn. A panic in it costs the mail, not the owner: its memory is read again.
    fn turn(&self, cell: &Arc<Cell>, memory: &mut Memory, mail: Mail, work: &mut Work) {
        let (journey, sender) = match &mail {
            Mail::Stanza { journey, .. } => (Some(journey.clone()), None),
            Mail::Sent { session, number, .. } => match &*memory {
                Memory::Awake(resident) => (None, resident.outlet(*session).cloned().zip(Some(*number))),
                _ => (None, None),
            },
            _ => (None, None),
        };
        let turn = AssertUnwindSafe(|| match memory {
            Memory::Awake(resident) => turns::take(self, cell, resident, mail, work),
            Memory::Remote(neighbour) => remote::take(self, cell, neighbour, mail, work),
            Memory::Room(room) => room::take(self, cell, room, mail, work),
            Memory::Asleep | Memory::Absent => {}
        });
        if catch_unwind(turn).is_err() {
            self.counters().panics();
            tracing::error!(owner = %cell.jid(), "a turn panicked; the owner's memory is read again");
            // What it was part of must not wait for it.
            if let Some(load) = journey.and_then(|journey| journey.close()) {
                self.abandon(load);
            }
            if let Some((outlet, number)) = sender {
                outlet.handled(number);
            }
            self.post_later(cell.clone(), Mail::Reload);
        }
    }

    /// Mail for an account that does not exist.
    fn absent(&self, cell: &Arc<Cell>, mail: Mail, work: &mut Work) {
        match mail {
            Mail::Stanza { stanza, to, journey } => {
                let error = terms::judge::for_nobody(&self.service(), &stanza, self.clock().now())
                    .unwrap_or_else(|| iq::for_stranger(&stanza, to.is_bare()));
                let bounce = || bounces(&stanza, &to).then(|| stanza.error(&error)).flatten();
                if let Some(answer) = disco::answer_for_nobody(&stanza, &to).or_else(bounce) {
                    self.send_back(&journey, answer.with_from(Some(to)), work);
                }
                self.close(cell, &journey);
            }
            Mail::Bind { reply, .. } => {
                // The asker may have gone meanwhile.
                let _ = reply.send(Err(StanzaError::new(Condition::NotAuthorized)));
            }
            Mail::Erase { reply, .. } => {
                let _ = reply.send(Err(store::CommitError::Unmet));
            }
            // It was erased meanwhile.
            Mail::Moment(_) => {}
            // Sessions end with their account; what they still say goes nowhere.
            Mail::Sent { .. } | Mail::Answer { .. } | Mail::Resume { .. } => {}
            Mail::Gone(left) => self.sessions().remove(left.session),
            // Who waits for an answer learns that there is nobody.
            Mail::PutDown(..) | Mail::TakeUp(..) | Mail::Recall(..) | Mail::End(..) | Mail::WhoIsHere(_) => {}
            Mail::Arrived | Mail::Silent(_) | Mail::Reload | Mail::Loaded(_) | Mail::Wake | Mail::Rule(..) => {}
            Mail::Restored(_) | Mail::Linked { .. } | Mail::Unlinked(_) | Mail::Unreachable(_) | Mail::Ruled => {}
            Mail::RoomLoaded(_) | Mail::Durable(..) | Mail::ShutDown(_) | Mail::TooLarge(..) | Mail::HowIsIt(_) => {}
        }
    }

    /// Mail for an owner with too much of it: the sender is told to wait.
    fn overflow(&self, mail: Mail, work: &mut Work) {
        self.counters().overflows();
        if let Mail::Stanza { stanza, to, journey } = mail {
            let error = StanzaError::new(Condition::ResourceConstraint)
                .text("Too much is waiting for this address. Please try again in a moment.");
            if let Some(answer) = stanza.error(&error) {
                self.send_back(&journey, answer.with_from(Some(to)), work);
            }
            if let Some(load) = journey.close() {
                self.finish(load);
            }
        }
    }

    /// Sends an answer to the sender as part of the same journey.
    fn send_back(&self, journey: &Arc<Journey>, answer: Stanza, work: &mut Work) {
        let Some(to) = answer.to.clone() else { return };
        self.route(Arc::new(answer), to, Some(journey), work);
    }

    /// Sends an answer from a place that must not take turns.
    pub(crate) fn send_later(&self, answer: Stanza) {
        let Some(to) = answer.to.clone() else { return };
        let Some(cell) = self.destination(&answer, &to) else { return };
        let journey = Arc::new(Journey::new(Load::default()));
        self.post_later(cell, Mail::Stanza { stanza: Arc::new(answer), to, journey });
    }

    /// Ends a turn that added nothing to its journey.
    pub(crate) fn close(&self, cell: &Arc<Cell>, journey: &Journey) {
        journey.add(|load| load.touch(cell));
        if let Some(load) = journey.close() {
            self.finish(load);
        }
    }

    /// The owner that a stanza is for, if it is to get it. Presence for somebody who is not there is seen
    /// by nobody and wakes nobody.
    ///
    /// Deviates: RFC 6121 §4.3.2 would have a probe answered for a sleeping account too. No presence
    /// says the same, and a login would otherwise wake every contact of a contact list.
    pub(crate) fn destination(&self, stanza: &Stanza, to: &Jid) -> Option<Arc<Cell>> {
        use PresenceType::{Available, Probe, Unavailable};
        match self.service().owner_of(to) {
            Owner::Remote => Some(self.directory().get_way(&Way::name_for(stanza, to, &self.service()))),
            Owner::Account if matches!(stanza.kind, Kind::Presence(Available | Unavailable | Probe)) => {
                self.directory().find(to)
            }
            Owner::Account | Owner::Host => Some(self.directory().get(to)),
            // Nobody is in a room that sleeps.
            Owner::Branch(BranchKind::Rooms) if matches!(stanza.kind, Kind::Presence(Unavailable | Probe)) => {
                self.directory().find(to)
            }
            Owner::Branch(BranchKind::Rooms) => Some(self.directory().get(to)),
            Owner::Branch(_) => Some(self.directory().get(&to.host())),
        }
    }

    /// Hands a stanza on.
    pub(crate) fn route(&self, stanza: Arc<Stanza>, to: Jid, journey: Option<&Arc<Journey>>, work: &mut Work) {
        let Some(cell) = self.destination(&stanza, &to) else { return };
        let journey = match journey {
            Some(journey) => {
                journey.open();
                journey.clone()
            }
            None => Arc::new(Journey::new(Load::default())),
        };
        self.leave(&cell, Mail::Stanza { stanza, to, journey }, work);
    }
}

/// Whether a stanza for an account that does not exist is answered (RFC 6121 §8.5.1).
fn bounces(stanza: &Stanza, to: &Jid) -> bool {
    match stanza.kind {
        Kind::Message(_) => messages::bounces(to, &features::class::classify(stanza)),
        Kind::Iq(_) => true,
        Kind::Presence(_) => false,
    }
}
