//! After the last kill: is everything there that was acknowledged, once, in order, and did it arrive?

use crate::occupant::{Occupant, ROOM};
use crate::talker::Talker;
use std::collections::HashMap;
use testkit::client::Target;
use testkit::lab::archive::{Kept, read, read_room};

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
        let sent = once_and_in_order(
            archives[own].iter().filter(|row| row.sent),
            &format!("user{own}'s archive of what it sent"),
        )?;
        let got = once_and_in_order(
            archives[partner].iter().filter(|row| !row.sent),
            &format!("user{partner}'s archive of what it got"),
        )?;
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

/// Reads the archive of the room: what was acknowledged is there once, in the order in which each said it, and
/// everybody heard what is there, in the order in which it is there and without a gap while they were there.
///
/// # Errors
/// The first broken promise.
pub async fn prove_room(occupants: &[Occupant], target: Target) -> Result<String, String> {
    let Some(reader) = occupants.first() else { return Ok("nobody was in the room".into()) };
    let in_words = |failure| format!("the room's archive cannot be read: {failure:?}");
    let mut client = reader.talker.log_in(&target).await.map_err(in_words)?;
    let archive = read_room(&mut client, ROOM).await.map_err(in_words)?;
    let places: HashMap<&str, usize> =
        archive.iter().enumerate().map(|(place, row)| (row.id.as_str(), place)).collect();
    let (mut acknowledged, mut heard) = (0, 0);
    for occupant in occupants {
        let user = occupant.talker.user();
        let address = format!("{ROOM}/{user}");
        let said: Vec<&Kept> = archive.iter().filter(|row| row.from == address).collect();
        let numbers = once_and_in_order(said.iter().copied(), &format!("the room's archive of {user}"))?;
        if let Some(lost) = occupant.talker.acknowledged.iter().find(|number| !numbers.contains_key(number)) {
            return Err(format!("message {lost} of {user} was acknowledged and is missing in the room's archive"));
        }
        acknowledged += occupant.talker.acknowledged.len();
        for visit in &occupant.heard {
            let places: Option<Vec<usize>> = visit.iter().map(|id| places.get(id.as_str()).copied()).collect();
            let places = places.ok_or_else(|| format!("{user} heard something that the room's archive lacks"))?;
            if let Some(two) = places.windows(2).find(|two| two[0] + 1 != two[1]) {
                return Err(format!("{user} heard row {} of the room's archive behind row {}", two[1], two[0]));
            }
            heard += places.len();
        }
    }
    Ok(format!(
        "room: {acknowledged} messages acknowledged, {} archive rows, heard {heard} times: none lost, none twice, \
         heard by all in the order of the archive",
        archive.len()
    ))
}

/// The numbers of one sender. Later ones stand behind earlier ones, and none stands twice.
fn once_and_in_order<'a>(rows: impl Iterator<Item = &'a Kept>, place: &str) -> Result<HashMap<u64, ()>, String> {
    let mut numbers = HashMap::new();
    let mut last = 0;
    for row in rows {
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
