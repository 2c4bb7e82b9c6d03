//! After the last kill: is everything there that was acknowledged, once, in order, and did it arrive?

use crate::talker::Talker;
use std::collections::HashMap;
use testkit::client::Target;
use testkit::lab::archive::{Kept, read};

/// Reads all archives and checks them against what the clients know.
///
/// # Errors
/// The first broken promise.
pub async fn prove(talkers: &mut [Talker], target: Target) -> Result<String, String> {
    let mut archives = Vec::new();
    for talker in talkers.iter_mut() {
        let mut client = talker.log_in(&target).await.map_err(|failure| format!("{failure:?}"))?;
        talker.catch_up(&mut client).await.map_err(|failure| format!("{failure:?}"))?;
        archives.push(read(&mut client, None).await.map_err(|failure| format!("{failure:?}"))?);
    }
    let (mut acknowledged, mut rows) = (0, 0);
    for talker in talkers.iter() {
        let own = talker.number as usize;
        let partner = own ^ 1;
        let sent = once_and_in_order(&archives[own], true, &format!("user{own}'s archive of what it sent"))?;
        let got = once_and_in_order(&archives[partner], false, &format!("user{partner}'s archive of what it got"))?;
        for number in &talker.acknowledged {
            let lost = |place: &str| format!("message {number} of user{own} was acknowledged and is missing {place}");
            sent.contains_key(number).then_some(()).ok_or_else(|| lost("in its archive"))?;
            got.contains_key(number).then_some(()).ok_or_else(|| lost("in the recipient's archive"))?;
            talkers[partner].seen.contains(number).then_some(()).ok_or_else(|| lost("at the recipient's client"))?;
        }
        if sent.len() != got.len() {
            return Err(format!(
                "user{own} sent {} messages by its archive, user{partner} got {}",
                sent.len(),
                got.len()
            ));
        }
        acknowledged += talker.acknowledged.len();
        rows += archives[own].len();
    }
    Ok(format!(
        "{acknowledged} messages acknowledged, {rows} archive rows: none lost, none twice, all in order, all arrived"
    ))
}

/// The numbers of one direction. Later ones stand behind earlier ones, and none stands twice.
fn once_and_in_order(archive: &[Kept], sent: bool, place: &str) -> Result<HashMap<u64, ()>, String> {
    let mut numbers = HashMap::new();
    let mut last = 0;
    for row in archive.iter().filter(|row| row.sent == sent) {
        if numbers.insert(row.number, ()).is_some() {
            return Err(format!("{place} holds message {} twice", row.number));
        }
        if row.number < last {
            return Err(format!("{place} holds message {} behind {last}", row.number));
        }
        last = row.number;
    }
    Ok(numbers)
}
