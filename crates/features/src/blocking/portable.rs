//! A block list that moves. XEP-0227 knows of privacy lists only (§4.8); ours is written as XEP-0191
//! shows it, as others do.

use super::table::{BLOCK_SQL, BLOCKED};
use super::{Blocklist, wire};
use crate::Fault;
use crate::arrival::Arrival;
use crate::portable::{Going, Part};
use xmpp::{Element, Jid, Writer, ns};

/// The block list, and what privacy lists say of the same kind.
pub const PART: Part = Part {
    name: "blocked addresses",
    tables: &[&BLOCKED],
    takes: &[("blocklist", ns::BLOCKING), ("query", ns::PRIVACY)],
    write,
    read,
};

fn write(going: &Going<'_>, w: &mut Writer) -> Result<(), Fault> {
    let list = Blocklist::read(&going.rows[0])?;
    if !list.is_empty() {
        w.raw(&wire::write("blocklist", &list));
    }
    Ok(())
}

fn read(arrival: &mut Arrival<'_>, element: &Element<'_>) {
    if element.ns() == ns::PRIVACY {
        return read_privacy(arrival, element);
    }
    for item in element.children().filter(|item| item.is("item", ns::BLOCKING)) {
        block(arrival, &item.attr("jid").unwrap_or_default());
    }
}

fn block(arrival: &mut Arrival<'_>, address: &str) {
    match Jid::parse(address.trim()) {
        Ok(jid) if jid.bare_str() == arrival.jid.as_str() => {
            arrival.tally.leave("blocked address", "nobody blocks their own account");
        }
        Ok(jid) => {
            arrival.run(BLOCK_SQL, [jid.as_str().into()]);
            arrival.tally.carry(PART.name);
        }
        Err(_) => arrival.tally.leave("blocked address", format!("{address:?} is no address")),
    }
}

/// Of privacy lists (XEP-0016) only what is a plain block of the default list has a meaning here.
fn read_privacy(arrival: &mut Arrival<'_>, query: &Element<'_>) {
    let default = query.child("default", ns::PRIVACY).and_then(|default| default.attr("name"));
    for list in query.children().filter(|list| list.is("list", ns::PRIVACY)) {
        if list.attr("name") != default {
            arrival.tally.leave("privacy list", "it was not the default, and there are block lists instead");
            continue;
        }
        for item in list.children().filter(|item| item.is("item", ns::PRIVACY)) {
            match Rule::of(&item) {
                Rule::Blocks(address) => block(arrival, &address),
                // What nothing else decides is allowed here too.
                Rule::AllowsAll => {}
                Rule::Other => arrival.tally.leave("privacy rule", "it does more or less than block an address"),
            }
        }
    }
}

enum Rule {
    Blocks(String),
    AllowsAll,
    Other,
}

impl Rule {
    /// XEP-0016 §2.1. Without children an item is about stanzas of every kind.
    fn of(item: &Element<'_>) -> Rule {
        let is = |name: &str, value: &str| item.attr(name).is_some_and(|found| found == value);
        if !matches!(item.children().count(), 0 | 4) {
            return Rule::Other;
        }
        match item.attr("value") {
            Some(address) if is("type", "jid") && is("action", "deny") => Rule::Blocks(address.into_owned()),
            None if is("action", "allow") => Rule::AllowsAll,
            _ => Rule::Other,
        }
    }
}
