//! `folkmoot federation test DOMAIN`: the way to another server, step by step.

use super::{print, read_domain};
use crate::config::Config;
use crate::failure::Failure;
use crate::wire;
use bytes::Bytes;
use hub::Clock;
use net::probe::{Mark, Probe, Step};
use std::sync::Arc;
use stream::server::{Pair, Settings};
use xmpp::Jid;

/// Walks the way to a domain and prints each step.
///
/// # Errors
/// When it could not be done, or the way ends somewhere.
pub fn run(config: &Config, domain: &str, json: bool) -> Result<(), Failure> {
    let there = read_domain(domain)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::refused(format!("no runtime: {error}")))?;
    let steps = runtime.block_on(walk(config, there.clone()))?;
    let style = print::Style::of_output();
    for step in &steps {
        if json {
            println!("{}", print::as_json(step));
        } else {
            print!("{}", print::as_text(step, style));
        }
    }
    match steps.last() {
        Some(Step { mark: Mark::Bad, .. }) | None => {
            Err(Failure::refused(format!("{} cannot be talked to; the last step says why", there.domain())))
        }
        Some(_) => Ok(()),
    }
}

async fn walk(config: &Config, there: Jid) -> Result<Vec<Step>, Failure> {
    let clock = Clock::System;
    let certificates = Arc::new(wire::certificates(config, &clock).map_err(Failure::refused)?);
    let (dialler, verifier) = wire::way_out(config, certificates).map_err(Failure::refused)?;
    let settings = Arc::new(settings(config, &clock));
    let probe =
        Probe { dialler: &dialler, verifier: &verifier, settings, policy: config.federation.policy, clock: &clock };
    Ok(probe.walk(&Pair { here: config.domain.clone(), there }).await)
}

/// A stream that sends nothing needs little.
fn settings(config: &Config, clock: &Clock) -> Settings {
    Settings {
        hosts: vec![config.domain.clone()],
        stanza_bytes_max: 65_536,
        idle_seconds: 60,
        attempts_max: 1,
        pairs_max: 1,
        // Nobody can be asked about keys that are made with it.
        secret: Bytes::copy_from_slice(&clock.random::<32>()),
        bidi: true,
        resume_seconds: None,
    }
}
