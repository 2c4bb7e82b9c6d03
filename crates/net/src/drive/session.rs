//! The long life of a bound session: stanzas in, stanzas out, in one task that holds no buffer while
//! nothing happens.

use super::login::enable;
use super::rate::Bucket;
use super::{Clients, Line};
use bytes::BytesMut;
use hub::{End, Seat, Sheet, Taken};
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll};
use std::time::Duration;
use stream::Crime;
use stream::ask::{Answer, Ask, ClientState, Event};
use xmpp::Framing;

/// Bytes of stanzas that are encrypted together. More would only wait in front of a slow socket.
const WRITE_BYTES: usize = 16 * 1024;

/// How long reading pauses while the committer has too much to do.
const PRESSED_MICROS: u64 = 20_000;

/// Nobody is left unread for longer, lest a clock that steps back stops a session.
const PAUSE_MICROS_MAX: u64 = 1_000_000;

/// Why the loop ended.
enum Ending {
    /// The socket is gone; the session may be taken up again.
    Lost,
    /// The client closed its stream (XEP-0198 §7).
    Closed,
    /// The stream ends with an error.
    Crime(Crime),
    /// The machine has written the error already.
    Aborted,
}

/// Runs a session's connection until it ends.
pub(super) async fn run(clients: &Clients, mut line: Line, seat: Seat) {
    let mut bucket = Bucket::new(**clients.rate.load(), clients.hub.clock().now());
    let ending = poll_fn(|context| turn(clients, &mut line, (&seat, &mut bucket), context)).await;
    match ending {
        Ending::Lost => {}
        Ending::Closed => {
            seat.close();
            line.farewell().await;
        }
        Ending::Crime(crime) => {
            drop(seat);
            line.abort(crime).await;
        }
        Ending::Aborted => {
            drop(seat);
            line.farewell().await;
        }
    }
}

/// A session's place, and what its client may still send at once.
type Seated<'a> = (&'a Seat, &'a mut Bucket);

/// Does what can be done without waiting: reads, acts, writes, until nothing moves.
fn turn(clients: &Clients, line: &mut Line, seated: Seated<'_>, context: &mut Context<'_>) -> Poll<Ending> {
    match advance(clients, line, seated, context) {
        Ok(Some(ending)) => Poll::Ready(ending),
        Ok(None) => Poll::Pending,
        Err(error) => {
            tracing::debug!(%error, "a connection was lost");
            Poll::Ready(Ending::Lost)
        }
    }
}

fn advance(
    clients: &Clients,
    line: &mut Line,
    (seat, bucket): Seated<'_>,
    context: &mut Context<'_>,
) -> io::Result<Option<Ending>> {
    loop {
        if let Some(ending) = events(clients, line, seat, context) {
            return Ok(Some(ending));
        }
        line.take_output()?;
        let written = write(line, seat, context)?;
        if let Write::End(ending) = written {
            return Ok(Some(ending));
        }
        match read(clients, line, (seat, &mut *bucket), context)? {
            Read::Some => continue,
            Read::Eof => return Ok(Some(Ending::Lost)),
            Read::Nothing if written == Write::Some => continue,
            Read::Nothing => return Ok(None),
        }
    }
}

/// Acts on what the machine makes of the input, as long as there is room for more.
fn events(clients: &Clients, line: &mut Line, seat: &Seat, context: &Context<'_>) -> Option<Ending> {
    while seat.poll_room(context).is_ready() {
        match line.machine.next()? {
            Event::Stanza(stanza) => seat.send(stanza),
            Event::Refused(answer) => seat.refused(answer),
            Event::AckRequested => seat.ack_requested(),
            Event::Acked(h) => {
                if let Err(sent) = seat.acked(h) {
                    return Some(Ending::Crime(Crime::AcknowledgedTooMuch { h, sent }));
                }
            }
            Event::ClientState(state) => seat.set_inactive(state == ClientState::Inactive),
            Event::Ask(Ask::Enable { resume }) => {
                let enabled = enable(&clients.hub, seat, resume);
                line.machine.answer(enabled.map_or(Answer::EnableRefused, Answer::Enabled));
            }
            Event::Close { graceful: true } => return Some(Ending::Closed),
            Event::Close { graceful: false } => return Some(Ending::Aborted),
            // A bound machine neither starts TLS nor asks for anything else.
            Event::StartTls | Event::Ask(_) => return Some(Ending::Crime(Crime::InternalServerError)),
        }
    }
    None
}

enum Write {
    Some,
    Nothing,
    End(Ending),
}

impl PartialEq for Write {
    fn eq(&self, other: &Write) -> bool {
        matches!((self, other), (Write::Some, Write::Some) | (Write::Nothing, Write::Nothing))
    }
}

/// Encrypts what is queued and gives it to the socket, unless the socket does not take it.
fn write(line: &mut Line, seat: &Seat, context: &mut Context<'_>) -> io::Result<Write> {
    let mut moved = Write::Nothing;
    loop {
        let is_flushed = match line.wire.poll_flush(context) {
            Poll::Ready(result) => result.map(|()| true)?,
            Poll::Pending => false,
        };
        if !is_flushed && line.wire.is_full() {
            // A peer that reads nothing must not outlive its session.
            return Ok(match seat.poll_end(context) {
                Poll::Ready(taken) => ending(taken).map_or(moved, Write::End),
                Poll::Pending => moved,
            });
        }
        let framing = line.machine.framing();
        let sheet = Sheet { out: line.machine.output(), bytes: WRITE_BYTES, framing };
        match seat.poll_write(context, sheet) {
            Poll::Ready(taken) => match ending(taken) {
                Some(ending) => return Ok(Write::End(ending)),
                None => {
                    line.take_output()?;
                    moved = Write::Some;
                }
            },
            Poll::Pending => return Ok(moved),
        }
    }
}

fn ending(taken: Taken) -> Option<Ending> {
    match taken {
        Taken::Some => None,
        Taken::End(end) => Some(Ending::Crime(crime(end))),
        Taken::Superseded => Some(Ending::Crime(Crime::Conflict)),
    }
}

enum Read {
    Some,
    Nothing,
    Eof,
}

/// Reads if what was read before is dealt with.
fn read(clients: &Clients, line: &mut Line, (seat, bucket): Seated<'_>, context: &mut Context<'_>) -> io::Result<Read> {
    if seat.poll_room(context).is_pending() {
        return Ok(Read::Nothing);
    }
    if line.machine.framing() == Framing::Frames && !line.machine.input().is_empty() {
        // A frame is looked at before the next one comes.
        return Ok(Read::Some);
    }
    let now = clients.hub.clock().now();
    let pressed = clients.hub.store().is_pressed().then_some(PRESSED_MICROS);
    if let Some(micros) = pressed.or_else(|| bucket.wait(**clients.rate.load(), now)) {
        let micros = micros.min(PAUSE_MICROS_MAX);
        if bucket.pause(now, micros) {
            come_back(context, micros);
        }
        return Ok(Read::Nothing);
    }
    match line.wire.poll_read(context, line.machine.input()) {
        Poll::Ready(Ok(0)) => Ok(Read::Eof),
        Poll::Ready(Ok(bytes)) => {
            bucket.take(bytes);
            seat.heard();
            Ok(Read::Some)
        }
        Poll::Ready(Err(error)) => Err(error),
        Poll::Pending => {
            if line.machine.input().is_empty() {
                // An idle stream holds no buffer.
                *line.machine.input() = BytesMut::new();
            }
            Ok(Read::Nothing)
        }
    }
}

/// Has the connection woken in a moment.
fn come_back(context: &Context<'_>, micros: u64) {
    let waker = context.waker().clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_micros(micros)).await;
        waker.wake();
    });
}

/// What the client is told when we end its session.
fn crime(end: End) -> Crime {
    match end {
        End::Conflict => Crime::Conflict,
        End::NotAuthorized => Crime::LoginRevoked,
        End::Removed => Crime::AccountRemoved,
        End::Disconnected => Crime::Disconnected,
        End::Failed => Crime::InternalServerError,
        End::Timeout => Crime::Timeout,
        End::ResourceConstraint => Crime::ResourceConstraint,
        End::SystemShutdown => Crime::SystemShutdown,
    }
}
