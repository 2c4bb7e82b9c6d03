//! How far each account has come, and messages that no archive keeps.

use store::{Erase, Export, Keep, Migration, Table};

/// The number of an archive up to which all is with the account's clients.
pub static CURSOR: Table = Table {
    name: "offline_cursor",
    holds: "How far into its archive an account's clients have come.",
    migrations: &[Migration("CREATE TABLE offline_cursor (account BIGINT PRIMARY KEY, number BIGINT NOT NULL)")],
    keep: Keep::WithAccount,
    export: Export::No("It is a place in the archive, which is exported."),
    erase: Erase::Sql("DELETE FROM offline_cursor WHERE account = ?1"),
};

/// Messages for accounts that want no archive, until they are delivered. Thirty days (in microseconds)
/// is how long archives are kept unless somebody chose otherwise.
pub static MESSAGE: Table = Table {
    name: "offline_message",
    holds: "Messages for people who keep no archive and were away, until they are back.",
    migrations: &[Migration(
        "CREATE TABLE offline_message (account BIGINT NOT NULL, number BIGINT NOT NULL, received_at BIGINT NOT NULL, \
         body BYTEA NOT NULL, PRIMARY KEY (account, number))",
    )],
    keep: Keep::Until("DELETE FROM offline_message WHERE received_at < ?1 - 2592000000000"),
    export: Export::Rows("SELECT received_at, body FROM offline_message WHERE account = ?1 ORDER BY number"),
    erase: Erase::Sql("DELETE FROM offline_message WHERE account = ?1"),
};

/// For [`super::Waiting::read`], of the account `?1`.
pub const WAITING_SQL: &str = "SELECT COALESCE((SELECT number FROM offline_cursor WHERE account = ?1), 0), \
     (SELECT COUNT(*) FROM offline_message WHERE account = ?1)";

/// Moves the cursor of the account `?1` on to `?2`.
pub const SAVE_SQL: &str = "INSERT INTO offline_cursor (account, number) VALUES (?1, ?2) \
     ON CONFLICT (account) DO UPDATE SET number = ?2 WHERE offline_cursor.number < ?2";

/// Keeps a message `?3` received at `?2` for the account `?1`.
pub const KEEP_SQL: &str = "INSERT INTO offline_message (account, number, received_at, body) \
     SELECT ?1, COALESCE(MAX(number), 0) + 1, ?2, ?3 FROM offline_message WHERE account = ?1";

/// The messages of the account `?1`, in order.
pub const WAIT_SQL: &str =
    "SELECT number, received_at, body FROM offline_message WHERE account = ?1 AND number > ?2 ORDER BY number";

/// Forgets the messages of the account `?1` up to `?2`.
pub const FORGET_SQL: &str = "DELETE FROM offline_message WHERE account = ?1 AND number <= ?2";

/// Puts `?3` where the message `?2` of the account `?1` waits.
pub const REWRITE_SQL: &str = "UPDATE offline_message SET body = ?3 WHERE account = ?1 AND number = ?2";
