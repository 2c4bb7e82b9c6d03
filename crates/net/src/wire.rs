//! A connection's bytes, in plain text or inside TLS, or its messages in a WebSocket.

use crate::tls::{Hello, Offer, Outgoing, TlsStream, with_scratch};
use crate::{Carrier, WebSocket};
use bytes::BytesMut;
use rustls::pki_types::{CertificateDer, ServerName};
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use stream::Channel;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// What the driver of a stream reads from and writes to. All of it is as of [`TlsStream`].
pub enum Wire {
    /// Before STARTTLS.
    Plain(PlainStream),
    /// TLS.
    Tls(Box<TlsStream>),
    /// WebSocket inside TLS: what is read is one message at a time, what is written are messages
    /// ended by [`xmpp::framing::FRAME_END`].
    Web(Box<WebSocket>),
    /// Requests over HTTPS: what is read is one body at a time, what is written are elements.
    Bosh(Box<Carrier>),
}

/// A connection in plain text.
pub struct PlainStream {
    tcp: TcpStream,
    outgoing: Outgoing,
}

impl Wire {
    /// A connection that begins in plain text (RFC 6120 §5).
    ///
    /// # Errors
    /// What the socket says.
    pub fn plain(tcp: TcpStream) -> io::Result<Wire> {
        tcp.set_nodelay(true)?;
        Ok(Wire::Plain(PlainStream { tcp, outgoing: Outgoing::default() }))
    }

    /// A connection with TLS from its first byte (XEP-0368), once its handshake is done.
    ///
    /// # Errors
    /// As of [`TlsStream::accept`].
    pub async fn direct(tcp: TcpStream, offer: &Offer) -> io::Result<Wire> {
        Ok(Wire::Tls(Box::new(TlsStream::accept(tcp, offer).await?)))
    }

    /// STARTTLS: sends what waits and does the handshake. The caller has discarded what arrived
    /// behind `<starttls/>` (RFC 6120 §5.4.3.3) and bounds how long it may take.
    ///
    /// # Errors
    /// As of [`TlsStream::accept`]; `InvalidInput` inside TLS.
    pub async fn upgrade(mut self, offer: &Offer) -> io::Result<Wire> {
        self.flush().await?;
        match self {
            Wire::Plain(plain) => Wire::direct(plain.tcp, offer).await,
            Wire::Tls(_) | Wire::Web(_) | Wire::Bosh(_) => Err(inside_tls()),
        }
    }

    /// As [`Wire::direct`], with a server that we connected to.
    ///
    /// # Errors
    /// As of [`TlsStream::connect`].
    pub async fn call_direct(tcp: TcpStream, hello: &Hello, name: ServerName<'static>) -> io::Result<Wire> {
        Ok(Wire::Tls(Box::new(TlsStream::connect(tcp, hello, name).await?)))
    }

    /// As [`Wire::upgrade`], with a server that we connected to.
    ///
    /// # Errors
    /// As of [`TlsStream::connect`]; `InvalidInput` inside TLS.
    pub async fn call_upgrade(mut self, hello: &Hello, name: ServerName<'static>) -> io::Result<Wire> {
        self.flush().await?;
        match self {
            Wire::Plain(plain) => Wire::call_direct(plain.tcp, hello, name).await,
            Wire::Tls(_) | Wire::Web(_) | Wire::Bosh(_) => Err(inside_tls()),
        }
    }

    /// The certificates that the peer showed, leaf first ([`TlsStream::peer_chain`]).
    pub fn peer_chain(&self) -> &[CertificateDer<'static>] {
        match self {
            Wire::Tls(tls) => tls.peer_chain(),
            Wire::Plain(_) | Wire::Web(_) | Wire::Bosh(_) => &[],
        }
    }

    /// The version of TLS, like `1.3`; `none` in plain text.
    pub fn tls_version(&self) -> &'static str {
        match self {
            Wire::Tls(tls) => tls.version(),
            Wire::Plain(_) | Wire::Web(_) | Wire::Bosh(_) => "none",
        }
    }

    /// The channel bindings, handed over; none in plain text.
    pub fn take_channel(&mut self) -> Channel {
        match self {
            Wire::Plain(_) | Wire::Web(_) | Wire::Bosh(_) => Channel::default(),
            Wire::Tls(tls) => tls.take_channel(),
        }
    }

    /// The peer's address.
    ///
    /// # Errors
    /// When the socket is no longer connected.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        match self {
            Wire::Plain(plain) => plain.tcp.peer_addr(),
            Wire::Tls(tls) => tls.peer_addr(),
            Wire::Web(web) => web.peer_addr(),
            Wire::Bosh(_) => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// Appends what arrives to `into` and tells how many bytes; 0 when the peer closed its direction.
    ///
    /// # Errors
    /// As of [`TlsStream::poll_read`].
    pub fn poll_read(&mut self, cx: &mut Context<'_>, into: &mut BytesMut) -> Poll<io::Result<usize>> {
        match self {
            Wire::Plain(plain) => plain.poll_read(cx, into),
            Wire::Tls(tls) => tls.poll_read(cx, into),
            Wire::Web(web) => web.poll_read(cx, into),
            Wire::Bosh(bosh) => bosh.poll_read(cx, into),
        }
    }

    /// [`Wire::poll_read`] to await; may be dropped.
    ///
    /// # Errors
    /// As there.
    pub async fn read(&mut self, into: &mut BytesMut) -> io::Result<usize> {
        poll_fn(|cx| self.poll_read(cx, into)).await
    }

    /// Takes all of `plain`; the next flush sends it.
    ///
    /// # Errors
    /// As of [`TlsStream::write`]: `WouldBlock` when [`Wire::is_full`].
    pub fn write(&mut self, plain: &[u8]) -> io::Result<()> {
        match self {
            Wire::Plain(stream) => {
                stream.outgoing.check_room()?;
                stream.outgoing.append(plain);
                Ok(())
            }
            Wire::Tls(tls) => tls.write(plain),
            Wire::Web(web) => web.write(plain),
            Wire::Bosh(bosh) => {
                bosh.write(plain);
                Ok(())
            }
        }
    }

    /// Sends what waits; ready when nothing does.
    ///
    /// # Errors
    /// What the socket says.
    pub fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Wire::Plain(plain) => plain.outgoing.poll_flush(&mut plain.tcp, cx),
            Wire::Tls(tls) => tls.poll_flush(cx),
            Wire::Web(web) => web.tls().poll_flush(cx),
            Wire::Bosh(bosh) => bosh.poll_flush(cx).map(Ok),
        }
    }

    /// [`Wire::poll_flush`] to await; may be dropped.
    ///
    /// # Errors
    /// As there.
    pub async fn flush(&mut self) -> io::Result<()> {
        poll_fn(|cx| self.poll_flush(cx)).await
    }

    /// Bytes that the socket has not taken yet.
    pub fn pending_bytes(&self) -> usize {
        match self {
            Wire::Plain(plain) => plain.outgoing.pending(),
            Wire::Tls(tls) => tls.pending_bytes(),
            Wire::Web(web) => web.below().pending_bytes(),
            Wire::Bosh(bosh) => bosh.pending_bytes(),
        }
    }

    /// As many bytes wait as may; a write would be refused.
    pub fn is_full(&self) -> bool {
        match self {
            Wire::Plain(plain) => plain.outgoing.is_full(),
            Wire::Tls(tls) => tls.is_full(),
            Wire::Web(web) => web.below().is_full(),
            Wire::Bosh(bosh) => bosh.is_full(),
        }
    }

    /// How many bytes may wait, give or take one write.
    pub fn set_buffer_limit(&mut self, bytes: usize) {
        match self {
            Wire::Plain(plain) => plain.outgoing.set_limit(bytes),
            Wire::Tls(tls) => tls.set_buffer_limit(bytes),
            Wire::Web(web) => web.tls().set_buffer_limit(bytes),
            // It has one of its own.
            Wire::Bosh(_) => {}
        }
    }

    /// Says that nothing follows, sends what waits and closes our direction. The caller bounds how
    /// long it may take.
    ///
    /// # Errors
    /// What the socket says.
    pub async fn shutdown(&mut self) -> io::Result<()> {
        match self {
            Wire::Plain(plain) => {
                poll_fn(|cx| plain.outgoing.poll_flush(&mut plain.tcp, cx)).await?;
                poll_fn(|cx| Pin::new(&mut plain.tcp).poll_shutdown(cx)).await
            }
            Wire::Tls(tls) => tls.shutdown().await,
            Wire::Web(web) => web.shutdown().await,
            Wire::Bosh(bosh) => {
                bosh.shutdown();
                Ok(())
            }
        }
    }
}

fn inside_tls() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "TLS inside TLS")
}

impl PlainStream {
    fn poll_read(&mut self, cx: &mut Context<'_>, into: &mut BytesMut) -> Poll<io::Result<usize>> {
        with_scratch(|scratch| {
            let mut space = ReadBuf::new(scratch);
            ready!(Pin::new(&mut self.tcp).poll_read(cx, &mut space))?;
            into.extend_from_slice(space.filled());
            Poll::Ready(Ok(space.filled().len()))
        })
    }
}
