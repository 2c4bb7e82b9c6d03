//! The machine of a client's stream, server side: what the driver holds.
//!
//! A stream is negotiated, step by step (`step.rs` has the list), then bound to a session, then
//! ended. What the negotiation needed is dropped when it is over.

mod admission;
mod bound;
mod draw;
mod ground;
mod inline;
mod login;
mod proof;
mod step;
mod stranger;
mod unbound;
mod upgrade;
mod wants;
mod wire;

pub(crate) use draw::Draw;
pub(crate) use ground::{Ground, is_version_1};
pub(crate) use wire::{Content, Wire};

use crate::{
    Answer, Crime, Event,
    xml::{Budget, Item, Scanner},
};
use bound::Bound;
use bytes::{Bytes, BytesMut};
use std::sync::Arc;
use step::{Moved, Next, Step};
use xmpp::scram::Hash;
use xmpp::{Framing, Jid};

/// What all streams of a listener share. A reload makes a new one.
#[derive(Clone)]
pub struct Settings {
    /// The host served.
    pub domain: Jid,
    /// Bytes of one stanza after login (RFC 6120 §13.12).
    pub stanza_bytes_max: usize,
    /// Told to clients (XEP-0478): the stream may be closed after this many silent seconds.
    pub idle_seconds: u32,
    /// Failed logins on one stream before it is closed (RFC 6120 §6.4.5).
    pub attempts_max: u32,
    /// The hash functions of passwords that are offered: those for which every account has keys.
    pub hashes: Vec<Hash>,
    /// Makes salts and counts for accounts that do not exist, so that asking tells nothing.
    pub decoy: Bytes,
    /// The iteration count that new passwords get; decoys show it too.
    pub iterations: u32,
    /// More stream features, canonical, shown after login: the server's caps (XEP-0115 §6.3), roster
    /// versioning and the like.
    pub features: Bytes,
    /// Stream features shown inside TLS before login, canonical: how strangers get an account.
    pub strangers: Bytes,
    /// What a stranger may ask on one stream before it is closed.
    pub requests_max: u32,
}

impl std::fmt::Debug for Settings {
    /// Leaves the decoy's secret out: it does not belong into logs.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Settings({}, {} bytes, {} s idle)", self.domain, self.stanza_bytes_max, self.idle_seconds)
    }
}

/// What TLS gave.
#[derive(Clone, Debug, Default)]
pub struct Channel {
    /// `tls-exporter` (RFC 9266); none below TLS 1.3.
    pub exporter: Option<[u8; 32]>,
    /// `tls-server-end-point` (RFC 5929) of the certificate this connection was shown; none for
    /// kinds of signatures it is not defined for.
    pub end_point: Option<Bytes>,
}

/// One stream. The driver feeds it input, acts on its events in order and sends its output.
///
/// Output goes out before anything the driver sends of its own: what an answer made the machine
/// write comes before the stanzas that follow from it.
pub struct Machine {
    wire: Wire,
    state: State,
}

enum State {
    Negotiating(Box<Negotiation>),
    Bound(Bound),
    /// Nothing is read any more. Whether the client closed the stream, until that is told.
    Ended(Option<bool>),
}

struct Negotiation {
    ground: Ground,
    step: Step,
    /// To be told before any input is looked at.
    event: Option<Event>,
}

impl Machine {
    /// A stream that began in plain text: STARTTLS is all it offers until [`Machine::secured`].
    /// `seed` is fresh randomness for this stream: its id and nonces are derived from it.
    pub fn plain(settings: Arc<Settings>, seed: [u8; 32]) -> Machine {
        Machine::new(Ground::new(settings, Channel::default(), seed), Step::Plain)
    }

    /// A stream inside TLS from its first byte (XEP-0368).
    pub fn direct(settings: Arc<Settings>, seed: [u8; 32], channel: Channel) -> Machine {
        Machine::new(Ground::new(settings, channel, seed), Step::Secured)
    }

    /// A stream over HTTPS, in frames or bodies. What a browser speaks binds to no channel.
    ///
    /// Of [`Framing::Frames`], the input is one whole frame at a time: the next one goes in once
    /// [`Machine::next`] gave none.
    pub fn web(settings: Arc<Settings>, seed: [u8; 32], framing: Framing) -> Machine {
        let ground = Ground::new(settings, Channel::default(), seed);
        Machine::over(Scanner::framed(Budget::STRANGER, framing), ground, Step::Secured)
    }

    fn new(ground: Ground, step: Step) -> Machine {
        Machine::over(Scanner::new(Budget::STRANGER), ground, step)
    }

    fn over(scanner: Scanner, ground: Ground, step: Step) -> Machine {
        Machine {
            wire: Wire::new(scanner),
            state: State::Negotiating(Box::new(Negotiation { ground, step, event: None })),
        }
    }

    /// How elements follow one another in the output, which the driver's own must do too.
    pub fn framing(&self) -> Framing {
        self.wire.scanner.framing()
    }

    /// Where the driver puts what it read. The machine takes it off the front in [`Machine::next`];
    /// when it is empty the driver may replace it, so that idle streams hold no buffer.
    pub fn input(&mut self) -> &mut BytesMut {
        &mut self.wire.input
    }

    /// What is to be sent, in order. The driver takes it (and may reuse the buffer).
    pub fn output(&mut self) -> &mut Vec<u8> {
        &mut self.wire.output
    }

    /// The next event; none while input is lacking or an answer is awaited.
    #[expect(clippy::should_implement_trait, reason = "none is not the end: more input may bring more")]
    pub fn next(&mut self) -> Option<Event> {
        loop {
            match &mut self.state {
                State::Negotiating(negotiation) if negotiation.event.is_some() => return negotiation.event.take(),
                State::Negotiating(negotiation) if negotiation.step.stands_still() => return None,
                State::Bound(bound) if bound.stands_still() => return None,
                State::Ended(graceful) => return graceful.take().map(|graceful| Event::Close { graceful }),
                State::Negotiating(_) | State::Bound(_) => {}
            }
            match self.wire.scanner.next(&mut self.wire.input) {
                Ok(Some(item)) => {
                    if let Some(event) = self.item(item) {
                        return Some(event);
                    }
                }
                Ok(None) => return None,
                Err(crime) => self.abort(crime),
            }
        }
    }

    /// The answer to the last [`Event::Ask`]. It is passed over if the stream was ended meanwhile.
    ///
    /// # Panics
    /// When it is not an answer to what was asked: that is a mistake of the driver's.
    pub fn answer(&mut self, answer: Answer) {
        match &mut self.state {
            State::Negotiating(negotiation) => {
                let step = negotiation.take_step();
                let moved = step.answer(answer, &mut negotiation.ground, &mut self.wire);
                self.follow(moved);
            }
            State::Bound(bound) => bound.answer(&answer, &mut self.wire),
            State::Ended(_) => {}
        }
    }

    /// TLS is up after [`Event::StartTls`].
    ///
    /// # Panics
    /// When there was no such event: that is a mistake of the driver's.
    pub fn secured(&mut self, channel: Channel) {
        let State::Negotiating(negotiation) = &mut self.state else { return };
        assert!(matches!(negotiation.step, Step::Handshake), "TLS comes up after it was asked for");
        negotiation.ground.channel = channel;
        negotiation.step = Step::Secured;
    }

    /// Ends the stream with an error: writes it (and a header, where the peer has seen none) and the
    /// close tag to the output. Nothing but [`Event::Close`] comes after.
    pub fn abort(&mut self, crime: Crime) {
        match &mut self.state {
            State::Negotiating(negotiation) => negotiation.abort(crime, &mut self.wire),
            State::Bound(bound) if bound.closing => {}
            State::Bound(_) => self.wire.error(crime),
            State::Ended(_) => return,
        }
        self.end(false);
    }

    /// Ends the stream in peace: writes the close tag. What the client still sends is heard until it
    /// closes its side (RFC 6120 §4.4); a stream without a session ends at once.
    pub fn close(&mut self) {
        match &mut self.state {
            State::Negotiating(negotiation) => negotiation.close(&mut self.wire),
            State::Bound(bound) => return bound.close(&mut self.wire),
            State::Ended(_) => return,
        }
        self.end(false);
    }

    fn item(&mut self, item: Item) -> Option<Event> {
        if matches!(item, Item::Close) {
            self.close();
            self.end(true);
            return None;
        }
        match &mut self.state {
            State::Negotiating(negotiation) => {
                let step = negotiation.take_step();
                let moved = step.item(item, &mut negotiation.ground, &mut self.wire);
                self.follow(moved);
                None
            }
            State::Bound(bound) => bound.item(item, &mut self.wire).unwrap_or_else(|crime| {
                self.abort(crime);
                None
            }),
            State::Ended(_) => None,
        }
    }

    fn follow(&mut self, moved: Moved) {
        let State::Negotiating(negotiation) = &mut self.state else { return };
        match moved {
            Ok(Next::Step(step)) => negotiation.step = step,
            Ok(Next::Ask(step, ask)) => {
                negotiation.step = step;
                negotiation.event = Some(Event::Ask(ask));
            }
            Ok(Next::StartTls) => {
                negotiation.step = Step::Handshake;
                negotiation.event = Some(Event::StartTls);
            }
            Ok(Next::Bound(bound)) => self.state = State::Bound(bound),
            Err(crime) => self.abort(crime),
        }
    }

    fn end(&mut self, graceful: bool) {
        self.state = State::Ended(Some(graceful));
        self.wire.input = BytesMut::new();
    }
}

impl Negotiation {
    fn take_step(&mut self) -> Step {
        std::mem::replace(&mut self.step, Step::Spent)
    }

    fn abort(&mut self, crime: Crime, wire: &mut Wire) {
        // While TLS shakes hands, whatever is written would be taken for a part of that.
        if !matches!(self.step, Step::Handshake) {
            self.ground.abort(crime, wire);
        }
    }

    fn close(&mut self, wire: &mut Wire) {
        if !matches!(self.step, Step::Handshake) {
            self.ground.close(wire);
        }
    }
}
