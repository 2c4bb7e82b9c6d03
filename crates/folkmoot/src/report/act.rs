//! What is done to reports, for both doors.

use crate::control::{Evidence, REPORTS_MAX, Reply, ReportLine};
use features::reports::desk::{self, Filed, Message};
use store::{CommitError, Fault, Store};

/// What is asked about reports.
pub enum Asked {
    /// The open ones behind a number.
    List(i64),
    /// One with its messages.
    Show(i64),
    /// That it be closed.
    Close(i64),
}

/// Does what is asked and tells what came of it.
pub async fn act(store: &Store, asked: Asked) -> Reply {
    let done = match asked {
        Asked::List(after) => list(store, after).await,
        Asked::Show(number) => show(store, number).await,
        Asked::Close(number) => close(store, number).await,
    };
    done.unwrap_or_else(|fault| Reply::Failed { sentence: fault.to_string() })
}

async fn list(store: &Store, after: i64) -> Result<Reply, Fault> {
    let found = desk::open(store, after, REPORTS_MAX).await?;
    Ok(Reply::Reports { reports: found.into_iter().map(line).collect() })
}

async fn show(store: &Store, number: i64) -> Result<Reply, Fault> {
    let Some((filed, messages)) = desk::show(store, number).await? else { return Ok(missing(number)) };
    Ok(Reply::Report { report: line(filed), messages: messages.into_iter().map(evidence).collect() })
}

async fn close(store: &Store, number: i64) -> Result<Reply, Fault> {
    match desk::close(store, number).await {
        Ok(()) => Ok(Reply::ReportClosed { number }),
        Err(CommitError::Unmet) => Ok(missing(number)),
        Err(error) => Err(Fault(error.to_string())),
    }
}

fn missing(number: i64) -> Reply {
    Reply::Refused { sentence: format!("there is no open report {number}.") }
}

fn line(filed: Filed) -> ReportLine {
    ReportLine {
        number: filed.id,
        filed: xmpp::time::write(filed.filed_at),
        state: filed.state.into(),
        reported: filed.reported.into(),
        reporter: filed.reporter.into(),
        reason: filed.reason.into(),
        text: filed.text.into(),
        origin_may_know: filed.report_origin,
        others_may_know: filed.third_party,
    }
}

fn evidence(message: Message) -> Evidence {
    let stanza = String::from_utf8_lossy(&message.stanza).into_owned();
    Evidence { received: xmpp::time::write(message.received_at), stanza }
}
