//! Our TLS as hyper wants its connections.

use super::pace::Moved;
use crate::TlsStream;
use bytes::{Buf, BytesMut};
use hyper::rt::{Read, ReadBufCursor, Write};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A TLS connection that hyper reads and writes.
pub(super) struct Tls {
    pub(super) tls: TlsStream,
    /// What was read and did not fit where hyper wanted it.
    pub(super) ahead: BytesMut,
    moved: Moved,
}

/// Bytes that are taken at a time: an answer may hold larger pieces, and what waits to be sent is bounded give
/// or take one write.
const WRITE_BYTES_MAX: usize = 16 * 1024;

impl Tls {
    /// A connection after its handshake. What it moves is counted.
    pub(super) fn new(tls: TlsStream, moved: Moved) -> Tls {
        Tls { tls, ahead: BytesMut::new(), moved }
    }
}

impl Read for Tls {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, mut into: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let Tls { tls, ahead, moved } = &mut *self;
        if ahead.is_empty() {
            moved.add(ready!(tls.poll_read(cx, ahead))?);
        }
        let taken = ahead.len().min(into.remaining());
        into.put_slice(&ahead[..taken]);
        ahead.advance(taken);
        Poll::Ready(Ok(()))
    }
}

impl Write for Tls {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.tls.is_full() {
            ready!(self.tls.poll_flush(cx))?;
        }
        let taken = &bytes[..bytes.len().min(WRITE_BYTES_MAX)];
        self.tls.write(taken)?;
        self.moved.add(taken.len());
        Poll::Ready(Ok(taken.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.tls.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Said twice it is an error, and no harm.
        let _ = self.tls.close();
        self.tls.poll_flush(cx)
    }
}
