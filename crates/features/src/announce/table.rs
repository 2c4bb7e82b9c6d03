//! Standing notices, and to whom they were said.

use super::{Notice, Standing};
use crate::Fault;
use store::{Erase, Expect, Export, Keep, Migration, Row, Store, Table, Write};

/// What is said to everybody who comes.
pub static NOTICE: Table = Table {
    name: "notice",
    holds: "The message of the day and the welcome for new accounts.",
    migrations: &[Migration(
        "CREATE TABLE notice (name TEXT PRIMARY KEY, number BIGINT NOT NULL, words TEXT NOT NULL)",
    )],
    keep: Keep::Otherwise("They stand until an administrator takes them back."),
    export: Export::No("They are the service's words and of no account."),
    erase: Erase::No("They are the service's words and of no account."),
};

/// To whom it was said.
pub static SEEN: Table = Table {
    name: "notice_seen",
    holds: "Which message of the day an account has got, and that it was welcomed.",
    migrations: &[Migration(
        "CREATE TABLE notice_seen (account BIGINT NOT NULL, name TEXT NOT NULL, number BIGINT NOT NULL, \
         PRIMARY KEY (account, name))",
    )],
    keep: Keep::WithAccount,
    export: Export::Rows("SELECT name, number FROM notice_seen WHERE account = ?1 ORDER BY name"),
    erase: Erase::Sql("DELETE FROM notice_seen WHERE account = ?1"),
};

/// The notices.
///
/// # Errors
/// When the store says no.
pub(super) async fn read(store: &Store) -> Result<Vec<Notice>, Fault> {
    let read = |row: &Row| {
        let name = row.text(0)?;
        let standing = Standing::ALL.into_iter().find(|standing| standing.name() == name);
        let standing = standing.ok_or_else(|| Fault(format!("there is no notice called {name:?}")))?;
        Ok(Notice { standing, number: row.int(1)?, text: row.text(2)?.into() })
    };
    store.query("SELECT name, number, words FROM notice", vec![]).await?.iter().map(read).collect()
}

/// Those of the notices that an account made then has not got.
///
/// # Errors
/// When the store says no.
pub async fn due(store: &Store, account: i64, created_at: i64, notices: Vec<Notice>) -> Result<Vec<Notice>, Fault> {
    let rows = store.query("SELECT name, number FROM notice_seen WHERE account = ?1", vec![account.into()]).await?;
    let seen = rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect::<Result<Vec<_>, Fault>>()?;
    let is_due = |notice: &Notice| {
        let last = seen.iter().find(|(name, _)| *name == notice.standing.name()).map(|(_, number)| *number);
        match notice.standing {
            Standing::Motd => last.is_none_or(|last| last < notice.number),
            Standing::Welcome => last.is_none() && created_at >= notice.number,
        }
    };
    Ok(notices.into_iter().filter(is_due).collect())
}

/// The change that makes it stand.
pub fn set(notice: &Notice) -> Write {
    let sql = "INSERT INTO notice (name, number, words) VALUES (?1, ?2, ?3) \
               ON CONFLICT (name) DO UPDATE SET number = excluded.number, words = excluded.words";
    let values = vec![notice.standing.name().into(), notice.number.into(), notice.text.as_ref().into()];
    Write::Run { sql, values, expect: Expect::Any }
}

/// The change that takes it back.
pub fn unset(standing: Standing) -> Write {
    let sql = "DELETE FROM notice WHERE name = ?1";
    Write::Run { sql, values: vec![standing.name().into()], expect: Expect::Any }
}

/// The change that writes down that it is said to an account. It finds nothing to change if it was said
/// before.
pub fn say(notice: &Notice, account: i64) -> Write {
    let sql = match notice.standing {
        Standing::Motd => {
            "INSERT INTO notice_seen (account, name, number) VALUES (?1, ?2, ?3) ON CONFLICT (account, name) \
             DO UPDATE SET number = excluded.number WHERE notice_seen.number < excluded.number"
        }
        Standing::Welcome => {
            "INSERT INTO notice_seen (account, name, number) VALUES (?1, ?2, ?3) ON CONFLICT (account, name) DO NOTHING"
        }
    };
    let values = vec![account.into(), notice.standing.name().into(), notice.number.into()];
    Write::Run { sql, values, expect: Expect::Some }
}
