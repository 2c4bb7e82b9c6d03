//! The life of a stream between servers, in one task that holds no buffer while nothing happens.

use super::line::line;
use super::{Federation, limits, machine::Machine, trouble};
use crate::Wire;
use crate::verify::{Assurance, Role};
use bytes::BytesMut;
use hub::{Course, Cut, OnLine, Opened, Passage, Reach, Sheet, Taken, Terms, Trouble, Way};
use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use stream::Crime;
use stream::peer::Dialback;
use stream::server::{Acks, Broken, Claim, End, Event, Pair, Ready};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{sleep, timeout};
use xmpp::{Framing, Jid};

/// Bytes of stanzas that are encrypted together. More would only wait in front of a slow socket.
const WRITE_BYTES: usize = 16 * 1024;
/// How long reading pauses while the committer has too much to do.
const PRESSED: Duration = Duration::from_millis(20);
/// Answers of domains that were asked about keys, and that wait to be looked at.
const ANSWERS_MAX: usize = 8;

/// A connection, its machine, and its places in the hub.
pub(super) struct Stream {
    federation: Arc<Federation>,
    wire: Wire,
    machine: Machine,
    /// What DNS says of whom we called.
    assurance: Assurance,
    /// Where what comes in goes, and where what goes out comes from.
    passage: Passage,
    /// Its place among all streams, for each domain that was proved on it.
    lines: Vec<OnLine>,
    /// Where domains that are being asked about keys answer; there is none while none is asked.
    answers: Option<Answers>,
    /// When the connection was there, in microseconds.
    began: i64,
    /// A pair of domains is proved.
    is_proved: bool,
    is_closing: bool,
    /// The hub wanted it to end.
    is_cut: bool,
    /// After so many silent seconds it is closed.
    idle_seconds: u32,
    permit: Option<OwnedSemaphorePermit>,
}

/// What domains say that were asked about keys shown here.
struct Answers {
    sender: Sender<(Claim, Dialback)>,
    receiver: Receiver<(Claim, Dialback)>,
    /// How many are yet to come.
    awaited: usize,
}

/// What came of a stream.
#[derive(Default)]
pub(super) struct Outcome {
    /// What the domain said that was asked.
    pub(super) answer: Option<Dialback>,
    was_proved: bool,
    /// How the stream ended, if it came so far.
    pub(super) end: Option<End>,
    error: Option<io::Error>,
}

/// What the task has to do that takes time.
enum Next {
    Moved,
    Pressed,
    Event(Event),
    Answer(Claim, Dialback),
}

impl Default for Answers {
    fn default() -> Answers {
        let (sender, receiver) = channel(ANSWERS_MAX);
        Answers { sender, receiver, awaited: 0 }
    }
}

impl Outcome {
    /// Why the domain could not be reached; none if it was.
    pub(super) fn trouble(&self, domain: &Jid) -> Option<Trouble> {
        if self.was_proved {
            return None;
        }
        Some(match (&self.end, &self.error) {
            (Some(end), _) => trouble::of_end(domain, end),
            (None, Some(error)) => trouble::of_io(domain, error),
            (None, None) => trouble::late(domain),
        })
    }
}

impl Stream {
    pub(super) fn new(federation: Arc<Federation>, wire: Wire, machine: Machine, assurance: Assurance) -> Box<Stream> {
        let began = federation.hub.clock().now();
        let opened = if matches!(machine, Machine::Outgoing(_)) { Opened::Here } else { Opened::There };
        Box::new(Stream {
            passage: Passage::new(federation.hub.clone(), opened),
            federation,
            wire,
            machine,
            assurance,
            lines: Vec::new(),
            answers: None,
            began,
            is_proved: false,
            is_closing: false,
            is_cut: false,
            idle_seconds: limits::IDLE_SECONDS,
            permit: None,
        })
    }

    /// Keeps a place occupied until a domain is proved.
    pub(super) fn occupies(&mut self, permit: Option<OwnedSemaphorePermit>) {
        self.permit = permit;
    }

    /// Has the other side asked about a key.
    pub(super) fn ask(&mut self, claim: Claim) {
        if let Machine::Outgoing(machine) = &mut self.machine {
            machine.ask(claim);
        }
    }

    /// Runs the stream until it ends. There may be many thousands, each silent most of the time: what takes
    /// time is boxed, and given back when it is done.
    pub(super) async fn run(mut self: Box<Stream>) -> Outcome {
        let mut outcome = Outcome::default();
        loop {
            match timeout(self.patience(), poll_fn(|context| self.turn(context))).await {
                Ok(Ok(Next::Moved)) => {}
                Ok(Ok(Next::Pressed)) => sleep(PRESSED).await,
                Ok(Ok(Next::Answer(claim, dialback))) => {
                    self.machine.called_back(&claim, dialback);
                    self.answers = self.answers.take().filter(|answers| answers.awaited > 0);
                }
                Ok(Ok(Next::Event(Event::StartTls))) => match Box::pin(self.secure()).await {
                    Ok(secured) => self = secured,
                    Err(error) => return Outcome { error: Some(error), ..outcome },
                },
                Ok(Ok(Next::Event(Event::Close(end)))) => {
                    Box::pin(self.farewell()).await;
                    return Outcome { end: Some(end), ..outcome };
                }
                Ok(Ok(Next::Event(event))) => Box::pin(self.act_slowly(event, &mut outcome)).await,
                Ok(Err(error)) => return Outcome { error: Some(error), ..outcome },
                Err(_) if self.is_closing || self.passage.is_owed() => return outcome,
                Err(_) if self.passage.is_unsettled() => Box::pin(self.passage.settle()).await,
                Err(_) if self.is_proved => self.close(),
                Err(_) => self.machine.abort(Crime::Timeout),
            }
            if self.is_late() {
                self.machine.abort(Crime::Timeout);
            }
            outcome.was_proved |= self.is_proved;
        }
    }

    /// How long nothing may happen.
    fn patience(&self) -> Duration {
        Duration::from_secs(match () {
            () if self.is_closing => limits::FAREWELL_SECONDS,
            () if self.passage.is_owed() => limits::DEAF_SECONDS,
            () if self.passage.is_unsettled() => limits::SETTLE_SECONDS,
            () if self.is_proved => u64::from(self.idle_seconds),
            () => limits::STRANGER_SECONDS.unsigned_abs(),
        })
    }

    /// Whether nobody was proved in time, however busy the stream was.
    fn is_late(&self) -> bool {
        !self.is_proved && self.federation.hub.clock().now() - self.began > limits::STRANGER_SECONDS * 1_000_000
    }

    /// Does what can be done without waiting: acts, writes, reads.
    fn turn(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Next>> {
        while self.has_room(context) {
            let Some(event) = self.machine.next() else { break };
            if let Some(event) = self.act(event) {
                return Poll::Ready(Ok(Next::Event(event)));
            }
        }
        if !self.is_cut && self.poll_cut(context) {
            return Poll::Ready(Ok(Next::Moved));
        }
        self.take_output()?;
        let moved = self.write(context)?;
        if let Some(answers) = &mut self.answers
            && let Poll::Ready(Some((claim, dialback))) = answers.receiver.poll_recv(context)
        {
            answers.awaited -= 1;
            return Poll::Ready(Ok(Next::Answer(claim, dialback)));
        }
        if self.has_room(context) {
            if self.passage.has_inlet() && self.federation.hub.store().is_pressed() {
                return Poll::Ready(Ok(Next::Pressed));
            }
            match self.wire.poll_read(context, self.machine.input())? {
                Poll::Ready(0) => return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
                Poll::Ready(_) => return Poll::Ready(Ok(Next::Moved)),
                // An idle stream holds no buffer.
                Poll::Pending if self.machine.input().is_empty() => *self.machine.input() = BytesMut::new(),
                Poll::Pending => {}
            }
        }
        if moved { Poll::Ready(Ok(Next::Moved)) } else { Poll::Pending }
    }

    /// Ends the stream if the hub wants that. Whether it does.
    fn poll_cut(&mut self, context: &Context<'_>) -> bool {
        let why = self.lines.iter().find_map(|line| match line.poll_cut(context) {
            Poll::Ready(why) => Some(why),
            Poll::Pending => None,
        });
        match why {
            Some(Cut::Refused) => self.machine.abort(Crime::Unwelcome),
            Some(Cut::Stopping) => {
                self.passage.write_last(self.machine.output());
                self.machine.abort(Crime::SystemShutdown);
            }
            None => return false,
        }
        self.is_cut = true;
        true
    }

    fn has_room(&self, context: &Context<'_>) -> bool {
        self.passage.poll_room(context).is_ready()
    }

    /// Acts on an event, unless that takes time.
    fn act(&mut self, event: Event) -> Option<Event> {
        if self.passage.is_unsettled() {
            return Some(event);
        }
        match event {
            Event::Stanza(stanza) => self.passage.receive(stanza),
            Event::Refused(answer) => self.passage.refused(answer),
            Event::AckRequested => self.passage.ack_requested(),
            Event::Acked(h) => {
                if let Err(sent) = self.passage.acked(h) {
                    self.machine.abort(Crime::AcknowledgedTooMuch { h, sent });
                }
            }
            event => return Some(event),
        }
        None
    }

    async fn act_slowly(&mut self, event: Event, outcome: &mut Outcome) {
        match event {
            Event::Examine(domain) => {
                let role = if matches!(self.machine, Machine::Incoming(_)) { Role::Connects } else { Role::Answers };
                let proof = self.federation.examine(&self.wire, &domain, (role, &self.assurance));
                self.machine.examined(proof, self.federation.policy(&domain));
            }
            Event::CallBack(claim) => {
                let answers = self.answers.get_or_insert_with(Answers::default);
                answers.awaited += 1;
                ask_later(self.federation.clone(), claim, answers.sender.clone());
            }
            Event::CalledBack(_, dialback) => outcome.answer = Some(dialback),
            Event::Ready(ready) => self.proved(&ready).await,
            Event::Managed(again) => {
                self.lines.iter().for_each(OnLine::is_managed_now);
                self.passage.managed(again).await;
            }
            Event::Resume(Broken { id, h }) => {
                let resumed = self.passage.resume(&id, h).await;
                if resumed.is_ok() {
                    self.lines.iter().for_each(OnLine::is_managed_now);
                }
                self.machine.resumed(resumed);
            }
            Event::Doubted(pair, doubt) => {
                tracing::warn!(domain = %pair.there, ?doubt, "another service was not believed to be who it says");
                self.federation.alarm_of_doubt(&pair.there, Course::In, doubt);
            }
            // The others are acted on at once, unless the other side had yet to ask for acknowledgements.
            event => {
                self.passage.settle().await;
                self.act(event);
            }
        }
    }

    /// A pair of domains is proved: stanzas may come, or go, or both.
    async fn proved(&mut self, ready: &Ready) {
        (self.is_proved, self.permit) = (true, None);
        let now = self.federation.hub.clock().now();
        self.lines.push(self.federation.hub.on_line(line(ready, &self.machine, &self.wire, now)));
        let Pair { here, there } = ready.pair.clone();
        let way = Way { here, there };
        // XEP-0478 §3.1: whoever would be cut off goes before.
        let theirs = ready.limits.idle_seconds.map_or(limits::IDLE_SECONDS, |seconds| seconds / 10 * 9);
        self.idle_seconds = limits::IDLE_SECONDS.min(theirs.max(limits::IDLE_SECONDS_LEAST));
        let stanza_bytes_max = ready.limits.bytes;
        let terms = Terms { bidi: ready.bidi, reach: reach(ready.acks.clone()), stanza_bytes_max };
        if !self.passage.proved(&way, terms).await {
            // They have opened one to us meanwhile, which goes both ways.
            self.close();
        }
    }

    /// Gives the socket what waits, unless it does not take it. Whether anything moved.
    fn write(&mut self, context: &mut Context<'_>) -> io::Result<bool> {
        let mut moved = false;
        loop {
            let is_flushed = self.wire.poll_flush(context)?.is_ready();
            if !is_flushed && self.wire.is_full() {
                return Ok(moved);
            }
            if self.is_closing || !self.fill(context) {
                return Ok(moved);
            }
            self.take_output()?;
            moved = true;
        }
    }

    /// Takes what the hub has for the other side. Whether there was anything.
    fn fill(&mut self, context: &Context<'_>) -> bool {
        match self.passage.poll_write(context, sheet(self.machine.output())) {
            Poll::Ready(Taken::Some) => true,
            Poll::Ready(Taken::End(_) | Taken::Superseded) => {
                self.machine.abort(Crime::SystemShutdown);
                false
            }
            Poll::Pending => false,
        }
    }

    /// Hands what the machine has to say to the socket's side, without waiting.
    fn take_output(&mut self) -> io::Result<()> {
        let output = self.machine.output();
        if !output.is_empty() {
            self.wire.write(output)?;
            *output = Vec::new();
        }
        Ok(())
    }

    /// RFC 6120 §5.4.3: TLS on the connection.
    async fn secure(mut self: Box<Stream>) -> io::Result<Box<Stream>> {
        self.take_output()?;
        self.wire = match &self.machine {
            Machine::Incoming(_) => {
                let offer = self.federation.certificates.servers_starttls();
                let upgraded = self.wire.upgrade(&offer);
                timeout(Duration::from_secs(limits::HANDSHAKE_SECONDS), upgraded)
                    .await
                    .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))?
            }
            Machine::Outgoing(machine) => {
                self.federation.dialler.upgrade(self.wire, &machine.pair().there.clone()).await?
            }
        };
        self.machine.secured();
        Ok(self)
    }

    fn close(&mut self) {
        self.passage.write_last(self.machine.output());
        self.machine.close();
        self.is_closing = true;
    }

    /// Sends the last words and closes. What waits goes another way meanwhile.
    async fn farewell(&mut self) {
        self.passage.leave();
        let last = async {
            self.take_output()?;
            self.wire.flush().await?;
            self.wire.shutdown().await
        };
        // The peer may be gone already, or never read: both are fine by now.
        let _ = timeout(Duration::from_secs(limits::FAREWELL_SECONDS), last).await;
    }
}

/// How what is sent is accounted for.
fn reach(acks: Acks) -> Reach {
    match acks {
        Acks::None => Reach::Unmanaged,
        Acks::New { again, had } => Reach::Managed { again, had: had.map(|Broken { id, h }| (id, h)) },
        Acks::Resumed(Broken { id, h }) => Reach::Resumed { id, h },
    }
}

fn sheet(out: &mut Vec<u8>) -> Sheet<'_> {
    Sheet { out, bytes: WRITE_BYTES, framing: Framing::Stream }
}

/// Asks a domain about a key, and leaves the answer for the stream on which it was shown.
fn ask_later(federation: Arc<Federation>, claim: Claim, answers: Sender<(Claim, Dialback)>) {
    // Of a known type, since asking runs a stream itself.
    let asking: std::pin::Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(async move {
        let dialback = federation.ask(claim.clone()).await;
        // The stream may be gone.
        let _ = answers.send((claim, dialback)).await;
    });
    tokio::spawn(asking);
}
