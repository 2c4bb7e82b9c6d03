//! Commands about applications for an account. They go the same ways as those about accounts.

mod act;
mod print;

pub use act::{accept, list, refuse, show};

use crate::account::Door;
use crate::arguments::ApplicationCommand;
use crate::config::Config;
use crate::control::{ApplicationLine, Control, Reply};
use crate::failure::Failure;
use hub::applications::LISTED_MAX;

/// Runs a command and prints what came of it.
///
/// # Errors
/// When it was refused or could not be done.
pub fn run(config: &Config, command: ApplicationCommand, json: bool) -> Result<(), Failure> {
    let door = Door::open(config, false)?;
    let reply = match command {
        ApplicationCommand::List => all(&door)?,
        ApplicationCommand::Show { number } => door.ask(Control::ShowApplication { number })?,
        ApplicationCommand::Accept { number } => door.ask(Control::AcceptApplication { number })?,
        ApplicationCommand::Refuse { number, answer } => door.ask(Control::RefuseApplication { number, answer })?,
    };
    if json {
        println!("{}", serde_json::to_string(&reply).expect("a reply is JSON"));
    } else {
        print!("{}", print::as_text(&reply));
    }
    Ok(())
}

/// All applications, reply by reply.
fn all(door: &Door) -> Result<Reply, Failure> {
    let mut applications: Vec<ApplicationLine> = Vec::new();
    loop {
        let after = applications.last().map_or(0, |last| last.number);
        let Reply::Applications { applications: mut more } = door.ask(Control::ListApplications { after })? else {
            return Err(Failure::refused("the server answered something else than applications"));
        };
        let is_last = more.len() < LISTED_MAX as usize;
        applications.append(&mut more);
        if is_last {
            return Ok(Reply::Applications { applications });
        }
    }
}
