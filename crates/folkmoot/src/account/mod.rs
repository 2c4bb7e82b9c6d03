//! Commands about accounts. They ask a running server through its control socket; without one they
//! open the data folder themselves. Both ways end in [`act`].

mod act;
mod door;
mod password;
mod print;
#[cfg(test)]
mod tests;

pub use act::{act, any};
pub use password::{made_up, piped};

use crate::arguments::{AccountCommand, FilesCommand, PasswordSource};
use crate::config::Config;
use crate::control::{ACCOUNTS_MAX, AccountLine, Control, Password, Reply};
use crate::failure::Failure;
pub use door::Door;

/// Runs a command and prints what came of it.
///
/// # Errors
/// When it was refused or could not be done.
pub fn run(config: &Config, command: AccountCommand, json: bool) -> Result<(), Failure> {
    if let AccountCommand::Delete { name, yes: false } = &command {
        confirm_deletion(name)?;
    }
    let (control, made_up) = to_control(command)?;
    let door = Door::open(config, matches!(control, Control::AddAccount { .. }))?;
    let reply = match control {
        Control::ListAccounts { .. } => all_accounts(&door)?,
        control => door.ask(control)?,
    };
    print::reply(&reply, made_up.as_ref(), json);
    Ok(())
}

/// Writes to everybody who is online.
///
/// # Errors
/// When no server runs, or it could not be done.
pub fn announce(config: &Config, text: String, json: bool) -> Result<(), Failure> {
    let reply = match Door::open(config, false)? {
        Door::Folder { .. } => return Err(Failure::refused("no server runs on this data folder: nobody is online")),
        door @ Door::Server(_) => door.ask(Control::Announce { text })?,
    };
    print::reply(&reply, None, json);
    Ok(())
}

/// Runs a command about files and prints what came of it.
///
/// # Errors
/// When it was refused or could not be done.
pub fn files(config: &Config, command: FilesCommand, json: bool) -> Result<(), Failure> {
    let FilesCommand::Delete { file } = command;
    let reply = Door::open(config, false)?.ask(Control::DeleteFile { file })?;
    print::reply(&reply, None, json);
    Ok(())
}

/// The request, and the password if it was made up here.
fn to_control(command: AccountCommand) -> Result<(Control, Option<Password>), Failure> {
    Ok(match command {
        AccountCommand::Add { name, password } => {
            let (password, made_up) = choose(&password)?;
            (Control::AddAccount { name, password }, made_up)
        }
        AccountCommand::Passwd { name, password } => {
            let (password, made_up) = choose(&password)?;
            (Control::SetPassword { name, password }, made_up)
        }
        AccountCommand::List => (Control::ListAccounts { after: String::new() }, None),
        AccountCommand::Disable { name } => (Control::DisableAccount { name }, None),
        AccountCommand::Enable { name } => (Control::EnableAccount { name }, None),
        AccountCommand::Devices { name, revoke: None } => (Control::ListClients { name }, None),
        AccountCommand::Devices { name, revoke: Some(id) } => (Control::RevokeClient { name, id }, None),
        AccountCommand::Files { name } => (Control::ListFiles { name }, None),
        AccountCommand::Deeds => (Control::ListDeeds, None),
        AccountCommand::Delete { name, yes: _ } => (Control::DeleteAccount { name }, None),
    })
}

fn choose(source: &PasswordSource) -> Result<(Password, Option<Password>), Failure> {
    if source.password_stdin {
        return Ok((password::piped()?, None));
    }
    if source.password_prompt {
        return Ok((password::prompted()?, None));
    }
    let made_up = password::made_up();
    Ok((made_up.clone(), Some(made_up)))
}

fn confirm_deletion(name: &str) -> Result<(), Failure> {
    use std::io::IsTerminal;
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage(
            "deleting asks first, and there is no terminal to ask at; --yes says that you mean it",
        ));
    }
    let question = format!(
        "This erases {name}: contacts, archived messages, everything. Nothing brings it back, and the name stays taken.\n\
         Erase it? (yes/no)"
    );
    if password::confirmed(&question)? { Ok(()) } else { Err(Failure::refused("nothing was erased")) }
}

/// All accounts, reply by reply.
fn all_accounts(door: &Door) -> Result<Reply, Failure> {
    let mut accounts: Vec<AccountLine> = Vec::new();
    loop {
        let after = accounts.last().map_or(String::new(), |last| last.address.clone());
        let Reply::Accounts { accounts: mut more } = door.ask(Control::ListAccounts { after })? else {
            return Err(Failure::refused("the server answered something else than accounts"));
        };
        let is_last = more.len() < ACCOUNTS_MAX as usize;
        accounts.append(&mut more);
        if is_last {
            return Ok(Reply::Accounts { accounts });
        }
    }
}
