//! The one place that reads the time and draws randomness.

use aws_lc_rs::rand;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where time and randomness come from: the machine, or a test.
#[derive(Clone)]
pub enum Clock {
    /// The system's clock and the operating system's generator.
    System,
    /// A test's clock, which stands still until told, and numbers from a seed.
    Manual(Arc<Manual>),
}

/// A clock for tests.
pub struct Manual {
    micros: AtomicI64,
    seed: AtomicU64,
}

impl Clock {
    /// A clock that stands at `micros` and draws from `seed`.
    pub fn manual(micros: i64, seed: u64) -> Clock {
        Clock::Manual(Arc::new(Manual { micros: AtomicI64::new(micros), seed: AtomicU64::new(seed) }))
    }

    /// Microseconds since 1970 (UTC).
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    pub fn now(&self) -> i64 {
        match self {
            Clock::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
            }
            Clock::Manual(manual) => manual.micros.load(Relaxed),
        }
    }

    /// Moves a test's clock on. The system's does that by itself.
    pub fn advance(&self, micros: i64) {
        if let Clock::Manual(manual) = self {
            manual.micros.fetch_add(micros, Relaxed);
        }
    }

    /// Fresh random bytes. Secrets come from here and nowhere else.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Clock::System => rand::fill(&mut bytes).expect("the operating system has random numbers"),
            Clock::Manual(manual) => {
                for chunk in bytes.chunks_mut(8) {
                    let drawn = split_mix(manual.seed.fetch_add(0x9e37_79b9_7f4a_7c15, Relaxed)).to_le_bytes();
                    chunk.copy_from_slice(&drawn[..chunk.len()]);
                }
            }
        }
        bytes
    }
}

/// SplitMix64: one step from a counter to a number that looks random.
fn split_mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_again() {
        let (first, second) = (Clock::manual(0, 7), Clock::manual(0, 7));
        assert_eq!(first.random::<20>(), second.random::<20>());
        assert_ne!(first.random::<20>(), first.random::<20>());
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = Clock::manual(5, 0);
        clock.advance(10);
        assert_eq!(clock.now(), 15);
    }
}
