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

/// What somebody without an account may ask on one stream.
const STRANGER_REQUESTS: Limit = Limit {
    name: "requests-before-login",
    default: 10,
    unit: "requests",
    reason: "Asking for the form, and filling it in a few times until name and password will do.",
    sentence: "Too many attempts. Connect again to go on.",
};

/// Bytes of one session in a second.
const SESSION_RATE: Limit = Limit {
    name: "session-bytes-per-second",
    default: 65_536,
    unit: "bytes per second",
    reason: "A person types a few hundred bytes a second at most; a client that sends more is slowed by not being read, so that one account cannot fill the disk or the processor.",
    sentence: "You are sending faster than this service reads.",
};

/// Bytes of one session at once.
const SESSION_BURST: Limit = Limit {
    name: "session-burst-bytes",
    default: 4_194_304,
    unit: "bytes",
    reason: "A client that comes online publishes avatars and keys and fetches its archive in one go.",
    sentence: "You are sending faster than this service reads.",
};

/// All that can be configured of streams.
pub const LIMITS: &[&Limit] = &[&STANZA_BYTES, &LOGIN_ATTEMPTS, &STRANGER_REQUESTS, &SESSION_RATE, &SESSION_BURST];

/// How fast a session may send.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    /// Bytes in a second.
    pub(super) per_second: i64,
    /// Bytes at once.
    pub(super) burst: i64,
}

/// The rate in force.
pub(super) fn rate(hub: &Hub) -> Rate {
    let limits = &hub.service().limits;
    let of = |limit: &Limit| i64::try_from(limits.of(limit)).unwrap_or(i64::MAX);
    Rate { per_second: of(&SESSION_RATE), burst: of(&SESSION_BURST) }
}

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
        hashes: hub.password_hashes(),
        decoy: service.secrets.decoy.clone(),
        iterations: hub.iterations(),
        features: hub.stream_features(),
        strangers: hub.features_for_strangers(),
        requests_max: u32::try_from(service.limits.of(&STRANGER_REQUESTS)).unwrap_or(u32::MAX),
    }
}
