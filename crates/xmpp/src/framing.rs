//! How elements follow one another on what carries them.

use crate::ns;

/// Stands behind each element where a carrier has to tell them apart. XML has no such character, so
/// it is in no element.
pub const FRAME_END: u8 = 0;

/// What a carrier makes of elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Framing {
    /// One behind the other in a document that declares their namespace (RFC 6120 §4.1).
    #[default]
    Stream,
    /// Each in a frame, a document of its own (RFC 7395 §3.3.3).
    Frames,
    /// Several in a `<body/>` that comes and goes over HTTP (XEP-0124 §6).
    Bodies,
}

impl Framing {
    /// What a stanza must declare: outside a stream it stands for itself.
    pub fn declared(self) -> Option<&'static str> {
        (self != Framing::Stream).then_some(ns::CLIENT)
    }

    /// Ends an element that was written to `out`: with [`FRAME_END`], but in a stream with nothing.
    pub fn end(self, out: &mut Vec<u8>) {
        if self != Framing::Stream {
            out.push(FRAME_END);
        }
    }
}
