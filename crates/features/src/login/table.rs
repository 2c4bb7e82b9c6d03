//! Accounts, keys, tokens and our own secrets in the store.

use store::{Erase, Export, Keep, Migration, Table};

/// Accounts, and the tombstones of those that are gone.
pub static ACCOUNT: Table = Table {
    name: "account",
    holds: "Accounts: name, day of creation, whether they may log in, and the day of the last login. Of an erased \
            account a hash of its name stays, so that nobody else can take it.",
    migrations: &[Migration(
        "CREATE TABLE account (id BIGINT PRIMARY KEY, localpart TEXT NOT NULL UNIQUE, created_at BIGINT NOT NULL, \
         state TEXT NOT NULL, last_login_day BIGINT)",
    )],
    keep: Keep::WithAccount,
    export: Export::Rows("SELECT localpart, created_at, state, last_login_day FROM account WHERE id = ?1"),
    erase: Erase::Sql("UPDATE account SET state = 'leaving', created_at = 0, last_login_day = NULL WHERE id = ?1"),
};

/// What SCRAM leaves with a server: no passwords.
pub static CREDENTIAL: Table = Table {
    name: "credential",
    holds: "Keys derived from passwords, one set for each hash function. The password itself is never kept.",
    migrations: &[Migration(
        "CREATE TABLE credential (account BIGINT NOT NULL, hash TEXT NOT NULL, salt BYTEA NOT NULL, \
         iterations BIGINT NOT NULL, stored_key BYTEA NOT NULL, server_key BYTEA NOT NULL, \
         PRIMARY KEY (account, hash))",
    )],
    keep: Keep::WithAccount,
    export: Export::Moving {
        sql: "SELECT hash, salt, iterations, stored_key, server_key FROM credential WHERE account = ?1 ORDER BY hash",
        why: "Keys tell the person nothing, and whoever gets hold of a copy could try passwords on them.",
    },
    erase: Erase::Sql("DELETE FROM credential WHERE account = ?1"),
};

/// XEP-0484. The tokens are kept as they are: the HT mechanisms key a MAC with the token itself, so
/// that a hash of it would prove nothing. What that gives away is bounded: a token opens one
/// account, with one mechanism, until it expires, and goes with the next password change.
pub static FAST_TOKEN: Table = Table {
    name: "fast_token",
    holds: "Tokens with which clients log in again, and what those clients say they are.",
    migrations: &[Migration(
        "CREATE TABLE fast_token (id BIGINT PRIMARY KEY, account BIGINT NOT NULL, agent TEXT NOT NULL, \
         slot TEXT NOT NULL, mechanism TEXT NOT NULL, secret BYTEA NOT NULL, expires_at BIGINT NOT NULL, \
         counted BIGINT NOT NULL, created_at BIGINT NOT NULL, last_used_at BIGINT NOT NULL, \
         software TEXT, device TEXT, UNIQUE (account, agent, slot))",
    )],
    // Ninety days longer than it opens anything: a device that comes back is told why it must give its
    // password again (XEP-0484 §3.4).
    keep: Keep::Until("DELETE FROM fast_token WHERE expires_at < ?1 - 7776000000000"),
    export: Export::Rows(
        "SELECT agent, software, device, created_at, last_used_at, expires_at FROM fast_token WHERE account = ?1",
    ),
    erase: Erase::Sql("DELETE FROM fast_token WHERE account = ?1"),
};

/// XEP-0494.
pub static DEVICE: Table = Table {
    name: "device",
    holds: "Clients that logged in to an account: what they say they are, and when they came first and last.",
    migrations: &[Migration(
        "CREATE TABLE device (account BIGINT NOT NULL, agent TEXT NOT NULL, software TEXT, device TEXT, \
         first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, by_token BIGINT NOT NULL, \
         had_password BIGINT NOT NULL, expires_at BIGINT NOT NULL, PRIMARY KEY (account, agent))",
    )],
    keep: Keep::Until("DELETE FROM device WHERE expires_at < ?1"),
    export: Export::Rows("SELECT software, device, first_seen, last_seen FROM device WHERE account = ?1"),
    erase: Erase::Sql("DELETE FROM device WHERE account = ?1"),
};

/// Keys of the service itself.
pub static SECRET: Table = Table {
    name: "secret",
    holds: "Keys that the service made for itself at its first start.",
    migrations: &[Migration("CREATE TABLE secret (name TEXT PRIMARY KEY, value BYTEA NOT NULL)")],
    keep: Keep::Otherwise("They are needed as long as there is anything that was made with them."),
    export: Export::No("They belong to the service and to no account."),
    erase: Erase::No("They belong to the service and to no account."),
};
