//! Files in the store. Their bytes are blobs of the same name.

use store::{Erase, Export, Keep, Migration, Table};

/// Slots, files, and for a while what is left of them. `hash` is that of the secret part of the address, which
/// nobody here knows.
pub static FILE: Table = Table {
    name: "file",
    holds: "Files that an account uploaded: name, type, size, when, until when. The bytes lie beside the tables, and \
            go when the time is over or the account is erased.",
    migrations: &[Migration(
        "CREATE TABLE file (hash BYTEA NOT NULL UNIQUE, account BIGINT NOT NULL, name TEXT NOT NULL, \
         media_type TEXT, purpose TEXT NOT NULL, bytes BIGINT NOT NULL, made_at BIGINT NOT NULL, \
         keep_until BIGINT NOT NULL, expires_at BIGINT NOT NULL, forget_at BIGINT NOT NULL, state TEXT NOT NULL, \
         PRIMARY KEY (account, hash))",
    )],
    keep: Keep::Until("DELETE FROM file WHERE state = 'gone' AND forget_at < ?1"),
    export: Export::Rows(
        "SELECT name, media_type, purpose, bytes, made_at, expires_at FROM file \
         WHERE account = ?1 AND state = 'there' ORDER BY made_at",
    ),
    // Nobody's, and overdue: the sweep removes the bytes, and then the row.
    erase: Erase::Sql(
        "UPDATE file SET account = 0, name = '', media_type = NULL, expires_at = 0, forget_at = 0 WHERE account = ?1",
    ),
};

/// A slot, if there is room for it: hash, account, name, type, purpose, bytes, now, end of the file, end of the
/// slot; bytes of all that is for profiles, or of all that is not, at most; begin of the day, bytes and files at most; begin of the week, bytes at most.
pub(super) const RESERVE_SQL: &str = "INSERT INTO file \
     (hash, account, name, media_type, purpose, bytes, made_at, keep_until, expires_at, forget_at, state) \
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, 'slot' \
     WHERE (SELECT COALESCE(SUM(bytes), 0) FROM file WHERE account = ?2 AND expires_at > ?7 \
     AND (purpose = 'profile') = (?5 = 'profile')) + ?6 <= ?10 \
     AND (SELECT COALESCE(SUM(bytes), 0) FROM file WHERE account = ?2 AND forget_at > ?7 AND made_at > ?11) + ?6 <= ?12 \
     AND (SELECT COUNT(*) FROM file WHERE account = ?2 AND forget_at > ?7 AND made_at > ?11) < ?13 \
     AND (SELECT COALESCE(SUM(bytes), 0) FROM file WHERE account = ?2 AND forget_at > ?7 AND made_at > ?14) + ?6 <= ?15";

/// What counts of the account `?1` at the moment `?2`.
pub(super) const COUNTED_SQL: &str =
    "SELECT bytes, made_at, expires_at, forget_at, purpose FROM file WHERE account = ?1 AND forget_at > ?2";

/// The file of the hash `?1`.
pub(super) const FIND_SQL: &str = "SELECT hash, account, name, media_type, purpose, bytes, made_at, expires_at, state \
     FROM file WHERE hash = ?1";

/// The files whose hash lies between `?1` and `?2`.
pub(super) const BETWEEN_SQL: &str = "SELECT hash, account, name, media_type, purpose, bytes, made_at, expires_at, \
     state FROM file WHERE hash >= ?1 AND hash <= ?2";

/// What the account `?1` has at the moment `?2`, the newest first.
pub(super) const LIST_SQL: &str = "SELECT hash, account, name, media_type, purpose, bytes, made_at, expires_at, state \
     FROM file WHERE account = ?1 AND state = 'there' AND expires_at > ?2 ORDER BY made_at DESC, hash";

/// Somebody puts a file into the slot of the hash `?1`, and has until `?2`; it is `?3` now.
pub(super) const BEGIN_SQL: &str =
    "UPDATE file SET expires_at = ?2, forget_at = ?2 WHERE hash = ?1 AND state = 'slot' AND expires_at > ?3";

/// The slot of the hash `?1` has its file at the moment `?2`, unless it would be over already; it is counted
/// until `?3` at least.
pub(super) const FILL_SQL: &str = "UPDATE file SET state = 'there', expires_at = keep_until, \
     forget_at = CASE WHEN keep_until > ?3 THEN keep_until ELSE ?3 END \
     WHERE hash = ?1 AND state = 'slot' AND account <> 0 AND keep_until > ?2";

/// The file of the hash `?1` ends at the moment `?2`.
pub(super) const END_SQL: &str =
    "UPDATE file SET expires_at = ?2 WHERE hash = ?1 AND state = 'there' AND expires_at > ?2";

/// What is past its end at the moment `?1` and whose bytes may still be there, `?2` at most.
pub(super) const OVERDUE_SQL: &str =
    "SELECT hash FROM file WHERE state <> 'gone' AND expires_at < ?1 ORDER BY expires_at LIMIT ?2";

/// The bytes of the hash `?1` are gone. What it was called is nobody's business any more.
pub(super) const GONE_SQL: &str =
    "UPDATE file SET state = 'gone', name = '', media_type = NULL WHERE hash = ?1 AND expires_at < ?2";
