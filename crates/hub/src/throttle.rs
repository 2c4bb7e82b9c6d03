//! How often a password may be tried, or a way into the service. Passwords are counted for each account and
//! each network they are tried from together: whoever guesses is slowed down, and nobody is locked out of an
//! account by what somebody else tries from elsewhere.

use crate::limits;
use features::feature::{Limit, Limits};
use hashbrown::HashMap;
use parking_lot::Mutex;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;

/// Pairs of account and network that are remembered; some 3 MB. When there are more, those that may try
/// as often as anybody are forgotten first, and then all: who has so many networks is not stopped here.
const REMEMBERED_MAX: usize = 65_536;

/// What was tried lately.
#[derive(Default)]
pub struct Throttle {
    /// No address is kept, only a number made from it with a key of this process.
    hasher: RandomState,
    tried: Mutex<HashMap<u64, Tries>>,
}

#[derive(Clone, Copy)]
struct Tries {
    left: u32,
    /// Seconds of the hub's clock up to which `left` is right.
    since: u32,
}

/// Somebody's attempt, to be taken back if it was right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempt(u64);

/// How many, and how fast.
#[derive(Clone, Copy)]
pub struct Rate {
    most: u32,
    seconds: u32,
}

impl Rate {
    /// At a password.
    pub fn of_passwords(limits: &Limits) -> Rate {
        Rate::of(limits, (&limits::PASSWORD_ATTEMPTS, &limits::PASSWORD_ATTEMPT_SECONDS))
    }

    /// At getting an account.
    pub fn of_sign_ups(limits: &Limits) -> Rate {
        Rate::of(limits, (&limits::SIGN_UP_ATTEMPTS, &limits::SIGN_UP_ATTEMPT_SECONDS))
    }

    fn of(limits: &Limits, (most, seconds): (&Limit, &Limit)) -> Rate {
        let number = |limit| u32::try_from(limits.of(limit)).unwrap_or(u32::MAX).max(1);
        Rate { most: number(most), seconds: number(seconds) }
    }
}

impl Tries {
    /// As of now: one more for each span of time.
    fn now(self, rate: Rate, now: u32) -> Tries {
        let gained = now.saturating_sub(self.since) / rate.seconds;
        let left = self.left.saturating_add(gained);
        if left >= rate.most {
            return Tries { left: rate.most, since: now };
        }
        Tries { left, since: self.since.saturating_add(gained * rate.seconds) }
    }
}

impl Throttle {
    /// One attempt from an address, at the password of an account or, without one, at getting one. None if
    /// there were too many.
    pub fn begin(&self, rate: Rate, account: &str, peer: IpAddr, now: u32) -> Option<Attempt> {
        let attempt = Attempt(self.hasher.hash_one((account, network(peer))));
        let mut tried = self.tried.lock();
        if tried.len() >= REMEMBERED_MAX && !tried.contains_key(&attempt.0) {
            tried.retain(|_, tries| tries.now(rate, now).left < rate.most);
            if tried.len() >= REMEMBERED_MAX {
                tried.clear();
            }
        }
        let tries = tried.entry(attempt.0).or_insert(Tries { left: rate.most, since: now });
        *tries = tries.now(rate, now);
        tries.left = tries.left.checked_sub(1)?;
        Some(attempt)
    }

    /// It was right, and does not count.
    pub fn take_back(&self, Rate { most, .. }: Rate, attempt: Attempt) {
        let mut tried = self.tried.lock();
        let Some(tries) = tried.get_mut(&attempt.0) else { return };
        tries.left = tries.left.saturating_add(1).min(most);
        // Who only ever is right is not remembered.
        if tries.left == most {
            tried.remove(&attempt.0);
        }
    }
}

/// The network of an address: a provider gives out no less.
fn network(address: IpAddr) -> [u8; 6] {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            [4, a, b, c, 0, 0]
        }
        // A /48; its first byte is never 4 in an address that is in use.
        IpAddr::V6(v6) => {
            let [a, b, c, d, e, f, ..] = v6.octets();
            [a, b, c, d, e, f]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn guessing_is_slow_and_locks_nobody_out() {
        let (throttle, mut limits) = (Throttle::default(), Limits::default());
        limits.set(&limits::PASSWORD_ATTEMPTS, 3);
        limits.set(&limits::PASSWORD_ATTEMPT_SECONDS, 10);
        let attempt = |account, from, now| throttle.begin(Rate::of_passwords(&limits), account, ip(from), now);
        for _ in 0..3 {
            assert!(attempt("alice", "192.0.2.1", 100).is_some());
        }
        assert!(attempt("alice", "192.0.2.200", 100).is_none(), "the whole network guesses");
        assert!(attempt("alice", "198.51.100.1", 100).is_some(), "alice is elsewhere");
        assert!(attempt("bob", "192.0.2.1", 100).is_some(), "bob is somebody else");
        assert!(attempt("alice", "192.0.2.1", 109).is_none() && attempt("alice", "192.0.2.1", 110).is_some());
        assert!(attempt("alice", "192.0.2.1", 111).is_none());
        assert_eq!((0..9).filter(|_| attempt("alice", "192.0.2.1", 10_000).is_some()).count(), 3);
    }

    #[test]
    fn who_is_right_is_not_counted() {
        let (throttle, rate) = (Throttle::default(), Rate::of_passwords(&Limits::default()));
        for now in 0..1000 {
            let attempt = throttle.begin(rate, "alice", ip("2001:db8::1"), now / 100).expect("it was right before");
            throttle.take_back(rate, attempt);
        }
        assert!(throttle.tried.lock().is_empty());
    }
}
