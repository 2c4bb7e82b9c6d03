//! Storms from a seed. `FOLKMOOT_SEED=7 cargo test -p testkit --test storm` repeats one, as far as
//! threads allow; `FOLKMOOT_STORMS=20` lets that many rage one after the other.

use std::time::Duration;
use testkit::crowd::{self, Crowd};
use testkit::storm::{Storm, rage};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promises_hold_in_a_storm() {
    let first = number("FOLKMOOT_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    for seed in first..first + number("FOLKMOOT_STORMS").unwrap_or(1) {
        println!("seed {seed}");
        let storm = Storm { seed, people: 6, devices: 3, steps: 1500, time: Duration::from_secs(20) };
        match rage(storm).await {
            Ok(tally) => {
                println!("seed {seed}: {tally:?}");
                // A storm in which nothing happens proves nothing.
                let moved = tally.kept > 0 && tally.heard > 0 && tally.sessions > storm.people;
                assert!(moved || tally.steps < 300, "seed {seed}: {tally:?}");
            }
            Err(why) => panic!("seed {seed}: {why}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_sees_the_same_room() {
    let first = number("FOLKMOOT_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    for seed in first..first + number("FOLKMOOT_STORMS").unwrap_or(1) {
        println!("seed {seed}");
        let crowd = Crowd { seed, people: 7, steps: 1200, time: Duration::from_secs(20) };
        match crowd::rage(crowd).await {
            Ok(tally) => {
                println!("seed {seed}: {tally:?}");
                let moved = tally.kept > 0 && tally.heard > 0 && tally.entered > 1 && tally.put_out > 0;
                assert!(moved || tally.steps < 300, "seed {seed}: {tally:?}");
            }
            Err(why) => panic!("seed {seed}: {why}"),
        }
    }
}
