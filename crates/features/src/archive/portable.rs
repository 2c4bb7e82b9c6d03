//! Archives that move, message by message (XEP-0227 §4.11), and the preferences with them.

use super::preferences::{self, Default, Preferences};
use super::{CLASS, Id, SENT, table};
use crate::Fault;
use crate::arrival::Arrival;
use crate::portable::{Going, Part};
use crate::service::Secrets;
use bytes::Bytes;
use store::{Append, ArchiveRow, PageError, PageRequest, View};
use xmpp::{Element, Kind, Stanza, Writer, ns, time};

/// What an account wants kept, if it chose (XEP-0441).
pub const PREFERENCES: Part = Part {
    name: "archive preferences",
    tables: &[&table::PREFERENCES],
    takes: &[("prefs", ns::MAM)],
    write: write_preferences,
    read: read_preferences,
};

/// Messages read at a time, and their bytes: what writing an archive takes in memory.
const PAGE: usize = 500;
const PAGE_BYTES: usize = 4 * 1024 * 1024;

const KIND: &str = "messages";

fn write_preferences(going: &Going<'_>, w: &mut Writer) -> Result<(), Fault> {
    for row in &going.rows[0] {
        w.raw(&Preferences::chosen(row, Default::Roster)?.write());
    }
    Ok(())
}

fn read_preferences(arrival: &mut Arrival<'_>, prefs: &Element<'_>) {
    match preferences::read(prefs, usize::MAX) {
        Ok(wanted) => {
            arrival.run(table::SET_PREFERENCES_SQL, wanted.values());
            arrival.tally.carry(PREFERENCES.name);
        }
        Err(_) => arrival.tally.leave(PREFERENCES.name, "they name no default, or something that is no address"),
    }
}

/// The next messages of an archive behind the number `after`, as `<result/>` elements, oldest first;
/// none when there are no more. Returns them with the number of the last one.
///
/// # Errors
/// When the store says no.
pub fn write(
    view: &View,
    secrets: &Secrets,
    archive: i64,
    after: Option<u64>,
    cutoff_micros: i64,
) -> Result<Option<(Bytes, u64)>, Fault> {
    let request = PageRequest {
        archive,
        class: CLASS,
        after: after.into_iter().collect(),
        max: PAGE,
        bytes_max: Some(PAGE_BYTES),
        cutoff_micros,
        ..PageRequest::default()
    };
    let page = match view.page(&request) {
        Ok(page) => page,
        // The row that was written last has expired since, and with it the ones before.
        Err(PageError::Unknown) => return write(view, secrets, archive, None, cutoff_micros.max(after_micros(after))),
        Err(PageError::Fault(fault)) => return Err(fault),
    };
    let Some(last) = page.rows.last().map(|row| row.number) else { return Ok(None) };
    let mut w = Writer::new();
    page.rows.iter().for_each(|row| write_result(row, archive, secrets, &mut w));
    Ok(Some((w.finish(), last)))
}

/// A number is never smaller than the moment of its row.
fn after_micros(after: Option<u64>) -> i64 {
    after.map_or(i64::MIN, |number| i64::try_from(number).unwrap_or(i64::MAX).saturating_add(1))
}

/// As a query of the account itself would show it (XEP-0313 §4.2).
fn write_result(row: &ArchiveRow, archive: i64, secrets: &Secrets, w: &mut Writer) {
    w.open("result", ns::MAM).attr("id", &Id { archive, number: row.number }.encode(secrets));
    w.open("forwarded", ns::FORWARD);
    w.open("delay", ns::DELAY).attr("stamp", &time::write(row.at_micros)).close();
    w.raw(&row.body).close().close();
}

/// The row of a `<result/>`; none for what is not kept, which is counted. It will have an id of ours:
/// the old one means nothing here.
pub fn read(arrival: &mut Arrival<'_>, result: &Element<'_>) -> Option<Append> {
    let read = result.child("forwarded", ns::FORWARD).and_then(|forwarded| {
        let stamp = forwarded.child("delay", ns::DELAY)?.attr("stamp").and_then(|stamp| time::parse(&stamp));
        Some((forwarded.child("message", ns::CLIENT)?, stamp?))
    });
    let Some((message, at_micros)) = read else {
        arrival.tally.leave(KIND, "there is no message with a date in it");
        return None;
    };
    // Whoever wrote the date, nothing was received tomorrow.
    let at_micros = at_micros.min(arrival.now);
    if at_micros < super::cutoff(arrival.service, arrival.now) {
        let why = format!("they are older than the {} days of archives here", arrival.service.archive_days);
        arrival.tally.leave(KIND, why);
        return None;
    }
    let Some(stanza) = Stanza::read(message.raw()).filter(|stanza| matches!(stanza.kind, Kind::Message(_))) else {
        arrival.tally.leave(KIND, "there is no message with a date in it");
        return None;
    };
    arrival.tally.carry(KIND);
    Some(append(arrival, stanza, at_micros))
}

/// What the account's old server called the message means nothing here, and would pass for ours.
pub fn without_old_ids(arrival: &Arrival<'_>, stanza: Stanza) -> Stanza {
    let own = arrival.jid.as_str();
    stanza.without(|child| child.is("stanza-id", ns::STANZA_ID) && child.attr("by").is_some_and(|by| by == own))
}

fn append(arrival: &Arrival<'_>, stanza: Stanza, at_micros: i64) -> Append {
    // RFC 6120 §8.1.2.1: without an address it comes from, or goes to, the account itself.
    let from = stanza.from.clone().unwrap_or_else(|| arrival.jid.clone());
    let to = stanza.to.clone().unwrap_or_else(|| arrival.jid.clone());
    let own = arrival.jid.as_str();
    let sent = from.bare_str() == own && to.bare_str() != own;
    let peer = if sent { to } else { from };
    let mut body = Vec::new();
    without_old_ids(arrival, stanza).write(Some(ns::CLIENT), &mut body);
    Append {
        archive: arrival.account,
        class: CLASS,
        at_micros,
        peer: peer.bare_str().into(),
        resource: peer.resource().unwrap_or_default().into(),
        flags: if sent { SENT } else { 0 },
        body: Bytes::from(body),
    }
}
