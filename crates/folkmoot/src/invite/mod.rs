//! Commands about invitations (XEP-0401). They go the same ways as those about accounts.

mod act;
mod print;

pub use act::{create, list, revoke, tree};

use crate::account::Door;
use crate::arguments::InviteCommand;
use crate::config::Config;
use crate::control::{Control, InvitationLine, Reply};
use crate::failure::Failure;
use hub::invitations::LISTED_MAX;

/// Runs a command and prints what came of it.
///
/// # Errors
/// When it was refused or could not be done.
pub fn run(config: &Config, command: InviteCommand, json: bool) -> Result<(), Failure> {
    let door = Door::open(config, matches!(command, InviteCommand::Create { .. }))?;
    let draws = matches!(command, InviteCommand::Create { no_qr: false, .. });
    let reply = match command {
        InviteCommand::Create { name, uses, days, no_qr: _ } => {
            door.ask(Control::Invite { name: name.unwrap_or_default(), uses, days })?
        }
        InviteCommand::List => all(&door)?,
        InviteCommand::Revoke { number } => door.ask(Control::RevokeInvitation { number })?,
        InviteCommand::Tree { name } => door.ask(Control::InvitationTree { name })?,
    };
    if json {
        println!("{}", serde_json::to_string(&reply).expect("a reply is JSON"));
        return Ok(());
    }
    print!("{}", print::as_text(&reply));
    if let Some(code) = print::code(&reply).filter(|_| draws) {
        println!("{code}");
    }
    Ok(())
}

/// All invitations, reply by reply.
fn all(door: &Door) -> Result<Reply, Failure> {
    let mut invitations: Vec<InvitationLine> = Vec::new();
    loop {
        let after = invitations.last().map_or(0, |last| last.number);
        let Reply::Invitations { invitations: mut more } = door.ask(Control::ListInvitations { after })? else {
            return Err(Failure::refused("the server answered something else than invitations"));
        };
        let is_last = more.len() < LISTED_MAX as usize;
        invitations.append(&mut more);
        if is_last {
            return Ok(Reply::Invitations { invitations });
        }
    }
}
