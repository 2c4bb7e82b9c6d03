//! The frames of WebSocket (RFC 6455, base framing protocol): taken from bytes, put into bytes.

use bytes::{Buf, BytesMut};

/// A control frame holds no more.
const CONTROL_BYTES_MAX: usize = 125;

/// What a frame is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Opcode {
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

/// A frame of the client's, unmasked.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Frame {
    /// The last of its message.
    pub(super) fin: bool,
    pub(super) opcode: Opcode,
    pub(super) payload: BytesMut,
}

/// Why a WebSocket is ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Refused {
    Protocol,
    Unsupported,
    TooLong,
}

impl Refused {
    /// The status code of the close.
    pub(super) fn code(self) -> u16 {
        match self {
            Refused::Protocol => 1002,
            Refused::Unsupported => 1003,
            Refused::TooLong => 1009,
        }
    }

    /// For the log.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Refused::Protocol => "the peer breaks the WebSocket protocol",
            Refused::Unsupported => "the peer sends binary messages",
            Refused::TooLong => "the peer sends a message that is too long",
        }
    }
}

/// Takes the next frame off the front; none while more is to come.
///
/// # Errors
/// When it is none that a client may send, or has more than `room` bytes.
pub(super) fn take(raw: &mut BytesMut, room: usize) -> Result<Option<Frame>, Refused> {
    let [first, second, ..] = raw[..] else { return Ok(None) };
    // No extension was agreed on, and what clients send is masked.
    if first & 0x70 != 0 || second & 0x80 == 0 {
        return Err(Refused::Protocol);
    }
    let (fin, opcode) = (first & 0x80 != 0, opcode(first & 0x0f).ok_or(Refused::Protocol)?);
    let (len_bytes, len) = match second & 0x7f {
        126 => (2, raw.get(2..4).map(number)),
        127 => (8, raw.get(2..10).map(number)),
        len => (0, Some(u64::from(len))),
    };
    let Some(len) = len else { return Ok(None) };
    let len = usize::try_from(len).map_err(|_| Refused::TooLong)?;
    let is_control = opcode as u8 >= Opcode::Close as u8;
    if is_control && (!fin || len > CONTROL_BYTES_MAX) {
        return Err(Refused::Protocol);
    }
    if !is_control && len > room {
        return Err(Refused::TooLong);
    }
    let head = 2 + len_bytes;
    if raw.len() < head + 4 + len {
        return Ok(None);
    }
    raw.advance(head);
    let mask = raw.split_to(4);
    let mut payload = raw.split_to(len);
    for (byte, key) in payload.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= key;
    }
    Ok(Some(Frame { fin, opcode, payload }))
}

/// Puts a frame of ours, whole and unmasked, behind `out`.
pub(super) fn put(opcode: Opcode, payload: &[u8], out: &mut Vec<u8>) {
    out.push(0x80 | opcode as u8);
    match payload.len() {
        len @ 0..126 => out.push(len as u8),
        len @ 126..=0xffff => {
            out.push(126);
            out.extend_from_slice(&(len as u16).to_be_bytes());
        }
        len => {
            out.push(127);
            out.extend_from_slice(&(len as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(payload);
}

fn opcode(number: u8) -> Option<Opcode> {
    use Opcode::{Binary, Close, Continuation, Ping, Pong, Text};
    [Continuation, Text, Binary, Close, Ping, Pong].into_iter().find(|opcode| *opcode as u8 == number)
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(first: u8, payload: &[u8]) -> BytesMut {
        let mut out = Vec::new();
        put(Opcode::Text, payload, &mut out);
        let head = out.len() - payload.len();
        out[0] = first;
        out[1] |= 0x80;
        let mask = [1, 2, 3, 4];
        let body: Vec<u8> = payload.iter().zip(mask.iter().cycle()).map(|(byte, key)| byte ^ key).collect();
        out.truncate(head);
        out.extend_from_slice(&mask);
        out.extend_from_slice(&body);
        BytesMut::from(&out[..])
    }

    #[test]
    fn frames_of_all_lengths_are_taken_however_they_are_cut() {
        for len in [0, 1, 125, 126, 127, 65_535, 65_536, 100_000] {
            let payload = vec![b'x'; len];
            let whole = masked(0x81, &payload);
            let mut raw = BytesMut::from(&whole[..whole.len() - 1]);
            assert_eq!(take(&mut raw, 200_000), Ok(None), "{len}");
            raw.extend_from_slice(&whole[whole.len() - 1..]);
            raw.extend_from_slice(b"\x81");
            let frame = take(&mut raw, 200_000).unwrap().unwrap();
            assert_eq!((frame.fin, frame.opcode, &frame.payload[..]), (true, Opcode::Text, &payload[..]));
            assert_eq!(&raw[..], b"\x81", "what follows stays");
        }
    }

    #[test]
    fn what_no_client_may_send_is_refused() {
        let refused = |mut raw: BytesMut| take(&mut raw, 1000).unwrap_err();
        assert_eq!(refused(BytesMut::from(&b"\x81\x01x"[..])), Refused::Protocol, "not masked");
        assert_eq!(refused(masked(0xc1, b"x")), Refused::Protocol, "compressed");
        assert_eq!(refused(masked(0x83, b"x")), Refused::Protocol, "an opcode that is none");
        assert_eq!(refused(masked(0x09, b"x")), Refused::Protocol, "a ping in parts");
        assert_eq!(refused(masked(0x89, &[0; 126])), Refused::Protocol, "a long ping");
        assert_eq!(refused(masked(0x81, &[0; 1001])), Refused::TooLong);
        assert_eq!(refused(BytesMut::from(&b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff"[..])), Refused::TooLong);
    }
}
