//! Since when somebody is away.

use store::{Erase, Export, Keep, Migration, Table};

/// The last time that an account's last client left.
pub static AWAY: Table = Table {
    name: "last_activity",
    holds: "When an account was last online, and the status it left with.",
    migrations: &[Migration(
        "CREATE TABLE last_activity (account BIGINT PRIMARY KEY, left_at BIGINT NOT NULL, words TEXT NOT NULL)",
    )],
    keep: Keep::WithAccount,
    export: Export::Rows("SELECT left_at, words FROM last_activity WHERE account = ?1"),
    erase: Erase::Sql("DELETE FROM last_activity WHERE account = ?1"),
};

/// Account, moment, words.
pub(super) const SAVE_SQL: &str = "INSERT INTO last_activity (account, left_at, words) VALUES (?1, ?2, ?3) \
    ON CONFLICT (account) DO UPDATE SET left_at = excluded.left_at, words = excluded.words";

/// Account.
pub(super) const READ_SQL: &str = "SELECT left_at, words FROM last_activity WHERE account = ?1";
