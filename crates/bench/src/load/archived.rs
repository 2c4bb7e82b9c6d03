//! Whether an archive holds what was said (XEP-0313).

use super::end::MARK;
use super::{cutter, log_in};
use crate::Outcome;
use crate::rivals::{DOMAIN, Running, data};
use std::time::Duration;
use testkit::client::Keychain;
use xmpp::ns;

/// Messages that are looked at: the newest page.
const PAGE: u64 = 50;
/// An archive that is written behind the delivery gets this long to be complete.
const LAG_MILLIS: u64 = 1_000;

/// Checks the newest page of a user who sent up to number `last.0` and received up to `last.1`,
/// both from `first` on: each direction ends with its last number and has no gap.
///
/// # Errors
/// When something is missing.
pub async fn check(server: &Running, user: usize, first: u64, last: (u64, u64)) -> Outcome<()> {
    let own = format!("{}@{DOMAIN}", data::user(user));
    let (mut sent, mut received) = (Vec::new(), Vec::new());
    for (number, from) in newest(server, user, None).await? {
        // A run that was slow leaves room on the page for the one before it.
        if number < first {
            continue;
        }
        if from == own { sent.push(number) } else { received.push(number) }
    }
    for (numbers, last) in [(sent, last.0), (received, last.1)] {
        let due = (last + 1 - first).min(PAGE / 2 - 1);
        let complete = numbers.windows(2).all(|two| two[0] + 1 == two[1]);
        if numbers.last() != Some(&last) || !complete || (numbers.len() as u64) < due {
            return Err(format!("the archive of {own} ends with {numbers:?}, {last} was the last").into());
        }
    }
    Ok(())
}

/// Checks the newest page of a room, in which account 0 is: it ends with what was heard last, in that order.
///
/// # Errors
/// When something is missing or in another order.
pub async fn check_room(server: &Running, room: &str, heard: &[u64]) -> Outcome<()> {
    let page: Vec<u64> = newest(server, 0, Some(room)).await?.into_iter().map(|(number, _)| number).collect();
    let is_same = page.iter().rev().zip(heard.iter().rev()).all(|(kept, heard)| kept == heard);
    if page.is_empty() || page.len() + 1 < heard.len() || !is_same {
        return Err(format!("the archive of {room} ends with {page:?}, but {heard:?} was heard").into());
    }
    Ok(())
}

/// The numbers on the newest page of somebody's own archive or that of a room, each with the bare address it
/// came from.
async fn newest(server: &Running, user: usize, room: Option<&str>) -> Outcome<Vec<(u64, String)>> {
    tokio::time::sleep(Duration::from_millis(LAG_MILLIS)).await;
    let mut client = log_in(server, user, "reader", &Keychain::new()).await?;
    let query = format!("<query xmlns='{}'><set xmlns='{}'><max>{PAGE}</max><before/></set></query>", ns::MAM, ns::RSM);
    client.ask("set", room, &query).await?;
    let mut found = Vec::new();
    while let Some(stanza) = client.waiting() {
        let Some(result) = stanza.child("result", ns::MAM) else { continue };
        let message =
            result.child("forwarded", ns::FORWARD).and_then(|forwarded| forwarded.child("message", ns::CLIENT));
        let message = message.ok_or("an archive result without a message")?;
        let Some(number) = cutter::number(message.raw().as_bytes(), MARK.as_bytes()) else {
            // A room keeps its subjects too.
            if room.is_some() { continue } else { return Err("an archived message without number".into()) }
        };
        let from = message.attr("from").unwrap_or_default();
        found.push((number, from.split('/').next().unwrap_or_default().to_owned()));
    }
    client.close().await?;
    Ok(found)
}
