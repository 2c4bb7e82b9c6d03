//! How many connections, and how fast (RFC 6120 §13.12, XEP-0205 §2).

use hub::Limit;

/// Connections of one address.
const PER_ADDRESS: Limit = Limit {
    name: "connections-per-address",
    default: 200,
    unit: "connections",
    reason: "One address (or IPv6 /64) must not take all places; a school or a carrier behind one address needs many.",
    sentence: "Too many connections come from your address.",
};
/// New connections of one address in a second.
const RATE: Limit = Limit {
    name: "connection-rate-per-address",
    default: 50,
    unit: "connections per second",
    reason: "A handshake costs us a third of a millisecond and the peer next to nothing.",
    sentence: "Connections come too fast from your address.",
};
/// New connections of one address at once.
const BURST: Limit = Limit {
    name: "connection-burst-per-address",
    default: 200,
    unit: "connections",
    reason: "After an outage everybody behind one address comes back in the same second.",
    sentence: "Connections come too fast from your address.",
};
/// All connections.
const TOTAL: Limit = Limit {
    name: "connections",
    default: 100_000,
    unit: "connections",
    reason: "About 10 KiB each: a gigabyte. Beyond it new ones are refused, so that those who are in stay in.",
    sentence: "The service is full.",
};

/// The limits of listening, for the documentation.
pub const LIMITS: &[&Limit] = &[&PER_ADDRESS, &RATE, &BURST, &TOTAL];

/// The limits in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Open connections of one IPv4 address or IPv6 /64.
    pub per_address: u32,
    /// New ones of it in a second.
    pub rate_per_second: u32,
    /// New ones of it at once.
    pub burst: u32,
    /// Open connections in all.
    pub total: u32,
}

impl Limits {
    /// The values in force.
    pub fn of(limits: &hub::Limits) -> Limits {
        let count = |limit: &Limit| u32::try_from(limits.of(limit)).unwrap_or(u32::MAX);
        Limits {
            per_address: count(&PER_ADDRESS),
            rate_per_second: count(&RATE),
            burst: count(&BURST),
            total: count(&TOTAL),
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::of(&hub::Limits::default())
    }
}
