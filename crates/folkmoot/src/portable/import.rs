//! `folkmoot import`: accounts from a file of XEP-0227, or from the data of another server.

use super::arrive::Gate;
use super::look;
use super::report::{Outcome, Report};
use super::source::{Found, Source, Trouble};
use super::{ejabberd, pie, prosody};
use crate::arguments::{ImportCommand, Origin};
use crate::config::Config;
use crate::data_folder;
use crate::failure::Failure;
use crate::wire;
use features::registration::moving_in;
use features::service::Secrets;
use hub::Clock;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};
use store::{OpenError, Store, View};

/// How often a terminal is told how far it is.
const PROGRESS: Duration = Duration::from_millis(200);

/// Imports, or says what an import would do, and prints what came of it.
///
/// # Errors
/// When not everything could be read and written. What was imported stays; the same command goes on
/// where it stopped.
pub fn run(config: &Config, command: &ImportCommand, json: bool) -> Result<(), Failure> {
    let mut source = open(config, command).map_err(|trouble| Failure::refused(trouble.to_string()))?;
    let (view, store) = if command.dry_run { (look(config)?.0, None) } else { into(config)? };
    // Ids of archives are made when they are read.
    let secrets = Secrets { archive_ids: [0; 16], decoy: bytes::Bytes::new(), dialback: bytes::Bytes::new() };
    let service = wire::facts(config, secrets);
    let gate = Gate { view, store: store.as_ref(), service: &service, clock: Clock::System };
    let report = take_all(&gate, &mut source, command.each);
    if let Some(store) = &store {
        clear_up(store)?;
    }
    if json {
        println!("{}", report.to_json());
    } else {
        print!("{}", report.to_text());
    }
    if report.is_clean() {
        Ok(())
    } else {
        Err(Failure::refused("not everything could be imported; the list says what"))
    }
}

fn open(config: &Config, command: &ImportCommand) -> Result<Source, Trouble> {
    Ok(match command.from {
        Origin::Ejabberd => ejabberd::open(&command.path, config.domain.as_str())?,
        Origin::Prosody => Source::Prosody(Box::new(prosody::Reader::open(&command.path)?)),
        Origin::Xep0227 => Source::Pie(Box::new(pie::Reader::open(&command.path)?)),
    })
}

/// The data folder, to write into. A running server holds its accounts in memory, so it has to stop.
fn into(config: &Config) -> Result<(View, Option<Store>), Failure> {
    let store = data_folder::open(&config.data).map_err(|error| match error {
        OpenError::InUse(folder, process) => Failure::refused(format!(
            "process {process} serves from {}. Stop it for the import and start it again afterwards; --dry-run works beside it",
            folder.display()
        )),
        other => Failure::refused(other.to_string()),
    })?;
    // What an import before this one left half done.
    clear_up(&store)?;
    Ok((store.view(), Some(store)))
}

/// Takes back accounts that did not come in whole.
fn clear_up(store: &Store) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::refused(format!("no runtime: {error}")))?;
    runtime.block_on(moving_in::withdraw(store)).map_err(|fault| Failure::refused(fault.to_string()))
}

fn take_all(gate: &Gate<'_>, source: &mut Source, each: bool) -> Report {
    let mut report = Report::default();
    let mut progress = Progress::new();
    loop {
        let named = match source.next() {
            Ok(Some(Found::Account(named))) => named,
            Ok(Some(Found::Left(what, why))) => {
                report.leave(what, why);
                continue;
            }
            // Something of nobody.
            Ok(Some(_)) => continue,
            Ok(None) => break,
            Err(trouble) => {
                report.ended = Some(trouble.to_string());
                break;
            }
        };
        let address = format!("{}@{}", named.name, named.domain);
        match gate.pass(source, &named) {
            Ok((outcome, tally)) => report.note(address, outcome, tally, each),
            Err(trouble) => {
                report.note(address, Outcome::Broken(trouble.to_string()), Default::default(), each);
                report.ended = Some(trouble.to_string());
                break;
            }
        }
        progress.tell(&report);
    }
    progress.end();
    report
}

/// A line that is written over itself, on a terminal only.
struct Progress {
    last: Instant,
    is_shown: bool,
    is_terminal: bool,
}

impl Progress {
    fn new() -> Progress {
        Progress { last: Instant::now(), is_shown: false, is_terminal: std::io::stderr().is_terminal() }
    }

    fn tell(&mut self, report: &Report) {
        if self.is_terminal && self.last.elapsed() >= PROGRESS {
            eprint!("\r{} accounts, {} things\x1b[K", report.accounts(), report.carried());
            self.flush();
            (self.last, self.is_shown) = (Instant::now(), true);
        }
    }

    fn end(&self) {
        if self.is_shown {
            eprint!("\r\x1b[K");
            self.flush();
        }
    }

    fn flush(&self) {
        // A terminal that is gone misses nothing.
        let _ = std::io::stderr().flush();
    }
}
