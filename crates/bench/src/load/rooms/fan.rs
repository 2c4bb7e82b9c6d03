//! Talk in a room: each thing that is said goes to everybody in it, and into its archive.

use super::guest::Stage;
use super::{Crowd, guests, quiet};
use crate::Outcome;
use crate::load::{Meter, Sample, Size, archived};
use crate::rivals::Running;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// More numbers than one run uses.
const RUN_NUMBERS: u64 = 1_000_000_000;

/// Lets `speakers` people talk in a room of `size.occupants`; an operation is the delivery to one of them.
///
/// # Errors
/// When something said is lost, comes twice or in another order than to the others, or is not in the archive
/// in that order.
pub async fn run(server: &Running, size: &Size, speakers: usize, run: u64) -> Outcome<Sample> {
    quiet(server).await?;
    let name = format!("fan{run}");
    let mut crowd = Crowd::make(server, &name).await?;
    crowd.enter(guests(server, 1, size.occupants).await?).await?;
    crowd.is_complete(size.occupants).await?;
    let mut crowd = crowd.converse(speakers, run * RUN_NUMBERS + 1).await?;
    crowd.pause(Duration::from_millis(size.seconds * 100)).await?;
    let meter = Meter::start(server)?;
    let before = crowd.counts.heard.load(Ordering::Relaxed);
    crowd.pause(Duration::from_secs(size.seconds)).await?;
    let sample = meter.stop(crowd.counts.heard.load(Ordering::Relaxed) - before)?;
    crowd.stage.send_replace(Stage::Drain);
    // What was written before the stage changed is on its way.
    crowd.pause(Duration::from_millis(100)).await?;
    let said = crowd.counts.said.load(Ordering::Relaxed);
    crowd.reaches("messages", said * size.occupants as u64, |counts| &counts.heard).await?;
    let room = crowd.room.clone();
    let guests = crowd.gather().await?;
    let first = &guests[0];
    if let Some(other) = guests.iter().find(|guest| guest.digest != first.digest) {
        return Err(format!("number {} heard things in another order than number 0", other.number).into());
    }
    let heard: Vec<u64> = first.last.iter().copied().collect();
    archived::check_room(server, &room, &heard).await?;
    Ok(sample)
}
