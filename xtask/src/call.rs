//! Calling other programs, from the root of the repository.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What a step or task gives: a note on what was done, or what went wrong and what helps.
pub type Outcome = Result<String, String>;

/// The root of the repository.
pub fn root() -> PathBuf {
    let manifest = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    PathBuf::from(manifest).parent().map_or_else(|| PathBuf::from("."), PathBuf::from)
}

/// A program with its arguments, to be run at the root.
pub fn command(words: &[&str]) -> Command {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).current_dir(root());
    command
}

/// Runs a program and lets its output through.
///
/// # Errors
/// When it cannot be started or ends with anything but success.
pub fn run(words: &[&str]) -> Result<(), String> {
    run_command(command(words), &words.join(" "))
}

/// [`run`] with a command made elsewhere, shown as `line`.
///
/// # Errors
/// As there.
pub fn run_command(mut command: Command, line: &str) -> Result<(), String> {
    println!("  $ {line}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{line}` ended with {status}")),
        Err(error) => Err(format!("`{line}` could not be started: {error}")),
    }
}

/// What a program prints on its standard output.
///
/// # Errors
/// As [`run`], with what it printed on its standard error.
pub fn output(words: &[&str]) -> Result<String, String> {
    let line = words.join(" ");
    let output = command(words).output().map_err(|error| format!("`{line}` could not be started: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{line}` ended with {}: {}", output.status, said.trim()));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("`{line}` printed something that is not UTF-8"))
}

/// Whether a program runs and succeeds; it is heard and seen by nobody.
pub fn succeeds(words: &[&str]) -> bool {
    let quiet = command(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet.is_ok_and(|status| status.success())
}

/// Says clearly that a part of the repository is not there.
///
/// # Errors
/// When it is not.
pub fn require(path: &str, what: &str) -> Result<(), String> {
    if root().join(path).exists() { Ok(()) } else { Err(format!("{path} is missing: {what}")) }
}
