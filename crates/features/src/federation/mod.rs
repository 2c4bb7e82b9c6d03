//! Other services: what waits for a domain, for how long, and what people are told when it cannot be
//! reached (RFC 6120 §10.4).
//!
//! The way to a domain ([`Way`]) has one owner here, which knows whether there is a link and what came of
//! the last attempt ([`remote`]). What is worth keeping also lies in the store until the other side has it
//! ([`table`]). What a service was like is remembered for operators ([`Records`]).

mod record;
pub mod remote;
pub mod table;
mod way;

pub use record::{Record, Records};
pub use remote::{Made, Remote, Trouble};
pub use way::Way;

use crate::Fault;
use crate::feature::{Document, Done, Feature, Limit, Spec};
use std::num::NonZeroU64;
use store::Store;
use xmpp::{Jid, Stanza};

/// What RFC 6120 says of talking to other services.
pub const FEATURE: Feature = Feature {
    name: "federation",
    summary: "Carries stanzas to other services and back.",
    specs: &[Spec {
        document: Document::Rfc(6120),
        version: "",
        done: Done::Partial("several domains on one stream that we open"),
    }],
    disco: &[],
    limits: &[&WAITING_BYTES, &PATIENCE_SECONDS, &record::RECORDS, &record::RECORD_DAYS],
    tables: &[&table::OUTBOX, &record::RECORD],
    iqs: &[],
};

/// How much waits for one domain.
pub const WAITING_BYTES: Limit = Limit {
    name: "federation-waiting-bytes",
    default: 2_097_152,
    unit: "bytes",
    reason: "A domain that is slow or away must not fill the memory; some thousand messages fit.",
    sentence: "Too much is waiting for that service already. Please try again later.",
};

/// How long messages wait for a domain that cannot be reached.
pub const PATIENCE_SECONDS: Limit = Limit {
    name: "federation-patience-seconds",
    default: 600,
    unit: "seconds",
    reason: "A restart over there takes a minute; after ten the sender should know that nobody read it.",
    sentence: "That service could not be reached in time.",
};

/// What waited on one way when the server stopped, oldest first, with the rows' numbers; its name.
pub type Backlog = (Jid, Vec<(NonZeroU64, Stanza)>);

/// What waited for each domain when the server stopped.
///
/// # Errors
/// When the store says no.
pub async fn waiting(store: &Store) -> Result<Vec<Backlog>, Fault> {
    let mut backlogs: Vec<Backlog> = Vec::new();
    for row in store.query(table::ALL, Vec::new()).await? {
        let (domain, number, stanza) = (row.text(0)?, row.int(1)?, row.blob(2)?);
        let damaged = || Fault(format!("row {number} for {domain} in the outbox is damaged"));
        let stanza = std::str::from_utf8(&stanza).ok().and_then(Stanza::read).ok_or_else(damaged)?;
        let number = u64::try_from(number).ok().and_then(NonZeroU64::new).ok_or_else(damaged)?;
        match backlogs.last_mut().filter(|(last, _)| last.as_str() == domain) {
            Some((_, stanzas)) => stanzas.push((number, stanza)),
            None => backlogs.push((Jid::parse(domain).map_err(|_| damaged())?, vec![(number, stanza)])),
        }
    }
    Ok(backlogs)
}
