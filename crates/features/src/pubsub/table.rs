//! What nodes keep, and the statements on it.

use store::{Erase, Export, Keep, Migration, Table};

/// What stands for the service where else the account stands: no account has such a row. What a person of this
/// domain is to its nodes names the account as `person`.
pub const SERVICE: i64 = -1;

// BYTEA is PostgreSQL's name; SQLite takes any name and keeps bytes as bytes.

/// The nodes.
pub const NODE: Table = Table {
    name: "pubsub_node",
    holds: "The kinds of things a person's clients publish or store, and who may see each kind.",
    migrations: &[
        Migration(
            "CREATE TABLE pubsub_node (
            account BIGINT NOT NULL, name TEXT NOT NULL, config TEXT NOT NULL, PRIMARY KEY (account, name))",
        ),
        Migration("ALTER TABLE pubsub_node ADD COLUMN person BIGINT"),
        // How long its items are kept, in microseconds; also in the configuration, where SQL does not see it.
        Migration("ALTER TABLE pubsub_node ADD COLUMN item_micros BIGINT"),
    ],
    keep: Keep::Otherwise(
        "Until it is deleted, or the account goes; at the service, the account of whoever made it, unless others \
         own it too.",
    ),
    export: Export::Rows("SELECT name, config FROM pubsub_node WHERE account = ?1 ORDER BY name"),
    erase: Erase::Sql(
        "DELETE FROM pubsub_node WHERE account = ?1 OR (person = ?1 AND NOT EXISTS (
            SELECT 1 FROM pubsub_affiliation AS other WHERE other.account = pubsub_node.account
            AND other.node = pubsub_node.name AND other.affiliation = 'owner'
            AND (other.person IS NULL OR other.person <> ?1)))",
    ),
};

/// The items.
pub const ITEM: Table = Table {
    name: "pubsub_item",
    holds: "What a person's clients published or stored: avatars, bookmarks, keys of devices, and the like.",
    migrations: &[
        Migration(
            "CREATE TABLE pubsub_item (
            account BIGINT NOT NULL, node TEXT NOT NULL, id TEXT NOT NULL, number BIGINT NOT NULL,
            bytes BIGINT NOT NULL, at BIGINT NOT NULL, payload BYTEA NOT NULL, PRIMARY KEY (account, node, id))",
        ),
        Migration("ALTER TABLE pubsub_item ADD COLUMN publisher TEXT"),
        Migration("ALTER TABLE pubsub_item ADD COLUMN person BIGINT"),
    ],
    keep: Keep::Otherwise(
        "Until it is replaced, makes room for newer ones, is deleted, or the account goes; where its node says how \
         long, until that time is over.",
    ),
    export: Export::Rows("SELECT node, id, at, payload FROM pubsub_item WHERE account = ?1 ORDER BY node, number"),
    // Behind its nodes, which go first; and so the tables below.
    erase: Erase::Sql(
        "DELETE FROM pubsub_item WHERE account = ?1 OR person = ?1 OR (account = -1
            AND node NOT IN (SELECT name FROM pubsub_node WHERE account = -1))",
    ),
};

/// Who wants to be told of a node.
pub const SUBSCRIPTION: Table = Table {
    name: "pubsub_subscription",
    holds: "Who asked to be told of what a person publishes, beside contacts, who are told anyway.",
    migrations: &[
        Migration(
            "CREATE TABLE pubsub_subscription (
            account BIGINT NOT NULL, node TEXT NOT NULL, jid TEXT NOT NULL, state TEXT NOT NULL,
            deliver BIGINT NOT NULL, PRIMARY KEY (account, node, jid))",
        ),
        Migration("ALTER TABLE pubsub_subscription ADD COLUMN person BIGINT"),
    ],
    keep: Keep::Otherwise(
        "Until whoever asked takes it back, cannot be reached any more, or the node or the account goes.",
    ),
    export: Export::Rows(
        "SELECT node, jid, state, deliver FROM pubsub_subscription WHERE account = ?1 ORDER BY node, jid",
    ),
    erase: Erase::Sql(
        "DELETE FROM pubsub_subscription WHERE account = ?1 OR person = ?1 OR (account = -1
            AND node NOT IN (SELECT name FROM pubsub_node WHERE account = -1))",
    ),
};

/// What people are to a node.
pub const AFFILIATION: Table = Table {
    name: "pubsub_affiliation",
    holds: "Whom a person lets publish in a node, lets see it, or keeps out of it.",
    migrations: &[
        Migration(
            "CREATE TABLE pubsub_affiliation (
            account BIGINT NOT NULL, node TEXT NOT NULL, jid TEXT NOT NULL, affiliation TEXT NOT NULL,
            PRIMARY KEY (account, node, jid))",
        ),
        Migration("ALTER TABLE pubsub_affiliation ADD COLUMN person BIGINT"),
    ],
    keep: Keep::WithAccount,
    export: Export::Rows("SELECT node, jid, affiliation FROM pubsub_affiliation WHERE account = ?1 ORDER BY node, jid"),
    erase: Erase::Sql(
        "DELETE FROM pubsub_affiliation WHERE account = ?1 OR person = ?1 OR (account = -1
            AND node NOT IN (SELECT name FROM pubsub_node WHERE account = -1))",
    ),
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
        CASE affiliation WHEN 'owner' THEN 3 WHEN 'publisher' THEN 2 WHEN 'member' THEN 1 ELSE 0 END, CAST(0 AS BIGINT),
        CAST(0 AS BIGINT)
    FROM pubsub_affiliation WHERE account = ?1";

/// Who published the items of the service `?1`: node, number, bare address.
pub(super) const PUBLISHERS_SQL: &str =
    "SELECT node, number, publisher FROM pubsub_item WHERE account = ?1 AND publisher IS NOT NULL";

/// The service, the node, the item, the bare address of who published it, and the name of its account.
pub(super) const TIE_ITEM: &str =
    "UPDATE pubsub_item SET publisher = ?4, person = (SELECT id FROM account WHERE localpart = ?5)
    WHERE account = ?1 AND node = ?2 AND id = ?3";

/// Who made the nodes of the service `?1`, as far as it is an account here: node and name.
pub(super) const MAKERS_SQL: &str =
    "SELECT pubsub_node.name, localpart FROM pubsub_node JOIN account ON account.id = person
    WHERE pubsub_node.account = ?1";

/// What the account `?1` has at the service, in the order of the tables: the nodes it owns, what lies in them and what it
/// published, to what it subscribed, and what it is to nodes.
pub(super) const AT_SERVICE: [&str; 4] = [
    "SELECT name, config FROM pubsub_node JOIN pubsub_affiliation AS own ON own.account = -1 AND own.node = name
        WHERE pubsub_node.account = -1 AND own.affiliation = 'owner' AND own.person = ?1 ORDER BY name",
    "SELECT node, id, at, payload FROM pubsub_item AS item WHERE account = -1 AND (person = ?1 OR EXISTS (
            SELECT 1 FROM pubsub_affiliation AS own WHERE own.account = -1 AND own.node = item.node
            AND own.affiliation = 'owner' AND own.person = ?1)) ORDER BY node, number",
    "SELECT node, jid, state, deliver FROM pubsub_subscription WHERE account = -1 AND person = ?1 ORDER BY node, jid",
    "SELECT node, jid, affiliation FROM pubsub_affiliation WHERE account = -1 AND person = ?1 ORDER BY node",
];

/// What the newest avatar of the account `?1` is said to be (XEP-0084 §4.2).
pub const AVATAR_SQL: &str = "SELECT payload FROM pubsub_item
    WHERE account = ?1 AND node = 'urn:xmpp:avatar:metadata' ORDER BY number DESC LIMIT 1";

/// Account, node, configuration, how long items are kept in microseconds.
pub(super) const SAVE_NODE: &str =
    "INSERT INTO pubsub_node (account, name, config, item_micros) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (account, name) DO UPDATE SET config = excluded.config, item_micros = excluded.item_micros";

/// Removes what nodes keep no longer, whether or not anybody looks; now, in microseconds since 1970. Whoever has such
/// an item in memory lets it go by itself ([`super::publish`]).
pub const EXPIRE_ITEMS: &str = "DELETE FROM pubsub_item WHERE (account, node) IN (
        SELECT account, name FROM pubsub_node WHERE item_micros IS NOT NULL)
    AND at + (SELECT item_micros FROM pubsub_node AS kept WHERE kept.account = pubsub_item.account
        AND kept.name = pubsub_item.node) <= ?1";

/// Account, node, configuration; unless the node has one.
pub(super) const NODE_ARRIVED: &str = "INSERT INTO pubsub_node (account, name, config) VALUES (?1, ?2, ?3)
    ON CONFLICT (account, name) DO NOTHING";

/// The service, the node, the node again, the name of the account that made it.
pub(super) const TIE_NODE: &str = "UPDATE pubsub_node SET person = (SELECT id FROM account WHERE localpart = ?4)
    WHERE account = ?1 AND name = ?2 AND name = ?3";

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

/// The service, the node, the address, the name of its account.
pub(super) const TIE_SUBSCRIPTION: &str =
    "UPDATE pubsub_subscription SET person = (SELECT id FROM account WHERE localpart = ?4)
    WHERE account = ?1 AND node = ?2 AND jid = ?3";

/// Account, node, address.
pub(super) const DELETE_SUBSCRIPTION: &str =
    "DELETE FROM pubsub_subscription WHERE account = ?1 AND node = ?2 AND jid = ?3";

/// Account, node.
pub(super) const DELETE_SUBSCRIPTIONS: &str = "DELETE FROM pubsub_subscription WHERE account = ?1 AND node = ?2";

/// Account, node, bare address, affiliation.
pub(super) const SAVE_AFFILIATION: &str =
    "INSERT INTO pubsub_affiliation (account, node, jid, affiliation) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (account, node, jid) DO UPDATE SET affiliation = excluded.affiliation";

/// The service, the node, the bare address, the name of its account.
pub(super) const TIE_AFFILIATION: &str =
    "UPDATE pubsub_affiliation SET person = (SELECT id FROM account WHERE localpart = ?4)
    WHERE account = ?1 AND node = ?2 AND jid = ?3";

/// Account, node, bare address.
pub(super) const DELETE_AFFILIATION: &str =
    "DELETE FROM pubsub_affiliation WHERE account = ?1 AND node = ?2 AND jid = ?3";

/// Account, node.
pub(super) const DELETE_AFFILIATIONS: &str = "DELETE FROM pubsub_affiliation WHERE account = ?1 AND node = ?2";

/// Account, node, first and last number. Oldest first.
pub(super) const READ_ITEMS: &str = "SELECT id, number, at, payload, publisher FROM pubsub_item
    WHERE account = ?1 AND node = ?2 AND number BETWEEN ?3 AND ?4 ORDER BY number";
