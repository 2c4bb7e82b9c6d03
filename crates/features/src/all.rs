//! All features. Disco, migrations, limits, export, erasure and the generated documents come from
//! this list.

use crate::feature::Feature;
use crate::{
    archive, blocking, caps, carbons, disco, federation, login, messages, offline, ping, presence, pubsub, push,
    registration, reports, roster, stanza_ids, vcard, version,
};

/// Every feature, in the order of the manual.
pub const ALL: &[&Feature] = &[
    &login::FEATURE,
    &registration::FEATURE,
    &roster::FEATURE,
    &presence::FEATURE,
    &messages::FEATURE,
    &blocking::FEATURE,
    &reports::FEATURE,
    &carbons::FEATURE,
    &archive::FEATURE,
    &offline::FEATURE,
    &push::FEATURE,
    &stanza_ids::FEATURE,
    &disco::FEATURE,
    &caps::FEATURE,
    &pubsub::FEATURE,
    &vcard::FEATURE,
    &federation::FEATURE,
    &ping::FEATURE,
    &version::FEATURE,
];

/// Every table, for migrations.
pub fn tables() -> Vec<&'static store::Table> {
    ALL.iter().flat_map(|feature| feature.tables).copied().collect()
}

/// The changes that remove every row past its date, whatever its table; for a sweep now and then.
/// The archive has its own, [`archive::expire`].
pub fn expiry_writes(now: i64) -> Vec<store::Write> {
    let overdue = |table: &&'static store::Table| match table.keep {
        store::Keep::Until(sql) => {
            Some(store::Write::Run { sql, values: vec![now.into()], expect: store::Expect::Any })
        }
        store::Keep::WithAccount | store::Keep::Otherwise(_) => None,
    };
    tables().iter().filter_map(overdue).collect()
}
