//! How long a connection that carries requests may last: a while, and longer for what it moves.

use hub::Limit;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::time::Instant;

/// Seconds for which a connection may ask for documents.
pub(super) const SECONDS: Limit = Limit {
    name: "web-connection-seconds",
    default: 120,
    unit: "seconds",
    reason: "Browsers come back by themselves; a place should not be held by somebody who asks nothing.",
    sentence: "The connection was open for long enough.",
};
/// Bytes for which a connection gets another second.
pub(super) const RATE: Limit = Limit {
    name: "web-bytes-per-second",
    default: 4096,
    unit: "bytes per second",
    reason: "A phone on a bad network sends a photo at this rate; what is slower holds a place for nothing.",
    sentence: "The transfer is too slow.",
};
/// A request that is under way when the time is over may take as long still. BOSH holds one for 50 seconds.
const GRACE_SECONDS: u64 = 60;

/// What a connection has moved.
#[derive(Clone, Default)]
pub(super) struct Moved(Arc<AtomicU64>);

impl Moved {
    /// Counts bytes that came or went.
    pub(super) fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Relaxed);
    }
}

/// The time of one connection.
pub(super) struct Pace {
    began: Instant,
    seconds: u64,
    bytes_per_second: u64,
    moved: Moved,
}

impl Pace {
    /// Of a connection that begins now, under the limits in force.
    pub(super) fn new(began: Instant, limits: &hub::Limits, moved: Moved) -> Pace {
        Pace { began, seconds: limits.of(&SECONDS), bytes_per_second: limits.of(&RATE).max(1), moved }
    }

    /// When no further request is taken. It moves on with the bytes.
    pub(super) fn last_request(&self) -> Instant {
        let earned = self.moved.0.load(Relaxed) / self.bytes_per_second;
        self.began + Duration::from_secs(self.seconds.saturating_add(earned))
    }

    /// When the connection is cut, whatever is under way.
    pub(super) fn cut(&self) -> Instant {
        self.last_request() + Duration::from_secs(GRACE_SECONDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_moves_bytes_has_longer() {
        let (began, moved) = (Instant::now(), Moved::default());
        let pace = Pace::new(began, &hub::Limits::default(), moved.clone());
        assert_eq!(pace.last_request() - began, Duration::from_secs(120));
        moved.add(40_960);
        assert_eq!(pace.last_request() - began, Duration::from_secs(130));
        assert_eq!(pace.cut() - began, Duration::from_secs(190));
    }
}
