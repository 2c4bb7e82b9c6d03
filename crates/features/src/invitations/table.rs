//! Invitations, and who came by whose.

use store::{Erase, Export, Keep, Migration, Table};

/// Invitations.
pub static INVITATION: Table = Table {
    name: "invitation",
    holds: "Invitations: who made them, for what, how often they can be used and until when. Of the token in the link \
            only a hash.",
    migrations: &[Migration(
        "CREATE TABLE invitation (id BIGINT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, inviter BIGINT NOT NULL, \
         kind TEXT NOT NULL, lets_in BIGINT NOT NULL, name TEXT NOT NULL, uses_left BIGINT NOT NULL, \
         created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL)",
    )],
    // Thirty days longer than it is good: invitations are counted by the month.
    keep: Keep::Until("DELETE FROM invitation WHERE expires_at < ?1 - 2592000000000"),
    export: Export::Rows(
        "SELECT kind, name, uses_left, created_at, expires_at FROM invitation WHERE inviter = ?1 ORDER BY id",
    ),
    erase: Erase::Sql("DELETE FROM invitation WHERE inviter = ?1"),
};

/// Who came by whose invitation.
pub static INVITED: Table = Table {
    name: "invited",
    holds: "By whose invitation an account came, as row numbers. Of an erased account the number stays, which leads \
            to no name, so that those who came by it are still found together.",
    migrations: &[Migration(
        "CREATE TABLE invited (account BIGINT PRIMARY KEY, inviter BIGINT NOT NULL, befriends BIGINT NOT NULL, \
         came_at BIGINT NOT NULL)",
    )],
    keep: Keep::Otherwise("As long as the account exists; of an erased account the two numbers, for good."),
    // Each gets their own side: by whom they came, not who came by them.
    export: Export::Rows(
        "SELECT account.localpart, invited.came_at FROM invited JOIN account ON account.id = invited.inviter \
         WHERE invited.account = ?1 AND account.state IN ('active', 'disabled')",
    ),
    erase: Erase::Sql("UPDATE invited SET befriends = 0, came_at = 0 WHERE account = ?1"),
};

/// Hash, inviter, kind, lets in, name, uses, now, end, beginning of the month, most in a month.
pub(super) const CREATE: &str = "INSERT INTO invitation (id, hash, inviter, kind, lets_in, name, uses_left, created_at, expires_at) \
     SELECT (SELECT COALESCE(MAX(id), 0) + 1 FROM invitation), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 \
     WHERE (SELECT COUNT(*) FROM invitation WHERE inviter = ?2 AND created_at > ?9) < ?10";

/// Hash, now. What somebody made who is shut out is no good.
pub(super) const FIND: &str = "SELECT id, kind, lets_in, name, inviter FROM invitation \
     WHERE hash = ?1 AND uses_left > 0 AND expires_at > ?2 \
     AND (inviter = 0 OR EXISTS (SELECT 1 FROM account WHERE account.id = inviter AND account.state = 'active'))";

/// Number. XEP-0445 §4: how long it is good was looked at before.
pub(super) const SPEND: &str = "UPDATE invitation SET uses_left = uses_left - 1 WHERE id = ?1 AND uses_left > 0";

/// Localpart, befriends, now, number of the invitation.
pub(super) const CAME: &str = "INSERT INTO invited (account, inviter, befriends, came_at) \
     SELECT account.id, invitation.inviter, ?2, ?3 FROM account JOIN invitation ON invitation.id = ?4 \
     WHERE account.localpart = ?1";

/// Hash, inviter, now. XEP-0379 §5.2
pub(super) const REDEEM: &str = "UPDATE invitation SET uses_left = uses_left - 1 \
     WHERE hash = ?1 AND inviter = ?2 AND kind <> 'account' AND uses_left > 0 AND expires_at > ?3";
