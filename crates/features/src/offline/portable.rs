//! Messages that nobody has fetched, when their account moves (XEP-0227 §4.5).

use super::{FLOOD, table};
use crate::Fault;
use crate::archive::portable::without_old_ids;
use crate::archive::{CLASS, SENT};
use crate::arrival::Arrival;
use crate::portable::{Going, Part};
use bytes::Bytes;
use store::{PageError, PageRequest};
use xmpp::{Element, Kind, Stanza, Writer, ns, time};

/// What waits. It is read by [`read`], since what is in the archive as well must not be there twice.
pub const PART: Part =
    Part { name: "messages that wait", tables: &[&table::MESSAGE], takes: &[], write, read: |_, _| {} };

/// Whether a message that waits is also somewhere else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// It is in the archive that comes with it, where it was received at this moment.
    Archive(i64),
    /// It is not.
    Nowhere,
}

/// What waits in the archive behind the cursor, and what no archive keeps.
fn write(going: &Going<'_>, w: &mut Writer) -> Result<(), Fault> {
    let state = going.view.query(table::WAITING_SQL, vec![going.account.into()])?;
    let reached = state.first().map_or(Ok(0), |row| row.int(0))?;
    let request = PageRequest {
        archive: going.account,
        class: CLASS,
        start_micros: Some(reached.saturating_add(1)),
        max: usize::try_from(FLOOD.default).unwrap_or(usize::MAX),
        cutoff_micros: going.cutoff_micros,
        ..PageRequest::default()
    };
    let page = going.view.page(&request).map_err(|error| match error {
        PageError::Fault(fault) => fault,
        PageError::Unknown => Fault("a page without a place cannot be missed".into()),
    })?;
    let archived = page.rows.into_iter().filter(|row| row.flags & SENT == 0).map(|row| (row.at_micros, row.body));
    let unkept = going.rows[0].iter().map(|row| Ok((row.int(0)?, row.blob(1)?)));
    let mut waiting: Vec<(i64, Bytes)> = archived.map(Ok).chain(unkept).collect::<Result<_, Fault>>()?;
    if waiting.is_empty() {
        return Ok(());
    }
    // §4.5: starting with the oldest.
    waiting.sort_by_key(|(at, _)| *at);
    w.open("offline-messages", ns::PIE);
    for (at, body) in waiting {
        let Some(stanza) = std::str::from_utf8(&body).ok().and_then(Stanza::read) else { continue };
        let mut delay = Writer::new();
        delay.open("delay", ns::DELAY).attr("stamp", &time::write(at));
        let mut bytes = Vec::new();
        stanza.write_as(stanza.to.as_ref(), &delay.finish(), Some(ns::CLIENT), &mut bytes);
        w.raw(&bytes);
    }
    w.close();
    Ok(())
}

/// Reads a message that waits.
pub fn read(arrival: &mut Arrival<'_>, message: &Element<'_>, place: Place) {
    // The last delay is the server's that kept it (XEP-0203 §3).
    let delays = message.children().filter(|child| child.is("delay", ns::DELAY));
    let stamp = delays.last().and_then(|delay| delay.attr("stamp")).and_then(|stamp| time::parse(&stamp));
    let stanza = Stanza::read(message.raw()).filter(|stanza| matches!(stanza.kind, Kind::Message(_)));
    let (Some(at), Some(stanza)) = (stamp, stanza) else {
        return arrival.tally.leave(PART.name, "there is no message with a date in it");
    };
    let at = at.min(arrival.now);
    match place {
        Place::Nowhere => {
            let mut body = Vec::new();
            let stanza = without_old_ids(arrival, stanza).without(|child| is_stamp(child, at));
            stanza.write(Some(ns::CLIENT), &mut body);
            arrival.run(table::KEEP_SQL, [at.into(), Bytes::from(body).into()]);
        }
        Place::Archive(at) => arrival.waits_since = Some(arrival.waits_since.map_or(at, |since| since.min(at))),
    }
    arrival.tally.carry(PART.name);
}

/// What the server that kept it added, and we will add again.
fn is_stamp(child: &Element<'_>, at: i64) -> bool {
    child.is("delay", ns::DELAY) && child.attr("stamp").and_then(|stamp| time::parse(&stamp)) == Some(at)
}

/// Sets how far the account's clients have come: up to the oldest message that waits. Call it when all
/// of them are read.
pub fn reach(arrival: &mut Arrival<'_>) {
    let reached = arrival.waits_since.map_or(arrival.now, |since| since - 1);
    arrival.run(table::SAVE_SQL, [reached.into()]);
}
