//! Somebody in a room: counts what comes, and says a numbered thing whenever their last one was said to them.

use crate::Outcome;
use crate::load::cutter::{Piece, cut, number};
use crate::load::end::{MARK, render};
use bytes::{Buf, BytesMut};
use memchr::memmem;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use testkit::client::{Client, Wire};
use tokio::sync::watch;

/// Room for what one read may bring.
const READ_BYTES: usize = 32 * 1024;
/// The newest messages that are compared with the archive.
pub const LAST: usize = 50;
/// More things than anybody says: the distance of the numbers of two people.
const MESSAGES_MAX: u64 = 10_000_000;

/// How far the talk is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Who talks goes on talking.
    Talk,
    /// What was said arrives, and nothing is said any more.
    Drain,
    /// Nobody listens any more.
    Leave,
}

/// Counters that all share.
#[derive(Default)]
pub struct Counts {
    /// People that were shown to people, each once to each, themselves included.
    pub presences: AtomicU64,
    /// Subjects that arrived.
    pub subjects: AtomicU64,
    /// Messages handed to the server.
    pub said: AtomicU64,
    /// Messages that arrived, at everybody together.
    pub heard: AtomicU64,
}

/// Who talks.
struct Speech {
    /// The open tag and everything up to the number.
    head: Vec<u8>,
    /// The number of the next thing to say.
    next: u64,
    /// What is said once talk begins.
    begins: bool,
}

/// A connection of somebody in a room.
pub struct Guest {
    /// The number of the account.
    pub number: usize,
    /// What was heard last, oldest first.
    pub last: VecDeque<u64>,
    /// What all that was heard comes to, in its order.
    pub digest: u64,
    wire: Wire,
    input: BytesMut,
    speech: Option<Speech>,
    /// The number that is due, of everybody who talks.
    due: Vec<u64>,
    /// Whom this one was shown, by the number of the account.
    shown: Vec<bool>,
}

impl Guest {
    /// Account `number`, logged in.
    pub fn new(client: Client, number: usize) -> Guest {
        let (wire, input) = client.into_wire();
        Guest {
            number,
            last: VecDeque::new(),
            digest: 0,
            wire,
            input,
            speech: None,
            due: Vec::new(),
            shown: Vec::new(),
        }
    }

    /// From now on numbers of the first `speakers` people count from `first`, and this one talks if it is one
    /// of them.
    pub fn converse(&mut self, room: &str, speakers: usize, first: u64) {
        self.due = (0..speakers as u64).map(|speaker| first + speaker * MESSAGES_MAX).collect();
        self.speech = self.due.get(self.number).map(|&next| Speech {
            head: format!("<message to='{room}' type='groupchat' id='").into_bytes(),
            next,
            begins: true,
        });
    }

    /// Sends something.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn say(&mut self, text: &str) -> Outcome<()> {
        Ok(self.wire.write(text.as_bytes()).await?)
    }

    /// Listens until [`Stage::Leave`].
    ///
    /// # Errors
    /// When a message is missing, comes twice or out of order, or the connection breaks.
    pub async fn talk(mut self, counts: Arc<Counts>, mut stage: watch::Receiver<Stage>) -> Outcome<Guest> {
        loop {
            let answers = self.take(&counts)?;
            let now = *stage.borrow_and_update();
            match now {
                Stage::Talk if answers => self.speak(&counts).await?,
                Stage::Talk | Stage::Drain => {}
                Stage::Leave => return Ok(self),
            }
            self.input.reserve(READ_BYTES);
            tokio::select! {
                biased;
                read = self.wire.read(&mut self.input) => if read? == 0 {
                    return Err(format!("the server closed the connection of number {}", self.number).into());
                },
                _ = stage.changed() => {}
            }
        }
    }

    async fn speak(&mut self, counts: &Counts) -> Outcome<()> {
        let Some(speech) = &mut self.speech else { return Ok(()) };
        let mut output = Vec::new();
        render(&speech.head, speech.next, &mut output);
        speech.next += 1;
        counts.said.fetch_add(1, Ordering::Relaxed);
        Ok(self.wire.write(&output).await?)
    }

    /// Looks at what was read. Whether it is this one's turn to say something.
    fn take(&mut self, counts: &Counts) -> Outcome<bool> {
        let mut answers = self.speech.as_mut().is_some_and(|speech| std::mem::take(&mut speech.begins));
        while let Some((piece, length)) = cut(&self.input) {
            match piece {
                Piece::Message(message) => match number(message, MARK.as_bytes()) {
                    Some(number) => {
                        counts.heard.fetch_add(1, Ordering::Relaxed);
                        let speaker = heard(&mut self.due, number)?;
                        answers |= speaker == self.number;
                        self.digest = self.digest.wrapping_mul(31).wrapping_add(number);
                        self.last.push_back(number);
                        if self.last.len() > LAST {
                            self.last.pop_front();
                        }
                    }
                    None if memmem::find(message, b"<subject").is_some() => {
                        counts.subjects.fetch_add(1, Ordering::Relaxed);
                    }
                    None => return Err(format!("unexpected: {}", String::from_utf8_lossy(message)).into()),
                },
                Piece::Stanza if self.input.starts_with(b"<presence") => {
                    let is_new = meet(&mut self.shown, &self.input[..length])?;
                    counts.presences.fetch_add(u64::from(is_new), Ordering::Relaxed);
                }
                Piece::End => return Err(format!("stream ended: {}", String::from_utf8_lossy(&self.input)).into()),
                _ => {}
            }
            self.input.advance(length);
        }
        Ok(answers)
    }
}

/// Whether somebody is seen for the first time. ejabberd shows some of those twice who enter at the same time,
/// and the room itself as well.
fn meet(shown: &mut Vec<bool>, presence: &[u8]) -> Outcome<bool> {
    if memmem::find(presence, b"<error").is_some() {
        return Err(format!("refused: {}", String::from_utf8_lossy(presence)).into());
    }
    let Some(who) = number(presence, b"/nick") else { return Ok(false) };
    let who = usize::try_from(who)?;
    if shown.len() <= who {
        shown.resize(who + 1, false);
    }
    Ok(!std::mem::replace(&mut shown[who], true))
}

/// Who said what has this number, which has to be the next one of theirs.
fn heard(due: &mut [u64], number: u64) -> Outcome<usize> {
    match due.iter().position(|due| *due == number) {
        Some(speaker) => {
            due[speaker] += 1;
            Ok(speaker)
        }
        None => Err(format!("number {number} came, when one of {due:?} was due").into()),
    }
}
