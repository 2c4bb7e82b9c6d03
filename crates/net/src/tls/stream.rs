//! One TLS connection, of either role, over rustls' unbuffered session.

use super::binding::ExporterTap;
use super::session::{Session, Then, process};
use super::{Hello, Offer, Outgoing};
use bytes::BytesMut;
use rustls::ProtocolVersion;
use rustls::client::UnbufferedClientConnection;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::UnbufferedServerConnection;
use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use stream::Channel;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Bytes that one thread reads a socket into: what is left of the last read (at most
/// [`LEFTOVER_BYTES_MAX`]) and as much again.
const SCRATCH_BYTES: usize = 40 * 1024;
/// Ciphertext that a connection may hold between reads: one whole record (RFC 5246 §6.2.3), or a
/// client's hello that spans records.
const LEFTOVER_BYTES_MAX: usize = 16 * 1024 + 2048 + 5;
thread_local! {
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; SCRATCH_BYTES].into_boxed_slice());
}

/// Lends the thread's scratch buffer, for as long as nothing is awaited.
pub(crate) fn with_scratch<T>(then: impl FnOnce(&mut [u8]) -> T) -> T {
    SCRATCH.with_borrow_mut(|scratch| then(scratch))
}

/// A connection that speaks TLS.
///
/// One task drives both directions: reading and flushing may be polled in turn, and dropping a
/// pending [`TlsStream::read`] or [`TlsStream::flush`] loses nothing. While the connection is idle
/// it owns the session's keys and no buffer.
pub struct TlsStream {
    tcp: TcpStream,
    session: Session,
    /// Ciphertext that is not a whole record yet.
    leftover: Box<[u8]>,
    /// Plaintext that came in one segment with the end of the handshake.
    ahead: BytesMut,
    outgoing: Outgoing,
    channel: Channel,
    peer_closed: bool,
    /// We said `close_notify`, or an alert.
    closed: bool,
    /// The peer broke TLS; rustls is not asked again.
    broken: bool,
}

impl TlsStream {
    /// Does the handshake of whoever was connected to. The caller bounds how long it may take; dropping
    /// the future closes the connection. The last of what we say (a session ticket) waits for the
    /// first flush.
    ///
    /// # Errors
    /// `InvalidData` when the peer breaks TLS (it has been sent the alert), `UnexpectedEof` when it
    /// left, or what the socket says.
    pub async fn accept(tcp: TcpStream, offer: &Offer) -> io::Result<TlsStream> {
        let tap = Arc::new(ExporterTap::default());
        let mut config = rustls::ServerConfig::clone(&offer.config);
        config.key_log = tap.clone();
        let session = UnbufferedServerConnection::new(Arc::new(config)).map_err(broken)?;
        let mut stream = TlsStream::new(tcp, Session::Server(session));
        stream.shake_hands().await?;
        stream.channel = Channel { exporter: tap.take(), end_point: offer.end_point.clone() };
        Ok(stream)
    }

    /// Does the handshake of whoever connected, asking for `name` (SNI). Any certificate is taken:
    /// [`TlsStream::peer_chain`] has it, to be judged by [`crate::verify`].
    ///
    /// # Errors
    /// As of [`TlsStream::accept`].
    pub async fn connect(tcp: TcpStream, hello: &Hello, name: ServerName<'static>) -> io::Result<TlsStream> {
        let session = UnbufferedClientConnection::new(hello.config.clone(), name).map_err(broken)?;
        let mut stream = TlsStream::new(tcp, Session::Client(session));
        // Here the first word is ours.
        stream.seal(Then::Nothing)?;
        stream.shake_hands().await?;
        Ok(stream)
    }

    fn new(tcp: TcpStream, session: Session) -> TlsStream {
        TlsStream {
            tcp,
            session,
            leftover: Box::default(),
            ahead: BytesMut::new(),
            outgoing: Outgoing::default(),
            channel: Channel::default(),
            peer_closed: false,
            closed: false,
            broken: false,
        }
    }

    async fn shake_hands(&mut self) -> io::Result<()> {
        // Nagle's algorithm and delayed acknowledgements make a handshake wait 40 ms.
        self.tcp.set_nodelay(true)?;
        while self.session.is_handshaking() {
            self.flush().await?;
            let mut ahead = std::mem::take(&mut self.ahead);
            let step = poll_fn(|cx| self.poll_records(cx, &mut ahead)).await;
            self.ahead = ahead;
            step?;
            if self.peer_closed {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        // A client's last word ends its handshake, and the server waits for it.
        if matches!(self.session, Session::Client(_)) { self.flush().await } else { Ok(()) }
    }

    /// The certificates that the peer showed, leaf first; none when it showed none. Nobody has
    /// judged them, but the peer has the leaf's key.
    pub fn peer_chain(&self) -> &[CertificateDer<'static>] {
        self.session.peer_certificates().unwrap_or_default()
    }

    /// The channel bindings, handed over: a second call gives none (RFC 9266 §4.1: a binding is for
    /// one authentication).
    pub fn take_channel(&mut self) -> Channel {
        std::mem::take(&mut self.channel)
    }

    /// The peer's address.
    ///
    /// # Errors
    /// When the socket is no longer connected.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.peer_addr()
    }

    /// The version in use, for people: `1.2` or `1.3`, the only ones there are here.
    pub fn version(&self) -> &'static str {
        match self.session.protocol_version() {
            Some(ProtocolVersion::TLSv1_2) => "1.2",
            _ => "1.3",
        }
    }

    /// The version and suite in use, for people: `TLS 1.3, TLS13_AES_256_GCM_SHA384`.
    pub fn describe(&self) -> String {
        let suite = self.session.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str()).unwrap_or("?");
        format!("TLS {}, {suite}", self.version())
    }

    /// Appends what arrives to `into` and tells how many bytes; 0 when the peer closed its
    /// direction, ours stays open. At most one read of the socket, so at most 40 KiB at a time.
    /// May write to the socket what TLS itself has to say.
    ///
    /// # Errors
    /// `UnexpectedEof` when the connection ended without `close_notify`: what came may lack its end.
    /// `InvalidData` when the peer breaks TLS, `ConnectionAborted` ever after. Or what the socket says.
    pub fn poll_read(&mut self, cx: &mut Context<'_>, into: &mut BytesMut) -> Poll<io::Result<usize>> {
        if !self.ahead.is_empty() {
            let ahead = std::mem::take(&mut self.ahead);
            into.extend_from_slice(&ahead);
            return Poll::Ready(Ok(ahead.len()));
        }
        if self.broken {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let before = into.len();
        // Ends: each turn reads from the socket, or finds that it has nothing.
        while !self.peer_closed && into.len() == before {
            ready!(self.poll_records(cx, into))?;
        }
        Poll::Ready(Ok(into.len() - before))
    }

    /// [`TlsStream::poll_read`] to await; may be dropped.
    ///
    /// # Errors
    /// As there.
    pub async fn read(&mut self, into: &mut BytesMut) -> io::Result<usize> {
        poll_fn(|cx| self.poll_read(cx, into)).await
    }

    /// Encrypts all of `plain`; the next flush sends it.
    ///
    /// # Errors
    /// `WouldBlock` when [`TlsStream::is_full`], `BrokenPipe` after [`TlsStream::close`]
    /// or a peer's mistake, `InvalidData` when the keys of a TLS 1.2 session are used up.
    pub fn write(&mut self, plain: &[u8]) -> io::Result<()> {
        self.outgoing.check_room()?;
        self.seal(Then::Write(plain))
    }

    /// Encrypted bytes that the socket has not taken yet.
    pub fn pending_bytes(&self) -> usize {
        self.outgoing.pending()
    }

    /// As many bytes wait as may; a write would be refused.
    pub fn is_full(&self) -> bool {
        self.outgoing.is_full()
    }

    /// How many bytes may wait, give or take one write.
    pub fn set_buffer_limit(&mut self, bytes: usize) {
        self.outgoing.set_limit(bytes);
    }

    /// Sends what waits; ready when nothing does.
    ///
    /// # Errors
    /// What the socket says.
    pub fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outgoing.poll_flush(&mut self.tcp, cx)
    }

    /// [`TlsStream::poll_flush`] to await; may be dropped.
    ///
    /// # Errors
    /// As there.
    pub async fn flush(&mut self) -> io::Result<()> {
        poll_fn(|cx| self.poll_flush(cx)).await
    }

    /// Says `close_notify`: nothing is written after it. Reading goes on.
    ///
    /// # Errors
    /// When it was said before, or the session is broken.
    pub fn close(&mut self) -> io::Result<()> {
        self.seal(Then::CloseNotify)?;
        self.closed = true;
        Ok(())
    }

    /// Says `close_notify`, sends what waits and closes our direction of the socket.
    ///
    /// # Errors
    /// What the socket says.
    pub async fn shutdown(&mut self) -> io::Result<()> {
        // A broken session has said its alert already.
        let _ = self.close();
        self.flush().await?;
        poll_fn(|cx| Pin::new(&mut self.tcp).poll_shutdown(cx)).await
    }

    /// One read of the socket and the records in it.
    fn poll_records(&mut self, cx: &mut Context<'_>, into: &mut BytesMut) -> Poll<io::Result<()>> {
        with_scratch(|scratch| {
            let held = self.leftover.len();
            let mut space = ReadBuf::new(&mut scratch[held..]);
            ready!(Pin::new(&mut self.tcp).poll_read(cx, &mut space))?;
            let arrived = space.filled().len();
            if arrived == 0 {
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
            scratch[..held].copy_from_slice(&self.leftover);
            let records = &mut scratch[..held + arrived];
            let outcome = process(&mut self.session, records, into, &mut self.outgoing, Then::Nothing);
            // Alerts, key updates, tickets. What the socket does not take now, a flush will send.
            if self.outgoing.pending() > 0 && (outcome.is_err() || !self.session.is_handshaking()) {
                let _ = self.poll_flush(cx);
            }
            let progress = outcome.map_err(|error| self.give_up(error))?;
            self.peer_closed |= progress.peer_closed;
            let rest = &records[progress.used..];
            if rest.len() > LEFTOVER_BYTES_MAX {
                return Poll::Ready(Err(self.give_up(rustls::Error::PeerSentOversizedRecord)));
            }
            self.leftover = rest.into();
            Poll::Ready(Ok(()))
        })
    }

    fn seal(&mut self, then: Then<'_>) -> io::Result<()> {
        if self.closed {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        // Whole records were taken out when they arrived: nothing is read, the leftover is shown
        // because rustls keeps positions in it.
        let mut leftover = std::mem::take(&mut self.leftover);
        let progress = process(&mut self.session, &mut leftover, &mut self.ahead, &mut self.outgoing, then);
        let progress = progress.map_err(|error| self.give_up(error))?;
        self.leftover = if progress.used == 0 { leftover } else { leftover[progress.used..].into() };
        Ok(())
    }

    fn give_up(&mut self, error: rustls::Error) -> io::Error {
        self.broken = true;
        self.closed = true;
        self.leftover = Box::default();
        broken(error)
    }
}

fn broken(error: rustls::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
