//! Kills the server with SIGKILL at random moments while many clients talk, and then proves that
//! nothing it had acknowledged is missing: every acknowledged message is in both archives exactly
//! once, in the order it was sent, and reached its recipient, live or by catching up. The same for a
//! room: its archive is what everybody in it heard, in that order.
//!
//! What was not acknowledged may be there or not, but never twice.

mod occupant;
mod proof;
mod server;
mod talker;

use clap::Parser;
use occupant::Occupant;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use talker::Talker;
use testkit::storm::dice::Dice;
use tokio::task::JoinSet;

/// Kills a server again and again and looks whether it kept its word.
#[derive(Parser, Clone)]
struct Arguments {
    /// How often the server is killed.
    #[arg(long, default_value_t = 20)]
    kills: u32,
    /// Pairs of clients that talk to each other.
    #[arg(long, default_value_t = 10)]
    pairs: u32,
    /// Clients that talk in a room.
    #[arg(long, default_value_t = 5)]
    occupants: u32,
    /// Where the random moments come from; printed, so that a run can be repeated.
    #[arg(long)]
    seed: Option<u64>,
    /// The server's program.
    #[arg(long, default_value = "target/release/folkmoot")]
    binary: PathBuf,
    /// The longest time between start and kill, in milliseconds.
    #[arg(long, default_value_t = 1_500)]
    longest_ms: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("crash test failed: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let seed = arguments.seed.unwrap_or_else(|| u64::from(std::process::id()).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let Arguments { kills, pairs, occupants, .. } = arguments;
    println!("seed {seed}: {kills} kills, {pairs} pairs, {occupants} in a room");
    let mut dice = Dice::new(seed);
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut server = server::prepare(&arguments.binary, folder.path(), pairs * 2 + occupants).await?;
    let mut talkers: Vec<Talker> = (0..pairs * 2).map(Talker::new).collect();
    let mut occupants: Vec<Occupant> = (pairs * 2..pairs * 2 + occupants).map(Occupant::new).collect();
    if let Some(first) = occupants.first() {
        server.start().await?;
        first.make_room(&server.target()).await.map_err(|failure| format!("the room cannot be made: {failure:?}"))?;
        server.kill().await?;
    }
    for kill in 1..=kills {
        server.start().await?;
        let mut talking = JoinSet::new();
        for talker in talkers.drain(..) {
            let target = server.target();
            talking.spawn(async move { talker.talk(target).await });
        }
        let mut in_room = JoinSet::new();
        for occupant in occupants.drain(..) {
            let target = server.target();
            in_room.spawn(async move { occupant.talk(target).await });
        }
        let until_kill = 150 + dice.below(arguments.longest_ms);
        tokio::time::sleep(Duration::from_millis(until_kill as u64)).await;
        server.kill().await?;
        while let Some(talker) = talking.join_next().await {
            talkers.push(talker.map_err(|error| error.to_string())??);
        }
        talkers.sort_by_key(|talker| talker.number);
        while let Some(occupant) = in_room.join_next().await {
            occupants.push(occupant.map_err(|error| error.to_string())??);
        }
        let everybody = talkers.iter().chain(occupants.iter().map(|occupant| &occupant.talker));
        let acknowledged: usize = everybody.map(|talker| talker.acknowledged()).sum();
        println!("kill {kill} after {until_kill} ms: {acknowledged} messages acknowledged so far");
    }
    server.start().await?;
    let outcome = proof::prove(&mut talkers, server.target()).await;
    let in_room = proof::prove_room(&occupants, server.target()).await;
    server.kill().await?;
    println!("{}\n{}", outcome?, in_room?);
    Ok(())
}
