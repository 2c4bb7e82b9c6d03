//! What a bound stream costs while nothing happens on it: there are many of them.

#![allow(clippy::unwrap_used, reason = "a broken expectation is a failed test")]

use bytes::{Bytes, BytesMut};
use data_encoding::BASE64;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::{alloc::System, sync::Arc};
use stream::{
    Answer, Channel, Event, Machine, Settings,
    ask::{Ask, Bound, Enabled, Token},
};
use xmpp::{Jid, scram::Hash};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The machine, what it holds on the heap, and the session's full JID.
const IDLE_BYTES_MAX: usize = 600;
const STREAMS: usize = 1000;

const SECRET: &[u8] = b"token";

fn settings() -> Arc<Settings> {
    Arc::new(Settings {
        domain: Jid::parse("example.org").unwrap(),
        stanza_bytes_max: 262_144,
        idle_seconds: 900,
        attempts_max: 3,
        hashes: xmpp::scram::Hash::ALL.to_vec(),
        decoy: Bytes::from_static(b"decoy"),
        iterations: 4096,
        features: Bytes::new(),
        strangers: Bytes::new(),
        requests_max: 10,
    })
}

/// A stream that logged in by token, bound with stream management, and sent a message.
fn bound(settings: &Arc<Settings>) -> Machine {
    let mut machine = Machine::direct(settings.clone(), [1; 32], Channel::default());
    let hash = Hash::Sha256.hmac(SECRET, b"Initiator");
    let message = BASE64.encode(&[b"juliet\0", hash.as_ref()].concat());
    let said = format!(
        "<stream:stream xmlns='jabber:client' to='example.org' version='1.0' xml:lang='en' \
         xmlns:stream='http://etherx.jabber.org/streams'>\
         <authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-NONE'>\
         <initial-response>{message}</initial-response>\
         <user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'/><fast xmlns='urn:xmpp:fast:0'/>\
         <bind xmlns='urn:xmpp:bind:0'><enable xmlns='urn:xmpp:sm:3' resume='true'/></bind></authenticate>\
         <message to='romeo@example.net'><body>hi</body></message>"
    );
    machine.input().extend_from_slice(said.as_bytes());
    let mut stanzas = 0;
    while let Some(event) = machine.next() {
        match event {
            Event::Ask(ask) => machine.answer(answer(&ask)),
            Event::Stanza(_) => stanzas += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(stanzas, 1);
    // As the driver does once nothing is left of them.
    assert!(machine.input().is_empty());
    *machine.input() = BytesMut::new();
    *machine.output() = Vec::new();
    machine
}

fn answer(ask: &Ask) -> Answer {
    match ask {
        Ask::Tokens { .. } => Answer::Tokens(vec![Token {
            id: 1,
            mechanism: "HT-SHA-256-NONE".into(),
            secret: Bytes::from_static(SECRET),
            expired: false,
            count: 0,
        }]),
        Ask::Admit(_) => Answer::Admitted { token: None, upgrade: None },
        Ask::Bind(_) => {
            let sm = Some(Enabled { id: Some("id".into()), max_seconds: 600 });
            let jid = Jid::parse("juliet@example.org/app-0123456789").unwrap();
            Answer::Bound(Bound { jid, sm, archive: None })
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_idle_stream_costs_little() {
    let settings = settings();
    let mut streams = Vec::with_capacity(STREAMS);
    // The crypto library and the like make themselves at home the first time.
    drop(bound(&settings));
    let region = Region::new(ALLOCATOR);
    for _ in 0..STREAMS {
        streams.push(bound(&settings));
    }
    let change = region.change();
    let heap = (change.bytes_allocated - change.bytes_deallocated) / STREAMS;
    println!("a bound stream: {} bytes and {heap} on the heap", size_of::<Machine>());
    assert!(size_of::<Machine>() + heap <= IDLE_BYTES_MAX, "{} + {heap} bytes", size_of::<Machine>());
}
