//! What is told of reports.

use serde::{Deserialize, Serialize};

/// A report (XEP-0377).
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct ReportLine {
    /// Its number.
    pub number: i64,
    /// When, as an XEP-0082 date.
    pub filed: String,
    /// `open` or `closed`.
    pub state: String,
    /// Who was reported.
    pub reported: String,
    /// Who reported.
    pub reporter: String,
    /// `spam` or `abuse`.
    pub reason: String,
    /// The reporter's words.
    pub text: String,
    /// The service of the reported may be told.
    pub origin_may_know: bool,
    /// Services that collect reports may be told.
    pub others_may_know: bool,
}

/// A message that a report names.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Evidence {
    /// When it was received, as an XEP-0082 date.
    pub received: String,
    /// The stanza.
    pub stanza: String,
}

/// Reports in one reply.
pub const REPORTS_MAX: u32 = 200;
