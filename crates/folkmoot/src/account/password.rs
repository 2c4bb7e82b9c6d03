//! Where a password comes from: made up, typed, or piped.

use crate::control::Password;
use crate::failure::Failure;
use features::login::made_up_password;
use std::io::{BufRead, IsTerminal, Write};
use std::process::{Command, Stdio};

/// Makes up a password.
pub fn made_up() -> Password {
    let features::deed::Password(text) = made_up_password(hub::Clock::System.random());
    Password(text.into())
}

/// Reads one line of the standard input.
///
/// # Errors
/// When there is none.
pub fn piped() -> Result<Password, Failure> {
    let line = read_line()?;
    if line.is_empty() {
        return Err(Failure::usage("--password-stdin: the standard input is empty; write the password as one line"));
    }
    Ok(Password(line))
}

/// Asks twice at the terminal, without showing what is typed.
///
/// # Errors
/// Without a terminal, or when the two differ.
pub fn prompted() -> Result<Password, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("--password-prompt needs a terminal; in a script use --password-stdin"));
    }
    let first = ask_hidden("Password: ")?;
    if first.is_empty() {
        return Err(Failure::refused("an empty password is none"));
    }
    if ask_hidden("Again: ")? != first {
        return Err(Failure::refused("the two passwords differ; nothing was changed"));
    }
    Ok(Password(first))
}

/// Asks at the terminal whether to go on; only `yes` is.
///
/// # Errors
/// When the terminal cannot be read.
pub fn confirmed(question: &str) -> Result<bool, Failure> {
    eprint!("{question} ");
    flush();
    Ok(read_line()?.trim() == "yes")
}

fn ask_hidden(question: &str) -> Result<String, Failure> {
    eprint!("{question}");
    flush();
    // The program `stty` spares the one line of unsafe code that this would cost here. When it is
    // missing, nothing is read: a password must not be shown.
    if !stty("-echo") {
        return Err(Failure::refused("the terminal cannot hide a password (`stty` failed); use --password-stdin"));
    }
    let line = read_line();
    stty("echo");
    eprintln!();
    line
}

fn stty(argument: &str) -> bool {
    // It works on the terminal that is its standard input.
    Command::new("stty").arg(argument).stdin(Stdio::inherit()).status().is_ok_and(|status| status.success())
}

fn read_line() -> Result<String, Failure> {
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(_) => Ok(line.trim_end_matches(['\n', '\r']).to_owned()),
        Err(error) => Err(Failure::refused(format!("the standard input cannot be read: {error}"))),
    }
}

fn flush() {
    // A terminal that is gone is noticed by the read that follows.
    let _ = std::io::stderr().flush();
}
