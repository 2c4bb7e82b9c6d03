//! Policies as they were: each text that was published, in each language, with its number, its hash and its day. What
//! they say is made from the settings in force, so a setting that changes makes another version.

pub mod table;

use crate::feature::{Feature, Limit};

/// Versions of policies. No document is about them.
pub const FEATURE: Feature = Feature {
    name: "policies",
    summary: "Keeps what the terms, the privacy policy and others said, and since when.",
    specs: &[],
    disco: &[],
    limits: &[&VERSIONS],
    tables: &[&table::VERSION],
    iqs: &[],
};

/// How many versions of a text are kept.
pub const VERSIONS: Limit = Limit {
    name: "policy-versions",
    default: 500,
    unit: "versions",
    reason: "One a week for ten years; a text has some ten kilobytes.",
    sentence: "Versions before that are not kept any more.",
};
