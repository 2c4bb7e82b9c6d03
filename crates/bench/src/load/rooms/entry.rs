//! Entering a room: everybody there is shown to whoever enters, and they to everybody.

use super::{Crowd, guests, quiet};
use crate::Outcome;
use crate::load::{Meter, Sample, Size};
use crate::rivals::Running;

/// How many enter one after the other, half of them before the room has the size that is meant.
const ENTRIES: usize = 100;

/// Accounts that [`one_by_one`] needs.
pub fn accounts(size: &Size) -> usize {
    size.crowd + ENTRIES / 2
}

/// Some enter a room of about `size.crowd`, one after the other; an operation is one of these entries, with
/// all that it makes the others see.
///
/// # Errors
/// When somebody is not let in, or not everybody is shown everybody.
pub async fn one_by_one(server: &Running, size: &Size, run: u64) -> Outcome<Sample> {
    quiet(server).await?;
    let there = accounts(size).saturating_sub(ENTRIES).max(1);
    let mut crowd = Crowd::make(server, &format!("join{run}")).await?;
    crowd.enter(guests(server, 1, there).await?).await?;
    crowd.is_complete(there).await?;
    let late = guests(server, there, there + ENTRIES).await?;
    quiet(server).await?;
    let meter = Meter::start(server)?;
    for guest in late {
        let occupants = guest.number + 1;
        crowd.enter(vec![guest]).await?;
        crowd.is_complete(occupants).await?;
    }
    meter.stop(ENTRIES as u64)
}

/// All enter at the same time; an operation is one of the entries.
///
/// # Errors
/// When somebody is not let in, or not everybody is shown everybody.
pub async fn all_at_once(server: &Running, size: &Size) -> Outcome<Sample> {
    let mut crowd = Crowd::make(server, "storm").await?;
    let others = guests(server, 1, size.storm).await?;
    quiet(server).await?;
    let meter = Meter::start(server)?;
    crowd.enter(others).await?;
    crowd.is_complete(size.storm).await?;
    meter.stop(size.storm as u64 - 1)
}
