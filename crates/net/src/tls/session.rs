//! rustls' unbuffered session, fed and drained.

use super::Outgoing;
use bytes::BytesMut;
use rustls::client::{ClientConnectionData, UnbufferedClientConnection};
use rustls::server::{ServerConnectionData, UnbufferedServerConnection};
use rustls::unbuffered::{ConnectionState, EncodeError, EncryptError, InsufficientSizeError, UnbufferedStatus};
use rustls::{CommonState, Error};
use std::ops::{Deref, DerefMut};

/// What one record adds to the bytes it protects, at most (header, nonce, type, tag).
const RECORD_OVERHEAD_BYTES: usize = 32;
/// The most plain bytes in a record (RFC 8446 §5.1).
const RECORD_BYTES_MAX: usize = 16 * 1024;

/// What to do once the session is ready for application data.
pub(super) enum Then<'a> {
    Nothing,
    Write(&'a [u8]),
    CloseNotify,
}

/// What came of the records.
#[derive(Default)]
pub(super) struct Progress {
    /// Bytes of the records that are done with; the rest is to be shown again, in front of more.
    pub used: usize,
    /// The peer said `close_notify`.
    pub peer_closed: bool,
}

/// One session, of either role.
pub(super) enum Session {
    /// The peer connected to us.
    Server(UnbufferedServerConnection),
    /// We connected to the peer.
    Client(UnbufferedClientConnection),
}

impl Deref for Session {
    type Target = CommonState;

    fn deref(&self) -> &CommonState {
        match self {
            Session::Server(session) => session,
            Session::Client(session) => session,
        }
    }
}

/// rustls has the same method twice, once for each role.
trait Role: DerefMut<Target: Deref<Target = CommonState>> {
    type Data;

    fn step<'c, 'i>(&'c mut self, records: &'i mut [u8]) -> UnbufferedStatus<'c, 'i, Self::Data>;
}

impl Role for UnbufferedServerConnection {
    type Data = ServerConnectionData;

    fn step<'c, 'i>(&'c mut self, records: &'i mut [u8]) -> UnbufferedStatus<'c, 'i, ServerConnectionData> {
        self.process_tls_records(records)
    }
}

impl Role for UnbufferedClientConnection {
    type Data = ClientConnectionData;

    fn step<'c, 'i>(&'c mut self, records: &'i mut [u8]) -> UnbufferedStatus<'c, 'i, ClientConnectionData> {
        self.process_tls_records(records)
    }
}

/// Takes all whole records: their plaintext goes to `into`, what TLS has to say to `outgoing`. Then
/// does what `then` says; while the handshake lasts that is an error, unless it is nothing.
///
/// The rest must always be passed: rustls has decrypted a part of it in place, perhaps. After an error
/// the session is not to be used again.
pub(super) fn process(
    session: &mut Session,
    records: &mut [u8],
    into: &mut BytesMut,
    outgoing: &mut Outgoing,
    then: Then<'_>,
) -> Result<Progress, Error> {
    match session {
        Session::Server(session) => process_as(session, records, into, outgoing, then),
        Session::Client(session) => process_as(session, records, into, outgoing, then),
    }
}

fn process_as<R: Role>(
    session: &mut R,
    records: &mut [u8],
    into: &mut BytesMut,
    outgoing: &mut Outgoing,
    mut then: Then<'_>,
) -> Result<Progress, Error> {
    let mut progress = Progress::default();
    loop {
        let UnbufferedStatus { mut discard, state } = session.step(&mut records[progress.used..]);
        let mut stands_still = false;
        let outcome = match state {
            Ok(ConnectionState::ReadTraffic(mut traffic)) => {
                while let Some(record) = traffic.next_record() {
                    let record = record?;
                    discard += record.discard;
                    into.extend_from_slice(record.payload);
                }
                Ok(())
            }
            Ok(ConnectionState::EncodeTlsData(mut data)) => encode(outgoing, |space| data.encode(space)),
            Ok(ConnectionState::TransmitTlsData(data)) => {
                data.done();
                Ok(())
            }
            Ok(ConnectionState::PeerClosed) => {
                progress.peer_closed = true;
                Ok(())
            }
            Ok(ConnectionState::WriteTraffic(mut traffic)) => match std::mem::replace(&mut then, Then::Nothing) {
                Then::Nothing => {
                    stands_still = true;
                    Ok(())
                }
                Then::Write(plain) => encrypt(outgoing, plain.len(), |space| traffic.encrypt(plain, space)),
                Then::CloseNotify => encrypt(outgoing, 0, |space| traffic.queue_close_notify(space)),
            },
            Ok(ConnectionState::BlockedHandshake | ConnectionState::Closed) => {
                stands_still = true;
                if matches!(then, Then::Nothing) { Ok(()) } else { Err(Error::HandshakeNotComplete) }
            }
            // Early data is refused in `Offer`.
            Ok(_) => Err(Error::General("a state of rustls that is not known here".into())),
            Err(error) => Err(error),
        };
        progress.used += discard;
        if let Err(error) = outcome {
            encode_alert(session, outgoing);
            return Err(error);
        }
        if stands_still {
            return Ok(progress);
        }
    }
}

/// What a session that just broke has to tell the peer. The records are not shown again: rustls would
/// object to them again.
fn encode_alert<R: Role>(session: &mut R, outgoing: &mut Outgoing) {
    // While something is to be sent, rustls hands it out before it looks at any record.
    while session.wants_write() {
        let Ok(ConnectionState::EncodeTlsData(mut data)) = session.step(&mut []).state else { return };
        if encode(outgoing, |space| data.encode(space)).is_err() {
            return;
        }
    }
}

fn encode(
    outgoing: &mut Outgoing,
    mut attempt: impl FnMut(&mut [u8]) -> Result<usize, EncodeError>,
) -> Result<(), Error> {
    let needed = match attempt(&mut []) {
        Ok(_) => return Ok(()),
        Err(EncodeError::InsufficientSize(InsufficientSizeError { required_size })) => required_size,
        Err(EncodeError::AlreadyEncoded) => return Err(Error::General("a message was to be sent twice".into())),
    };
    outgoing.append_with(needed, attempt).map_err(|_| Error::General("rustls asked for too little space".into()))
}

fn encrypt(
    outgoing: &mut Outgoing,
    plain_bytes: usize,
    mut attempt: impl FnMut(&mut [u8]) -> Result<usize, EncryptError>,
) -> Result<(), Error> {
    let records = plain_bytes.div_ceil(RECORD_BYTES_MAX) + 1;
    let outcome = outgoing.append_with(plain_bytes + records * RECORD_OVERHEAD_BYTES, &mut attempt);
    let outcome = match outcome {
        // Something of TLS' own is to go first, a key update for instance.
        Err(EncryptError::InsufficientSize(InsufficientSizeError { required_size })) => {
            outgoing.append_with(required_size, attempt)
        }
        other => other,
    };
    outcome.map_err(|_| Error::EncryptError)
}
