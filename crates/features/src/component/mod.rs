//! Components: programs beside the server that each speak for a domain (XEP-0114), like gateways to other networks.
//! Some of them act in the name of people here, as far as operators allow it (XEP-0356).
//!
//! Such a domain has an owner like that of another service ([`crate::federation::remote`]), only that nobody is
//! called: the program comes by itself. While it is away, messages wait for it as they do for another service.
//!
//! Parts: [`rights`] (what operators grant), [`privilege`] (what is done with it), [`pending`] (requests that are
//! not answered yet).

pub mod pending;
pub mod privilege;
pub mod rights;

pub use pending::Pending;
pub use privilege::{answered, asks, greet, passes_on, said};
pub use rights::{Access, Rights};

use crate::feature::{Feature, Spec};

/// XEP-0114, XEP-0356. The stream is a matter of the crates `stream` and `net`.
pub const FEATURE: Feature = Feature {
    name: "component",
    summary: "Lets programs beside the server speak for domains of their own, like gateways to other networks, and act for people where operators allow it.",
    specs: &[Spec::xep(114, "1.6"), Spec::xep_without(356, "0.4.1", "the presence of contacts (§7.4)")],
    disco: &[],
    limits: &[&pending::PENDING],
    tables: &[],
    iqs: &[],
};
