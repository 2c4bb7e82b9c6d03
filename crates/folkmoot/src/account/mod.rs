//! Commands about accounts. They ask a running server through its control socket; without one they
//! open the data folder themselves. Both ways end in [`act`].

mod act;
mod password;
mod print;

pub use act::{act, any};

use crate::arguments::{AccountCommand, PasswordSource};
use crate::config::Config;
use crate::control::{self, Control, Password, Reply, Unanswered};
use crate::data_folder;
use crate::failure::Failure;
use store::OpenError;

/// Runs a command and prints what came of it.
///
/// # Errors
/// When it was refused or could not be done.
pub fn run(config: &Config, command: AccountCommand, json: bool) -> Result<(), Failure> {
    if let AccountCommand::Delete { name, yes: false } = &command {
        confirm_deletion(name)?;
    }
    let (control, made_up) = to_control(command)?;
    let may_create = matches!(control, Control::AddAccount { .. });
    let reply = match control::ask(&control::socket_path(&config.data), &control) {
        Ok(reply) => reply,
        Err(Unanswered::NobodyThere) => act_here(config, control, may_create)?,
        Err(Unanswered::NotAllowed) => {
            return Err(Failure::refused(format!(
                "{} belongs to another user; run this command as the server's user, or as root",
                control::socket_path(&config.data).display()
            )));
        }
        Err(Unanswered::Broken(error)) => {
            return Err(Failure::refused(format!(
                "the running server did not answer: {error}. It may have done what was asked: look with `account list`"
            )));
        }
    };
    if let Reply::Refused { sentence } | Reply::Failed { sentence } = reply {
        return Err(Failure::refused(sentence));
    }
    print::reply(&reply, made_up.as_ref(), json);
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
        AccountCommand::List => (Control::ListAccounts, None),
        AccountCommand::Disable { name } => (Control::DisableAccount { name }, None),
        AccountCommand::Enable { name } => (Control::EnableAccount { name }, None),
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

/// Does what is asked on the data folder itself, when no server runs.
fn act_here(config: &Config, control: Control, may_create: bool) -> Result<Reply, Failure> {
    if !may_create && !config.data.is_dir() {
        return Err(Failure::refused(format!(
            "there is no data folder {}. Start the server once, add an account, or name its configuration with --config",
            config.data.display()
        )));
    }
    let store = data_folder::open(&config.data).map_err(|error| match error {
        OpenError::InUse(folder, process) => Failure::refused(format!(
            "process {process} uses {} and does not listen on its control socket; if it is starting, try again in a moment",
            folder.display()
        )),
        other => Failure::refused(other.to_string()),
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::refused(format!("no runtime: {error}")))?;
    Ok(runtime.block_on(act(&store, &config.domain, control, async |_, _| 0)))
}
