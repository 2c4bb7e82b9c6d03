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
    tokio::time::sleep(Duration::from_millis(LAG_MILLIS)).await;
    let mut client = log_in(server, user, "reader", &Keychain::new()).await?;
    let query = format!("<query xmlns='{}'><set xmlns='{}'><max>{PAGE}</max><before/></set></query>", ns::MAM, ns::RSM);
    client.ask("set", None, &query).await?;
    let own = format!("{}@{DOMAIN}", data::user(user));
    let (mut sent, mut received) = (Vec::new(), Vec::new());
    while let Some(stanza) = client.waiting() {
        let Some(result) = stanza.child("result", ns::MAM) else { continue };
        let message =
            result.child("forwarded", ns::FORWARD).and_then(|forwarded| forwarded.child("message", ns::CLIENT));
        let message = message.ok_or("an archive result without a message")?;
        let number =
            cutter::number(message.raw().as_bytes(), MARK.as_bytes()).ok_or("an archived message without number")?;
        // A run that was slow leaves room on the page for the one before it.
        if number < first {
            continue;
        }
        let from = message.attr("from").unwrap_or_default();
        if from.split('/').next() == Some(own.as_str()) { sent.push(number) } else { received.push(number) }
    }
    client.close().await?;
    for (numbers, last) in [(sent, last.0), (received, last.1)] {
        let due = (last + 1 - first).min(PAGE / 2 - 1);
        let complete = numbers.windows(2).all(|two| two[0] + 1 == two[1]);
        if numbers.last() != Some(&last) || !complete || (numbers.len() as u64) < due {
            return Err(format!("the archive of {own} ends with {numbers:?}, {last} was the last").into());
        }
    }
    Ok(())
}
