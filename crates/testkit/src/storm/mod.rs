//! Storms: people with several devices each do what people and networks do, in an order drawn from
//! a seed, against a whole server; judges watch that it keeps its promises.
//!
//! Parts: [`ledger`] (what was sent), [`device`] (a client with a memory), [`act`] (one step),
//! [`arrive`] (connecting and resuming), [`settle`] (the calm behind the storm), [`judge`] (what
//! must hold then).

mod act;
mod arrive;
mod device;
pub mod dice;
mod judge;
pub(crate) mod ledger;
mod settle;

use crate::client::Keychain;
use crate::house::House;
use device::{Device, Session};
use dice::Dice;
use ledger::Ledger;
use std::time::{Duration, Instant};

const PASSWORD: &str = "correct horse battery staple";

/// How large a storm is.
#[derive(Clone, Copy, Debug)]
pub struct Storm {
    /// Repeats a storm, as far as threads allow.
    pub seed: u64,
    /// Accounts.
    pub people: usize,
    /// Devices of each.
    pub devices: usize,
    /// Steps at most.
    pub steps: usize,
    /// Time at most.
    pub time: Duration,
}

/// What happened in a storm, so that a test can tell that something did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Steps taken.
    pub steps: usize,
    /// Messages sent.
    pub messages: usize,
    /// Messages that were acknowledged and had to be in two archives.
    pub kept: usize,
    /// Messages heard live.
    pub heard: usize,
    /// Sessions begun.
    pub sessions: usize,
    /// Sessions resumed.
    pub resumed: usize,
    /// Resumptions refused, each for a reason that the storm knows.
    pub refused: usize,
    /// Journeys that the full disk made fail.
    pub failed: u64,
}

/// A storm under way.
struct World {
    house: House,
    dice: Dice,
    ledger: Ledger,
    /// Bare JIDs; none for who is gone for good.
    people: Vec<Option<String>>,
    devices: Vec<Device>,
    /// Sessions that are over: whose, and what they heard.
    past: Vec<(usize, Session)>,
    keychain: Keychain,
    tally: Tally,
    /// The disk is full for so many steps.
    full_for: usize,
}

/// Lets a storm rage and judges what it leaves.
///
/// # Errors
/// The first promise that was broken, in a sentence.
pub async fn rage(storm: Storm) -> Result<Tally, String> {
    let house = House::start(storm.seed).await?;
    let mut people = Vec::new();
    let mut devices = Vec::new();
    for person in 0..storm.people {
        let name = format!("person{person}");
        house.add_account(&name, PASSWORD).await?;
        let own = format!("{name}@localhost");
        devices.extend((0..storm.devices).map(|device| Device::new(person, own.clone(), format!("d{device}"))));
        people.push(Some(own));
    }
    let mut world = World {
        house,
        dice: Dice::new(storm.seed),
        ledger: Ledger::default(),
        people,
        devices,
        past: Vec::new(),
        keychain: Keychain::new(),
        tally: Tally::default(),
        full_for: 0,
    };
    let began = Instant::now();
    for step in 0..storm.steps {
        if began.elapsed() > storm.time {
            break;
        }
        world.step(step).await.map_err(|why| format!("step {step}: {why}"))?;
        world.tally.steps += 1;
    }
    world.settle().await?;
    world.judge().await?;
    let tally = world.tally;
    world.end().await?;
    Ok(tally)
}
