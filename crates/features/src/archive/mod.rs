//! The archive (XEP-0313): the messages of an account, kept on the server, so that every device can
//! catch up and scroll back.
//!
//! A message is kept once for each account that it concerns, as the bytes that were sent or
//! received ([`keep`]), if the account wants it ([`preferences`]). Its number is taken when it
//! is committed, and what clients see of the number is an encrypted block ([`id`]). Queries are
//! read beside the owner ([`fetch`]), from what [`filter`] made of the request. What is retracted or moderated
//! makes way for a tombstone ([`tombstone()`]). Nothing older than
//! the service's retention is ever shown; the files behind it follow by [`expire`].

mod fetch;
mod filter;
pub mod id;
mod keep;
pub mod portable;
pub mod preferences;
pub mod table;
mod tombstone;

pub use fetch::{Edge, Fetch, FetchMetadata, extent, metadata_of, query_of};
pub use filter::fields_of;
pub use id::Id;
pub use keep::{keep_received, keep_sent};
pub use preferences::{Default, Preferences};
pub use tombstone::{buried, tombstone};

use crate::feature::{Feature, Place, Spec};
use crate::iq::{At, IqHandler, Verb};
use crate::service::Service;
use crate::{Fault, stanza_ids};
use bytes::Bytes;
use store::Store;
use xmpp::{Jid, Kind, MessageType, Stanza, ns};

/// XEP-0313, the preferences of XEP-0441, and what they rest on.
pub const FEATURE: Feature = Feature {
    name: "archive",
    summary: "Keeps messages on the server for a while, so that every device of a person can catch up.",
    specs: &[
        Spec::xep(313, "1.1.3"),
        Spec::xep(441, "0.2.0"),
        Spec::xep_without(59, "1.0", "counting, which would cost as much as reading"),
        Spec::xep(82, "1.1.1"),
        Spec::xep(203, "2.0"),
        Spec::xep(297, "1.0"),
        Spec::xep(334, "1.0.0"),
    ],
    disco: &[
        // XEP-0313 §7: where the archive is, not where the service is.
        (Place::Account, ns::MAM),
        (Place::Account, ns::MAM_EXTENDED),
        (Place::Account, ns::MAM_GROUPCHAT_FIELD),
        (Place::Account, ns::RSM),
        (Place::Room, ns::MAM),
        (Place::Room, ns::MAM_EXTENDED),
        // Compat: Profanity 0.13 looks at the domain alone, and asks its account's archive then. Until
        // Debian 12 is gone (2028-06).
        (Place::Domain, ns::MAM),
    ],
    limits: &[&filter::PAGE, &filter::PAGE_BYTES, &filter::IDS, &preferences::LISTED],
    tables: &[&table::PREFERENCES],
    // Deviates: XEP-0313 §8.1 would refuse a stranger with `forbidden`. Like everything that only
    // the owner may ask, this is answered as for an account that does not exist, so that nobody
    // finds out which names are taken (RFC 6121 §8.5.1).
    iqs: &[
        IqHandler { ns: ns::MAM, name: "query", verb: Verb::Set, at: At::OwnAccount, run: fetch::query },
        IqHandler { ns: ns::MAM, name: "query", verb: Verb::Get, at: At::OwnAccount, run: fetch::fields },
        IqHandler { ns: ns::MAM, name: "metadata", verb: Verb::Get, at: At::OwnAccount, run: fetch::metadata },
        IqHandler { ns: ns::MAM, name: "prefs", verb: Verb::Get, at: At::OwnAccount, run: preferences::get },
        IqHandler { ns: ns::MAM, name: "prefs", verb: Verb::Set, at: At::OwnAccount, run: preferences::set },
    ],
};

/// The store's set of files that holds accounts' archives.
pub const CLASS: u8 = 0;

/// And that which holds those of rooms.
pub const ROOMS: u8 = 1;

/// An archive that is asked.
pub struct Of<'a> {
    /// Whose it is.
    pub jid: &'a Jid,
    /// Its number in the store.
    pub archive: i64,
    /// Its set of files.
    pub class: u8,
    /// Whether the asker learns who sent what lies in it.
    pub senders: Senders,
    /// The service.
    pub service: &'a Service,
    /// Microseconds since 1970.
    pub now: i64,
}

/// Whether somebody who reads an archive learns who sent what lies in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Senders {
    /// It stands in the messages.
    AsKept,
    /// The addresses behind nicknames are added (XEP-0313 §6.1.2).
    Shown,
    /// They are not to be found out.
    Hidden,
}

/// The flag of rows that the account sent. The others it received, those from itself included.
pub const SENT: u32 = 1;

const DAY_MICROS: i64 = 86_400_000_000;

/// The moment before which nothing is shown any more, in microseconds since 1970.
pub fn cutoff(service: &Service, now: i64) -> i64 {
    now.saturating_sub(i64::from(service.archive_days).saturating_mul(DAY_MICROS))
}

/// Unlinks the files of which nothing is shown any more. Returns how many; call it now and then.
///
/// # Errors
/// When the disk says no.
pub fn expire(store: &Store, service: &Service, now: i64) -> Result<usize, Fault> {
    let cutoff = cutoff(service, now);
    Ok(store.drop_expired(CLASS, cutoff)? + store.drop_expired(ROOMS, cutoff)?)
}

/// The canonical `<stanza-id/>` of a row (XEP-0313 §3.5), for copies that go to the account itself
/// and nobody else. `archive` is the row of the account `by`, `number` comes from the receipt.
pub fn stamp(service: &Service, by: &Jid, archive: i64, number: u64) -> Bytes {
    stanza_ids::element(by, &Id { archive, number }.encode(&service.secrets))
}

/// The type of a message.
pub fn message_type(stanza: &Stanza) -> MessageType {
    match stanza.kind {
        Kind::Message(message_type) => message_type,
        _ => MessageType::Normal,
    }
}
