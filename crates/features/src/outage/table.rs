//! The outage in the store: a row for each language, and one alone where nothing is said.

use super::{Messages, Outage};
use crate::Fault;
use store::{Erase, Expect, Export, Keep, Migration, Row, Store, Table, Value, Write};

/// What is said of the outage that there is, or will be.
pub static OUTAGE: Table = Table {
    name: "outage",
    holds: "That the service is down or will be, until when, and what is said of it in which language.",
    migrations: &[Migration(
        "CREATE TABLE outage (language TEXT PRIMARY KEY, words TEXT NOT NULL, planned BIGINT NOT NULL, \
         begins_at BIGINT NOT NULL, ends_at BIGINT)",
    )],
    keep: Keep::Otherwise("It is said until those who run the service say that it is over."),
    export: Export::No("It is about the service and no account."),
    erase: Erase::No("It is about the service and no account."),
};

/// The language of a row that says nothing.
const NONE: &str = "";

/// The changes after which this is said, and nothing else.
pub fn set(outage: Option<&Outage>) -> Vec<Write> {
    let sql = "INSERT INTO outage (language, words, planned, begins_at, ends_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut writes = vec![run("DELETE FROM outage", Vec::new())];
    if let Some(outage) = outage {
        let row = |language: &str, words: &str| {
            let times = [outage.begins_at.into(), outage.ends_at.map_or(Value::Null, Value::from)];
            let [begins_at, ends_at] = times;
            run(sql, vec![language.into(), words.into(), i64::from(outage.is_planned).into(), begins_at, ends_at])
        };
        match &*outage.messages {
            [] => writes.push(row(NONE, "")),
            messages => writes.extend(messages.iter().map(|(language, words)| row(language, words))),
        }
    }
    writes
}

/// What is said.
///
/// # Errors
/// When the store says no.
pub async fn read(store: &Store) -> Result<Option<Outage>, Fault> {
    // `default` comes first, as readers expect it.
    let sql = "SELECT language, words, planned, begins_at, ends_at FROM outage \
               ORDER BY CASE WHEN language = 'default' THEN 0 ELSE 1 END, language";
    let rows = store.query(sql, vec![]).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let message = |row: &Row| Ok((row.text(0)?.into(), row.text(1)?.into()));
    let messages: Result<Messages, Fault> = rows.iter().map(message).collect();
    let mut messages = messages?;
    messages.retain(|(language, _)| &**language != NONE);
    Ok(Some(Outage {
        is_planned: first.int(2)? != 0,
        begins_at: first.int(3)?,
        ends_at: first.int_or_null(4)?,
        messages,
    }))
}

fn run(sql: &'static str, values: Vec<Value>) -> Write {
    Write::Run { sql, values, expect: Expect::Any }
}
