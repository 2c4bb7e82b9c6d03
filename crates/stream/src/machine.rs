//! The machine of a client's stream, server side: what the driver holds.

use crate::{Answer, Crime, Event};
use bytes::{Bytes, BytesMut};
use std::sync::Arc;
use xmpp::Jid;

/// What all streams of a listener share. A reload makes a new one.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The host served.
    pub domain: Jid,
    /// Bytes of one stanza after login (RFC 6120 §13.12).
    pub stanza_bytes_max: usize,
    /// Told to clients (XEP-0478): the stream may be closed after this many silent seconds.
    pub idle_seconds: u32,
    /// Failed logins on one stream before it is closed (RFC 6120 §6.4.5).
    pub attempts_max: u32,
    /// Makes salts and counts for accounts that do not exist, so that asking tells nothing.
    pub decoy: Bytes,
    /// The iteration count that new passwords get; decoys show it too.
    pub iterations: u32,
    /// More stream features, canonical, shown after login: the server's caps (XEP-0115 §6.3), roster
    /// versioning and the like.
    pub features: Bytes,
}

/// What TLS gave.
#[derive(Clone, Debug, Default)]
pub struct Channel {
    /// `tls-exporter` (RFC 9266); none below TLS 1.3.
    pub exporter: Option<[u8; 32]>,
    /// `tls-server-end-point` (RFC 5929 §4) of the certificate this connection was shown; none for
    /// kinds of signatures it is not defined for.
    pub end_point: Option<Bytes>,
}

/// One stream. The driver feeds it input, acts on its events in order and sends its output.
pub struct Machine {
    settings: Arc<Settings>,
    input: BytesMut,
    output: Vec<u8>,
}

impl Machine {
    /// A stream that began in plain text: STARTTLS is all it offers until [`Machine::secured`].
    /// `seed` is fresh randomness for this stream: its id and nonces are derived from it.
    pub fn plain(settings: Arc<Settings>, seed: [u8; 32]) -> Machine {
        let _ = seed;
        Machine { settings, input: BytesMut::new(), output: Vec::new() }
    }

    /// A stream inside TLS from its first byte (XEP-0368).
    pub fn direct(settings: Arc<Settings>, seed: [u8; 32], channel: Channel) -> Machine {
        let _ = channel;
        Machine::plain(settings, seed)
    }

    /// Where the driver puts what it read. The machine takes it off the front in [`Machine::next`];
    /// when it is empty the driver may replace it, so that idle streams hold no buffer.
    pub fn input(&mut self) -> &mut BytesMut {
        &mut self.input
    }

    /// What is to be sent, in order. The driver takes it (and may reuse the buffer).
    pub fn output(&mut self) -> &mut Vec<u8> {
        &mut self.output
    }

    /// The next event; none while input is lacking or an answer is awaited.
    pub fn next(&mut self) -> Option<Event> {
        let _ = &self.settings;
        None
    }

    /// The answer to the last [`Event::Ask`].
    ///
    /// # Panics
    /// When it is not an answer to what was asked: that is a mistake of the driver's.
    pub fn answer(&mut self, answer: Answer) {
        let _ = answer;
    }

    /// TLS is up after [`Event::StartTls`].
    pub fn secured(&mut self, channel: Channel) {
        let _ = channel;
    }

    /// Ends the stream with an error: writes it (and a header, where the peer has seen none) and the
    /// close tag to the output. Nothing but [`Event::Close`] comes after.
    pub fn abort(&mut self, crime: Crime) {
        let _ = crime;
    }

    /// Ends the stream in peace: writes the close tag.
    pub fn close(&mut self) {}
}
