//! The crash test: the server is killed under load, and everything acknowledged must be there.

use crate::call::{Outcome, require, run as call};

/// Runs it, in release, with so many kills.
///
/// # Errors
/// When a message was lost, doubled or out of order, or the test is not there.
pub fn run(kills: u32) -> Outcome {
    require("crates/testkit/src/bin/crash.rs", "it kills the server under load and compares archives and receipts")?;
    // The program it kills must be this tree's.
    call(&["cargo", "build", "--release", "--locked", "--package", "folkmoot"])?;
    let kills = kills.to_string();
    call(&[
        "cargo",
        "run",
        "--release",
        "--locked",
        "--package",
        "testkit",
        "--bin",
        "crash",
        "--",
        "--kills",
        &kills,
    ])?;
    Ok(format!("{kills} kills, nothing acknowledged was lost"))
}
