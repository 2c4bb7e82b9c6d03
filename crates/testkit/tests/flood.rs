//! A flood of sign-ups: a million attempts from 100,000 addresses in 2,000 networks, in two hours of a virtual clock.
//! What is kept stays small, the limits hold across a restart, and people come in all the same.

#![allow(clippy::unwrap_used, reason = "a broken expectation is a failed test")]

use features::deed::Password;
use features::invitations::{Kind, Wish};
use features::registration::form::Filled;
use features::registration::{Mode, Policy, Question, Refusal, rate};
use hub::Stranger;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use testkit::house::{House, Rules};

const NETWORKS: u32 = 2_000;
const ADDRESSES_OF_EACH: u32 = 50;
/// Attempts in a second: half a million in an hour.
const EACH_SECOND: u32 = 139;
const HOUR: u32 = 3_600;
/// How much larger the process may be afterwards; the throttle alone may have three.
const GROWTH_MIB_MAX: u64 = 48;

/// The address of the attempt of that number: the networks take turns, and so do the addresses in each.
fn address(attempt: u32) -> IpAddr {
    let (network, host) = (attempt % NETWORKS, attempt / NETWORKS % ADDRESSES_OF_EACH);
    let [_, _, high, low] = network.to_be_bytes();
    let [.., last] = host.to_be_bytes();
    IpAddr::V4(Ipv4Addr::new(100, 64 + high, low, last))
}

fn filled(name: String, answer: &str) -> Filled {
    let password = Password("a good password".into());
    Filled { name, password, answer: answer.to_owned(), reason: String::new(), agrees: false }
}

/// Memory that the process has, in MiB.
fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default()
        / 1024
}

/// What came of a flood.
#[derive(Default)]
struct Outcome {
    /// The addresses that got an account.
    made: Vec<IpAddr>,
    throttled: u32,
    wrong: u32,
    too_many: u32,
}

/// An hour of attempts behind the number `first`, all with that answer.
async fn flood(house: &mut House, first: u32, seconds: u32, answer: &str) -> Outcome {
    let mut outcome = Outcome::default();
    for second in 0..seconds {
        for attempt in 0..EACH_SECOND {
            let number = first + second * EACH_SECOND + attempt;
            let wish = filled(format!("flood.{number}"), answer);
            match house.hub().apply(&Stranger::from(address(number)), wish).await {
                Ok(_) => outcome.made.push(address(number)),
                Err(Refusal::TooManyTries(_)) => outcome.throttled += 1,
                Err(Refusal::AnswerWrong) => outcome.wrong += 1,
                Err(Refusal::TooMany { .. }) => outcome.too_many += 1,
                Err(other) => panic!("{other}"),
            }
        }
        house.hub().clock().advance(1_000_000);
    }
    outcome
}

async fn counted(house: &House) -> i64 {
    house.hub().store().query("SELECT COUNT(*) FROM sign_up", vec![]).await.unwrap()[0].int(0).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_million_strangers_change_nothing_for_people() {
    let question = Some(Question { text: "Which river?".into(), answers: vec!["Spree".into()] });
    let sign_up = Policy { mode: Mode::Open, question, ..Policy::CLOSED };
    let mut house = House::start_with(7, Rules { sign_up, ..Rules::default() }).await.unwrap();
    let before = resident_mib();
    let visitor = |from: &str| Stranger::from(from.parse().unwrap());

    // Nobody of the flood knows the answer: not one account, and who does comes in as if there were no flood.
    let first = flood(&mut house, 0, HOUR / 2, "Rhine").await;
    house.hub().apply(&visitor("203.0.113.7"), filled("carol".into(), "spree")).await.unwrap();
    let second = flood(&mut house, EACH_SECOND * HOUR / 2, HOUR / 2, "").await;
    assert_eq!((first.made.len(), second.made.len(), counted(&house).await), (0, 0, 1));

    // The answer got out: so many come in as the limits say, whatever is restarted.
    let limits = house.hub().service().limits.clone();
    let third = flood(&mut house, EACH_SECOND * HOUR, HOUR / 2, "spree").await;
    house.restart().await.unwrap();
    let fourth = flood(&mut house, EACH_SECOND * (HOUR + HOUR / 2), HOUR / 2, "spree").await;
    let made: Vec<IpAddr> = third.made.iter().chain(&fourth.made).copied().collect();
    // The places of an hour, and those of carol's hour as it passes.
    assert!(made.len() as u64 <= limits.of(&rate::PER_HOUR) + 1, "{}", made.len());
    let mut of_address: HashMap<IpAddr, u64> = HashMap::new();
    made.iter().for_each(|address| *of_address.entry(*address).or_default() += 1);
    assert!(of_address.values().all(|made| *made <= limits.of(&rate::PER_ADDRESS)));
    assert!(counted(&house).await as u64 <= limits.of(&rate::PER_DAY));

    // Their places are taken for now, but not those of friends.
    let refused = house.hub().apply(&visitor("203.0.113.8"), filled("dave".into(), "spree")).await;
    assert!(matches!(refused, Err(Refusal::TooMany { .. })), "{refused:?}");
    let wish = Wish { kind: Kind::Account, name: String::new(), uses: 1, days: None };
    let link = house.hub().invite(None, &wish).await.unwrap().link;
    let token = link.split("preauth=").nth(1).unwrap();
    let friend = visitor("203.0.113.8").invited_by(house.hub().admission(token).await.unwrap());
    house.hub().apply(&friend, filled("dave".into(), "")).await.unwrap();

    let grown = resident_mib().saturating_sub(before);
    let sum = |of: fn(&Outcome) -> u32| [&first, &second, &third, &fourth].into_iter().map(of).sum::<u32>();
    println!(
        "{} attempts: {} throttled, {} wrong, {} too many, {} accounts; {} rows kept, {grown} MiB more",
        2 * EACH_SECOND * HOUR,
        sum(|one| one.throttled),
        sum(|one| one.wrong),
        sum(|one| one.too_many),
        made.len(),
        counted(&house).await
    );
    assert!(grown <= GROWTH_MIB_MAX, "{grown} MiB more");
}
