//! Streams between servers (RFC 6120, XEP-0220, XEP-0288): what their drivers hold.
//!
//! A domain that connects to us is [`Incoming`], one that we call is [`Outgoing`]. Stanzas go from
//! whoever opened the stream to whoever answered, and back only where both agreed on it (XEP-0288).
//! Before a domain has proved who it is no stanza is looked at, and afterwards only those of the
//! pairs of domains that were proved.

mod ask;
mod dialback;
mod features;
mod incoming;
mod line;
mod outgoing;
mod pairs;

pub(crate) use dialback::domain;

pub use ask::{Acks, Broken, Claim, End, Errand, Event, Limits, Pair, Ready};
pub use incoming::Incoming;
pub use outgoing::Outgoing;

use bytes::Bytes;
use xmpp::Jid;

/// What all streams between servers share. A reload makes a new one.
#[derive(Clone)]
pub struct Settings {
    /// The domains served here: the service's own first, then those of its parts.
    pub hosts: Vec<Jid>,
    /// Bytes of one stanza once a domain is proved (RFC 6120 §13.12).
    pub stanza_bytes_max: usize,
    /// Told to peers (XEP-0478): the stream may be closed after this many silent seconds.
    pub idle_seconds: u32,
    /// Told to peers (XEP-0198 §3): how long they may come back to a stream that broke; none if never.
    pub resume_seconds: Option<u32>,
    /// Failed proofs on one stream before it is closed, if none was good.
    pub attempts_max: u32,
    /// Pairs of domains on one stream (XEP-0220 §2.6).
    pub pairs_max: usize,
    /// Of which the keys of dialback are made (XEP-0185 §2).
    pub secret: Bytes,
    /// Streams may be used in both directions (XEP-0288).
    pub bidi: bool,
}

impl Settings {
    /// Whether the domain of `jid` is served here.
    pub(crate) fn serves(&self, jid: &Jid) -> bool {
        self.hosts.iter().any(|host| host.domain() == jid.domain())
    }
}

impl std::fmt::Debug for Settings {
    /// Leaves the secret out: it does not belong into logs.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Settings({:?}, {} bytes, {} s idle)", self.hosts, self.stanza_bytes_max, self.idle_seconds)
    }
}
