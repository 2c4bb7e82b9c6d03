//! What a message and an idle session cost: allocations from the scanner to the recipient's bytes,
//! and heap held while nothing happens. The bounds are the numbers of today with little on top; what
//! raises them has to say why.

#![allow(clippy::unwrap_used, reason = "what is not there fails the test")]

use features::branch::BranchKind;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::sync::Arc;
use std::time::{Duration, Instant};
use stream::Settings;
use testkit::budget::End;
use testkit::house::{House, Rules};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const PASSWORD: &str = "correct horse battery staple";

/// Allocations and growing ones for a message that nobody keeps, from one device to another.
const FLEETING_MAX: f64 = 5.5;
/// The same for one that both archives keep, the committer's part included.
const KEPT_MAX: f64 = 27.0;
/// For each occupant, a message to a room: what the room and the committer take for all of them is in it.
const FAN_MAX: f64 = 2.5;
/// Heap of an idle session: its machine, its seat, its owner, its outlet, its presence.
// What waits for a session has a word more for the outbox of other domains, which is four words a queue.
const IDLE_BYTES_MAX: usize = 2_048;
/// Idle sessions counted, each of an account of its own.
const IDLE: usize = 48;
/// Messages to a room counted.
const FANS: usize = 20;
/// Messages counted.
const MESSAGES: usize = 200;

fn settings(house: &House) -> Arc<Settings> {
    let service = house.hub().service();
    Arc::new(Settings {
        domain: service.domain.clone(),
        stanza_bytes_max: 262_144,
        idle_seconds: 600,
        attempts_max: 4,
        hashes: xmpp::scram::Hash::ALL.to_vec(),
        decoy: service.secrets.decoy.clone(),
        iterations: house.hub().iterations(),
        features: house.hub().stream_features(),
        strangers: house.hub().features_for_strangers(),
        requests_max: 10,
    })
}

async fn arrive(house: &House, settings: &Arc<Settings>, user: &str) -> End {
    let mut end = End::arrive(house.hub(), settings, user, PASSWORD).await.expect("the login is right");
    end.say("<presence/>");
    // What waited for it (XEP-0160) is read on this thread, which sends and listens without pause later.
    tokio::time::sleep(Duration::from_millis(50)).await;
    end.rest();
    end
}

/// Allocations for each message of `messages`, sent one at a time.
fn allocations(from: &mut End, to: &mut End, message: &str) -> f64 {
    let mut total = 0;
    for sent in 0..MESSAGES + 20 {
        let region = Region::new(ALLOCATOR);
        from.say(message);
        let begin = Instant::now();
        while !to.hear() {
            assert!(begin.elapsed() < Duration::from_secs(10), "the message never came");
            std::thread::sleep(Duration::from_micros(50));
        }
        let change = region.change();
        to.written.clear();
        // Buffers and maps have their size only after a few.
        if sent >= 20 {
            total += change.allocations + change.reallocations;
        }
    }
    total as f64 / MESSAGES as f64
}

/// Allocations of each delivery of a message to a room where `all` are, sent one at a time by the first.
async fn fan(all: &mut [End], message: &str) -> f64 {
    let mut total = 0;
    for sent in 0..FANS + 5 {
        let region = Region::new(ALLOCATOR);
        all[0].say(message);
        let begin = Instant::now();
        for end in all.iter_mut() {
            while !end.hear() {
                assert!(begin.elapsed() < Duration::from_secs(10), "the message never came");
                // What is durable comes back to the room on this thread.
                tokio::time::sleep(Duration::from_micros(50)).await;
            }
        }
        let change = region.change();
        all.iter_mut().for_each(|end| end.written.clear());
        if sent >= 5 {
            total += change.allocations + change.reallocations;
        }
    }
    total as f64 / (FANS * all.len()) as f64
}

/// Everybody enters a room, which the first makes.
async fn enter(all: &mut [End]) {
    let made = "<iq to='r@rooms.localhost' type='set' id='c'><query xmlns='http://jabber.org/protocol/muc#owner'>\
                <x xmlns='jabber:x:data' type='submit'/></query></iq>";
    for (at, end) in all.iter_mut().enumerate() {
        let x = "<x xmlns='http://jabber.org/protocol/muc'><history maxchars='0'/></x>";
        end.say(&format!("<presence to='r@rooms.localhost/n{at}'>{x}</presence>"));
        if at == 0 {
            end.say(made);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    all.iter_mut().for_each(End::rest);
}

// One test, since the counts are those of the whole process.
#[tokio::test]
async fn costs() {
    let rules = Rules { branches: vec![BranchKind::Rooms], ..Rules::default() };
    let house = House::start_with(7, rules).await.unwrap();
    let settings = settings(&house);
    for user in 0..IDLE {
        house.add_account(&format!("u{user}"), PASSWORD).await.unwrap();
    }
    let (mut alice, mut bob) = (arrive(&house, &settings, "u0").await, arrive(&house, &settings, "u1").await);

    let text = "<body>Art thou not Romeo, and a Montague? Neither, fair saint.</body>\
                <origin-id xmlns='urn:xmpp:sid:0' id='8d8b2a3c-0001'/>";
    let message = |hint: &str| format!("<message to='u1@localhost/budget' id='k1' type='chat'>{text}{hint}</message>");
    let fleeting = allocations(&mut alice, &mut bob, &message("<no-store xmlns='urn:xmpp:hints'/>"));
    let kept = allocations(&mut alice, &mut bob, &message(""));

    let region = Region::new(ALLOCATOR);
    let mut idle = Vec::with_capacity(IDLE);
    for user in 2..IDLE {
        idle.push(arrive(&house, &settings, &format!("u{user}")).await);
    }
    // Readers and the committer come to rest.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let change = region.change();
    let held = change.bytes_allocated - change.bytes_deallocated;
    let each = held / idle.len();
    enter(&mut idle).await;
    let said = format!("<message to='r@rooms.localhost' id='k1' type='groupchat'>{text}</message>");
    let said = fan(&mut idle, &said).await;
    println!(
        "allocations: {fleeting:.2} fleeting, {kept:.2} kept, {said:.2} to each of {} in a room; an idle session holds {each} bytes",
        idle.len()
    );
    assert!(said <= FAN_MAX, "{said}");
    assert!(fleeting <= FLEETING_MAX, "{fleeting}");
    assert!(kept <= KEPT_MAX, "{kept}");
    assert!(each <= IDLE_BYTES_MAX, "{each}");
    drop((alice, bob, idle));
    house.stop().await;
}
