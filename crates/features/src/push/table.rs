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
         changed_at BIGINT NOT NULL, PRIMARY KEY (account, service, node))",
    )],
    keep: Keep::WithAccount,
    export: Export::Rows("SELECT service, node, changed_at FROM push_service WHERE account = ?1"),
    erase: Erase::Sql("DELETE FROM push_service WHERE account = ?1"),
};

/// For [`super::read`], of the account `?1`.
pub const ENABLED_SQL: &str = "SELECT service, node, options, agent, resource, errors FROM push_service \
     WHERE account = ?1 ORDER BY service, node";

/// Writes one down.
pub const SAVE_SQL: &str = "INSERT INTO push_service \
     (account, service, node, options, agent, resource, errors, changed_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (account, service, node) \
     DO UPDATE SET options = ?4, agent = ?5, resource = ?6, errors = ?7, changed_at = ?8";

/// Removes one.
pub const REMOVE_SQL: &str = "DELETE FROM push_service WHERE account = ?1 AND service = ?2 AND node = ?3";

/// Removes those of one client.
pub const FORGET_SQL: &str = "DELETE FROM push_service WHERE account = ?1 AND agent = ?2";

/// The values of [`SAVE_SQL`].
pub fn values(account: i64, enabled: &Enabled, now: i64) -> Vec<Value> {
    vec![
        account.into(),
        enabled.service.as_str().into(),
        enabled.node.as_ref().into(),
        enabled.options.as_ref().into(),
        enabled.agent.as_ref().into(),
        enabled.resource.as_ref().into(),
        enabled.errors.into(),
        now.into(),
    ]
}
