//! What nodes keep, and the statements on it.

use store::{Erase, Export, Keep, Migration, Table};

// BYTEA is PostgreSQL's name; SQLite takes any name and keeps bytes as bytes.

/// The nodes.
pub const NODE: Table = Table {
    name: "pubsub_node",
    holds: "The kinds of things a person's clients publish or store, and who may see each kind.",
    migrations: &[Migration(
        "CREATE TABLE pubsub_node (
            account BIGINT NOT NULL, name TEXT NOT NULL, config TEXT NOT NULL, PRIMARY KEY (account, name))",
    )],
    keep: Keep::WithAccount,
    export: Export::Rows("SELECT name, config FROM pubsub_node WHERE account = ?1 ORDER BY name"),
    erase: Erase::Sql("DELETE FROM pubsub_node WHERE account = ?1"),
};

/// The items.
pub const ITEM: Table = Table {
    name: "pubsub_item",
    holds: "What a person's clients published or stored: avatars, bookmarks, keys of devices, and the like.",
    migrations: &[Migration(
        "CREATE TABLE pubsub_item (
            account BIGINT NOT NULL, node TEXT NOT NULL, id TEXT NOT NULL, number BIGINT NOT NULL,
            bytes BIGINT NOT NULL, at BIGINT NOT NULL, payload BYTEA NOT NULL, PRIMARY KEY (account, node, id))",
    )],
    keep: Keep::Otherwise("Until it is replaced, makes room for newer ones, is deleted, or the account goes."),
    export: Export::Rows("SELECT node, id, at, payload FROM pubsub_item WHERE account = ?1 ORDER BY node, number"),
    erase: Erase::Sql("DELETE FROM pubsub_item WHERE account = ?1"),
};

/// Everything [`super::Nodes::read`] needs of the account `?1`, in one query.
pub const NODES_SQL: &str = "SELECT CAST(0 AS BIGINT), name, config, CAST(0 AS BIGINT), CAST(0 AS BIGINT)
    FROM pubsub_node WHERE account = ?1
    UNION ALL SELECT CAST(1 AS BIGINT), node, id, number, bytes FROM pubsub_item WHERE account = ?1";

/// What the newest avatar of the account `?1` is said to be (XEP-0084 §4.2).
pub const AVATAR_SQL: &str = "SELECT payload FROM pubsub_item
    WHERE account = ?1 AND node = 'urn:xmpp:avatar:metadata' ORDER BY number DESC LIMIT 1";

/// Account, node, configuration.
pub(super) const SAVE_NODE: &str = "INSERT INTO pubsub_node (account, name, config) VALUES (?1, ?2, ?3)
    ON CONFLICT (account, name) DO UPDATE SET config = excluded.config";

/// Account, node.
pub(super) const DELETE_NODE: &str = "DELETE FROM pubsub_node WHERE account = ?1 AND name = ?2";

/// Account, node.
pub(super) const DELETE_ITEMS: &str = "DELETE FROM pubsub_item WHERE account = ?1 AND node = ?2";

/// Account, node, id, number, bytes, microseconds, payload.
pub(super) const SAVE_ITEM: &str =
    "INSERT INTO pubsub_item (account, node, id, number, bytes, at, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (account, node, id) DO UPDATE SET number = excluded.number, bytes = excluded.bytes,
        at = excluded.at, payload = excluded.payload";

/// Account, node, id.
pub(super) const DELETE_ITEM: &str = "DELETE FROM pubsub_item WHERE account = ?1 AND node = ?2 AND id = ?3";

/// Account, node, first and last number. Oldest first.
pub(super) const READ_ITEMS: &str = "SELECT id, number, at, payload FROM pubsub_item
    WHERE account = ?1 AND node = ?2 AND number BETWEEN ?3 AND ?4 ORDER BY number";
