//! The crash test: the server is killed under load, and everything acknowledged must be there.

use crate::call::{Outcome, require, run as call};

/// Builds the server, the crash test and the storm. Programs are named and not packages, here and elsewhere:
/// dependencies then have the features that the workspace wants, and none is built twice.
///
/// # Errors
/// When it does not build.
pub fn build() -> Outcome {
    call(&["cargo", "build", "--release", "--locked", "--bin", "folkmoot", "--bin", "crash", "--bin", "gale"])?;
    Ok("target/release/folkmoot".to_owned())
}

/// Runs it, in release, with so many kills.
///
/// # Errors
/// When a message was lost, doubled or out of order, or the test is not there.
pub fn run(kills: u32) -> Outcome {
    require("crates/testkit/src/bin/crash", "it kills the server under load and compares archives and receipts")?;
    // The program it kills must be this tree's.
    build()?;
    call(&["target/release/crash", "--kills", &kills.to_string()])?;
    Ok(format!("{kills} kills, nothing acknowledged was lost"))
}
