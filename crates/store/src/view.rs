//! Reading a store without a runtime, also one that a running server holds.

use crate::archive::Periods;
use crate::readers::Readers;
use crate::{Edge, Fault, OpenError, Options, Page, PageError, PageRequest, Row, Table, Value, migrate};
use std::path::Path;
use std::sync::Arc;

/// What reads a store and changes nothing. Cheap to clone.
#[derive(Clone)]
pub struct View(Arc<Readers>);

impl View {
    pub(crate) fn of(readers: Arc<Readers>) -> View {
        View(readers)
    }

    /// A view of the store in `dir`, beside whatever process holds it. Each read sees what was
    /// committed before it.
    ///
    /// # Errors
    /// When there is no store, or its schema is not that of `tables`.
    pub fn beside(dir: &Path, options: &Options, tables: &[&'static Table]) -> Result<View, OpenError> {
        migrate::holds(dir, tables)?;
        let periods = Arc::new(Periods::find(&dir.join("archive"), options)?);
        Ok(View(Arc::new(Readers::new(dir, periods))))
    }

    /// Runs a query and returns all its rows.
    ///
    /// # Errors
    /// When the database says no.
    pub fn query(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, Fault> {
        self.0.run_here(|reader| reader.query(sql, &values))
    }

    /// Reads a page of an archive.
    ///
    /// # Errors
    /// [`PageError::Unknown`] when a number that the request names is not in the archive.
    pub fn page(&self, request: &PageRequest) -> Result<Page, PageError> {
        self.0.run_here(|reader| reader.page(request))
    }

    /// The first and the last row of an archive that are not older than `cutoff_micros`.
    ///
    /// # Errors
    /// When the database says no.
    pub fn archive_edges(&self, class: u8, archive: i64, cutoff_micros: i64) -> Result<Option<(Edge, Edge)>, Fault> {
        self.0.run_here(|reader| reader.edges(class, archive, cutoff_micros))
    }
}
