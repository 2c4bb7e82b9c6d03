//! A contact list that moves, with the requests that wait (XEP-0227 §4.4, §4.9).

use super::contacts::{Contact, SEPARATOR};
use super::state::State;
use super::{GROUP_BYTES, GROUPS, NAME_BYTES, REQUEST_BYTES, table, wire};
use crate::Fault;
use crate::arrival::Arrival;
use crate::feature::Limit;
use crate::portable::{Going, Part};
use bytes::Bytes;
use xmpp::{Element, Jid, Kind, PresenceType, Stanza, Writer, ns};

/// Items and requests.
pub const PART: Part = Part {
    name: "contacts",
    tables: &[&table::ITEM, &table::REQUEST],
    takes: &[("query", ns::ROSTER), ("presence", ns::CLIENT)],
    write,
    read,
};

const WAITING: &str = "contact requests";

/// The version of a roster that just came: no device knows an earlier one.
const FIRST_VERSION: i64 = 1;

fn write(going: &Going<'_>, w: &mut Writer) -> Result<(), Fault> {
    if !going.rows[0].is_empty() {
        w.open("query", ns::ROSTER);
        for row in &going.rows[0] {
            let mut state = State::of_subscription(row.text(3)?).unwrap_or_default();
            if row.int(4)? != 0 {
                state = state.with(State::ASKED);
            }
            if row.int(5)? != 0 {
                state = state.with(State::APPROVED);
            }
            wire::write_item(&Contact::item(row.text(0)?, row.text(1)?, row.text(2)?, state, 0), w);
        }
        w.close();
    }
    for row in &going.rows[1] {
        let stanza = row.blob(1)?;
        if let Some(request) = std::str::from_utf8(&stanza).ok().and_then(Stanza::read) {
            let mut bytes = Vec::new();
            request.write(Some(ns::CLIENT), &mut bytes);
            w.raw(&bytes);
        }
    }
    Ok(())
}

fn read(arrival: &mut Arrival<'_>, element: &Element<'_>) {
    if element.ns() == ns::CLIENT {
        return read_request(arrival, element);
    }
    for item in element.children().filter(|item| item.is("item", ns::ROSTER)) {
        read_item(arrival, &item);
    }
    arrival.run(table::SAVE_VERSION, [FIRST_VERSION.into(), FIRST_VERSION.into()]);
}

fn read_item(arrival: &mut Arrival<'_>, item: &Element<'_>) {
    let address = item.attr("jid").unwrap_or_default();
    let Ok(jid) = Jid::parse(address.trim()) else {
        return arrival.tally.leave("contact", format!("{address:?} is no address"));
    };
    if jid.bare_str() == arrival.jid.as_str() {
        return arrival.tally.leave("contact", "it is the account itself");
    }
    let subscription = item.attr("subscription").unwrap_or_default();
    let Some(mut state) = State::of_subscription(if subscription.is_empty() { "none" } else { &subscription }) else {
        return arrival.tally.leave("contact", format!("{subscription:?} is no subscription"));
    };
    // RFC 6121 §A.1: who sees the other does not ask for it.
    if item.attr("ask").is_some_and(|ask| ask == "subscribe") && !state.has(State::TO) {
        state = state.with(State::ASKED);
    }
    if item.attr("approved").is_some_and(|approved| approved == "true" || approved == "1") {
        state = state.with(State::APPROVED);
    }
    let jid = jid.bare();
    let name = cut(arrival, &NAME_BYTES, &item.attr("name").unwrap_or_default());
    let groups = groups(arrival, item);
    let flag = |bit| i64::from(state.has(bit)).into();
    arrival.run(
        table::SAVE_ITEM,
        [
            jid.as_str().into(),
            name.into(),
            groups.into(),
            state.subscription().into(),
            flag(State::ASKED),
            flag(State::APPROVED),
            FIRST_VERSION.into(),
        ],
    );
    if state.has(State::FROM) {
        // Granted meanwhile.
        arrival.run(table::DELETE_REQUEST, [jid.as_str().into()]);
    }
    arrival.tally.carry(PART.name);
}

fn groups(arrival: &Arrival<'_>, item: &Element<'_>) -> String {
    let names = item.children().filter(|child| child.is("group", ns::ROSTER)).map(|group| group.text());
    let mut groups: Vec<String> = names.map(|name| cut(arrival, &GROUP_BYTES, &name)).collect();
    groups.retain(|group| !group.is_empty());
    groups.sort_unstable();
    groups.dedup();
    groups.truncate(arrival.service.limits.count(&GROUPS));
    groups.join(SEPARATOR.encode_utf8(&mut [0; 4]))
}

/// As much of a text as a client could have sent us.
fn cut(arrival: &Arrival<'_>, limit: &Limit, text: &str) -> String {
    let mut cut: String = text.chars().filter(|c| !c.is_control()).collect();
    let mut end = cut.len().min(arrival.service.limits.count(limit));
    while !cut.is_char_boundary(end) {
        end -= 1;
    }
    cut.truncate(end);
    cut
}

/// RFC 6121 §3.1.3.
fn read_request(arrival: &mut Arrival<'_>, presence: &Element<'_>) {
    let stanza = Stanza::read(presence.raw()).filter(|stanza| stanza.kind == Kind::Presence(PresenceType::Subscribe));
    let Some((stanza, from)) = stanza.and_then(|stanza| Some((stanza.clone(), stanza.from?.bare()))) else {
        return arrival.tally.leave("presence", "it is no contact request with an address");
    };
    let mut stanza = stanza.with_from(Some(from.clone())).with_to(Some(arrival.jid.clone()));
    if presence.raw().len() > arrival.service.limits.count(&REQUEST_BYTES) {
        stanza = stanza.with_inner(Bytes::new()).with_id(None);
    }
    let mut bytes = Vec::new();
    stanza.write(None, &mut bytes);
    let received = arrival.now + arrival.next_number();
    arrival.run(table::REQUEST_ARRIVED, [from.as_str().into(), Bytes::from(bytes).into(), received.into()]);
    arrival.tally.carry(WAITING);
}
