//! What a feature declares of a table: its schema, how long rows are kept, how an account's rows
//! are exported and erased. Migrations, the retention page, export and erasure come from it.

/// A table of one feature.
#[derive(Debug)]
pub struct Table {
    /// The name in SQL.
    pub name: &'static str,
    /// What it holds, for the data inventory.
    pub holds: &'static str,
    /// The schema by versions, oldest first; each brings the table from the version before.
    pub migrations: &'static [Migration],
    /// How long rows are kept.
    pub keep: Keep,
    /// How an account gets its rows.
    pub export: Export,
    /// How an account's rows go.
    pub erase: Erase,
}

/// One step of a schema. Never changed once released.
#[derive(Debug)]
pub struct Migration(pub &'static str);

/// How long rows are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// As long as the account exists.
    WithAccount,
    /// Until a date in the row; the statement removes what is past `?1` (microseconds).
    Until(&'static str),
    /// For another reason.
    Otherwise(&'static str),
}

/// How an account gets its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// The rows of this query for the account `?1`.
    Rows(&'static str),
    /// The rows of this query, but only when the whole account moves to another service, and why not
    /// otherwise.
    Moving {
        /// The query, for the account `?1`.
        sql: &'static str,
        /// Why the person gets no copy.
        why: &'static str,
    },
    /// Not at all, and why that is right.
    No(&'static str),
}

/// How an account's rows go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erase {
    /// This statement for the account `?1`.
    Sql(&'static str),
    /// Not at all, and why that is right.
    No(&'static str),
}
