//! The side-by-side measurement.

use crate::call::{Outcome, run as call};
use crate::install;

/// Installs the other servers where they are missing, builds ours, and runs `crates/bench`.
///
/// # Errors
/// What the programs say.
pub fn run(arguments: &[String]) -> Outcome {
    install::for_bench()?;
    call(&["cargo", "build", "--release", "--locked", "--bin", "folkmoot", "--bin", "bench"])?;
    let mut words = vec!["target/release/bench"];
    if arguments.is_empty() {
        words.push("compare");
    }
    words.extend(arguments.iter().map(String::as_str));
    call(&words)?;
    Ok(String::new())
}
