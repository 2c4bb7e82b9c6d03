//! How fast one client may send: a bucket of bytes that fills with time.

use super::limits::Rate;

/// What a connection may still send at once. Three numbers, for there are many.
pub(super) struct Bucket {
    /// May fall below nothing by what one read brought.
    bytes: i64,
    /// When it was last filled, in microseconds.
    filled: i64,
    /// Until when reading pauses, and somebody will wake the connection.
    paused: i64,
}

impl Bucket {
    /// A full bucket.
    pub(super) fn new(rate: Rate, now: i64) -> Bucket {
        Bucket { bytes: rate.burst, filled: now, paused: now }
    }

    /// So many bytes came.
    pub(super) fn take(&mut self, bytes: usize) {
        self.bytes -= i64::try_from(bytes).unwrap_or(i64::MAX);
    }

    /// Reading pauses for so long. True if a wake-up has to be arranged, false if one is on its way.
    pub(super) fn pause(&mut self, now: i64, micros: u64) -> bool {
        let arranged = self.paused > now;
        if !arranged {
            self.paused = now.saturating_add(i64::try_from(micros).unwrap_or(i64::MAX));
        }
        !arranged
    }

    /// For how many microseconds reading must pause; none if it need not.
    pub(super) fn wait(&mut self, rate: Rate, now: i64) -> Option<u64> {
        if self.bytes < rate.burst {
            let gained = (now - self.filled).max(0).saturating_mul(rate.per_second) / 1_000_000;
            // What is less than a byte is kept for the next time.
            if gained > 0 {
                self.bytes = self.bytes.saturating_add(gained).min(rate.burst);
                self.filled = now;
            }
        } else {
            self.filled = now;
        }
        if self.bytes >= 0 {
            return None;
        }
        let lacking = self.bytes.unsigned_abs();
        Some(lacking.saturating_mul(1_000_000) / rate.per_second.max(1).unsigned_abs() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_second: 1000, burst: 5000 };

    #[test]
    fn a_burst_passes_and_what_is_more_waits_its_time() {
        let mut bucket = Bucket::new(RATE, 0);
        bucket.take(5000);
        assert_eq!(bucket.wait(RATE, 0), None);
        bucket.take(2000);
        assert_eq!(bucket.wait(RATE, 0), Some(2_000_001));
        assert_eq!(bucket.wait(RATE, 1_000_000), Some(1_000_001));
        assert_eq!(bucket.wait(RATE, 2_000_000), None);
    }

    #[test]
    fn it_never_holds_more_than_a_burst_and_forgives_a_clock_that_steps_back() {
        let mut bucket = Bucket::new(RATE, 0);
        bucket.take(1000);
        assert_eq!(bucket.wait(RATE, 3_600_000_000), None);
        bucket.take(5001);
        assert!(bucket.wait(RATE, 0).is_some());
    }
}
