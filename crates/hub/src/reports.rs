//! Reading reports and closing them, whoever does it: the command line, the desk. That somebody read one is written
//! down, for there are messages of people in it.

use crate::Hub;
use crate::accounts::NotDone;
use features::admin::table::record;
use features::reports::desk::{self, Filed, Message};
use store::{CommitError, Fault};

impl Hub {
    /// Open reports behind the number `after` (0 for the first), the oldest first, `max` at most.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn open_reports(&self, after: i64, max: u32) -> Result<Vec<Filed>, Fault> {
        desk::open(self.store(), after, max).await
    }

    /// A report with its messages, the oldest first.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn read_report(&self, by: &str, number: i64) -> Result<(Filed, Vec<Message>), NotDone> {
        let found = desk::show(self.store(), number).await?;
        let found = found.ok_or_else(|| NotDone::Missing(format!("There is no report {number}.")))?;
        self.record(by, ("read-report", &number.to_string())).await?;
        Ok(found)
    }

    /// Marks a report as dealt with.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn close_report(&self, by: &str, number: i64) -> Result<(), NotDone> {
        let what = ("close-report", &*number.to_string());
        let deed = record(&self.service().limits, self.clock().now(), by, what);
        let closed = self.store().commit(vec![deed, desk::close(number)]).await;
        closed.map(drop).map_err(|error| match error {
            CommitError::Unmet => NotDone::Missing(format!("There is no open report {number}.")),
            other => NotDone::from(other),
        })
    }
}
