//! Enablements of push in the store.

use super::Enabled;
use store::{Erase, Export, Keep, Migration, Table, Value};

/// Where the clients of an account want to be woken.
pub static PUSH: Table = Table {
    name: "push_service",
    holds: "Where an account's phones want to be woken, as their apps said.",
    migrations: &[Migration(
        "CREATE TABLE push_service (account BIGINT NOT NULL, service TEXT NOT NULL, node TEXT NOT NULL, \
         options TEXT NOT NULL, agent TEXT NOT NULL, resource TEXT NOT NULL, errors BIGINT NOT NULL, \
         seen_at BIGINT NOT NULL, PRIMARY KEY (account, service, node))",
    )],
    // Thirty days after the client was last here (in microseconds), which is how long its token is good for
    // unless somebody chose otherwise; longer if it still holds one.
    keep: Keep::Until(
        "DELETE FROM push_service WHERE seen_at < ?1 - 2592000000000 AND NOT EXISTS (SELECT 1 FROM fast_token \
         WHERE fast_token.account = push_service.account AND fast_token.agent = push_service.agent \
         AND fast_token.expires_at > ?1)",
    ),
    export: Export::Rows("SELECT service, node, seen_at FROM push_service WHERE account = ?1"),
    erase: Erase::Sql("DELETE FROM push_service WHERE account = ?1"),
};

/// For [`super::read`], of the account `?1`.
pub const ENABLED_SQL: &str = "SELECT service, node, options, agent, resource, errors, seen_at FROM push_service \
     WHERE account = ?1 ORDER BY service, node";

/// Writes one down.
pub const SAVE_SQL: &str = "INSERT INTO push_service \
     (account, service, node, options, agent, resource, errors, seen_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (account, service, node) \
     DO UPDATE SET options = ?4, agent = ?5, resource = ?6, errors = ?7, seen_at = ?8";

/// Removes one.
pub const REMOVE_SQL: &str = "DELETE FROM push_service WHERE account = ?1 AND service = ?2 AND node = ?3";

/// Removes those of one client.
pub const FORGET_SQL: &str = "DELETE FROM push_service WHERE account = ?1 AND agent = ?2";

/// Removes those of all clients of the account of the name `?1`.
pub const FORGET_ALL_SQL: &str =
    "DELETE FROM push_service WHERE account IN (SELECT id FROM account WHERE localpart = ?1)";

/// The same but for one client: its id, or without one its resource.
pub const FORGET_OTHERS_SQL: &str = "DELETE FROM push_service \
     WHERE account IN (SELECT id FROM account WHERE localpart = ?1) \
     AND NOT (agent = ?2 AND (agent <> '' OR resource = ?3))";

/// Notes how one fares, unless it is gone: an account that is being erased gets no row back.
pub const NOTE_SQL: &str = "UPDATE push_service SET errors = ?4, seen_at = ?5 \
     WHERE account = ?1 AND service = ?2 AND node = ?3";

/// The values of [`NOTE_SQL`].
pub fn note(account: i64, enabled: &Enabled) -> Vec<Value> {
    vec![
        account.into(),
        enabled.service.as_str().into(),
        enabled.node.as_ref().into(),
        enabled.errors.into(),
        enabled.seen_at.into(),
    ]
}

/// The values of [`SAVE_SQL`].
pub fn values(account: i64, enabled: &Enabled) -> Vec<Value> {
    vec![
        account.into(),
        enabled.service.as_str().into(),
        enabled.node.as_ref().into(),
        enabled.options.as_ref().into(),
        enabled.agent.as_ref().into(),
        enabled.resource.as_ref().into(),
        enabled.errors.into(),
        enabled.seen_at.into(),
    ]
}
