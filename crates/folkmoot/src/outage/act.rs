//! What is done about an outage, for both doors.

use crate::control::{OutageLine, Reply};
use features::outage::Outage;
use hub::{Hub, NotDone};
use xmpp::time;

/// Shows what is said.
///
/// # Errors
/// See [`NotDone`].
pub async fn show(hub: &Hub) -> Result<Reply, NotDone> {
    Ok(Reply::Outage { file: Outage::json(hub.outage().await?.as_ref()) })
}

/// Says something else, or that it is over.
///
/// # Errors
/// See [`NotDone`].
pub async fn say(hub: &Hub, by: &str, line: Option<OutageLine>) -> Result<Reply, NotDone> {
    let outage = line.map(|line| read(line, hub.clock().now())).transpose()?;
    hub.say_outage(by, outage.as_ref()).await?;
    show(hub).await
}

fn read(line: OutageLine, now: i64) -> Result<Outage, NotDone> {
    let date = |text: &String| {
        let wrong = || NotDone::Refused(format!("`{text}` is not a date; write it like 2026-11-25T22:00:00Z."));
        time::parse(text).ok_or_else(wrong)
    };
    Ok(Outage {
        is_planned: line.planned,
        begins_at: line.begins.as_ref().map(date).transpose()?.unwrap_or(now),
        ends_at: line.ends.as_ref().map(date).transpose()?,
        messages: line.messages.into_iter().map(|(language, words)| (language.into(), words.into())).collect(),
    })
}
