//! What one stream may do, and the settings that follow for its machine.

use hub::{Hub, Limit};
use stream::Settings;

/// Bytes of one stanza.
const STANZA_BYTES: Limit = Limit {
    name: "stanza-bytes",
    default: 262_144,
    unit: "bytes",
    reason: "Avatars and encrypted group messages reach 100 KiB; RFC 6120 §13.12 wants a bound and forbids less than 10,000.",
    sentence: "The stanza is larger than this service allows.",
};

/// Failed logins on one stream.
const LOGIN_ATTEMPTS: Limit = Limit {
    name: "login-attempts",
    default: 4,
    unit: "attempts",
    reason: "RFC 6120 §6.4.5 wants between two and five: enough for a typing error, too few for guessing.",
    sentence: "Too many failed logins.",
};

/// All that can be configured of streams.
pub const LIMITS: &[&Limit] = &[&STANZA_BYTES, &LOGIN_ATTEMPTS];

/// RFC 6120 §13.12: never less.
const STANZA_BYTES_LEAST: usize = 10_000;

/// What the machines of new connections are set up with.
pub(super) fn settings(hub: &Hub) -> Settings {
    let service = hub.service();
    Settings {
        domain: service.domain.clone(),
        stanza_bytes_max: service.limits.count(&STANZA_BYTES).max(STANZA_BYTES_LEAST),
        idle_seconds: hub.idle_seconds(),
        attempts_max: u32::try_from(service.limits.of(&LOGIN_ATTEMPTS)).unwrap_or(u32::MAX),
        decoy: service.secrets.decoy.clone(),
        iterations: hub.iterations(),
        features: hub.stream_features(),
    }
}
