//! Storms over the links between services, from a seed. `FOLKMOOT_SEED=7 cargo test -p testkit --test links`
//! repeats one, as far as threads allow; `FOLKMOOT_STORMS=20` lets that many rage one after the other.

use testkit::links::{Gale, rage};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_arrives_or_comes_back() {
    let first = number("FOLKMOOT_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    for seed in first..first + number("FOLKMOOT_STORMS").unwrap_or(3) {
        println!("seed {seed}");
        match rage(Gale { seed, places: 3, people: 3, seconds: 600 }).await {
            Ok(tally) => {
                println!("seed {seed}: {tally:?}");
                // A storm in which nothing happens proves nothing.
                assert!(tally.arrived > 100 && tally.links > 3 && tally.broken > 3 && tally.at_once > 50);
            }
            Err(why) => panic!("seed {seed}: {why}"),
        }
    }
}
