//! One end of a pair that talks: sends numbered messages, and checks that the numbers that come
//! are the next ones.

use super::cutter::{Piece, cut, number};
use crate::Outcome;
use bytes::{Buf, BytesMut};
use std::sync::atomic::{AtomicU64, Ordering};
use testkit::client::Wire;
use tokio::sync::watch;

/// Room for what one read may bring.
const READ_BYTES: usize = 32 * 1024;
/// What stands before the number in each message.
pub const MARK: &str = "no. ";
const REQUEST: &[u8] = b"<r xmlns='urn:xmpp:sm:3'/>";
/// What Conversations and its kin send with a line of text, in round figures.
const TEXT: &str = "Would the room by the canal do for Thursday, or is it too small for all of us?";

/// How far the talk is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Every message is answered.
    Talk,
    /// What is in flight arrives and is not answered.
    Drain,
    /// Everybody leaves.
    Leave,
}

/// Counters that all ends share.
#[derive(Default)]
pub struct Counts {
    /// Messages handed to the server.
    pub sent: AtomicU64,
    /// Messages that arrived.
    pub arrived: AtomicU64,
}

/// A connection of one user of a pair.
pub struct End {
    /// The connection, logged in and present.
    pub wire: Wire,
    /// What was read and not looked at.
    pub input: BytesMut,
    /// Whether it asks for an acknowledgement after each message.
    pub acks: bool,
    /// The number of the next message to send.
    pub next: u64,
    /// The number of the next message to arrive.
    pub due: u64,
    /// The open tag and everything up to the number.
    head: Vec<u8>,
    output: Vec<u8>,
    /// Messages sent so far.
    sent: u64,
    /// Stanzas that arrived: our h.
    handled: u64,
    /// The last h of the server.
    acknowledged: u64,
    /// Whether the server closed the stream.
    ended: bool,
}

impl End {
    /// An end that talks to `partner`; both count from `first`.
    pub fn new(wire: Wire, input: BytesMut, partner: &str, first: u64, acks: bool) -> End {
        let head = format!("<message to='{partner}' type='chat' id='").into_bytes();
        let output = Vec::new();
        End {
            wire,
            input,
            acks,
            next: first,
            due: first,
            head,
            output,
            sent: 0,
            handled: 0,
            acknowledged: 0,
            ended: false,
        }
    }

    /// Talks until [`Stage::Leave`]; the one that begins puts `begin` messages in flight. Returns the
    /// numbers of the last message sent and of the last that arrived.
    ///
    /// # Errors
    /// When a message is missing, comes twice or out of order, or the connection breaks.
    pub async fn talk(
        mut self,
        begin: usize,
        counts: &Counts,
        mut stage: watch::Receiver<Stage>,
    ) -> Outcome<(u64, u64)> {
        self.say(begin, counts).await?;
        loop {
            let arrived = self.take()?;
            counts.arrived.fetch_add(arrived as u64, Ordering::Relaxed);
            let now = *stage.borrow_and_update();
            // The partner on the relay may leave before we do.
            if self.ended && now != Stage::Leave {
                return Err("the server ended the stream".into());
            }
            match now {
                Stage::Talk => self.say(arrived, counts).await?,
                Stage::Drain => self.say(0, counts).await?,
                Stage::Leave if self.acks && self.acknowledged < self.sent => self.say(0, counts).await?,
                Stage::Leave => break,
            }
            self.input.reserve(READ_BYTES);
            tokio::select! {
                biased;
                read = self.wire.read(&mut self.input) => if read? == 0 {
                    return Err("the server closed the connection".into());
                },
                _ = stage.changed(), if now != Stage::Leave => {}
            }
        }
        let _ = self.wire.write(b"</stream:stream>").await;
        let _ = self.wire.shut().await;
        Ok((self.next - 1, self.due - 1))
    }

    /// Sends what is to be answered and `messages` of its own.
    async fn say(&mut self, messages: usize, counts: &Counts) -> Outcome<()> {
        for _ in 0..messages {
            render(&self.head, self.next, &mut self.output);
            if self.acks {
                self.output.extend_from_slice(REQUEST);
            }
            self.next += 1;
        }
        self.sent += messages as u64;
        counts.sent.fetch_add(messages as u64, Ordering::Relaxed);
        if !self.output.is_empty() {
            self.wire.write(&self.output).await?;
            self.output.clear();
        }
        Ok(())
    }

    /// Looks at what was read, and counts the messages in it.
    fn take(&mut self) -> Outcome<usize> {
        let mut arrived = 0;
        while let Some((piece, length)) = cut(&self.input) {
            match piece {
                Piece::Message(message) => {
                    let came = number(message, MARK.as_bytes());
                    if came != Some(self.due) {
                        let text = String::from_utf8_lossy(message);
                        return Err(format!("message {} was due, but this came: {text}", self.due).into());
                    }
                    self.due += 1;
                    self.handled += 1;
                    arrived += 1;
                }
                Piece::Stanza => self.handled += 1,
                Piece::Request => {
                    let answer = format!("<a xmlns='urn:xmpp:sm:3' h='{}'/>", self.handled);
                    self.output.extend_from_slice(answer.as_bytes());
                }
                Piece::Answer(answer) => {
                    let h = number(answer, b"h='").or_else(|| number(answer, b"h=\"")).ok_or("an <a/> without h")?;
                    if h < self.acknowledged || h > self.sent {
                        return Err(format!("{h} acknowledged of {} sent", self.sent).into());
                    }
                    self.acknowledged = h;
                }
                Piece::Space => {}
                Piece::End => self.ended = true,
            }
            self.input.advance(length);
        }
        Ok(arrived)
    }
}

/// Writes the message of a number: `head` is its open tag and everything up to the number.
pub fn render(head: &[u8], number: u64, output: &mut Vec<u8>) {
    let digits = format!("{number:012}");
    output.extend_from_slice(head);
    for part in [
        digits.as_str(),
        "'><body>",
        MARK,
        digits.as_str(),
        " ",
        TEXT,
        "</body><origin-id xmlns='urn:xmpp:sid:0' id='",
        digits.as_str(),
        "'/><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>\
         <active xmlns='http://jabber.org/protocol/chatstates'/></message>",
    ] {
        output.extend_from_slice(part.as_bytes());
    }
}
