//! The bytes of a stream in both directions, and what frames them: open tag, close tag, error.

use crate::{Crime, xml::Scanner};
use bytes::BytesMut;
use xmpp::{Framing, Stanza, Writer, ns, writer::escape_attribute};

/// What was read and not yet looked at, and what is to be sent.
pub(crate) struct Wire {
    pub(crate) scanner: Scanner,
    pub(crate) input: BytesMut,
    pub(crate) output: Vec<u8>,
}

/// What a document of [`Framing::Stream`] holds, as its open tag declares it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Content {
    /// RFC 6120 §4.8.2
    Client,
    /// The same between servers. The prefix of dialback is the one that all servers know
    /// (XEP-0220 §2.4.1).
    Server,
    /// XEP-0114 §3
    Component,
}

impl Content {
    fn declared(self) -> &'static str {
        match self {
            Content::Client => "jabber:client",
            Content::Server => "jabber:server' xmlns:db='jabber:server:dialback",
            Content::Component => "jabber:component:accept",
        }
    }
}

impl Wire {
    /// A stream of which nothing was read.
    pub(crate) fn new(scanner: Scanner) -> Wire {
        Wire { scanner, input: BytesMut::new(), output: Vec::new() }
    }

    /// Sends what was written: one element.
    pub(crate) fn send(&mut self, written: Writer) {
        self.output.extend_from_slice(&written.finish());
        self.scanner.framing().end(&mut self.output);
    }

    /// Sends a stanza.
    pub(crate) fn stanza(&mut self, stanza: &Stanza) {
        let framing = self.scanner.framing();
        stanza.write(framing.declared(), &mut self.output);
        framing.end(&mut self.output);
    }

    /// Sends `<stream:name/>` around what was written.
    pub(crate) fn of_stream(&mut self, name: &str, content: Writer) {
        let framing = self.scanner.framing();
        let out = &mut self.output;
        out.extend_from_slice(b"<stream:");
        out.extend_from_slice(name.as_bytes());
        if framing != Framing::Stream {
            // RFC 7395 §3.3.3: no parent declares the prefix.
            out.extend_from_slice(b" xmlns:stream='");
            out.extend_from_slice(ns::STREAMS.as_bytes());
            out.push(b'\'');
        }
        out.push(b'>');
        out.extend_from_slice(&content.finish());
        out.extend_from_slice(b"</stream:");
        out.extend_from_slice(name.as_bytes());
        out.push(b'>');
        framing.end(out);
    }

    /// Sends our open tag (RFC 6120 §4.7). `to` is whoever the peer says to be.
    pub(crate) fn open(&mut self, id: &str, domain: &str, to: Option<&str>) {
        // RFC 6120 §4.7.4: the texts we write are in English, whatever was asked for.
        let attributes = [("id", Some(id)), ("from", Some(domain)), ("to", to), ("xml:lang", Some("en"))];
        match self.scanner.framing() {
            Framing::Stream => self.open_tag(Content::Client, &attributes),
            Framing::Frames => {
                // RFC 7395 §3.4
                let mut w = Writer::new();
                w.open("open", ns::FRAMING);
                for (name, value) in attributes {
                    w.attr_some(name, value);
                }
                w.attr("version", "1.0");
                self.send(w);
            }
            // XEP-0206 §4: the attributes of the wrapper say it.
            Framing::Bodies => {}
        }
    }

    /// Sends the open tag of a document (RFC 6120 §4.2).
    pub(crate) fn open_tag(&mut self, content: Content, attributes: &[(&str, Option<&str>)]) {
        let out = &mut self.output;
        out.extend_from_slice(b"<?xml version='1.0'?><stream:stream xmlns='");
        out.extend_from_slice(content.declared().as_bytes());
        out.extend_from_slice(b"' xmlns:stream='");
        out.extend_from_slice(ns::STREAMS.as_bytes());
        for (name, value) in attributes {
            if let Some(value) = value {
                out.extend_from_slice(b"' ");
                out.extend_from_slice(name.as_bytes());
                out.extend_from_slice(b"='");
                escape_attribute(value, out);
            }
        }
        // XEP-0114 §3: components are older than the version, and read no features behind it.
        out.extend_from_slice(if content == Content::Component { b"'>" } else { b"' version='1.0'>" });
    }

    /// Sends our close tag (RFC 6120 §4.4).
    pub(crate) fn close(&mut self) {
        match self.scanner.framing() {
            Framing::Stream => self.output.extend_from_slice(b"</stream:stream>"),
            Framing::Frames => {
                // RFC 7395 §3.6
                let mut w = Writer::new();
                w.empty("close", ns::FRAMING);
                self.send(w);
            }
            // XEP-0124 §13: the `type` of the wrapper says it.
            Framing::Bodies => {}
        }
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
        self.of_stream("error", w);
        self.close();
    }
}
