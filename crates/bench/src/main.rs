//! Side by side: the same load on our server, on the servers people run today, and on a bare TLS
//! relay, which is the floor. Method and figures: `docs/benchmarks.md`.

mod compare;
mod load;
mod relay;
mod report;
mod rivals;
mod usage;
mod year;

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Anything that ends a benchmark early, as a sentence.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Load generator and side-by-side benchmark.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the servers, load them in turns, print a table.
    Compare(compare::Compare),
    /// Fill an account of our own server with a year of use, and time what its client does.
    Year(year::Year),
    /// Be the floor: pass bytes from client 2n to client 2n+1 and back. Started by `compare`.
    Relay(relay::Relay),
}

/// One thread: the load client shares the machine with what it measures.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Relay(relay) => relay.run().await,
        Command::Compare(compare) => until_signal(compare.run()).await,
        Command::Year(year) => until_signal(year.run()).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Drops the work, and with it every server it started, when somebody wants us to stop.
async fn until_signal(work: impl Future<Output = Outcome<()>>) -> Outcome<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        outcome = work => outcome,
        _ = tokio::signal::ctrl_c() => Err("stopped by the keyboard".into()),
        _ = terminate.recv() => Err("stopped by a signal".into()),
    }
}
