//! The automation of this repository: `cargo xtask --help` says what there is.
//!
//! Everything a person or a machine runs here besides plain `cargo` goes through it, so that both
//! run the same thing.

mod arrows;
mod bench;
mod call;
mod crash;
mod docs;
mod fuzz;
mod gale;
mod index;
mod install;
mod new_feature;
mod specs;
mod steps;
mod test;
mod tidy;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Tests, checks, documents and new features of Folkmoot.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what the tests need (saying so) and run everything; ends with `N passed, N failed`.
    Test(test::Options),
    /// Hold the tree against its own rules: arrows, sizes, words, citations, licences.
    Tidy,
    /// Feed the scanner with made-up bytes, side by side with another parser.
    Fuzz {
        /// How long.
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
    /// Make specs/sections.txt from a folder with the texts `rfc/rfcNNNN.txt` and `xep/xep-NNNN.txt`.
    Specs {
        /// The folder.
        folder: PathBuf,
    },
    /// Write docs/generated/ anew.
    Docs,
    /// Make the folder of a feature and put it where features are listed.
    NewFeature {
        /// In words: `blocking`.
        name: String,
        /// The XEP's number: 191.
        #[arg(value_parser = clap::value_parser!(u16).range(1..=9999))]
        number: u16,
    },
    /// Kill the server under load again and again, and prove that nothing acknowledged is lost.
    Crash {
        /// How many times.
        #[arg(long, default_value_t = 200)]
        kills: u32,
    },
    /// Let a storm rage over the links between servers, and prove that nothing acknowledged is lost.
    Gale {
        /// How long.
        #[arg(long, default_value_t = 600)]
        seconds: u32,
        /// Repeats a storm, as far as processes allow.
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Measure this server beside others, which are installed when missing.
    Bench {
        /// For the bench program; without any: `compare`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Test(options) => return test::run(&options),
        Task::Tidy => tidy::run(),
        Task::Fuzz { seconds } => fuzz::run(seconds),
        Task::Specs { folder } => specs::run(&folder),
        Task::Docs => docs::write(),
        Task::NewFeature { name, number } => new_feature::run(&name, number),
        Task::Crash { kills } => crash::run(kills),
        Task::Gale { seconds, seed } => gale::run(seconds, seed),
        Task::Bench { arguments } => bench::run(&arguments),
    };
    match outcome {
        Ok(note) => {
            println!("{note}");
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::FAILURE
        }
    }
}
