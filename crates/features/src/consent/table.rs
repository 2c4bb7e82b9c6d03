//! Consent in the store.

use crate::Fault;
use store::{Erase, Expect, Export, Keep, Migration, Row, Table, Write};

/// Who agreed to what.
pub static CONSENT: Table = Table {
    name: "consent",
    holds: "To which version of the terms an account agreed, when, and in which way.",
    migrations: &[Migration(
        "CREATE TABLE consent (account BIGINT NOT NULL, version BIGINT NOT NULL, given_at BIGINT NOT NULL, \
         way TEXT NOT NULL, PRIMARY KEY (account, version))",
    )],
    keep: Keep::WithAccount,
    export: Export::Rows("SELECT version, given_at, way FROM consent WHERE account = ?1 ORDER BY version"),
    erase: Erase::Sql("DELETE FROM consent WHERE account = ?1"),
};

/// The last version that the account of row `?1` agreed to; nought for none.
pub(crate) const AGREED_SQL: &str = "SELECT COALESCE(MAX(version), 0) FROM consent WHERE account = ?1";

/// What it says.
///
/// # Errors
/// When it is damaged.
pub(crate) fn agreed(rows: &[Row]) -> Result<u32, Fault> {
    let version = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or_default();
    u32::try_from(version).map_err(|_| Fault("nobody agreed to terms of such a number".into()))
}

/// In which way somebody agreed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// In the form for an account.
    SignUp,
    /// By answering the service's message.
    Message,
    /// By a command.
    Command,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Way::SignUp => "sign-up",
            Way::Message => "message",
            Way::Command => "command",
        }
    }
}

/// The change that notes it for the account of a row: which version, and when.
pub fn give(account: i64, (version, now): (u32, i64), way: Way) -> Write {
    let sql = "INSERT INTO consent (account, version, given_at, way) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT (account, version) DO NOTHING";
    let values = vec![account.into(), version.into(), now.into(), way.name().into()];
    Write::Run { sql, values, expect: Expect::Any }
}

/// The same at sign-up, for the account `localpart`, which exists by then.
pub(crate) fn give_at_sign_up(localpart: &str, (version, now): (u32, i64)) -> Write {
    let sql = "INSERT INTO consent (account, version, given_at, way) \
               SELECT id, ?2, ?3, ?4 FROM account WHERE localpart = ?1";
    let values = vec![localpart.into(), version.into(), now.into(), Way::SignUp.name().into()];
    Write::Run { sql, values, expect: Expect::Some }
}
