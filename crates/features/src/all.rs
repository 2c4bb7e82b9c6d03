//! All features. Disco, migrations, limits, export, erasure and the generated documents come from
//! this list.

use crate::command::Command;
use crate::feature::Feature;
use crate::{
    admin, announce, archive, avatars, blocking, bookmarks, caps, carbons, commands, component, contact, disco,
    displayed, external, federation, invitations, last_activity, login, messages, offline, ping, presence, private,
    pubsub, push, registration, reports, resume, retraction, rooms, roster, staff, stanza_ids, terms, time, upload,
    vcard, version, watch,
};

/// Every feature, in the order of the manual.
pub const ALL: &[&Feature] = &[
    &login::FEATURE,
    &registration::FEATURE,
    &invitations::FEATURE,
    &roster::FEATURE,
    &presence::FEATURE,
    &messages::FEATURE,
    &blocking::FEATURE,
    &reports::FEATURE,
    &carbons::FEATURE,
    &archive::FEATURE,
    &offline::FEATURE,
    &push::FEATURE,
    &resume::FEATURE,
    &retraction::FEATURE,
    &stanza_ids::FEATURE,
    &disco::FEATURE,
    &caps::FEATURE,
    &pubsub::FEATURE,
    &bookmarks::FEATURE,
    &private::FEATURE,
    &displayed::FEATURE,
    &avatars::FEATURE,
    &vcard::FEATURE,
    &rooms::FEATURE,
    &upload::FEATURE,
    &federation::FEATURE,
    &terms::FEATURE,
    &watch::FEATURE,
    &component::FEATURE,
    &ping::FEATURE,
    &version::FEATURE,
    &time::FEATURE,
    &last_activity::FEATURE,
    &contact::FEATURE,
    &external::FEATURE,
    &commands::FEATURE,
    &admin::FEATURE,
    &staff::FEATURE,
    &announce::FEATURE,
];

/// The nodes of an account whose name says what they are for. What follows from the name is said by the
/// feature whose business it is.
pub const NODES: &[&pubsub::Known] =
    &[&avatars::DATA, &avatars::METADATA, &bookmarks::NODE, &bookmarks::OLD_NODE, &displayed::NODE, &private::NODE];

/// Every command, as they are listed.
pub const COMMANDS: &[&[Command]] = &[
    admin::accounts::COMMANDS,
    admin::lists::COMMANDS,
    admin::notices::COMMANDS,
    admin::domains::COMMANDS,
    commands::own::COMMANDS,
    commands::invite::COMMANDS,
    commands::files::COMMANDS,
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
    let items =
        store::Write::Run { sql: pubsub::table::EXPIRE_ITEMS, values: vec![now.into()], expect: store::Expect::Any };
    tables().iter().filter_map(overdue).chain([items]).collect()
}
