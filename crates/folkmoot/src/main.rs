//! The folkmoot server: configuration, wiring, commands.

mod account;
mod arguments;
mod check;
mod compliance;
mod config;
mod control;
mod data_folder;
mod failure;
mod federation;
mod invite;
mod observe;
mod portable;
mod report;
mod serve;
mod status;
mod wire;

use arguments::{Arguments, Command, Suite};
use clap::Parser;
use config::{Config, Network};
use failure::Failure;
use std::path::PathBuf;
use std::process::ExitCode;

/// Gives memory back to the system, which glibc's allocator does late under many connections.
/// Its settings stand in `.cargo/config.toml`.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let json = arguments.json;
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if json {
                println!("{}", failure.to_json());
            } else {
                eprintln!("{failure}");
            }
            failure.exit_code()
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let file = arguments.config.or_else(|| std::env::var_os("FOLKMOOT_CONFIG").map(PathBuf::from));
    let config = Config::load(file.as_deref(), Network::of_this_machine()).map_err(Failure::configuration)?;
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(config, arguments.json),
        Command::Check { suite: Some(Suite::Compliance), target } => compliance::run(&config, &target, arguments.json),
        Command::Check { suite: None, .. } => check::run(&config, arguments.json),
        Command::Account(command) => account::run(&config, command, arguments.json),
        Command::Invite(command) => invite::run(&config, command, arguments.json),
        Command::Announce { text } => account::announce(&config, text, arguments.json),
        Command::Federation(command) => federation::run(&config, &command, arguments.json),
        Command::Status => status::run(&config, arguments.json),
        Command::Files(command) => account::files(&config, command, arguments.json),
        Command::Report(command) => report::run(&config, &command, arguments.json),
        Command::Export(command) => portable::export(&config, &command, arguments.json),
        Command::Import(command) => portable::import(&config, &command, arguments.json),
    }
}
