//! Accounts and how they are proven: stub, being written.

use crate::feature::Feature;

/// RFC 6120 §6 and the accounts behind it.
pub const FEATURE: Feature =
    Feature { name: "login", summary: "", specs: &[], disco: &[], limits: &[], tables: &[], iqs: &[] };
