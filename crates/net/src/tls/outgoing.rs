//! Bytes on their way to a socket.

use super::OUTGOING_BYTES_MAX;
use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;

/// Buffers that a thread keeps for the next connection with something to say.
const KEPT_BUFFERS_MAX: usize = 16;
/// Larger buffers are given back to the allocator.
const KEPT_BUFFER_BYTES_MAX: usize = 32 * 1024;

thread_local! {
    static KEPT: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// What the socket has not taken yet. Holds no buffer while there is nothing.
#[derive(Debug)]
pub(crate) struct Outgoing {
    bytes: Vec<u8>,
    sent: usize,
    limit: usize,
}

impl Default for Outgoing {
    fn default() -> Outgoing {
        Outgoing { bytes: Vec::new(), sent: 0, limit: OUTGOING_BYTES_MAX }
    }
}

impl Outgoing {
    /// Bytes that wait.
    pub(crate) fn pending(&self) -> usize {
        self.bytes.len() - self.sent
    }

    /// No more is taken until the socket has taken some.
    pub(crate) fn is_full(&self) -> bool {
        self.pending() >= self.limit
    }

    pub(crate) fn set_limit(&mut self, bytes: usize) {
        self.limit = bytes;
    }

    /// Refuses to grow beyond the limit by more than one write: whoever writes without looking at
    /// [`Outgoing::is_full`] gets `WouldBlock`.
    pub(crate) fn check_room(&self) -> io::Result<()> {
        if self.is_full() {
            return Err(io::Error::new(io::ErrorKind::WouldBlock, "the peer takes its data too slowly; flush first"));
        }
        Ok(())
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) {
        self.prepare();
        self.bytes.extend_from_slice(bytes);
    }

    /// Lets `fill` write up to `room` bytes behind what waits; it tells how many it wrote.
    pub(crate) fn append_with<E>(
        &mut self,
        room: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) -> Result<(), E> {
        self.prepare();
        let start = self.bytes.len();
        self.bytes.resize(start + room, 0);
        let filled = fill(&mut self.bytes[start..]);
        self.bytes.truncate(start + filled.as_ref().map_or(0, |written| *written));
        filled.map(|_| ())
    }

    fn prepare(&mut self) {
        if self.bytes.capacity() == 0 {
            self.bytes = KEPT.with_borrow_mut(Vec::pop).unwrap_or_default();
        } else if self.sent > self.bytes.len() / 2 {
            self.bytes.drain(..self.sent);
            self.sent = 0;
        }
    }

    /// Writes what waits; ready when nothing does.
    pub(crate) fn poll_flush(&mut self, tcp: &mut TcpStream, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.bytes.len() {
            let written = ready!(Pin::new(&mut *tcp).poll_write(cx, &self.bytes[self.sent..]))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sent += written;
        }
        self.release();
        Poll::Ready(Ok(()))
    }

    fn release(&mut self) {
        let mut bytes = std::mem::take(&mut self.bytes);
        self.sent = 0;
        if bytes.capacity() == 0 || bytes.capacity() > KEPT_BUFFER_BYTES_MAX {
            return;
        }
        bytes.clear();
        KEPT.with_borrow_mut(|kept| {
            if kept.len() < KEPT_BUFFERS_MAX {
                kept.push(bytes);
            }
        });
    }
}
