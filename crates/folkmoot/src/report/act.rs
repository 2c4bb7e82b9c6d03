//! What is done to reports, for both doors.

use crate::control::{Evidence, REPORTS_MAX, Reply, ReportLine};
use features::reports::desk::{Filed, Message};
use hub::{Hub, NotDone};

/// Lists the open ones behind a number.
///
/// # Errors
/// See [`NotDone`].
pub async fn list(hub: &Hub, after: i64) -> Result<Reply, NotDone> {
    let found = hub.open_reports(after, REPORTS_MAX).await?;
    Ok(Reply::Reports { reports: found.into_iter().map(line).collect() })
}

/// Shows one with its messages.
///
/// # Errors
/// See [`NotDone`].
pub async fn show(hub: &Hub, by: &str, number: i64) -> Result<Reply, NotDone> {
    let (filed, messages) = hub.read_report(by, number).await?;
    Ok(Reply::Report { report: line(filed), messages: messages.into_iter().map(evidence).collect() })
}

/// Closes one.
///
/// # Errors
/// See [`NotDone`].
pub async fn close(hub: &Hub, by: &str, number: i64) -> Result<Reply, NotDone> {
    hub.close_report(by, number).await.map(|()| Reply::ReportClosed { number })
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
