//! What is done about applications, for both doors.

use crate::control::{ApplicationLine, Reply};
use features::applications::Application;
use hub::{Hub, NotDone};
use xmpp::time;

/// Lists those that wait, behind the number `after`.
///
/// # Errors
/// See [`NotDone`].
pub async fn list(hub: &Hub, after: i64) -> Result<Reply, NotDone> {
    Ok(Reply::Applications { applications: hub.applications(after).await?.into_iter().map(line).collect() })
}

/// Shows one.
///
/// # Errors
/// See [`NotDone`].
pub async fn show(hub: &Hub, number: i64) -> Result<Reply, NotDone> {
    Ok(Reply::Applications { applications: vec![line(hub.application(number).await?)] })
}

/// Lets somebody in. `by` is who decides.
///
/// # Errors
/// See [`NotDone`].
pub async fn accept(hub: &Hub, by: &str, number: i64) -> Result<Reply, NotDone> {
    let address = hub.accept_application(by, number).await?.to_string();
    Ok(Reply::ApplicationAccepted { address })
}

/// Does not let somebody in.
///
/// # Errors
/// See [`NotDone`].
pub async fn refuse(hub: &Hub, by: &str, (number, answer): (i64, &str)) -> Result<Reply, NotDone> {
    let address = hub.refuse_application(by, number, answer).await?.to_string();
    Ok(Reply::ApplicationRefused { address })
}

fn line(one: Application) -> ApplicationLine {
    ApplicationLine {
        number: one.number,
        name: one.localpart.into(),
        reason: one.reason.into(),
        filed: time::write(one.filed_at),
        expires: time::write(one.expires_at),
    }
}
