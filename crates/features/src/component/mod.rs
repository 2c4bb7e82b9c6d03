//! Components: programs beside the server that each speak for a domain (XEP-0114), like gateways to other networks.
//!
//! Such a domain has an owner like that of another service ([`crate::federation::remote`]), only that nobody is
//! called: the program comes by itself. While it is away, messages wait for it as they do for another service.

use crate::feature::{Feature, Spec};

/// XEP-0114. Its stream is a matter of the crates `stream` and `net`.
pub const FEATURE: Feature = Feature {
    name: "component",
    summary: "Lets programs beside the server speak for domains of their own, like gateways to other networks.",
    specs: &[Spec::xep(114, "1.6")],
    disco: &[],
    limits: &[],
    tables: &[],
    iqs: &[],
};
