//! What goes out to one client, in order: the queue between owners and a connection. It outlives its
//! connections while the session can be resumed (XEP-0198 §5).

mod kept;
mod neighbour;

use crate::given::Given;
use crate::held::Held;
use crate::inbound::{Action, Inbound};
use crate::limits;
use crate::managed::Managed;
use features::turn::{End, Weight};
use neighbour::Outbox;
pub(crate) use neighbour::Sent;
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use xmpp::{Delivery, Framing, Stanza, acks, ns};

/// The output of one session.
pub struct Outlet {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Out>,
    queued_bytes: usize,
    inbound: Inbound,
    managed: Option<Box<Managed>>,
    /// XEP-0352: the client is in the background. What can wait is in `held`.
    inactive: bool,
    held: Option<Box<Held>>,
    given: Given,
    end: Option<End>,
    /// The service stops: no connection may go on, though the session does.
    hanging_up: bool,
    /// Counts connections; what an earlier one still does is ignored.
    epoch: u32,
    connected: bool,
    /// Seconds of the hub's clock when the client was last heard.
    heard: u32,
    waker: Option<Waker>,
    /// Of another domain's outlet: whoever queues there sees to it that it is not too much.
    outbox: Option<Box<Outbox>>,
}

enum Out {
    Stanza(Delivery),
    /// `<a h=''/>`, with the number as of when it is written.
    Ack,
    /// `<r/>` without anything to be acknowledged: a sign of life that asks for one.
    Nudge,
}

/// Where a connection takes down what it sends.
pub struct Sheet<'a> {
    /// What is written is appended.
    pub out: &'a mut Vec<u8>,
    /// About how many bytes at most.
    pub bytes: usize,
    /// How elements follow one another.
    pub framing: Framing,
}

/// What writing found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Bytes were added; there may be more.
    Some,
    /// The session is over, with a reason for the client.
    End(End),
    /// Another connection has taken the session over.
    Superseded,
}

impl Outlet {
    /// The outlet of a session whose first connection is there.
    pub fn new(heard: u32) -> Outlet {
        Outlet { state: Mutex::new(State { connected: true, heard, ..State::default() }) }
    }

    /// Queues a stanza for the client. A session with more than it may have is being ended: what comes
    /// after is for the archive alone.
    pub fn push(&self, delivery: Delivery, weight: Weight) {
        let mut state = self.state.lock();
        if state.end.is_some() {
            return;
        }
        let delivery = match (state.inactive, weight) {
            (true, Weight::Idle) => match state.held.get_or_insert_default().hold(delivery) {
                Ok(()) => return,
                Err(delivery) => delivery,
            },
            _ => delivery,
        };
        // XEP-0352 §5.1: what was held goes before what comes now.
        state.release_held();
        if !state.is_overfull() {
            state.enqueue(delivery);
        }
        if state.is_overfull() {
            state.end.get_or_insert(End::ResourceConstraint);
        }
        state.wake();
    }

    /// Ends the session. What is queued is written first.
    pub fn end(&self, reason: End) {
        let mut state = self.state.lock();
        state.end.get_or_insert(reason);
        state.wake();
    }

    /// Whether a client is there and in the foreground (XEP-0352).
    pub fn is_attended(&self) -> bool {
        let state = self.state.lock();
        state.connected && !state.inactive && state.end.is_none()
    }

    /// Whether the session is being ended.
    pub fn is_ending(&self) -> bool {
        self.state.lock().end.is_some()
    }

    /// A stanza came over connection `epoch`. Its number; none if that connection was superseded.
    pub(crate) fn receive(&self, epoch: u32, seconds: u32) -> Option<u32> {
        let mut state = self.state.lock();
        if state.epoch != epoch {
            return None;
        }
        state.heard = seconds;
        Some(state.inbound.receive())
    }

    /// The client's stanza of that number is handled: what it caused is durable and on its way.
    pub(crate) fn handled(&self, number: u32) {
        let mut state = self.state.lock();
        let was_full = state.inbound.under_way() >= limits::UNDER_WAY_MAX;
        let due = state.inbound.done(number);
        if state.inbound.is_ack_due() {
            state.acknowledge();
        } else if was_full {
            state.wake();
        }
        drop(state);
        for action in due {
            action();
        }
    }

    /// Runs `action` once the first `count` of the client's stanzas are handled.
    pub(crate) fn when_handled(&self, count: u32, action: Action) {
        let due = self.state.lock().inbound.defer(count, action);
        if let Some(action) = due {
            action();
        }
    }

    /// Runs `action` once all the client sent so far is handled.
    pub(crate) fn when_all_handled(&self, action: Action) {
        let mut state = self.state.lock();
        let received = state.inbound.received();
        let due = state.inbound.defer(received, action);
        drop(state);
        if let Some(action) = due {
            action();
        }
    }

    /// `<r/>` (XEP-0198 §4). The answer comes when all before it is durable.
    pub(crate) fn ack_requested(&self) {
        let mut state = self.state.lock();
        if state.inbound.request() {
            state.acknowledge();
        }
    }

    /// Whether the client may send on; if not, the connection is woken when it may.
    pub(crate) fn poll_room(&self, context: &Context<'_>) -> Poll<()> {
        let mut state = self.state.lock();
        if state.inbound.under_way() < limits::UNDER_WAY_MAX {
            return Poll::Ready(());
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }

    /// Writes what is queued, as much as the sheet has room for.
    pub(crate) fn poll_write(&self, epoch: u32, context: &Context<'_>, sheet: Sheet<'_>) -> Poll<Taken> {
        let Sheet { out, bytes, framing } = sheet;
        let mut state = self.state.lock();
        if state.epoch != epoch {
            return Poll::Ready(Taken::Superseded);
        }
        let before = out.len();
        while out.len() - before < bytes {
            let Some(next) = state.queue.pop_front() else { break };
            state.write(next, framing, out);
        }
        if state.queue.is_empty() {
            if state.managed.as_mut().is_some_and(|managed| managed.ask()) {
                acks::write_request(out);
                framing.end(out);
            }
            if state.queue.capacity() > limits::QUEUE_KEPT {
                state.queue = VecDeque::new();
            }
        }
        if out.len() > before {
            return Poll::Ready(Taken::Some);
        }
        state.poll_end(context)
    }

    /// Whether the session is over for connection `epoch`, asked while the socket takes nothing: what
    /// is queued is not waited for then, or a client that never reads would stay for ever.
    pub(crate) fn poll_end(&self, epoch: u32, context: &Context<'_>) -> Poll<Taken> {
        let mut state = self.state.lock();
        if state.epoch != epoch {
            return Poll::Ready(Taken::Superseded);
        }
        state.poll_end(context)
    }

    /// Turns stream management on (XEP-0198 §3): counting starts here. False if it already was.
    pub(crate) fn manage(&self) -> bool {
        let mut state = self.state.lock();
        if state.managed.is_some() {
            return false;
        }
        state.inbound.start_counting();
        state.managed = Some(Box::default());
        true
    }

    /// Whether stream management is on.
    pub(crate) fn is_managed(&self) -> bool {
        self.state.lock().managed.is_some()
    }

    /// The client says over connection `epoch` that it has the first `h` of our stanzas (XEP-0198 §4). What an
    /// earlier connection says late is no news: the newer one began with a number of its own (§5).
    ///
    /// # Errors
    /// When it claims more than were sent: that many were.
    pub(crate) fn acked(&self, epoch: u32, h: u32) -> Result<(), u32> {
        let mut state = self.state.lock();
        if state.epoch != epoch {
            return Ok(());
        }
        let Some(managed) = &mut state.managed else { return Ok(()) };
        let crossed = managed.acked(h)?;
        let more = !managed.is_empty();
        state.cross(crossed);
        state.given.answered();
        state.look();
        if more {
            state.wake();
        }
        Ok(())
    }

    /// XEP-0352 §4: the client came to the foreground or left it.
    pub(crate) fn set_inactive(&self, inactive: bool) {
        let mut state = self.state.lock();
        state.inactive = inactive;
        if !inactive {
            state.release_held();
            state.wake();
        }
    }

    /// The connection is gone; the session may stay. False if another one took it over before.
    pub(crate) fn disconnect(&self, epoch: u32) -> bool {
        let mut state = self.state.lock();
        if state.epoch != epoch {
            return false;
        }
        state.connected = false;
        state.waker = None;
        state.inactive = false;
        state.release_held();
        true
    }

    /// A new connection takes the session up (XEP-0198 §5): what the client does not have is sent
    /// again, nothing else is restored. Returns the number of the connection; none if `h` cannot be.
    pub(crate) fn resume(&self, h: u32, seconds: u32) -> Option<u32> {
        let mut state = self.state.lock();
        let managed = state.managed.as_mut()?;
        managed.acked(h).ok()?;
        let again = managed.take_back();
        state.queue.retain(|out| matches!(out, Out::Stanza(_)));
        state.put_before(again);
        state.epoch = state.epoch.wrapping_add(1);
        state.given.answered();
        state.connected = true;
        state.heard = seconds;
        // XEP-0352 §5.2: a resumed client is active until it says otherwise.
        state.inactive = false;
        state.release_held();
        state.wake();
        Some(state.epoch)
    }

    /// How many of the client's stanzas are handled (XEP-0198 §4).
    pub(crate) fn h(&self) -> u32 {
        self.state.lock().inbound.h()
    }

    /// Whether the session is being ended and no connection is there that would notice.
    pub(crate) fn is_abandoned(&self) -> bool {
        let state = self.state.lock();
        state.end.is_some() && !state.connected
    }

    /// Whether the client has no connection, or is in the background with one that does not answer.
    pub(crate) fn is_away(&self) -> bool {
        let state = self.state.lock();
        !state.connected || state.given.is_silent()
    }

    /// What was pushed so far is worth waking the client for (XEP-0357).
    pub(crate) fn watch(&self) {
        self.state.lock().given.watch();
    }

    /// Whether the client may lack something worth waking it for.
    pub(crate) fn owes(&self) -> bool {
        let mut state = self.state.lock();
        state.look();
        state.given.is_watched()
    }

    /// Whether a client in the background has left something worth waking it for unacknowledged from one
    /// call of this to the next; said once, until it acknowledges.
    pub(crate) fn falls_silent(&self) -> bool {
        let mut state = self.state.lock();
        state.look();
        let asleep = state.connected && state.inactive && state.managed.is_some();
        state.given.falls_silent(asleep)
    }

    /// The number of the connection that is there or was last.
    pub(crate) fn epoch(&self) -> u32 {
        self.state.lock().epoch
    }

    /// Whether connection `epoch` is gone and no other has come since.
    pub(crate) fn is_left(&self, epoch: u32) -> bool {
        let state = self.state.lock();
        state.epoch == epoch && !state.connected
    }

    /// Whether a connection is there.
    pub(crate) fn is_connected(&self) -> bool {
        self.state.lock().connected
    }

    /// The client gave a sign of life.
    pub(crate) fn heard(&self, seconds: u32) {
        self.state.lock().heard = seconds;
    }

    /// For how long a connected client has been silent; none while there is no connection.
    pub(crate) fn silence(&self, seconds: u32) -> Option<u32> {
        let state = self.state.lock();
        state.connected.then(|| seconds.saturating_sub(state.heard))
    }

    /// Asks for a sign of life: by `<r/>`, or by `ping` where there is no stream management.
    pub(crate) fn nudge(&self, ping: impl FnOnce() -> Delivery) {
        let mut state = self.state.lock();
        // The phone wakes for this anyway.
        state.release_held();
        match state.managed {
            Some(_) => state.queue.push_back(Out::Nudge),
            None => state.enqueue(ping()),
        }
        state.wake();
    }

    /// All that was pushed so far ends with this number of the archive.
    pub(crate) fn given(&self, number: u64) {
        self.state.lock().given.give(number);
    }

    /// Up to which number of its archive the client was given everything.
    pub(crate) fn last_given(&self) -> u64 {
        self.state.lock().given.last()
    }

    /// Up to which number of its archive the client has what it was given, and whether that is all.
    pub(crate) fn arrived(&self) -> (u64, bool) {
        let mut state = self.state.lock();
        state.look();
        state.given.tell()
    }

    /// Whether there is anything new to say about that.
    pub(crate) fn has_arrivals(&self) -> bool {
        let mut state = self.state.lock();
        state.look();
        state.given.has_news()
    }

    /// Messages that the client possibly never got and the archive does not hold. The session is
    /// over (XEP-0198 §5: as if it had been unavailable).
    pub(crate) fn leftovers(&self) -> Vec<Arc<Stanza>> {
        let mut state = self.state.lock();
        state.release_held();
        // What was archived carries its stanza id behind its children; what waited in the store and was
        // given later says when it came, and waits there again.
        let lost = state.take_all().into_iter();
        let lost = lost.filter(|delivery| delivery.tail.is_empty() && !delivery.stanza.has("delay", ns::DELAY));
        lost.map(|delivery| delivery.stanza).collect()
    }
}

impl State {
    /// The session's end; until then the connection is woken when there is something for it.
    fn poll_end(&mut self, context: &Context<'_>) -> Poll<Taken> {
        if let Some(end) = self.end {
            return Poll::Ready(Taken::End(end));
        }
        if self.hanging_up {
            return Poll::Ready(Taken::End(End::SystemShutdown));
        }
        self.waker = Some(context.waker().clone());
        Poll::Pending
    }

    /// Takes out what is unacknowledged and what is queued, in order.
    fn take_all(&mut self) -> Vec<Delivery> {
        let unacked = self.managed.take().map(|mut managed| managed.take_back()).unwrap_or_default();
        unacked.into_iter().chain(self.take_queued()).collect()
    }

    fn take_queued(&mut self) -> impl Iterator<Item = Delivery> + use<> {
        self.queued_bytes = 0;
        std::mem::take(&mut self.queue).into_iter().filter_map(|out| match out {
            Out::Stanza(delivery) => Some(delivery),
            Out::Ack | Out::Nudge => None,
        })
    }

    /// Queues stanzas before all others.
    fn put_before(&mut self, again: VecDeque<Delivery>) {
        for delivery in again.into_iter().rev() {
            self.queued_bytes += delivery.len_estimate();
            self.queue.push_front(Out::Stanza(delivery));
        }
    }

    fn enqueue(&mut self, delivery: Delivery) {
        self.queued_bytes += delivery.len_estimate();
        self.queue.push_back(Out::Stanza(delivery));
    }

    /// Answers `<r/>`. Whoever asks again before the answer is written gets one answer for all, with
    /// the count of then: asking costs nothing, so answers must not pile up.
    fn acknowledge(&mut self) {
        if !matches!(self.queue.back(), Some(Out::Ack)) {
            self.queue.push_back(Out::Ack);
        }
        self.wake();
    }

    /// What nobody has to acknowledge has arrived once it is written.
    fn look(&mut self) {
        let acknowledged = self.managed.as_ref().is_none_or(|managed| managed.is_empty());
        if acknowledged && !self.queue.iter().any(|out| matches!(out, Out::Stanza(_))) {
            self.given.all_arrived();
        }
    }

    fn is_overfull(&self) -> bool {
        self.outbox.is_none() && self.queued_bytes + self.unacked_bytes() > limits::QUEUE_BYTES_MAX
    }

    fn release_held(&mut self) {
        for delivery in self.held.take().into_iter().flat_map(|held| held.release()) {
            self.enqueue(delivery);
        }
    }

    fn unacked_bytes(&self) -> usize {
        self.managed.as_ref().map_or(0, |managed| managed.bytes())
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    fn write(&mut self, next: Out, framing: Framing, out: &mut Vec<u8>) {
        match next {
            Out::Stanza(delivery) => {
                self.queued_bytes = self.queued_bytes.saturating_sub(delivery.len_estimate());
                let before = out.len();
                delivery.write(framing.declared(), out);
                let Some(delivery) = self.may_send(delivery, out.len() - before) else { return out.truncate(before) };
                match &mut self.managed {
                    Some(managed) => managed.written(delivery),
                    None => self.cross(delivery.row),
                }
            }
            Out::Ack => acks::write(self.inbound.h(), out),
            Out::Nudge => {
                if let Some(managed) = &mut self.managed {
                    managed.asked();
                }
                acks::write_request(out);
            }
        }
        framing.end(out);
    }
}
