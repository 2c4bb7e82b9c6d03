//! What the two machines of streams between servers have in common: the bytes, the events, the end.

use super::{End, Event};
use crate::{
    Crime,
    machine::Wire,
    xml::{Budget, Item, Scanner},
};
use bytes::BytesMut;
use std::collections::VecDeque;
use xmpp::{Element, Text, Writer, ns};

/// The longest explanation of an error that is passed on, in bytes.
const TEXT_BYTES_MAX: usize = 256;

/// The bytes of a stream and what is to be told of it.
pub(crate) struct Line {
    pub(crate) wire: Wire,
    /// The peer has our open tag of the current stream.
    pub(crate) opened: bool,
    /// We closed our side.
    closing: bool,
    ended: bool,
    events: VecDeque<Event>,
}

impl Line {
    pub(crate) fn new() -> Line {
        let wire = Wire::new(Scanner::new(Budget::STRANGER));
        Line { wire, opened: false, closing: false, ended: false, events: VecDeque::new() }
    }

    /// To be told, behind what is to be told already.
    pub(crate) fn tell(&mut self, event: Event) {
        self.events.push_back(event);
    }

    /// What is to be told next.
    pub(crate) fn told(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Whether nothing is read any more.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Whether nothing is sent any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.closing || self.ended
    }

    /// Whether an element still matters once nothing is sent any more: what tells how far the peer got.
    pub(crate) fn hears(&self, element: &Element<'_>) -> bool {
        !self.closing || element.is("a", ns::SM) || element.is("error", ns::STREAMS)
    }

    /// The next thing that came.
    pub(crate) fn read(&mut self) -> Result<Option<Item>, Crime> {
        self.wire.scanner.next(&mut self.wire.input)
    }

    /// Sends one empty element.
    pub(crate) fn say(&mut self, name: &str, ns: &str) {
        let mut w = Writer::new();
        w.empty(name, ns);
        self.wire.send(w);
    }

    /// The stream begins anew (RFC 6120 §4.3.3).
    pub(crate) fn restart(&mut self) {
        self.wire.scanner.restart();
        self.opened = false;
    }

    /// Ends the stream for a crime, which is told the peer if it has our open tag.
    pub(crate) fn abort(&mut self, crime: Crime) {
        if self.opened && !self.closing && !self.ended {
            self.wire.error(crime);
        }
        self.end(End::Crime(crime));
    }

    /// Closes our side. The peer is still heard until it closes its own (RFC 6120 §4.4).
    pub(crate) fn close(&mut self) {
        if self.opened && !self.closing && !self.ended {
            self.wire.close();
            self.closing = true;
        }
    }

    /// Nothing is read any more, and nothing is told but that.
    pub(crate) fn end(&mut self, end: End) {
        if !self.ended {
            self.ended = true;
            self.wire.input = BytesMut::new();
            self.tell(Event::Close(end));
        }
    }
}

/// What a stream error of the peer says (RFC 6120 §4.9.2).
pub(crate) fn error(error: &Element<'_>) -> End {
    let child = |is: fn(&str) -> bool| {
        error.children().filter(|child| child.ns() == ns::STREAM_ERRORS).find(|child| is(child.name()))
    };
    let condition = child(|name| name != "text").map_or("undefined-condition", |condition| condition.name());
    let text = child(|name| name == "text").map(|text| text.text().into_owned());
    End::Error { condition: Text::copied(short(condition)), text: text.map(|text| Text::copied(short(&text))) }
}

fn short(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_BYTES_MAX)]
}
