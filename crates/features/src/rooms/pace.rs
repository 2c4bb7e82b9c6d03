//! How fast somebody may speak in a room: a bucket for each person, and the slow mode of the room (XEP-0500 §6).
//! Who runs the room is never slowed down.

use super::limits::{BURST, PAUSE_MILLIS};
use super::occupants::Occupant;
use super::role::{Affiliation, Role};
use super::room::Room;
use crate::service::Service;
use std::collections::BTreeMap;
use xmpp::{Condition, ErrorType, StanzaError};

/// How many are remembered who may have to wait, before those who need not are forgotten.
const KEPT: usize = 64;

/// When people spoke last, by bare JID. Whoever leaves and comes back is no faster for it.
#[derive(Default, Debug)]
pub struct Paces {
    by: BTreeMap<Box<str>, Pace>,
    /// How many there were when it was looked through last.
    waiting: usize,
}

/// When somebody spoke, in microseconds since 1970.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Pace {
    /// When the bucket is full again.
    full_at: i64,
    /// The last message with a body.
    spoke_at: i64,
}

impl Paces {
    /// Notes that somebody said something at `now`; with a body if it `is_text`.
    pub(super) fn note(&mut self, bare: &str, (service, slow_seconds): (&Service, u32), (now, is_text): (i64, bool)) {
        if self.by.len() >= KEPT.max(2 * self.waiting) {
            let slow = slow_micros(slow_seconds);
            self.by.retain(|_, pace| pace.full_at > now || pace.spoke_at + slow > now);
            self.waiting = self.by.len();
        }
        let pace = self.by.entry(bare.into()).or_default();
        pace.full_at = pace.full_at.max(now) + pause_micros(service);
        if is_text {
            pace.spoke_at = now;
        }
    }
}

/// Whether an occupant may say one more thing at `now`; with a body if it `is_text`.
pub(super) fn allow(
    room: &Room,
    service: &Service,
    occupant: &Occupant,
    (now, is_text): (i64, bool),
) -> Result<(), StanzaError> {
    let is_free = occupant.role == Role::Moderator || room.affiliation(&occupant.bare) >= Affiliation::Admin;
    let Some(pace) = room.paces.by.get(occupant.bare.as_str()).filter(|_| !is_free) else { return Ok(()) };
    let slow = room.config.slow_mode_seconds;
    if is_text && now - pace.spoke_at < slow_micros(slow) {
        let why = format!("This room is in slow mode: wait {slow} seconds between messages.");
        return Err(StanzaError::new(Condition::PolicyViolation).of_type(ErrorType::Wait).text(why));
    }
    let burst = i64::try_from(service.limits.of(&BURST)).unwrap_or(i64::MAX).saturating_mul(pause_micros(service));
    match pace.full_at.max(now) - now < burst {
        true => Ok(()),
        false => Err(StanzaError::new(Condition::ResourceConstraint).of_type(ErrorType::Wait).text(BURST.sentence)),
    }
}

fn slow_micros(seconds: u32) -> i64 {
    i64::from(seconds) * 1_000_000
}

fn pause_micros(service: &Service) -> i64 {
    i64::try_from(service.limits.of(&PAUSE_MILLIS)).unwrap_or(i64::MAX).saturating_mul(1000)
}
