//! A storm over the links between real servers, each a process of its own: by a seed servers are killed and
//! started again, stopped for a while, lose their name server and flood each other, and the lines between
//! them are cut at any byte, hang and crawl. Two of four are never touched, and neither is the line between
//! these two.
//!
//! Then it is judged: what was acknowledged to its sender arrived exactly once, in order, or its sender was
//! told; whoever was not touched was served all the time; no process took more memory than it may.

mod judge;
mod ledger;
mod person;
mod place;
mod weather;

use clap::Parser;
use ledger::Ledger;
use parking_lot::Mutex;
use person::Person;
use place::Lab;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use weather::Weather;

/// Beyond the storm itself: setting up, and waiting until everything has arrived.
const MARGIN: Duration = Duration::from_secs(300);

/// Lets a storm rage between real servers and looks whether they kept their word.
#[derive(Parser, Clone)]
struct Arguments {
    /// How long it rages.
    #[arg(long, default_value_t = 120)]
    seconds: u64,
    /// Where everything that goes wrong comes from; printed, so that a storm can be repeated as far as
    /// processes allow.
    #[arg(long)]
    seed: Option<u64>,
    /// People at each service.
    #[arg(long, default_value_t = 3)]
    people: usize,
    /// The server's program.
    #[arg(long, default_value = "target/release/folkmoot")]
    binary: PathBuf,
    /// The most memory that a server may take, in MiB.
    #[arg(long, default_value_t = 96)]
    memory_mib: usize,
}

/// What everybody in a storm shares.
struct Sky {
    ledger: Mutex<Ledger>,
    /// How many messages each person is still to pour out at once.
    floods: Vec<AtomicU32>,
    /// People talk until then.
    until: Instant,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let seed = arguments.seed.unwrap_or_else(|| u64::from(std::process::id()).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    println!("seed {seed}: {} s, {} people at each of {} services", arguments.seconds, arguments.people, place::COUNT);
    let bound = Duration::from_secs(arguments.seconds) + MARGIN;
    let outcome = timeout(bound, run(arguments, seed)).await;
    match outcome.unwrap_or_else(|_| Err(format!("it did not end within {} s", bound.as_secs()))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("the storm of seed {seed} failed: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments, seed: u64) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut lab = Lab::set_up(&arguments.binary, folder.path(), arguments.people).await?;
    let outcome = rage(&arguments, seed, &mut lab).await;
    if outcome.is_err() {
        lab.places.iter().for_each(|place| eprintln!("{}", place.last_words()));
    }
    outcome
}

async fn rage(arguments: &Arguments, seed: u64, lab: &mut Lab) -> Result<(), String> {
    let until = Instant::now() + Duration::from_secs(arguments.seconds);
    let mut people: Vec<Person> = Vec::new();
    for place in 0..lab.places.len() {
        people.extend((0..arguments.people).map(|name| Person::new(place, name, &lab.places[place])));
    }
    let all: Arc<Vec<Person>> = Arc::new(people);
    let floods = all.iter().map(|_| AtomicU32::new(0)).collect();
    let sky = Arc::new(Sky { ledger: Mutex::new(Ledger::default()), floods, until });
    let (over, is_over) = watch::channel(false);
    let mut living = JoinSet::new();
    for number in 0..all.len() {
        living.spawn(person::live(number, all.clone(), sky.clone(), is_over.clone()));
    }
    let mut weather = Weather::new(seed, sky.clone(), arguments.people);
    while Instant::now() < until {
        weather.turn(lab).await?;
        look(lab, arguments.memory_mib)?;
        if let Some(ended) = living.try_join_next() {
            ended.map_err(|error| error.to_string())??;
        }
    }
    weather.calm(lab).await?;
    println!("calm after {}", weather.tally());
    let judgement = judge::judge(&all, &sky).await;
    look(lab, arguments.memory_mib)?;
    over.send_replace(true);
    while let Some(ended) = living.join_next().await {
        ended.map_err(|error| error.to_string())??;
    }
    println!("{}", judgement?);
    if let Some(place) = lab.places.iter().find(|place| place.panicked()) {
        return Err(format!("{} panicked", place.domain));
    }
    let memory: Vec<String> = lab.places.iter().map(|place| (place.most_bytes >> 20).to_string()).collect();
    println!("at most {} MiB of memory, by server", memory.join(", "));
    Ok(())
}

/// Looks after the processes.
fn look(lab: &mut Lab, memory_mib: usize) -> Result<(), String> {
    for place in &mut lab.places {
        place.look()?;
        if place.most_bytes > memory_mib << 20 {
            return Err(format!("{} takes {} MiB of memory", place.domain, place.most_bytes >> 20));
        }
    }
    Ok(())
}

impl Sky {
    /// The next of a flood, if there is one.
    fn pours(&self, person: usize) -> bool {
        self.floods[person].fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok()
    }
}
