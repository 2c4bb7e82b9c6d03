//! Who may connect now: counts and a token bucket for each address.

use super::Limits;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// Addresses remembered for their rate alone, without an open connection; some 4 MB. When there are
/// more they are forgotten: who has so many addresses is not stopped by limits on one.
const IDLE_ADDRESSES_MAX: usize = 65_536;

/// Lets connections in, for all listeners together.
pub struct Gate {
    state: Mutex<State>,
    counters: Counters,
}

struct State {
    limits: Limits,
    open: u32,
    /// Those with open connections are as many as `limits.total` allows, others at most
    /// [`IDLE_ADDRESSES_MAX`].
    addresses: HashMap<Address, Tally>,
    with_open: usize,
}

/// What limits count by. Whoever has an IPv6 address has a /64 of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Address {
    V4([u8; 4]),
    V6([u8; 8]),
}

struct Tally {
    open: u32,
    tokens: f32,
    filled: Instant,
}

#[derive(Default)]
struct Counters {
    accepted: AtomicU64,
    refused_total: AtomicU64,
    refused_address: AtomicU64,
    refused_rate: AtomicU64,
    faults: AtomicU64,
}

/// What happened at the gate since the start, for metrics.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Open now.
    pub open: u32,
    /// Let in.
    pub accepted: u64,
    /// Turned away because the server is full.
    pub refused_total: u64,
    /// Turned away because their address has enough.
    pub refused_address: u64,
    /// Turned away because their address comes too fast.
    pub refused_rate: u64,
    /// Times that the system could not accept: out of files or memory.
    pub faults: u64,
    /// Addresses remembered now.
    pub addresses: usize,
}

/// Why a connection was turned away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// The server is full.
    Total,
    /// Its address has enough connections.
    Address,
    /// Its address connects too often.
    Rate,
}

/// One open connection. Dropping it frees the place.
pub struct Permit {
    gate: Arc<Gate>,
    address: Address,
}

impl Gate {
    /// A gate with nobody in.
    pub fn new(limits: Limits) -> Arc<Gate> {
        let state = State { limits, open: 0, addresses: HashMap::new(), with_open: 0 };
        Arc::new(Gate { state: Mutex::new(state), counters: Counters::default() })
    }

    /// Other limits from now on. Those who are in stay in.
    pub fn set_limits(&self, limits: Limits) {
        self.state.lock().limits = limits;
    }

    /// Lets a connection in, or says why not.
    ///
    /// # Errors
    /// The limit that it met; it is counted.
    pub fn admit(self: &Arc<Self>, address: IpAddr, now: Instant) -> Result<Permit, Refused> {
        let address = Address::of(address);
        let admitted = self.state.lock().admit(address, now);
        let counter = match admitted {
            Ok(()) => &self.counters.accepted,
            Err(Refused::Total) => &self.counters.refused_total,
            Err(Refused::Address) => &self.counters.refused_address,
            Err(Refused::Rate) => &self.counters.refused_rate,
        };
        counter.fetch_add(1, Relaxed);
        admitted.map(|()| Permit { gate: self.clone(), address })
    }

    /// The counters.
    pub fn counts(&self) -> Counts {
        let state = self.state.lock();
        Counts {
            open: state.open,
            accepted: self.counters.accepted.load(Relaxed),
            refused_total: self.counters.refused_total.load(Relaxed),
            refused_address: self.counters.refused_address.load(Relaxed),
            refused_rate: self.counters.refused_rate.load(Relaxed),
            faults: self.counters.faults.load(Relaxed),
            addresses: state.addresses.len(),
        }
    }

    pub(super) fn count_fault(&self) {
        self.counters.faults.fetch_add(1, Relaxed);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.gate.state.lock();
        state.open -= 1;
        let tally = state.addresses.get_mut(&self.address).expect("an address with open connections is not forgotten");
        tally.open -= 1;
        if tally.open == 0 {
            state.with_open -= 1;
        }
    }
}

impl State {
    fn admit(&mut self, address: Address, now: Instant) -> Result<(), Refused> {
        let limits = self.limits;
        if self.open >= limits.total {
            return Err(Refused::Total);
        }
        self.make_room(now);
        let full = Tally { open: 0, tokens: limits.burst as f32, filled: now };
        let tally = self.addresses.entry(address).or_insert(full);
        tally.fill(&limits, now);
        // A refused attempt costs a token as well: hammering does not help.
        if tally.tokens < 1.0 {
            return Err(Refused::Rate);
        }
        tally.tokens -= 1.0;
        if tally.open >= limits.per_address {
            return Err(Refused::Address);
        }
        tally.open += 1;
        if tally.open == 1 {
            self.with_open += 1;
        }
        self.open += 1;
        Ok(())
    }

    /// Forgets addresses that need not be remembered, once in [`IDLE_ADDRESSES_MAX`] new ones.
    fn make_room(&mut self, now: Instant) {
        if self.addresses.len() - self.with_open < IDLE_ADDRESSES_MAX {
            return;
        }
        let limits = self.limits;
        self.addresses.retain(|_, tally| {
            tally.fill(&limits, now);
            tally.open > 0 || tally.tokens < limits.burst as f32
        });
        // Half of the room must be free, or the next ones would sweep again.
        if self.addresses.len() - self.with_open > IDLE_ADDRESSES_MAX / 2 {
            self.addresses.retain(|_, tally| tally.open > 0);
        }
    }
}

impl Tally {
    fn fill(&mut self, limits: &Limits, now: Instant) {
        let seconds = now.saturating_duration_since(self.filled).as_secs_f32();
        self.tokens = (self.tokens + seconds * limits.rate_per_second as f32).min(limits.burst as f32);
        self.filled = now;
    }
}

impl Address {
    fn of(address: IpAddr) -> Address {
        match address.to_canonical() {
            IpAddr::V4(address) => Address::V4(address.octets()),
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Address::V6([a, b, c, d, e, f, g, h])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const LIMITS: Limits = Limits { per_address: 3, rate_per_second: 2, burst: 5, total: 6 };

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_has_its_places_and_its_rate() {
        let (gate, now) = (Gate::new(LIMITS), Instant::now());
        let alice = address("192.0.2.1");
        let mut permits: Vec<_> = (0..3).map(|_| gate.admit(alice, now).expect("a place")).collect();
        assert_eq!(gate.admit(alice, now).err(), Some(Refused::Address));
        permits.pop();
        permits.push(gate.admit(alice, now).expect("the freed place"));
        assert_eq!(gate.admit(alice, now).err(), Some(Refused::Rate), "five at once are the burst");
        permits.clear();
        assert_eq!(gate.admit(alice, now).err(), Some(Refused::Rate));
        let later = now + Duration::from_secs(1);
        assert!(gate.admit(alice, later).is_ok());
        assert!(gate.admit(alice, later).is_ok());
        assert_eq!(gate.admit(alice, later).err(), Some(Refused::Rate), "two a second");
        assert_eq!(gate.counts().open, 0);
    }

    #[test]
    fn a_v6_network_counts_as_one_and_a_mapped_address_as_v4() {
        let (gate, now) = (Gate::new(LIMITS), Instant::now());
        let _in: Vec<_> =
            (1..=3).map(|i| gate.admit(address(&format!("2001:db8::{i}")), now).expect("a place")).collect();
        assert_eq!(gate.admit(address("2001:db8::ffff:4"), now).err(), Some(Refused::Address));
        let _other = gate.admit(address("2001:db8:0:1::1"), now).expect("another network");
        assert!(Address::of(address("::ffff:192.0.2.1")) == Address::of(address("192.0.2.1")));
    }

    #[test]
    fn the_total_is_for_all() {
        let (gate, now) = (Gate::new(LIMITS), Instant::now());
        let permits: Vec<_> =
            (0..6).map(|i| gate.admit(address(&format!("192.0.2.{i}")), now).expect("a place")).collect();
        assert_eq!(gate.admit(address("192.0.2.9"), now).err(), Some(Refused::Total));
        drop(permits);
        assert!(gate.admit(address("192.0.2.9"), now).is_ok());
        let counts = gate.counts();
        assert_eq!((counts.open, counts.accepted, counts.refused_total), (0, 7, 1));
    }

    #[test]
    fn a_million_addresses_are_not_remembered() {
        let (gate, now) = (Gate::new(Limits::default()), Instant::now());
        let stays = gate.admit(address("192.0.2.1"), now).expect("a place");
        for i in 0..1_000_000u32 {
            let _ = gate.admit(IpAddr::from(i.to_be_bytes()), now);
        }
        let counts = gate.counts();
        assert!(counts.addresses <= IDLE_ADDRESSES_MAX + 1, "{} are remembered", counts.addresses);
        drop(stays);
        assert_eq!(gate.counts().open, 0);
    }
}
