//! Block lists in the store.

use store::{Erase, Export, Keep, Migration, Table};

/// Whom an account blocks.
pub static BLOCKED: Table = Table {
    name: "blocked_address",
    holds: "Addresses that an account blocks.",
    migrations: &[Migration(
        "CREATE TABLE blocked_address (account BIGINT NOT NULL, jid TEXT NOT NULL, PRIMARY KEY (account, jid))",
    )],
    keep: Keep::WithAccount,
    export: Export::Rows("SELECT jid FROM blocked_address WHERE account = ?1 ORDER BY jid"),
    erase: Erase::Sql("DELETE FROM blocked_address WHERE account = ?1"),
};

/// The list of the account `?1`, for [`super::Blocklist::read`].
pub const BLOCKED_SQL: &str = "SELECT jid FROM blocked_address WHERE account = ?1";

/// Account, JID.
pub(super) const BLOCK_SQL: &str =
    "INSERT INTO blocked_address (account, jid) VALUES (?1, ?2) ON CONFLICT (account, jid) DO NOTHING";

/// Account, JID.
pub(super) const UNBLOCK_SQL: &str = "DELETE FROM blocked_address WHERE account = ?1 AND jid = ?2";

/// Account.
pub(super) const UNBLOCK_ALL_SQL: &str = "DELETE FROM blocked_address WHERE account = ?1";
