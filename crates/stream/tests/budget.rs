//! What the scanner costs: allocations for each stanza, heap while idle, and, when asked for (`--time`), time.
//!
//! It has no harness: the counts are those of the whole process, in which nobody else may allocate.

use bytes::BytesMut;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use stream::xml::{Budget, Item, Scanner};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const OPEN: &str =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
/// 383 bytes, as clients write it.
const CHAT: &str = "<message to='juliet@capulet.example/balcony' id='ktx72v49-000123' type='chat' xml:lang='en'><body>Art thou not Romeo, and a Montague? Neither, fair saint, if either thee dislike.</body><active xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/><origin-id xmlns='urn:xmpp:sid:0' id='8d8b2a3c-0001'/><markable xmlns='urn:xmpp:chat-markers:0'/></message>";

/// A block and its count of references: `bytes` makes two allocations of a shared buffer.
const ALLOCATIONS_OF_A_BUFFER: usize = 2;
const IDLE_HEAP_BYTES_MAX: usize = 200;

fn started() -> (Scanner, BytesMut) {
    let mut scanner = Scanner::new(Budget::member(262_144));
    let mut input = BytesMut::with_capacity(1 << 16);
    input.extend_from_slice(OPEN.as_bytes());
    assert!(matches!(scanner.next(&mut input), Ok(Some(Item::Open(_)))));
    (scanner, input)
}

/// How many stanzas there were; the input is empty then.
fn drain(scanner: &mut Scanner, input: &mut BytesMut) -> usize {
    let mut count = 0;
    while let Some(item) = scanner.next(input).expect("the stanzas are well formed") {
        assert!(matches!(item, Item::Stanza(_)));
        count += 1;
    }
    count
}

fn main() {
    match std::env::args().any(|argument| argument == "--time") {
        true => time(),
        false => costs(),
    }
}

fn costs() {
    assert_eq!(CHAT.len(), 383);
    assert!(size_of::<Scanner>() < 200, "{}", size_of::<Scanner>());

    // A stream that is open and idle, before and after its first stanza.
    let mut input = BytesMut::with_capacity(1 << 16);
    let region = Region::new(ALLOCATOR);
    let mut scanner = Scanner::new(Budget::member(262_144));
    input.extend_from_slice(OPEN.as_bytes());
    assert!(matches!(scanner.next(&mut input), Ok(Some(Item::Open(_)))));
    assert_eq!(drain(&mut scanner, &mut input), 0);
    assert!(held(&region) <= IDLE_HEAP_BYTES_MAX, "{}", held(&region));
    for piece in CHAT.as_bytes().chunks(100) {
        input.extend_from_slice(piece);
        drain(&mut scanner, &mut input);
    }
    assert!(held(&region) <= IDLE_HEAP_BYTES_MAX, "{}", held(&region));

    // One stanza at a time: its buffer, nothing else. The address was met before.
    input = BytesMut::with_capacity(1 << 16);
    input.extend_from_slice(CHAT.as_bytes());
    let region = Region::new(ALLOCATOR);
    assert_eq!(drain(&mut scanner, &mut input), 1);
    assert_eq!(region.change().allocations, ALLOCATIONS_OF_A_BUFFER);
    assert_eq!(region.change().reallocations, 0);

    // Another address is one more.
    input.extend_from_slice(CHAT.replace("juliet", "nurse").as_bytes());
    let region = Region::new(ALLOCATOR);
    assert_eq!(drain(&mut scanner, &mut input), 1);
    assert_eq!(region.change().allocations, ALLOCATIONS_OF_A_BUFFER + 1);

    // Stanzas that come together share their buffers.
    input = BytesMut::from(CHAT.replace("juliet", "nurse").repeat(40).as_bytes());
    let region = Region::new(ALLOCATOR);
    assert_eq!(drain(&mut scanner, &mut input), 40);
    assert!(region.change().allocations <= 20, "{:?}", region.change());
}

fn held(region: &Region<'_, System>) -> usize {
    let change = region.change();
    // A reallocation counts the bytes it adds as allocated.
    change.bytes_allocated - change.bytes_deallocated
}

/// `cargo test --release -p stream --test budget -- --time`
fn time() {
    let omemo = format!(
        "<message to='a@b' id='1' type='chat'><encrypted xmlns='eu.siacs.conversations.axolotl'><payload>{}</payload></encrypted></message>",
        "QUJD".repeat(1000)
    );
    for (name, stanza) in [("chat", CHAT), ("omemo", &omemo)] {
        let (mut scanner, mut input) = started();
        let mut best = f64::INFINITY;
        for _ in 0..200 {
            let mut nanoseconds = 0;
            for _ in 0..100 {
                input.extend_from_slice(stanza.as_bytes());
                let begin = std::time::Instant::now();
                drain(&mut scanner, &mut input);
                nanoseconds += begin.elapsed().as_nanos();
            }
            best = best.min(nanoseconds as f64 / 100.0);
        }
        println!("{name}: {} bytes, {best:.0} ns alone", stanza.len());
        let many = stanza.repeat(40);
        best = f64::INFINITY;
        for _ in 0..500 {
            input.extend_from_slice(many.as_bytes());
            let begin = std::time::Instant::now();
            drain(&mut scanner, &mut input);
            best = best.min(begin.elapsed().as_nanos() as f64 / 40.0);
        }
        println!("{name}: {best:.0} ns each of forty together");
    }
}
