//! The preferences in the store. The messages themselves are in the store's archives.

use store::{Erase, Export, Keep, Migration, Table};

/// Preferences of accounts that chose: a word, and two lists with one address on each line.
pub static PREFERENCES: Table = Table {
    name: "archive_preferences",
    holds: "Which messages an account wants kept, as it chose.",
    migrations: &[Migration(
        "CREATE TABLE archive_preferences (account BIGINT PRIMARY KEY, standing TEXT NOT NULL, \
         always_listed TEXT NOT NULL, never_listed TEXT NOT NULL)",
    )],
    keep: Keep::WithAccount,
    export: Export::Rows("SELECT standing, always_listed, never_listed FROM archive_preferences WHERE account = ?1"),
    erase: Erase::Sql("DELETE FROM archive_preferences WHERE account = ?1"),
};

/// The preferences of the account `?1`, for [`super::Preferences::read`].
pub const PREFERENCES_SQL: &str =
    "SELECT standing, always_listed, never_listed FROM archive_preferences WHERE account = ?1";

/// Replaces the preferences of the account `?1`.
pub const SET_PREFERENCES_SQL: &str = "INSERT INTO archive_preferences (account, standing, always_listed, never_listed) \
     VALUES (?1, ?2, ?3, ?4) ON CONFLICT (account) \
     DO UPDATE SET standing = ?2, always_listed = ?3, never_listed = ?4";
