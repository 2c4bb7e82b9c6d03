//! What waits for other domains, in the store: a crash or a restart loses none of it.

use store::{Erase, Export, Keep, Migration, Table};

/// Stanzas for other domains.
pub static OUTBOX: Table = Table {
    name: "outbox",
    // `domain` is the name of the way (`Way::name`): of each of our domains to each other.
    holds: "Messages and subscription requests on their way to other services, until those have them.",
    migrations: &[Migration(
        "CREATE TABLE outbox (domain TEXT NOT NULL, number BIGINT NOT NULL, stanza BLOB NOT NULL, PRIMARY KEY (domain, number))",
    )],
    keep: Keep::Otherwise("until the other service has it, or the sender is told that it cannot be reached: minutes"),
    export: Export::No("It is on its way to somebody else; the archive has what was sent."),
    erase: Erase::No("What was sent before the account was removed still arrives, within minutes."),
};

/// Domain, number, stanza.
pub(super) const ADD: &str = "INSERT INTO outbox (domain, number, stanza) VALUES (?1, ?2, ?3)";

/// Domain, number: that one and all before it.
pub const CROSS_OFF: &str = "DELETE FROM outbox WHERE domain = ?1 AND number <= ?2";

/// Domain, number: that one alone.
pub(super) const REMOVE: &str = "DELETE FROM outbox WHERE domain = ?1 AND number = ?2";

/// All of it, in order.
pub const ALL: &str = "SELECT domain, number, stanza FROM outbox ORDER BY domain, number";
