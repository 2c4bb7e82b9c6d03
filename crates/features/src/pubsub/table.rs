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
    keep: Keep::Otherwise(
        "Until it is replaced, makes room for newer ones, is deleted, or the account goes; where its node says how \
         long, until that time is over and somebody looks.",
    ),
    export: Export::Rows("SELECT node, id, at, payload FROM pubsub_item WHERE account = ?1 ORDER BY node, number"),
    erase: Erase::Sql("DELETE FROM pubsub_item WHERE account = ?1"),
};

/// Who wants to be told of a node.
pub const SUBSCRIPTION: Table = Table {
    name: "pubsub_subscription",
    holds: "Who asked to be told of what a person publishes, beside contacts, who are told anyway.",
    migrations: &[Migration(
        "CREATE TABLE pubsub_subscription (
            account BIGINT NOT NULL, node TEXT NOT NULL, jid TEXT NOT NULL, state TEXT NOT NULL,
            deliver BIGINT NOT NULL, PRIMARY KEY (account, node, jid))",
    )],
    keep: Keep::Otherwise("Until whoever asked takes it back, the node or the account goes."),
    export: Export::Rows(
        "SELECT node, jid, state, deliver FROM pubsub_subscription WHERE account = ?1 ORDER BY node, jid",
    ),
    erase: Erase::Sql("DELETE FROM pubsub_subscription WHERE account = ?1"),
};

/// What people are to a node.
pub const AFFILIATION: Table = Table {
    name: "pubsub_affiliation",
    holds: "Whom a person lets publish in a node, lets see it, or keeps out of it.",
    migrations: &[Migration(
        "CREATE TABLE pubsub_affiliation (
            account BIGINT NOT NULL, node TEXT NOT NULL, jid TEXT NOT NULL, affiliation TEXT NOT NULL,
            PRIMARY KEY (account, node, jid))",
    )],
    keep: Keep::WithAccount,
    export: Export::Rows("SELECT node, jid, affiliation FROM pubsub_affiliation WHERE account = ?1 ORDER BY node, jid"),
    erase: Erase::Sql("DELETE FROM pubsub_affiliation WHERE account = ?1"),
};

/// Everything [`super::Nodes::read`] needs of the account `?1`, in one query: what kind of row it is, the
/// node, what of it, and three numbers.
pub const NODES_SQL: &str = "SELECT CAST(0 AS BIGINT), name, config, CAST(0 AS BIGINT), CAST(0 AS BIGINT),
        CAST(0 AS BIGINT)
    FROM pubsub_node WHERE account = ?1
    UNION ALL SELECT CAST(1 AS BIGINT), node, id, number, bytes, at FROM pubsub_item WHERE account = ?1
    UNION ALL SELECT CAST(2 AS BIGINT), node, jid, CASE WHEN state = 'subscribed' THEN 1 ELSE 0 END, deliver,
        CAST(0 AS BIGINT)
    FROM pubsub_subscription WHERE account = ?1
    UNION ALL SELECT CAST(3 AS BIGINT), node, jid,
        CASE affiliation WHEN 'publisher' THEN 2 WHEN 'member' THEN 1 ELSE 0 END, CAST(0 AS BIGINT),
        CAST(0 AS BIGINT)
    FROM pubsub_affiliation WHERE account = ?1";

/// What the newest avatar of the account `?1` is said to be (XEP-0084 §4.2).
pub const AVATAR_SQL: &str = "SELECT payload FROM pubsub_item
    WHERE account = ?1 AND node = 'urn:xmpp:avatar:metadata' ORDER BY number DESC LIMIT 1";

/// Account, node, configuration.
pub(super) const SAVE_NODE: &str = "INSERT INTO pubsub_node (account, name, config) VALUES (?1, ?2, ?3)
    ON CONFLICT (account, name) DO UPDATE SET config = excluded.config";

/// Account, node, configuration; unless the node has one.
pub(super) const NODE_ARRIVED: &str = "INSERT INTO pubsub_node (account, name, config) VALUES (?1, ?2, ?3)
    ON CONFLICT (account, name) DO NOTHING";

/// Account, node.
pub(super) const DELETE_NODE: &str = "DELETE FROM pubsub_node WHERE account = ?1 AND name = ?2";

/// Account, node.
pub(super) const DELETE_ITEMS: &str = "DELETE FROM pubsub_item WHERE account = ?1 AND node = ?2";

/// Account, node, id, number, bytes, microseconds, payload.
pub(super) const SAVE_ITEM: &str =
    "INSERT INTO pubsub_item (account, node, id, number, bytes, at, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (account, node, id) DO UPDATE SET number = excluded.number, bytes = excluded.bytes,
        at = excluded.at, payload = excluded.payload";

/// Account, node, id, number, bytes, microseconds, payload; unless there is such an item.
pub(super) const ITEM_ARRIVED: &str =
    "INSERT INTO pubsub_item (account, node, id, number, bytes, at, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (account, node, id) DO NOTHING";

/// Account, node, id.
pub(super) const DELETE_ITEM: &str = "DELETE FROM pubsub_item WHERE account = ?1 AND node = ?2 AND id = ?3";

/// Account, node, address, state, whether to deliver.
pub(super) const SAVE_SUBSCRIPTION: &str =
    "INSERT INTO pubsub_subscription (account, node, jid, state, deliver) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (account, node, jid) DO UPDATE SET state = excluded.state, deliver = excluded.deliver";

/// Account, node, address.
pub(super) const DELETE_SUBSCRIPTION: &str =
    "DELETE FROM pubsub_subscription WHERE account = ?1 AND node = ?2 AND jid = ?3";

/// Account, node.
pub(super) const DELETE_SUBSCRIPTIONS: &str = "DELETE FROM pubsub_subscription WHERE account = ?1 AND node = ?2";

/// Account, node, bare address, affiliation.
pub(super) const SAVE_AFFILIATION: &str =
    "INSERT INTO pubsub_affiliation (account, node, jid, affiliation) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (account, node, jid) DO UPDATE SET affiliation = excluded.affiliation";

/// Account, node, bare address.
pub(super) const DELETE_AFFILIATION: &str =
    "DELETE FROM pubsub_affiliation WHERE account = ?1 AND node = ?2 AND jid = ?3";

/// Account, node.
pub(super) const DELETE_AFFILIATIONS: &str = "DELETE FROM pubsub_affiliation WHERE account = ?1 AND node = ?2";

/// Account, node, first and last number. Oldest first.
pub(super) const READ_ITEMS: &str = "SELECT id, number, at, payload FROM pubsub_item
    WHERE account = ?1 AND node = ?2 AND number BETWEEN ?3 AND ?4 ORDER BY number";
