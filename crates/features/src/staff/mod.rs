//! Who runs the service, and what each of them may do. The administrators of the configuration are owners; everybody
//! else has a role here, given by an owner at the desk of the service's pages or from the command line.
//!
//! The first owner comes by a link that is good once ([`link`]). Parts: [`role`] (who may do what, and to whom),
//! [`table`].

pub mod link;
pub mod role;
pub mod table;

pub use role::{Right, Role};

use crate::feature::{Feature, Limit};

/// Roles. No document is about them.
pub const FEATURE: Feature = Feature {
    name: "staff",
    summary: "Lets several people run the service, each with what they need for their part of it and no more.",
    specs: &[],
    disco: &[],
    limits: &[&MEMBERS, &link::DAYS],
    tables: &[&table::STAFF, &table::OWNER_LINK],
    iqs: &[],
};

/// How many accounts may have a role.
pub const MEMBERS: Limit = Limit {
    name: "staff-members",
    default: 200,
    unit: "accounts",
    reason: "The largest services are run by some dozens; all of them are shown on one page.",
    sentence: "As many accounts have a role as may have one. Take one from somebody first.",
};
