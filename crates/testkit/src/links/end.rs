//! One end of a connection between two services: what the task of a socket does, without the socket.

use super::place::Place;
use hub::{Opened, Passage, Reach, Sheet, Taken, Terms, Way};
use std::task::{Context, Poll, Waker};
use stream::Crime;
use stream::peer::{Certificate, Dane, Dialback, Policy, Proof};
use stream::server::{Acks, Broken, End as Why, Errand, Event, Incoming, Outgoing, Pair};
use xmpp::Framing;

/// Bytes that are written at once.
const SHEET_BYTES: usize = 16 * 1024;
/// How long a peer may owe something and say nothing.
const DEAF_SECONDS: i64 = 60;
/// How long a stream may be silent.
const IDLE_SECONDS: i64 = 600;

/// An end.
pub struct End {
    machine: Machine,
    passage: Passage,
    /// What the peer's certificate is worth.
    certificate: Certificate,
    is_proved: bool,
    /// It goes on with a stream that broke.
    pub is_resumed: bool,
    is_closing: bool,
    /// When something last moved.
    moved: i64,
}

enum Machine {
    Incoming(Incoming),
    Outgoing(Outgoing),
}

/// What came of a turn.
pub struct Turn {
    /// Something happened.
    pub moved: bool,
    /// What is to be sent.
    pub bytes: Vec<u8>,
    /// The stream is over.
    pub end: Option<Why>,
}

impl End {
    /// The end of the service that connects.
    pub async fn outgoing(place: &Place, way: Way, certificate: Certificate, now: i64) -> End {
        let pair = Pair { here: way.here.clone(), there: way.there.clone() };
        let broken = place.hub().broken_stream(&way).await.map(|(id, h)| Broken { id, h });
        let machine = Outgoing::plain(place.settings.clone(), pair, Errand::Send).resuming(broken);
        End::new(place, Machine::Outgoing(machine), certificate, now)
    }

    /// The end of the one that is connected to.
    pub fn incoming(place: &Place, certificate: Certificate, now: i64) -> End {
        let seed = place.hub().clock().random();
        End::new(place, Machine::Incoming(Incoming::plain(place.settings.clone(), seed)), certificate, now)
    }

    fn new(place: &Place, machine: Machine, certificate: Certificate, now: i64) -> End {
        let (is_proved, is_resumed, is_closing) = (false, false, false);
        let opened = if matches!(machine, Machine::Outgoing(_)) { Opened::Here } else { Opened::There };
        let passage = Passage::new(place.hub().clone(), opened);
        End { machine, passage, certificate, is_proved, is_resumed, is_closing, moved: now }
    }

    /// Whether stanzas may travel.
    pub fn is_proved(&self) -> bool {
        self.is_proved && !self.is_closing
    }

    /// Whether a peer is proved to whom nothing is owed.
    pub fn is_well(&self) -> bool {
        self.is_proved() && !self.passage.is_unsettled() && !self.passage.is_owed()
    }

    /// Whether what goes to the other service goes out here.
    pub fn sends(&self) -> bool {
        self.passage.has_link()
    }

    /// Why nobody came to be proved here, to be told whoever wanted to reach them.
    pub fn was_in_vain(&self) -> bool {
        matches!(self.machine, Machine::Outgoing(_)) && !self.is_proved
    }

    /// Acts on what came, and writes if there is room.
    pub async fn turn(&mut self, input: &[u8], room: usize, now: i64) -> Turn {
        let mut turn = Turn { moved: !input.is_empty(), bytes: Vec::new(), end: None };
        self.input(input);
        while self.has_room() {
            let Some(event) = self.next() else { break };
            turn.moved = true;
            if let Event::Close(why) = event {
                self.passage.leave();
                turn.end = Some(why);
                break;
            }
            self.act(event).await;
        }
        while self.output().len() < room && !self.is_closing && turn.end.is_none() && self.fill() {
            turn.moved = true;
        }
        turn.bytes = std::mem::take(self.output());
        if turn.moved {
            self.moved = now;
        }
        turn
    }

    /// A second has passed. Why the stream is over, if it is.
    pub fn wait(&mut self, now: i64) -> Option<&'static str> {
        let silent = now - self.moved;
        let is_owed = self.passage.is_owed();
        if silent > DEAF_SECONDS && (is_owed || !self.is_proved || self.is_closing) {
            return Some("the peer does not answer");
        }
        if silent > IDLE_SECONDS && !self.is_closing {
            self.close();
        }
        None
    }

    fn close(&mut self) {
        match &mut self.machine {
            Machine::Incoming(machine) => machine.close(),
            Machine::Outgoing(machine) => machine.close(),
        }
        self.is_closing = true;
    }

    fn abort(&mut self, crime: Crime) {
        match &mut self.machine {
            Machine::Incoming(machine) => machine.abort(crime),
            Machine::Outgoing(machine) => machine.abort(crime),
        }
    }

    fn input(&mut self, bytes: &[u8]) {
        match &mut self.machine {
            Machine::Incoming(machine) => machine.input().extend_from_slice(bytes),
            Machine::Outgoing(machine) => machine.input().extend_from_slice(bytes),
        }
    }

    fn output(&mut self) -> &mut Vec<u8> {
        match &mut self.machine {
            Machine::Incoming(machine) => machine.output(),
            Machine::Outgoing(machine) => machine.output(),
        }
    }

    fn next(&mut self) -> Option<Event> {
        match &mut self.machine {
            Machine::Incoming(machine) => machine.next(),
            Machine::Outgoing(machine) => machine.next(),
        }
    }

    fn has_room(&self) -> bool {
        self.passage.poll_room(&Context::from_waker(Waker::noop())).is_ready()
    }

    async fn act(&mut self, event: Event) {
        match event {
            Event::StartTls => match &mut self.machine {
                Machine::Incoming(machine) => machine.secured(),
                Machine::Outgoing(machine) => machine.secured(),
            },
            Event::Examine(_) => {
                let proof = Proof { certificate: self.certificate, dane: Dane::Unknown, dialback: Dialback::Unasked };
                match &mut self.machine {
                    Machine::Incoming(machine) => machine.examined(proof, Policy::Dialback),
                    Machine::Outgoing(machine) => machine.examined(proof, Policy::Dialback),
                }
            }
            Event::CallBack(claim) => {
                if let Machine::Incoming(machine) = &mut self.machine {
                    machine.called_back(&claim, Dialback::Valid);
                }
            }
            Event::Ready(ready) => {
                self.is_proved = true;
                let reach = match ready.acks {
                    Acks::None => Reach::Unmanaged,
                    Acks::New { again, had } => Reach::Managed { again, had: had.map(|Broken { id, h }| (id, h)) },
                    Acks::Resumed(Broken { id, h }) => {
                        self.is_resumed = true;
                        Reach::Resumed { id, h }
                    }
                };
                let stanza_bytes_max = ready.limits.bytes;
                let terms = Terms { bidi: ready.bidi, reach, stanza_bytes_max };
                let Pair { here, there } = ready.pair;
                if !self.passage.proved(&Way { here, there }, terms).await {
                    self.close();
                }
            }
            Event::Managed(again) => self.passage.managed(again).await,
            Event::Resume(Broken { id, h }) => {
                let resumed = self.passage.resume(&id, h).await;
                if let Machine::Incoming(machine) = &mut self.machine {
                    match resumed {
                        Ok(h) => machine.resumed(h),
                        Err(h) => machine.not_resumed(h),
                    }
                }
            }
            event => {
                self.passage.settle().await;
                self.act_at_once(event);
            }
        }
    }

    fn act_at_once(&mut self, event: Event) {
        match event {
            Event::Stanza(stanza) => self.passage.receive(stanza),
            Event::Refused(answer) => self.passage.refused(answer),
            Event::AckRequested => self.passage.ack_requested(),
            Event::Acked(h) => {
                if let Err(sent) = self.passage.acked(h) {
                    self.abort(Crime::AcknowledgedTooMuch { h, sent });
                }
            }
            _ => {}
        }
    }

    /// Takes what the hub has for the other side. Whether there was anything.
    fn fill(&mut self) -> bool {
        let mut out = Vec::new();
        let sheet = Sheet { out: &mut out, bytes: SHEET_BYTES, framing: Framing::Stream };
        let taken = self.passage.poll_write(&Context::from_waker(Waker::noop()), sheet);
        self.output().extend_from_slice(&out);
        match taken {
            Poll::Ready(Taken::Some) => true,
            Poll::Ready(Taken::End(_) | Taken::Superseded) => {
                self.abort(Crime::SystemShutdown);
                false
            }
            Poll::Pending => false,
        }
    }
}
