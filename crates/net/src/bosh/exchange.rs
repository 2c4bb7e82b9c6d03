//! What the requests of one BOSH session and its stream have between them: bodies that came, output
//! that waits, requests that are held, answers that may be wanted again.

use super::reply::{self, Terminated};
use bytes::Bytes;
use parking_lot::Mutex;
use std::collections::{BTreeMap, VecDeque};
use std::task::{Context, Poll, Waker};
use tokio::sync::oneshot;
use xmpp::framing::FRAME_END;

/// Requests that may be under way at the same time, and answers that are kept (XEP-0124 §14.2).
pub(super) const REQUESTS: u64 = 2;
/// Output that waits before the stream is slowed down, in bytes.
const OUTPUT_BYTES_MAX: usize = 64 * 1024;

/// What was agreed on (XEP-0124 §7).
pub(super) struct Terms {
    /// For how long a request is held.
    pub(super) wait_seconds: u64,
    /// How many are held at the same time.
    pub(super) hold: usize,
    /// All of it as attributes, for the first answer.
    pub(super) written: String,
}

/// One session's exchange.
pub(super) struct Exchange {
    state: Mutex<State>,
    wait_seconds: u64,
}

struct State {
    /// The id of the request that comes next.
    next: u64,
    /// Requests that came before their turn.
    early: BTreeMap<u64, Request>,
    /// Bodies that the stream has not read.
    inbound: VecDeque<Bytes>,
    /// Elements for the client.
    outbound: Vec<u8>,
    /// Requests that are not answered, in order.
    held: VecDeque<(u64, oneshot::Sender<Bytes>)>,
    /// The last answers, for requests whose connection broke.
    answered: VecDeque<(u64, Bytes)>,
    hold: usize,
    /// What the first answer tells.
    terms: Option<String>,
    /// There is a stream error among the output.
    failed: bool,
    over: Option<Terminated>,
    /// How many seconds the client wants to be away.
    pause_seconds: Option<u64>,
    /// Counts requests.
    activity: u64,
    waker: Option<Waker>,
}

/// A request of the session.
pub(super) struct Request {
    pub(super) body: Bytes,
    pub(super) answer: oneshot::Sender<Bytes>,
    /// XEP-0124 §10: the client will be away for so many seconds.
    pub(super) pause_seconds: Option<u64>,
}

/// What the stream finds when it reads.
pub(super) enum Arrived {
    Body(Bytes),
    /// Nothing; whether a request is held, and how many requests there were.
    Nothing {
        is_held: bool,
        activity: u64,
        pause_seconds: Option<u64>,
    },
    Over,
}

impl Exchange {
    /// A session whose first request is `rid`; its answer tells the terms.
    pub(super) fn new(rid: u64, terms: Terms) -> Exchange {
        let state = State {
            next: rid,
            early: BTreeMap::new(),
            inbound: VecDeque::new(),
            outbound: Vec::new(),
            held: VecDeque::new(),
            answered: VecDeque::new(),
            hold: terms.hold,
            terms: Some(terms.written),
            failed: false,
            over: None,
            pause_seconds: None,
            activity: 0,
            waker: None,
        };
        Exchange { state: Mutex::new(state), wait_seconds: terms.wait_seconds }
    }

    /// For how long a request is held.
    pub(super) fn wait_seconds(&self) -> u64 {
        self.wait_seconds
    }

    /// Takes a request. What is wrong with it ends the session (XEP-0124 §14.2).
    pub(super) fn request(&self, rid: u64, request: Request) {
        let mut state = self.state.lock();
        if state.over.is_some() {
            let _ = request.answer.send(reply::body("", &[], state.over));
        } else if rid < state.next {
            state.repeat(rid, request);
        } else if rid >= state.next + REQUESTS {
            let _ = request.answer.send(reply::body("", &[], Some(Terminated::ItemNotFound)));
            state.end(Terminated::ItemNotFound);
        } else {
            state.early.insert(rid, request);
            state.take_in();
        }
    }

    /// The time of a held request is over: it is answered with what there is.
    pub(super) fn timed_out(&self, rid: u64) {
        let mut state = self.state.lock();
        while state.held.front().is_some_and(|(held, _)| *held <= rid) {
            state.answer();
        }
    }

    /// What came for the stream; the task is woken when more does.
    pub(super) fn arrived(&self, context: &mut Context<'_>) -> Arrived {
        let mut state = self.state.lock();
        if let Some(body) = state.inbound.pop_front() {
            state.settle();
            return Arrived::Body(body);
        }
        if state.over.is_some() {
            return Arrived::Over;
        }
        state.waker = Some(context.waker().clone());
        // A request whose connection broke holds nothing; the task is woken when one does.
        let is_held = state.held.iter_mut().any(|(_, answer)| answer.poll_closed(context).is_pending());
        let (activity, pause_seconds) = (state.activity, state.pause_seconds);
        Arrived::Nothing { is_held, activity, pause_seconds }
    }

    /// Takes elements for the client.
    pub(super) fn write(&self, elements: &[u8]) {
        let mut state = self.state.lock();
        state.outbound.extend(elements.iter().filter(|byte| **byte != FRAME_END));
        // XEP-0206 §6: a stream error goes out with the end.
        state.failed |= elements.split(|byte| *byte == FRAME_END).any(|one| one.starts_with(b"<stream:error"));
        if !state.failed {
            state.settle();
        }
    }

    /// Ready when nothing waits for the client.
    pub(super) fn poll_flush(&self, context: &Context<'_>) -> Poll<()> {
        let mut state = self.state.lock();
        if state.outbound.is_empty() || state.failed || state.over.is_some() {
            return Poll::Ready(());
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }

    /// Bytes that wait for the client.
    pub(super) fn pending_bytes(&self) -> usize {
        self.state.lock().outbound.len()
    }

    /// As many wait as may.
    pub(super) fn is_full(&self) -> bool {
        self.pending_bytes() >= OUTPUT_BYTES_MAX
    }

    /// The stream said its last.
    pub(super) fn close(&self) {
        let mut state = self.state.lock();
        let reason = if state.failed { Terminated::StreamError } else { Terminated::InPeace };
        state.end(reason);
    }

    /// The stream is over: all that are held are told, and all that come.
    pub(super) fn end(&self, reason: Terminated) {
        self.state.lock().end(reason);
    }
}

impl State {
    /// A request that was there before: its connection broke, or the answer was lost (XEP-0124 §14.3).
    fn repeat(&mut self, rid: u64, request: Request) {
        if let Some((_, answer)) = self.held.iter_mut().find(|(held, _)| *held == rid) {
            *answer = request.answer;
            return;
        }
        let known = self.answered.iter().find(|(answered, _)| *answered == rid);
        let lost = || reply::body("", &[], Some(Terminated::ItemNotFound));
        let _ = request.answer.send(known.map_or_else(lost, |(_, answer)| answer.clone()));
    }

    fn take_in(&mut self) {
        while let Some(request) = self.early.remove(&self.next) {
            self.held.push_back((self.next, request.answer));
            self.next += 1;
            self.activity += 1;
            self.inbound.push_back(request.body);
            self.pause_seconds = request.pause_seconds;
        }
        self.settle();
        self.wake();
    }

    /// Answers what need not wait: what there is output for, and what is more than may be held. While
    /// the stream has not read what came, nothing is answered for its number alone: that slows a client
    /// down that sends too much.
    fn settle(&mut self) {
        let is_read = self.inbound.is_empty();
        while !self.held.is_empty() {
            let is_paused = is_read && self.pause_seconds.is_some();
            let is_over_hold = is_read && self.terms.is_none() && self.held.len() > self.hold;
            if self.outbound.is_empty() && !is_paused && !is_over_hold {
                break;
            }
            self.answer();
        }
    }

    /// Answers the oldest request with what there is.
    fn answer(&mut self) {
        let Some((rid, sender)) = self.held.pop_front() else { return };
        let terms = self.terms.take().unwrap_or_default();
        let answer = reply::body(&terms, &std::mem::take(&mut self.outbound), self.over);
        self.answered.push_back((rid, answer.clone()));
        if self.answered.len() as u64 > REQUESTS {
            self.answered.pop_front();
        }
        // Nobody waits any more where the connection broke: the answer is kept.
        let _ = sender.send(answer);
        self.wake();
    }

    fn end(&mut self, reason: Terminated) {
        self.over.get_or_insert(reason);
        while !self.held.is_empty() {
            self.answer();
        }
        for (_, request) in std::mem::take(&mut self.early) {
            let _ = request.answer.send(reply::body("", &[], self.over));
        }
        self.wake();
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}
