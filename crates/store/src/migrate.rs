//! Bringing the schema forward, never back. Each table counts its own versions.

use crate::{OpenError, Options, Table, sqlite};
use rusqlite::{Connection, OptionalExtension};
use std::path::Path;

/// Brings `core.db` to the schema of `tables` in one transaction.
pub(crate) fn migrate(dir: &Path, options: &Options, tables: &[&'static Table]) -> Result<(), OpenError> {
    let path = dir.join("core.db");
    let disk = |error: rusqlite::Error| OpenError::Disk(path.clone(), error.to_string());
    let mut connection = sqlite::writer(&path, options).map_err(disk)?;
    let damage: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| OpenError::Damaged(path.clone(), error.to_string()))?;
    if damage != "ok" {
        return Err(OpenError::Damaged(path, damage));
    }
    let transaction = connection.transaction().map_err(disk)?;
    transaction
        .execute_batch("CREATE TABLE IF NOT EXISTS schema_version (name TEXT PRIMARY KEY, version BIGINT NOT NULL)")
        .map_err(disk)?;
    for table in tables {
        let found = version(&transaction, table.name).map_err(disk)?;
        let known = table.migrations.len() as i64;
        if found > known {
            return Err(OpenError::Newer { path, table: table.name.to_owned(), found, known });
        }
        for migration in table.migrations.iter().skip(usize::try_from(found).unwrap_or(0)) {
            transaction.execute_batch(migration.0).map_err(disk)?;
        }
        transaction
            .execute(
                "INSERT INTO schema_version VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET version = ?2",
                (table.name, known),
            )
            .map_err(disk)?;
    }
    transaction.commit().map_err(disk)
}

/// Looks whether `core.db` has exactly the schema of `tables`, without changing it.
///
/// # Errors
/// When it has not, or is not there.
pub(crate) fn holds(dir: &Path, tables: &[&'static Table]) -> Result<(), OpenError> {
    let path = dir.join("core.db");
    let disk = |error: rusqlite::Error| OpenError::Disk(path.clone(), error.to_string());
    let connection = sqlite::reader(&path).map_err(disk)?;
    for table in tables {
        let found = version(&connection, table.name).map_err(disk)?;
        if found != table.migrations.len() as i64 {
            return Err(OpenError::Other { path, table: table.name.to_owned() });
        }
    }
    Ok(())
}

fn version(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    let mut statement = connection.prepare("SELECT version FROM schema_version WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?.unwrap_or(0))
}
