//! The bytes of a stream in both directions, and what frames them: open tag, close tag, error.

use crate::{Crime, xml::Scanner};
use bytes::BytesMut;
use xmpp::{Writer, ns, writer::escape_attribute};

/// What was read and not yet looked at, and what is to be sent.
pub(crate) struct Wire {
    pub(crate) scanner: Scanner,
    pub(crate) input: BytesMut,
    pub(crate) output: Vec<u8>,
}

impl Wire {
    /// Sends what was written.
    pub(crate) fn send(&mut self, written: Writer) {
        self.output.extend_from_slice(&written.finish());
    }

    /// Sends our open tag (RFC 6120 §4.7). `to` is whoever the peer says to be.
    pub(crate) fn open(&mut self, id: &str, domain: &str, to: Option<&str>) {
        let out = &mut self.output;
        out.extend_from_slice(b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='");
        out.extend_from_slice(ns::STREAMS.as_bytes());
        // RFC 6120 §4.7.4: the texts we write are in English, whatever was asked for.
        for (name, value) in [("id", Some(id)), ("from", Some(domain)), ("to", to), ("xml:lang", Some("en"))] {
            if let Some(value) = value {
                out.extend_from_slice(b"' ");
                out.extend_from_slice(name.as_bytes());
                out.extend_from_slice(b"='");
                escape_attribute(value, out);
            }
        }
        out.extend_from_slice(b"' version='1.0'>");
    }

    /// Sends our close tag (RFC 6120 §4.4).
    pub(crate) fn close(&mut self) {
        self.output.extend_from_slice(b"</stream:stream>");
    }

    /// Sends a stream error and the close tag (RFC 6120 §4.9.1.1).
    pub(crate) fn error(&mut self, crime: Crime) {
        let mut w = Writer::new();
        w.empty(crime.condition(), ns::STREAM_ERRORS);
        w.open("text", ns::STREAM_ERRORS).attr("xml:lang", "en").text(crime.sentence()).close();
        if let Crime::AcknowledgedTooMuch { h, sent } = crime {
            // XEP-0198 §6
            w.open("handled-count-too-high", ns::SM).attr("h", &h.to_string());
            w.attr("send-count", &sent.to_string()).close();
        }
        self.output.extend_from_slice(b"<stream:error>");
        self.send(w);
        self.output.extend_from_slice(b"</stream:error>");
        self.close();
    }
}
