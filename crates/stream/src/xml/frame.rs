//! What a frame holds (RFC 7395 §3.3): one element, which may be the open or the close of a stream.

use super::{Header, Item, Nonza, chars};
use crate::Crime;
use bytes::{Buf, BytesMut};
use xmpp::{Text, ns};

/// The item of a frame. `rest` is what the frame holds behind its element.
///
/// # Errors
/// When there is more in it, or the open or close of another kind of stream.
pub(super) fn whole(item: Item, rest: &mut BytesMut) -> Result<Item, Crime> {
    rest.advance(chars::run(rest, chars::SPACE));
    if !rest.is_empty() {
        return Err(Crime::NotWellFormed);
    }
    let Item::Nonza(nonza) = item else { return Ok(item) };
    Ok(match (nonza.element().name(), nonza.element().ns()) {
        ("open", ns::FRAMING) => Item::Open(header(&nonza)),
        ("close", ns::FRAMING) => Item::Close,
        // RFC 7395 §3.3.2
        ("open" | "close" | "stream", _) => return Err(Crime::InvalidNamespace),
        _ => Item::Nonza(nonza),
    })
}

fn header(nonza: &Nonza) -> Header {
    let element = nonza.element();
    let value = |name: &str| element.attr(name).map(|value| Text::copied(&value));
    Header {
        to: value("to"),
        from: value("from"),
        id: None,
        lang: value("xml:lang"),
        version: value("version"),
        content: Text::fixed(ns::CLIENT),
    }
}
