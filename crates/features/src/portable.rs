//! Accounts that move: what every feature writes of an account, and what it reads of one that comes
//! from elsewhere. The format is XEP-0227; each feature owns its part of it.
//!
//! What is written are the rows that the tables declare for export, so that nothing is forgotten: a
//! table whose rows no [`Part`] writes is in [`STAYS`] with the reason, or says itself why it has
//! nothing to tell. Archives are too large for this and go row by row ([`crate::archive::portable`]).

use crate::arrival::Arrival;
use crate::{
    Fault, announce, archive, blocking, bookmarks, invitations, last_activity, login, offline, private, pubsub, push,
    reports, roster, staff, upload, vcard,
};
use data_encoding::BASE64;
use store::{Export, Row, Table, Value, View};
use xmpp::{Element, Writer, ns};

/// What one feature knows of an account that moves.
pub struct Part {
    /// What it is called where it is counted.
    pub name: &'static str,
    /// The tables it writes.
    pub tables: &'static [&'static Table],
    /// The children of `<user/>` that it reads, by name and namespace. Several parts may read one.
    pub takes: &'static [(&'static str, &'static str)],
    /// Writes children of `<user/>`.
    pub write: fn(&Going<'_>, &mut Writer) -> Result<(), Fault>,
    /// Reads one of them.
    pub read: fn(&mut Arrival<'_>, &Element<'_>),
}

/// An account on its way out, as a part sees it.
pub struct Going<'a> {
    /// The exported rows of each of the part's tables.
    pub rows: &'a [Vec<Row>],
    /// Where there may be more.
    pub view: &'a View,
    /// Its row.
    pub account: i64,
    /// Nothing older is shown of archives, in microseconds since 1970.
    pub cutoff_micros: i64,
}

/// The parts, in the order in which they are written.
pub const PARTS: &[&Part] = &[
    &login::portable::ACCOUNT,
    &login::portable::KEYS,
    &roster::portable::PART,
    &vcard::portable::PART,
    &blocking::portable::PART,
    &archive::portable::PREFERENCES,
    &private::portable::PART,
    &pubsub::portable::PART,
    &pubsub::portable::AT_SERVICE,
    &bookmarks::portable::PART,
    &offline::portable::PART,
];

/// Tables whose rows are shown to the person and do not move, with the reason.
pub const STAYS: &[(&Table, &str)] = &[
    (&login::table::FAST_TOKEN, "a token opens an account only where it was made"),
    (&push::table::PUSH, "a phone asks for it anew when it connects"),
    (&login::table::DEVICE, "a client is met anew when it logs in"),
    (&invitations::table::INVITATION, "an invitation leads to the service that it was made for"),
    (&invitations::table::INVITED, "who came by whose invitation is the affair of the service they came to"),
    (&announce::table::SEEN, "a notice is of the service that made it"),
    (&last_activity::table::AWAY, "contacts ask the service where the account is now"),
    (&roster::table::REMOVED, "devices fetch the whole contact list from a new service"),
    (&reports::table::REPORT, "a report is the affair of the service where it was made"),
    (&staff::table::STAFF, "who runs a service is decided where it is"),
    (&upload::table::FILE, "files are fetched from where they are until their time is over"),
    (&reports::table::EVIDENCE, "a report is the affair of the service where it was made"),
];

/// For whom an account is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// For a service that shall take its place: with the keys to log in there.
    Move,
    /// For the person, to look at: without keys.
    Copy,
}

/// Writes what an account has, but for its archive, as children of `<user/>` (XEP-0227 §4.2).
///
/// # Errors
/// When the store says no.
pub fn write(view: &View, account: i64, purpose: Purpose, cutoff_micros: i64, w: &mut Writer) -> Result<(), Fault> {
    for part in PARTS {
        let rows: Result<Vec<Vec<Row>>, Fault> =
            part.tables.iter().map(|table| rows(view, table, account, purpose)).collect();
        (part.write)(&Going { rows: &rows?, view, account, cutoff_micros }, w)?;
    }
    for (table, _) in STAYS {
        show(table, &rows(view, table, account, purpose)?, w);
    }
    Ok(())
}

/// Reads a child of `<user/>`. What nobody here knows is counted as left behind (XEP-0227 §4).
pub fn read(arrival: &mut Arrival<'_>, child: &Element<'_>) {
    if child.is("rows", ns::PORTABLE) {
        return left_there(arrival, child);
    }
    let readers = PARTS.iter().filter(|part| part.takes.iter().any(|(name, ns)| child.is(name, ns)));
    let mut is_known = false;
    for part in readers {
        (part.read)(arrival, child);
        is_known = true;
    }
    if !is_known {
        let what = format!("<{} xmlns='{}'/>", child.name(), child.ns());
        arrival.tally.leave(what, "nothing here knows what it is");
    }
}

fn rows(view: &View, table: &Table, account: i64, purpose: Purpose) -> Result<Vec<Row>, Fault> {
    match (table.export, purpose) {
        (Export::Rows(sql), _) | (Export::Moving { sql, .. }, Purpose::Move) => view.query(sql, vec![account.into()]),
        (Export::Moving { .. } | Export::No(_), _) => Ok(Vec::new()),
    }
}

/// Writes rows for which nobody but us has a form.
pub fn show(table: &Table, rows: &[Row], w: &mut Writer) {
    if rows.is_empty() {
        return;
    }
    w.open("rows", ns::PORTABLE).attr("of", table.name).attr("holds", table.holds);
    for row in rows {
        w.open("row", ns::PORTABLE);
        for value in row.values() {
            match value {
                Value::Null => w.empty("null", ns::PORTABLE),
                Value::Int(value) => w.leaf("int", ns::PORTABLE, &value.to_string()),
                Value::Text(text) => w.leaf("text", ns::PORTABLE, text),
                Value::Blob(bytes) => w.leaf("bytes", ns::PORTABLE, &BASE64.encode(bytes)),
            };
        }
        w.close();
    }
    w.close();
}

fn left_there(arrival: &mut Arrival<'_>, rows: &Element<'_>) {
    let of = rows.attr("of").unwrap_or_default();
    let known = STAYS.iter().find(|(table, _)| table.name == of);
    let of_service = PARTS.iter().flat_map(|part| part.tables).any(|table| table.name == of);
    let why = match known {
        Some((_, why)) => why,
        None if of_service => "what somebody has at a service stays there",
        None => "nothing here knows what it is",
    };
    rows.children().for_each(|_| arrival.tally.leave(format!("row of {of}"), why));
}
