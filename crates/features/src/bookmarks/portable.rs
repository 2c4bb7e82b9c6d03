//! The old list of bookmarks, when an account moves in with one: each room becomes an item of its own.

use super::{OLD_ID, wire};
use crate::arrival::Arrival;
use crate::portable::Part;
use crate::pubsub;
use xmpp::{Element, Jid, Writer, ns};

/// The list as the only item of a node (XEP-0048 §3). What is kept are items, which another part writes.
pub const PART: Part = Part {
    name: "bookmarks of older clients",
    tables: &[],
    takes: &[("pubsub", ns::PUBSUB)],
    write: |_, _| Ok(()),
    read: read_node,
};

fn read_node(arrival: &mut Arrival<'_>, pubsub: &Element<'_>) {
    let nodes = pubsub.children().filter(|items| items.attr("node").is_some_and(|node| node == ns::OLD_BOOKMARKS));
    for item in nodes.flat_map(|items| items.children()) {
        let at = pubsub::portable::published(arrival, &item);
        item.children().for_each(|list| read(arrival, &list, at));
    }
}

/// Reads the list (XEP-0048 §2). A room that has an item already keeps it: servers that know both forms
/// hold them in step, and the newer form says more.
pub fn read(arrival: &mut Arrival<'_>, list: &Element<'_>, at: i64) {
    let mut rest = Writer::new();
    rest.open("storage", ns::OLD_BOOKMARKS);
    let mut has_rest = false;
    for line in list.children() {
        if !line.is("conference", ns::OLD_BOOKMARKS) {
            rest.raw(line.raw().as_bytes());
            has_rest = true;
            continue;
        }
        let address = line.attr("jid").unwrap_or_default();
        let (Ok(jid), Some(bookmark)) = (Jid::parse(address.trim()), wire::from_old(&line, None)) else {
            arrival.tally.leave("bookmark", format!("{address:?} is no address"));
            continue;
        };
        pubsub::portable::put(arrival, ns::BOOKMARKS, jid.bare_str(), at, bookmark);
        arrival.tally.carry(PART.name);
    }
    if has_rest {
        pubsub::portable::put(arrival, ns::OLD_BOOKMARKS, OLD_ID, at, rest.finish());
    }
}
