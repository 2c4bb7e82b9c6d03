//! Reports in the store. A report is named by reporter, reported and moment; `id` is its number for the
//! people who read it.

use store::{Erase, Export, Keep, Migration, Table};

/// Reports.
pub static REPORT: Table = Table {
    name: "report",
    holds: "Whom an account reported and why, whether that may be told to others, and what came of it.",
    migrations: &[Migration(
        "CREATE TABLE report (id BIGINT PRIMARY KEY, account BIGINT NOT NULL, reported TEXT NOT NULL, \
         reporter TEXT NOT NULL, reason TEXT NOT NULL, words TEXT NOT NULL, report_origin BIGINT NOT NULL, \
         third_party BIGINT NOT NULL, filed_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, state TEXT NOT NULL, \
         UNIQUE (account, reported, filed_at))",
    )],
    keep: Keep::Until("DELETE FROM report WHERE expires_at < ?1"),
    export: Export::Rows(
        "SELECT reported, reason, words, report_origin, third_party, filed_at, expires_at, state FROM report \
         WHERE account = ?1 ORDER BY filed_at",
    ),
    erase: Erase::Sql("DELETE FROM report WHERE account = ?1"),
};

/// Copies of the messages that reports name.
pub static EVIDENCE: Table = Table {
    name: "report_evidence",
    holds: "Copies of messages that an account got and added to a report. They stay when their sender retracts them.",
    migrations: &[Migration(
        "CREATE TABLE report_evidence (account BIGINT NOT NULL, reported TEXT NOT NULL, filed_at BIGINT NOT NULL, \
         number BIGINT NOT NULL, received_at BIGINT NOT NULL, stanza BYTEA NOT NULL, expires_at BIGINT NOT NULL, \
         PRIMARY KEY (account, reported, filed_at, number))",
    )],
    keep: Keep::Until("DELETE FROM report_evidence WHERE expires_at < ?1"),
    export: Export::Rows(
        "SELECT reported, filed_at, received_at, stanza FROM report_evidence WHERE account = ?1 \
         ORDER BY filed_at, number",
    ),
    erase: Erase::Sql("DELETE FROM report_evidence WHERE account = ?1"),
};

/// Account, reported, reporter, reason, text, two permissions, moment, end, reports at most. A row only
/// if the account has room for it.
pub(super) const FILE_SQL: &str = "INSERT INTO report \
     (id, account, reported, reporter, reason, words, report_origin, third_party, filed_at, expires_at, state) \
     SELECT (SELECT COALESCE(MAX(id), 0) + 1 FROM report), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'open' \
     WHERE (SELECT COUNT(*) FROM report WHERE account = ?1) < ?10 \
     ON CONFLICT (account, reported, filed_at) DO NOTHING";

/// Account, reported, moment, number, received, stanza, end. A row only if there is such a report.
pub(super) const EVIDENCE_SQL: &str = "INSERT INTO report_evidence \
     (account, reported, filed_at, number, received_at, stanza, expires_at) \
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 \
     WHERE EXISTS (SELECT 1 FROM report WHERE account = ?1 AND reported = ?2 AND filed_at = ?3) \
     ON CONFLICT (account, reported, filed_at, number) DO NOTHING";
