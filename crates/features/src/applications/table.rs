//! Applications in the store. An application has the number of the account that it asks for.

use store::{Erase, Export, Keep, Migration, Table};

/// Applications.
pub static APPLICATION: Table = Table {
    name: "application",
    holds: "Applications for an account: name and reason, until somebody decides. Of one that was refused name and \
            answer, and a key made from the password by which whoever applied is known again.",
    migrations: &[Migration(
        "CREATE TABLE application (account BIGINT PRIMARY KEY, localpart TEXT NOT NULL, reason TEXT NOT NULL, \
         filed_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, state TEXT NOT NULL, answer TEXT NOT NULL, \
         salt BYTEA NOT NULL, iterations BIGINT NOT NULL, stored_key BYTEA NOT NULL)",
    )],
    // One that waits goes with its account, when nobody decided in time.
    keep: Keep::Until("DELETE FROM application WHERE expires_at < ?1 AND state = 'refused'"),
    export: Export::Rows("SELECT localpart, reason, filed_at, expires_at FROM application WHERE account = ?1"),
    erase: Erase::Sql("DELETE FROM application WHERE account = ?1 AND state = 'waiting'"),
};

/// Localpart, reason, now, end, salt, iterations, key, most that wait. The account exists by then.
pub(super) const FILE: &str = "INSERT INTO application \
     (account, localpart, reason, filed_at, expires_at, state, answer, salt, iterations, stored_key) \
     SELECT account.id, ?1, ?2, ?3, ?4, 'waiting', '', ?5, ?6, ?7 FROM account WHERE account.localpart = ?1 \
     AND (SELECT COUNT(*) FROM application WHERE state = 'waiting') < ?8";

/// Number after which, most, now.
pub(super) const LIST: &str = "SELECT account, localpart, reason, filed_at, expires_at FROM application \
     WHERE state = 'waiting' AND account > ?1 AND expires_at > ?3 ORDER BY account LIMIT ?2";

/// Number, now.
pub(super) const FIND: &str = "SELECT account, localpart, reason, filed_at, expires_at FROM application \
     WHERE state = 'waiting' AND account = ?1 AND expires_at > ?2";

/// Now.
pub(super) const EXPIRED: &str = "SELECT account, localpart, reason, filed_at, expires_at FROM application \
     WHERE state = 'waiting' AND expires_at <= ?1 ORDER BY account";

/// Number.
pub(super) const ACCEPT_ACCOUNT: &str = "UPDATE account SET state = 'active' WHERE id = ?1 AND state = 'waiting'";

/// Number.
pub(super) const ACCEPT: &str = "DELETE FROM application WHERE account = ?1 AND state = 'waiting'";

/// Number, answer, end. The reason has served.
pub(super) const REFUSE: &str = "UPDATE application SET state = 'refused', reason = '', answer = ?2, expires_at = ?3 \
     WHERE account = ?1 AND state = 'waiting'";

/// Localpart. The newest first: a name that was refused can be asked for by somebody else.
pub(super) const OF_NAME: &str = "SELECT state, answer, filed_at, salt, iterations, stored_key FROM application \
     WHERE localpart = ?1 ORDER BY account DESC LIMIT 5";
