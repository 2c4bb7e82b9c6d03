//! What a visitor may send.

use features::feature::{Limit, Limits};
use std::time::Duration;

/// Bytes of a form.
const FORM_BYTES: Limit = Limit {
    name: "web-form-bytes",
    default: 64 * 1024,
    unit: "bytes",
    reason: "The largest thing that is written into a form here is a letter; it is read as a whole.",
    sentence: "What was written into the form is too long.",
};
/// Seconds that a form may take to come.
const FORM_SECONDS: Limit = Limit {
    name: "web-form-seconds",
    default: 20,
    unit: "seconds",
    reason: "A few kilobytes take a bad network some seconds; what takes longer holds memory for nothing.",
    sentence: "The form did not come in time.",
};

/// Browsers that are logged in at the desk.
const DESK_SESSIONS: Limit = Limit {
    name: "desk-sessions",
    default: 500,
    unit: "browsers",
    reason: "Everybody who runs the service, with a few browsers each; they are kept in memory.",
    sentence: "Too many browsers are logged in here. Leave the desk in another one, or wait an hour.",
};
/// Minutes after which nobody is believed to sit there any more.
const DESK_IDLE_MINUTES: Limit = Limit {
    name: "desk-idle-minutes",
    default: 30,
    unit: "minutes",
    reason: "Somebody reads a long report, or talks to somebody; longer than that the browser is left alone.",
    sentence: "Nothing was done at the desk for a while. Log in again.",
};
/// Hours after which everybody has to log in again.
const DESK_HOURS: Limit = Limit {
    name: "desk-hours",
    default: 12,
    unit: "hours",
    reason: "A working day, so that a stolen session is worth little.",
    sentence: "The session at the desk is over. Log in again.",
};

/// The limits of pages. Files have their own.
pub const LIMITS: &[&Limit] = &[&FORM_BYTES, &FORM_SECONDS, &DESK_SESSIONS, &DESK_IDLE_MINUTES, &DESK_HOURS];

const MINUTE_MICROS: i64 = 60_000_000;

/// How many browsers may be logged in at the desk.
pub(crate) fn desk_sessions(limits: &Limits) -> usize {
    limits.count(&DESK_SESSIONS)
}

/// How long nothing may be done there, in microseconds.
pub(crate) fn desk_idle_micros(limits: &Limits) -> i64 {
    micros(limits.of(&DESK_IDLE_MINUTES), MINUTE_MICROS)
}

/// How long a session lasts at most, in microseconds.
pub(crate) fn desk_day_micros(limits: &Limits) -> i64 {
    micros(limits.of(&DESK_HOURS), 60 * MINUTE_MICROS)
}

fn micros(count: u64, each: i64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).saturating_mul(each)
}

/// Bytes of a form under the limits in force.
pub(crate) fn form_bytes(limits: &Limits) -> usize {
    limits.count(&FORM_BYTES)
}

/// How long it may take to come.
pub(crate) fn form_time(limits: &Limits) -> Duration {
    Duration::from_secs(limits.of(&FORM_SECONDS))
}
