//! How long a domain is left in peace after it could not be reached.

use std::time::Duration;

/// After the first failure: servers restart, and links flap.
const FIRST: Duration = Duration::from_secs(2);
/// At most: whoever comes back is found within the half hour.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// The pause after so many failures in a row, counted from one. It doubles, and between half of it and all of
/// it are as chance (`drawn`) has it: after an outage not everybody comes at once.
pub fn pause(failures: u32, drawn: u64) -> Duration {
    let doubled = FIRST.saturating_mul(1 << failures.saturating_sub(1).min(20)).min(LONGEST);
    let half = doubled / 2;
    let share = (drawn % 1024) as u32;
    half + half / 1024 * share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_half_an_hour_and_differs() {
        assert!((1..=2).contains(&pause(1, 512).as_secs()));
        assert!(pause(4, 0) >= pause(3, 1023) - Duration::from_millis(10));
        assert_eq!(pause(u32::MAX, 0), LONGEST / 2);
        assert!(pause(u32::MAX, u64::MAX) <= LONGEST);
        assert!(pause(0, 0) >= Duration::from_secs(1));
        assert_ne!(pause(5, 1), pause(5, 2));
    }
}
