//! WebSocket under a stream (RFC 7395): one message holds one element. Like the TLS below it, an idle
//! one owns no buffer.

mod frame;

use crate::TlsStream;
use bytes::BytesMut;
use frame::{Frame, Opcode, Refused, put, take};
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};
use xmpp::framing::FRAME_END;

/// What ends a WebSocket in peace (RFC 6455, status codes).
const NORMAL: u16 = 1000;

/// A connection whose upgrade to WebSocket is done, the server's side.
pub struct WebSocket {
    tls: TlsStream,
    /// What came of the next frame.
    raw: BytesMut,
    /// The message of which more frames are to come.
    begun: Option<BytesMut>,
    message_bytes_max: usize,
    /// The close was said.
    closed: bool,
}

impl WebSocket {
    /// From what the upgrade left: the connection, and what came behind the request. Longer messages
    /// than `message_bytes_max` end it.
    pub(crate) fn new(tls: TlsStream, ahead: BytesMut, message_bytes_max: usize) -> WebSocket {
        WebSocket { tls, raw: ahead, begun: None, message_bytes_max, closed: false }
    }

    /// The peer's address.
    ///
    /// # Errors
    /// As of [`TlsStream::peer_addr`].
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tls.peer_addr()
    }

    /// Appends one message to `into`; 0 when the peer closed. Answers pings by the way.
    ///
    /// # Errors
    /// As of [`TlsStream::poll_read`], and `InvalidData` when the peer breaks the protocol, who was
    /// told then.
    pub(crate) fn poll_read(&mut self, cx: &mut Context<'_>, into: &mut BytesMut) -> Poll<io::Result<usize>> {
        let read = self.poll_message(cx, into);
        if self.tls.pending_bytes() > 0 {
            // Pongs, or the close: what the socket does not take now, a flush will send.
            let _ = self.tls.poll_flush(cx);
        }
        read
    }

    fn poll_message(&mut self, cx: &mut Context<'_>, into: &mut BytesMut) -> Poll<io::Result<usize>> {
        let before = into.len();
        loop {
            let room = self.room();
            match take(&mut self.raw, room) {
                Ok(Some(frame)) => {
                    if self.frame(frame, into)? {
                        return Poll::Ready(Ok(into.len() - before));
                    }
                    continue;
                }
                Ok(None) => {}
                Err(refused) => return Poll::Ready(Err(self.refuse(refused))),
            }
            if self.raw.is_empty() {
                self.raw = BytesMut::new();
            }
            if ready!(self.tls.poll_read(cx, &mut self.raw))? == 0 {
                return Poll::Ready(Ok(0));
            }
        }
    }

    /// Takes messages, each ended by [`FRAME_END`]; the next flush sends them.
    ///
    /// # Errors
    /// As of [`TlsStream::write`].
    pub(crate) fn write(&mut self, messages: &[u8]) -> io::Result<()> {
        let mut framed = Vec::with_capacity(messages.len() + 64);
        for message in messages.split(|byte| *byte == FRAME_END).filter(|message| !message.is_empty()) {
            put(Opcode::Text, message, &mut framed);
        }
        self.tls.write(&framed)
    }

    /// The connection below, for what it does alike.
    pub(crate) fn tls(&mut self) -> &mut TlsStream {
        &mut self.tls
    }

    /// As [`WebSocket::tls`], to look.
    pub(crate) fn below(&self) -> &TlsStream {
        &self.tls
    }

    /// Says the close, sends what waits and closes our direction (RFC 7395 §3.6).
    ///
    /// # Errors
    /// What the socket says.
    pub(crate) async fn shutdown(&mut self) -> io::Result<()> {
        self.say_close(NORMAL);
        self.tls.shutdown().await
    }

    /// Acts on a frame. Whether reading is over for now: a message is whole, or the peer closed.
    fn frame(&mut self, frame: Frame, into: &mut BytesMut) -> io::Result<bool> {
        match (frame.opcode, self.begun.take()) {
            (Opcode::Ping, begun) => {
                self.begun = begun;
                // A peer that pings and does not read is not answered.
                if !self.tls.is_full() {
                    let mut pong = Vec::new();
                    put(Opcode::Pong, &frame.payload, &mut pong);
                    self.tls.write(&pong)?;
                }
                Ok(false)
            }
            (Opcode::Pong, begun) => {
                self.begun = begun;
                Ok(false)
            }
            (Opcode::Close, _) => {
                self.say_close(NORMAL);
                Ok(true)
            }
            (Opcode::Text, None) => Ok(self.more(BytesMut::new(), &frame, into)),
            (Opcode::Continuation, Some(begun)) => Ok(self.more(begun, &frame, into)),
            (Opcode::Binary, None) => Err(self.refuse(Refused::Unsupported)),
            _ => Err(self.refuse(Refused::Protocol)),
        }
    }

    /// Puts a message together. Whether it is whole.
    fn more(&mut self, mut begun: BytesMut, frame: &Frame, into: &mut BytesMut) -> bool {
        if !frame.fin {
            begun.extend_from_slice(&frame.payload);
            self.begun = Some(begun);
            return false;
        }
        into.extend_from_slice(&begun);
        into.extend_from_slice(&frame.payload);
        if begun.is_empty() && frame.payload.is_empty() {
            // RFC 7395 §3.3.3: the scanner refuses a frame that does not begin with `<`; nothing at
            // all would look like the end.
            into.extend_from_slice(b" ");
        }
        true
    }

    fn room(&self) -> usize {
        self.message_bytes_max.saturating_sub(self.begun.as_ref().map_or(0, BytesMut::len))
    }

    fn refuse(&mut self, refused: Refused) -> io::Error {
        self.say_close(refused.code());
        io::Error::new(io::ErrorKind::InvalidData, refused.sentence())
    }

    fn say_close(&mut self, code: u16) {
        if !std::mem::replace(&mut self.closed, true) {
            let mut close = Vec::new();
            put(Opcode::Close, &code.to_be_bytes(), &mut close);
            // Whoever cannot be told any more will notice.
            let _ = self.tls.write(&close);
        }
    }
}
