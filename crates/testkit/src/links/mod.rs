//! Storms over the links between services: several services with people at each, and between them lines
//! that break at any byte, hang, crawl and come back, in an order drawn from a seed. Owners, stores and
//! machines are real; sockets and time are played, so that minutes pass in seconds.
//!
//! Parts: [`place`] (a service), [`person`] (somebody there), [`line`] (a connection between two), [`end`]
//! (what holds one end of it), [`weather`] (what goes wrong), [`day`] (one second of it), [`judge`] (what
//! must hold).

mod day;
mod end;
mod judge;
mod line;
mod person;
mod place;
mod weather;

use crate::storm::dice::Dice;
use judge::Ledger;
use line::Line;
use person::Person;
use place::Place;
use std::collections::HashMap;

/// How large a storm is.
#[derive(Clone, Copy, Debug)]
pub struct Gale {
    /// Repeats a storm, as far as threads allow.
    pub seed: u64,
    /// Services.
    pub places: usize,
    /// People at each.
    pub people: usize,
    /// Virtual seconds until the calm.
    pub seconds: i64,
}

/// What happened, so that a test can tell that something did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Messages that a service acknowledged.
    pub acknowledged: usize,
    /// Of them, those that arrived.
    pub arrived: usize,
    /// Of them, those of which the sender was told that they did not.
    pub bounced: usize,
    /// Those that arrived although the sender was told otherwise: nobody could know.
    pub both: usize,
    /// Those that arrived twice: a service was killed that had not yet told, or been told, that they had
    /// arrived, or it could not be called back in time.
    pub doubled: usize,
    /// Connections that carried stanzas.
    pub links: usize,
    /// Connections that broke.
    pub broken: usize,
    /// Connections that went on with a stream that broke.
    pub resumed: usize,
    /// Services that were killed.
    pub killed: usize,
    /// Attempts to connect that failed.
    pub in_vain: usize,
    /// The most bytes that waited for one domain.
    pub most_waiting: usize,
    /// Messages between services whose link was well, and that arrived at once.
    pub at_once: usize,
}

/// A storm under way.
struct World {
    dice: Dice,
    places: Vec<Place>,
    people: Vec<Person>,
    lines: Vec<Line>,
    ledger: Ledger,
    /// When something last went wrong between two services.
    trouble: HashMap<(usize, usize), i64>,
    /// Names that cannot be looked up, for so many seconds.
    nameless: i64,
    /// Virtual seconds since the beginning.
    now: i64,
    tally: Tally,
}

/// Lets a storm rage and judges what it leaves.
///
/// # Errors
/// The first promise that was broken, in a sentence.
pub async fn rage(gale: Gale) -> Result<Tally, String> {
    let mut world = World {
        dice: Dice::new(gale.seed),
        places: Vec::new(),
        people: Vec::new(),
        lines: Vec::new(),
        ledger: Ledger::default(),
        trouble: HashMap::new(),
        nameless: 0,
        now: 0,
        tally: Tally::default(),
    };
    for number in 0..gale.places {
        let names: Vec<String> = (0..gale.people).map(|person| format!("person{person}")).collect();
        let place = Place::open(gale.seed.wrapping_add(number as u64), &format!("s{number}.example"), &names).await?;
        for name in names {
            let person = Person::new(number, format!("{name}@{}", place.domain()));
            world.people.push(person);
        }
        world.places.push(place);
    }
    while world.now < gale.seconds {
        world.weather().await.map_err(|why| format!("second {}: {why}", world.now))?;
        world.chatter().await.map_err(|why| format!("second {}: {why}", world.now))?;
        world.second(1).await.map_err(|why| format!("second {}: {why}", world.now))?;
    }
    world.calm().await?;
    world.judge().await?;
    Ok(world.tally)
}

/// Two services, whichever is named first.
fn between(one: usize, other: usize) -> (usize, usize) {
    (one.min(other), one.max(other))
}
