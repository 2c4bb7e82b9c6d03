//! What streams between servers may do, and the settings that follow for their machines.

use hub::{Hub, Limit};
use stream::server::Settings;

/// Bytes of one stanza.
const STANZA_BYTES: Limit = Limit {
    name: "server-stanza-bytes",
    default: 524_288,
    unit: "bytes",
    reason: "Other services let their people send what they let them; twice what our own may send is enough for all we know of.",
    sentence: "The stanza is larger than this service takes from others.",
};

/// Pairs of domains on one stream.
const PAIRS: Limit = Limit {
    name: "server-stream-pairs",
    default: 100,
    unit: "pairs of domains",
    reason: "A host of many domains uses one stream for all of them (XEP-0220 §2.6); each takes memory as long as the stream lives.",
    sentence: "There are too many domains on this stream; open another.",
};

/// All that can be configured of streams between servers.
pub const LIMITS: &[&Limit] = &[&STANZA_BYTES, &PAIRS];

/// RFC 6120 §13.12: never less.
const STANZA_BYTES_LEAST: usize = 10_000;
/// Failed proofs on one stream.
const ATTEMPTS_MAX: u32 = 5;

/// How long name servers may take to say what the certificate of somebody who connects is to be.
pub(super) const PROMISE_SECONDS: u64 = 10;
/// How long a handshake of TLS may take.
pub(super) const HANDSHAKE_SECONDS: u64 = 20;
/// How long a peer may take until a domain is proved, calling it back included.
pub(super) const STRANGER_SECONDS: i64 = 60;
/// How long a stream may be silent. It is opened again when there is something to say.
pub(super) const IDLE_SECONDS: u32 = 600;
/// And how long at least, whatever the other side says of its patience (XEP-0478 §3.1).
pub(super) const IDLE_SECONDS_LEAST: u32 = 10;
/// How long a peer may owe us an acknowledgement and say nothing: then it is gone, and what it lacks
/// goes another way.
pub(super) const DEAF_SECONDS: u64 = 60;
/// How long a peer that opened a stream may take to ask for acknowledgements, before we send without.
pub(super) const SETTLE_SECONDS: u64 = 1;
/// How long a peer may take to close its side.
pub(super) const FAREWELL_SECONDS: u64 = 5;
/// How long finding a domain's servers and connecting to one may take.
pub(super) const CALL_SECONDS: u64 = 45;
/// How long a domain may take to say whether it knows a key, finding it included.
pub(super) const ASK_SECONDS: u64 = 50;
/// Domains that are called at once, to be reached. Others wait.
pub(super) const REACHING_MAX: usize = 100;
/// The same to be asked about keys. Those who wait longer than [`ASK_SECONDS`] have asked in vain.
pub(super) const ASKING_MAX: usize = 50;

/// What the machines of new streams are set up with.
pub(super) fn settings(hub: &Hub) -> Settings {
    let service = hub.service();
    Settings {
        hosts: service.domains().cloned().collect(),
        stanza_bytes_max: service.limits.count(&STANZA_BYTES).max(STANZA_BYTES_LEAST),
        idle_seconds: IDLE_SECONDS,
        resume_seconds: Some(hub::RESUME_SECONDS),
        attempts_max: ATTEMPTS_MAX,
        pairs_max: service.limits.count(&PAIRS).max(1),
        secret: service.secrets.dialback.clone(),
        bidi: true,
    }
}
