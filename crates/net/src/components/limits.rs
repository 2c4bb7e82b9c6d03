//! What components may send.

use hub::{Hub, Limit};

/// Bytes of one stanza.
const STANZA_BYTES: Limit = Limit {
    name: "component-stanza-bytes",
    default: 524_288,
    unit: "bytes",
    reason: "Whoever runs the server trusts the component; a bound still keeps a mistake in it from filling the memory.",
    sentence: "The stanza is larger than this service takes from components.",
};

/// All that can be configured of components.
pub const LIMITS: &[&Limit] = &[&STANZA_BYTES];

/// RFC 6120 §13.12: never less.
const STANZA_BYTES_LEAST: usize = 10_000;

/// How long a component may take to show that it knows the secret.
pub(super) const HANDSHAKE_SECONDS: u64 = 30;
/// How long nothing may happen before a space is sent, by which the system notices that the other end is gone;
/// and how long a component may take nothing of what waits for it.
pub(super) const QUIET_SECONDS: u64 = 60;
/// How long the last words may take to leave.
pub(super) const FAREWELL_SECONDS: u64 = 5;

/// Bytes of one stanza, as configured.
pub(super) fn stanza_bytes(hub: &Hub) -> usize {
    hub.service().limits.count(&STANZA_BYTES).max(STANZA_BYTES_LEAST)
}
