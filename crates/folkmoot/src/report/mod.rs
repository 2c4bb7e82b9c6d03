//! Commands about reports (XEP-0377): what people said when they blocked somebody. They go the same ways
//! as those about accounts.

mod act;
mod print;

pub use act::{close, list, show};

use crate::account::Door;
use crate::arguments::ReportCommand;
use crate::config::Config;
use crate::control::{Control, REPORTS_MAX, Reply, ReportLine};
use crate::failure::Failure;

/// Runs a command and prints what came of it.
///
/// # Errors
/// When it was refused or could not be done.
pub fn run(config: &Config, command: &ReportCommand, json: bool) -> Result<(), Failure> {
    let door = Door::open(config, false)?;
    let reply = match command {
        ReportCommand::List => all_open(&door)?,
        ReportCommand::Show { number } => door.ask(Control::ShowReport { number: *number })?,
        ReportCommand::Close { number } => door.ask(Control::CloseReport { number: *number })?,
    };
    if json {
        println!("{}", serde_json::to_string(&reply).expect("a reply is JSON"));
    } else {
        print!("{}", print::as_text(&reply));
    }
    Ok(())
}

/// All open reports, reply by reply.
fn all_open(door: &Door) -> Result<Reply, Failure> {
    let mut reports: Vec<ReportLine> = Vec::new();
    loop {
        let after = reports.last().map_or(0, |last| last.number);
        let Reply::Reports { reports: mut more } = door.ask(Control::ListReports { after })? else {
            return Err(Failure::refused("the server answered something else than reports"));
        };
        let is_last = more.len() < REPORTS_MAX as usize;
        reports.append(&mut more);
        if is_last {
            return Ok(Reply::Reports { reports });
        }
    }
}
