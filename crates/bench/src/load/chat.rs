//! Pairs that talk: each message that arrives is answered by one, so that a fixed number is in
//! flight in each pair.

use super::end::{Counts, End, Stage};
use super::{Meter, Sample, Size, archived, log_in};
use crate::Outcome;
use crate::relay::GREETING_BYTES;
use crate::rivals::{DOMAIN, Rival, Running, Setting, data};
use bytes::BytesMut;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use testkit::client::{Keychain, Wire};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What is in flight at the end may take this long to arrive.
const DRAIN_SECONDS_MAX: u64 = 20;
/// Between the last login and the first message.
const SETTLE_MILLIS: u64 = 500;
/// More messages than any run sends: the distance of the numbers of two runs.
const RUN_MESSAGES: u64 = 1_000_000_000;

/// How the pairs talk.
#[derive(Clone, Copy)]
pub struct Chat {
    /// Messages in flight in each pair.
    pub in_flight: usize,
    /// Whether each message is followed by a request to acknowledge it.
    pub acks: bool,
    /// Whether the archives are looked at afterwards.
    pub setting: Setting,
    /// The number of this run.
    pub run: u64,
}

/// Lets them talk, and measures once they are warm.
///
/// # Errors
/// When a message is lost, comes twice or out of order, or is missing in an archive.
pub async fn run(server: &Running, size: &Size, chat: Chat) -> Outcome<Sample> {
    let first = chat.run * RUN_MESSAGES + 1;
    let ends = connect(server, size.users, first, chat.acks).await?;
    let counts = Arc::new(Counts::default());
    let (stage, stages) = watch::channel(Stage::Talk);
    let mut talks = JoinSet::new();
    for (number, end) in ends.into_iter().enumerate() {
        let begin = if number % 2 == 0 { chat.in_flight } else { 0 };
        let (counts, stages) = (counts.clone(), stages.clone());
        talks.spawn(async move { (number, end.talk(begin, &counts, stages).await) });
    }
    let sample = measure(server, size, &counts, &mut talks).await?;
    stage.send_replace(Stage::Drain);
    drained(&counts).await?;
    stage.send_replace(Stage::Leave);
    let mut last = vec![(0, 0); size.users];
    let leave = async {
        while let Some(talk) = talks.join_next().await {
            let (number, outcome) = talk?;
            last[number] = outcome?;
        }
        Outcome::Ok(())
    };
    tokio::time::timeout(Duration::from_secs(DRAIN_SECONDS_MAX), leave)
        .await
        .map_err(|_| "the server did not acknowledge everything in time")??;
    for pair in last.chunks_exact(2) {
        if (pair[0].0, pair[0].1) != (pair[1].1, pair[1].0) {
            return Err(format!("a pair lost messages: {pair:?}").into());
        }
    }
    if chat.setting == Setting::Archived {
        archived::check(server, 0, first, last[0]).await?;
        archived::check(server, size.users - 1, first, last[size.users - 1]).await?;
    }
    Ok(sample)
}

type Talks = JoinSet<(usize, Outcome<(u64, u64)>)>;

async fn measure(server: &Running, size: &Size, counts: &Counts, talks: &mut Talks) -> Outcome<Sample> {
    watched(talks, Duration::from_millis(size.seconds * 100)).await?;
    let meter = Meter::start(server)?;
    let before = counts.arrived.load(Ordering::Relaxed);
    watched(talks, Duration::from_secs(size.seconds)).await?;
    meter.stop(counts.arrived.load(Ordering::Relaxed) - before)
}

/// Waits, unless somebody stops talking before.
async fn watched(talks: &mut Talks, time: Duration) -> Outcome<()> {
    match tokio::time::timeout(time, talks.join_next()).await {
        Err(_) => Ok(()),
        Ok(Some(Ok((number, Err(error))))) => Err(format!("{}: {error}", data::user(number)).into()),
        Ok(other) => Err(format!("a talk ended early: {other:?}").into()),
    }
}

async fn drained(counts: &Counts) -> Outcome<()> {
    let start = Instant::now();
    loop {
        let (sent, arrived) = (counts.sent.load(Ordering::Relaxed), counts.arrived.load(Ordering::Relaxed));
        if sent == arrived {
            return Ok(());
        }
        if start.elapsed() > Duration::from_secs(DRAIN_SECONDS_MAX) {
            return Err(format!("{sent} messages were sent, but {arrived} arrived").into());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// All ends, logged in and present, in the order of their users.
async fn connect(server: &Running, users: usize, first: u64, acks: bool) -> Outcome<Vec<End>> {
    let keychain = Keychain::new();
    let mut ends = Vec::new();
    for number in 0..users {
        let partner = server.address_of(number ^ 1);
        let (wire, input) = match server.rival {
            Rival::Relay => (greet_relay(server, number).await?, BytesMut::new()),
            _ => present(server.of(number), number, acks, &keychain).await?,
        };
        ends.push(End::new(wire, input, &partner, first, acks));
    }
    // Presence still on its way would count as work of the first messages.
    tokio::time::sleep(Duration::from_millis(SETTLE_MILLIS)).await;
    Ok(ends)
}

async fn present(server: &Running, number: usize, acks: bool, keychain: &Keychain) -> Outcome<(Wire, BytesMut)> {
    let mut client = log_in(server, number, "bench", keychain).await?;
    client.send("<presence/>").await?;
    if acks {
        client.enable_acks().await?;
    }
    Ok(client.into_wire())
}

/// A connection to the relay under a number.
pub async fn greet_relay(server: &Running, number: usize) -> Outcome<Wire> {
    let wire = Wire::connect(server.target.address).await?;
    let mut wire = wire.secure(&server.target.tls, DOMAIN).await?;
    wire.write(format!("{number:0width$}", width = GREETING_BYTES).as_bytes()).await?;
    let mut answer = BytesMut::with_capacity(1);
    wire.read(&mut answer).await?;
    if &answer[..] == b"+" { Ok(wire) } else { Err("the relay did not greet".into()) }
}
