//! Private storage that moves (XEP-0227 §4.6).

use super::id;
use crate::arrival::Arrival;
use crate::portable::{Going, Part};
use crate::{Fault, bookmarks, pubsub};
use bytes::Bytes;
use xmpp::{Element, Writer, ns};

/// The elements, one of each name. They are items of a node, whose table another part writes.
pub const PART: Part = Part { name: "private elements", tables: &[], takes: &[("query", ns::PRIVATE)], write, read };

fn write(going: &Going<'_>, w: &mut Writer) -> Result<(), Fault> {
    let elements = pubsub::portable::payloads(going, ns::PRIVATE)?;
    if !elements.is_empty() {
        w.open("query", ns::PRIVATE);
        for element in &elements {
            w.raw(element);
        }
        w.close();
    }
    Ok(())
}

fn read(arrival: &mut Arrival<'_>, query: &Element<'_>) {
    for element in query.children() {
        if element.is("storage", ns::OLD_BOOKMARKS) {
            let now = arrival.now;
            bookmarks::portable::read(arrival, &element, now);
        } else if element.ns() == ns::PRIVATE {
            arrival.tally.leave("private element", "it has no namespace of its own");
        } else {
            let payload = Bytes::copy_from_slice(element.raw().as_bytes());
            pubsub::portable::put(arrival, ns::PRIVATE, &id(&element), arrival.now, payload);
            arrival.tally.carry(PART.name);
        }
    }
}
