//! The storm over the links between real servers: what was acknowledged must arrive once, or come back.

use crate::call::{Outcome, require, run as call};
use crate::crash;

/// Runs it, in release, for so long; by a seed, if one is to be repeated.
///
/// # Errors
/// When a message was lost, doubled or out of order, a server took too much memory or did not serve those
/// whom nothing had happened to, or the test is not there.
pub fn run(seconds: u32, seed: Option<u64>) -> Outcome {
    require("crates/testkit/src/bin/gale", "it cuts the links between servers and compares what arrived")?;
    // The program it kills must be this tree's.
    crash::build()?;
    let mut words = vec!["target/release/gale".to_owned(), "--seconds".to_owned(), seconds.to_string()];
    words.extend(seed.into_iter().flat_map(|seed| ["--seed".to_owned(), seed.to_string()]));
    call(&words.iter().map(String::as_str).collect::<Vec<_>>())?;
    Ok(format!("{seconds} s of storm, nothing acknowledged was lost"))
}
