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

/// The limits of pages. Files have their own.
pub const LIMITS: &[&Limit] = &[&FORM_BYTES, &FORM_SECONDS];

/// Bytes of a form under the limits in force.
pub(crate) fn form_bytes(limits: &Limits) -> usize {
    limits.count(&FORM_BYTES)
}

/// How long it may take to come.
pub(crate) fn form_time(limits: &Limits) -> Duration {
    Duration::from_secs(limits.of(&FORM_SECONDS))
}
