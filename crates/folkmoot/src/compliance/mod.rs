//! `folkmoot check --as compliance`: does a running server do what the Compliance Suites ask of servers
//! (XEP-0479, advanced level)? It is asked as clients ask, over the wire, so that any server can be.
//!
//! [`suite`] has the rows, [`probes`] what is asked for each. A probe that finds nothing says so ("not there"),
//! which is told apart from what is there and wrong.

mod accounts;
mod carrier;
mod http;
mod lack;
mod peer;
mod print;
mod probes;
mod stage;
mod suite;

use crate::arguments::Target;
use crate::config::Config;
use crate::failure::Failure;
use accounts::Accounts;
use lack::{Found, Lack};
use stage::Stage;
use std::time::Duration;
use suite::{PROBES, Probe};
use tokio::time::timeout;

/// The longest a probe may take: each wait in it ends sooner.
const PROBE_SECONDS: u64 = 40;

/// What came of a probe.
struct Outcome {
    probe: &'static Probe,
    found: Found,
}

/// Asks for every row, prints what came, and fails unless all is there.
///
/// # Errors
/// When the server cannot be asked at all, or a row is not there or wrong.
pub fn run(config: &Config, target: &Target, json: bool) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::refused(format!("no runtime: {error}")))?;
    let accounts = Accounts::borrow(config, target)?;
    let outcomes = runtime.block_on(async {
        let stage = Stage::set(config, target, &accounts).await?;
        Ok(ask(&stage, json).await)
    });
    accounts.give_back()?;
    let outcomes = outcomes?;
    let passed = outcomes.iter().filter(|outcome| outcome.found.is_ok()).count();
    print::sum(&outcomes, json);
    match outcomes.len() - passed {
        0 => Ok(()),
        left => Err(Failure::refused(format!("{left} of {} rows are not there or wrong", outcomes.len()))),
    }
}

async fn ask(stage: &Stage, json: bool) -> Vec<Outcome> {
    let mut outcomes = Vec::with_capacity(PROBES.len());
    for probe in PROBES {
        let asked = timeout(Duration::from_secs(PROBE_SECONDS), probes::ask(stage, probe.what));
        let late = |_| Err(Lack::Wrong(format!("it took more than {PROBE_SECONDS} seconds")));
        let outcome = Outcome { probe, found: asked.await.unwrap_or_else(late) };
        print::outcome(&outcome, outcomes.last(), json);
        outcomes.push(outcome);
    }
    outcomes
}
