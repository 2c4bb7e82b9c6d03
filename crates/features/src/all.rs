//! All features. Disco, migrations, limits, export, erasure and the generated documents come from
//! this list.

use crate::feature::Feature;
use crate::{archive, carbons, disco, login, messages, ping, presence, roster, stanza_ids, version};

/// Every feature, in the order of the manual.
pub const ALL: &[&Feature] = &[
    &login::FEATURE,
    &roster::FEATURE,
    &presence::FEATURE,
    &messages::FEATURE,
    &carbons::FEATURE,
    &archive::FEATURE,
    &stanza_ids::FEATURE,
    &disco::FEATURE,
    &ping::FEATURE,
    &version::FEATURE,
];

/// Every table, for migrations.
pub fn tables() -> Vec<&'static store::Table> {
    ALL.iter().flat_map(|feature| feature.tables).copied().collect()
}
