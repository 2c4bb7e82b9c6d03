//! Versions of policies in the store.

use crate::Fault;
use crate::feature::Limits;
use store::{Erase, Expect, Export, Keep, Migration, Row, Store, Table, Write};

/// Texts as they were.
pub static VERSION: Table = Table {
    name: "policy_version",
    holds: "The texts of policies as they were published, in each language, with their hash and since when they held.",
    migrations: &[Migration(
        "CREATE TABLE policy_version (document TEXT NOT NULL, language TEXT NOT NULL, version BIGINT NOT NULL, \
         hash TEXT NOT NULL, since BIGINT NOT NULL, words TEXT NOT NULL, PRIMARY KEY (document, language, version))",
    )],
    keep: Keep::Otherwise("What was promised when has to be known for as long as anybody may ask."),
    export: Export::No("They are the service's own words, and public."),
    erase: Erase::No("They are the service's own words, and public."),
};

/// Which text: the name of the document, and the two letters of its language.
pub type Text<'a> = (&'a str, &'a str);

/// One version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version {
    /// Counted from one.
    pub number: i64,
    /// The SHA-256 of the text, in hexadecimal digits.
    pub hash: Box<str>,
    /// Since when it held, in microseconds since 1970.
    pub since: i64,
}

/// All versions of a text, the newest first.
///
/// # Errors
/// When the store says no.
pub async fn history(store: &Store, (document, language): Text<'_>) -> Result<Vec<Version>, Fault> {
    let sql = "SELECT version, hash, since FROM policy_version WHERE document = ?1 AND language = ?2 \
               ORDER BY version DESC";
    store.query(sql, vec![document.into(), language.into()]).await?.iter().map(read).collect()
}

/// The version that holds; none before the first.
///
/// # Errors
/// When the store says no.
pub async fn latest(store: &Store, (document, language): Text<'_>) -> Result<Option<Version>, Fault> {
    let sql = "SELECT version, hash, since FROM policy_version WHERE document = ?1 AND language = ?2 \
               ORDER BY version DESC LIMIT 1";
    store.query(sql, vec![document.into(), language.into()]).await?.first().map(read).transpose()
}

/// What a version said; none if it is not kept.
///
/// # Errors
/// When the store says no.
pub async fn words(store: &Store, (document, language): Text<'_>, number: i64) -> Result<Option<Box<str>>, Fault> {
    let sql = "SELECT words FROM policy_version WHERE document = ?1 AND language = ?2 AND version = ?3";
    let rows = store.query(sql, vec![document.into(), language.into(), number.into()]).await?;
    rows.first().map(|row| row.text(0).map(Into::into)).transpose()
}

/// The changes that publish a text, unless it is what holds already, and let go of what is too old.
pub fn publish(limits: &Limits, (document, language): Text<'_>, (hash, words): (&str, &str), now: i64) -> [Write; 2] {
    let new = "INSERT INTO policy_version (document, language, version, hash, since, words) \
               SELECT ?1, ?2, (SELECT COALESCE(MAX(version), 0) + 1 FROM policy_version \
                               WHERE document = ?1 AND language = ?2), ?3, ?4, ?5 \
               WHERE COALESCE((SELECT hash FROM policy_version WHERE document = ?1 AND language = ?2 \
                               ORDER BY version DESC LIMIT 1), '') <> ?3";
    let old = "DELETE FROM policy_version WHERE document = ?1 AND language = ?2 AND version <= \
               (SELECT MAX(version) FROM policy_version WHERE document = ?1 AND language = ?2) - ?3";
    let most = i64::try_from(limits.of(&super::VERSIONS)).unwrap_or(i64::MAX);
    let run = |sql, values| Write::Run { sql, values, expect: Expect::Any };
    let text = vec![document.into(), language.into(), hash.into(), now.into(), words.into()];
    [run(new, text), run(old, vec![document.into(), language.into(), most.into()])]
}

fn read(row: &Row) -> Result<Version, Fault> {
    Ok(Version { number: row.int(0)?, hash: row.text(1)?.into(), since: row.int(2)? })
}
