//! What is wrong gets the error that its document names, and changes nothing: requests without what they need, with
//! more than is kept, with values that are none, and from people whom it is not for.
//!
//! Malformed stanzas are in `transcripts/malformed_requests.xmpp`, crimes against streams in `bad_streams.xmpp`.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod wrong;

use features::all::{self, ALL};
use features::feature::Limits;
use features::{private, pubsub, push, vcard};
use std::collections::BTreeMap;
use testkit::client::{Client, Failure, Keychain, Login, Profile};
use testkit::house::{BranchKind, House, Rules};
use wrong::{HARMLESS, MADE, Row, WRONG};
use xmpp::scram::Hash;
use xmpp::{Kind, PresenceType};

const SEED: u64 = 31;

/// What is kept of one thing, in bytes: small, so that the table stays readable.
const BYTES: u64 = 1_000;

async fn login(house: &House, user: &str) -> Client {
    house.add_account(user, "correct horse").await.unwrap();
    let keychain = Keychain::new();
    let (password, resource) = ("correct horse", "phone");
    let login = Login { user, password, resource, hash: Hash::Sha256, profile: Profile::Sasl2, keychain: &keychain };
    Client::login(&house.target(), login).await.unwrap()
}

async fn whole() -> House {
    let mut limits = Limits::default();
    for limit in [&pubsub::ITEM_BYTES, &private::BYTES, &vcard::BYTES, &push::OPTIONS_BYTES] {
        limits.set(limit, BYTES);
    }
    House::start_with(SEED, Rules { branches: BranchKind::OWN.to_vec(), limits, ..Rules::default() }).await.unwrap()
}

/// Bob may see Alice's presence; Carol is nobody to her.
async fn befriend(alice: &mut Client, bob: &mut Client) {
    alice.send("<presence/>").await.unwrap();
    bob.send("<presence to='alice@localhost' type='subscribe'/>").await.unwrap();
    while alice.receive().await.unwrap().kind != Kind::Presence(PresenceType::Subscribe) {}
    alice.send("<presence to='bob@localhost' type='subscribed'/>").await.unwrap();
}

/// Every row of every table.
async fn kept(house: &House) -> BTreeMap<&'static str, String> {
    let mut kept = BTreeMap::new();
    for table in all::tables() {
        // Once for each table of a test.
        let sql: &'static str = Box::leak(format!("SELECT * FROM {}", table.name).into_boxed_str());
        let rows = house.hub().store().query(sql, vec![]).await.unwrap();
        kept.insert(table.name, format!("{rows:?}"));
    }
    kept
}

/// `{30}` stands for thirty letters.
fn written(payload: &str) -> String {
    let mut parts = payload.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (count, rest) = part.split_once('}').unwrap();
        text.push_str(&"x".repeat(count.parse().unwrap()));
        text.push_str(rest);
    }
    text
}

/// What is wrong with the answer, if anything.
async fn ask(client: &mut Client, row: &Row) -> Option<String> {
    let to = Some(row.to).filter(|to| !to.is_empty());
    let answer = client.ask(row.kind, to, &written(row.payload)).await;
    let wanted = |error: &str| row.error.split(' ').all(|name| error.contains(&format!("<{name} xmlns=")));
    match answer {
        Err(Failure::Refused(error)) if wanted(&error) => None,
        other => {
            Some(format!("{} {} of {:?} by {}: wanted {}, got {other:?}", row.kind, row.payload, to, row.by, row.error))
        }
    }
}

#[tokio::test]
async fn what_is_wrong_gets_its_error_and_changes_nothing() {
    let house = whole().await;
    let mut alice = login(&house, "alice").await;
    let mut bob = login(&house, "bob").await;
    let mut carol = login(&house, "carol").await;
    befriend(&mut alice, &mut bob).await;
    for (to, payload) in MADE {
        alice.ask("set", Some(*to).filter(|to| !to.is_empty()), payload).await.unwrap();
    }
    let before = kept(&house).await;
    let mut faults = Vec::new();
    for row in WRONG {
        let client = match row.by {
            "alice" => &mut alice,
            "bob" => &mut bob,
            _ => &mut carol,
        };
        faults.extend(ask(client, row).await);
        let after = kept(&house).await;
        let changed = after.iter().find(|(table, rows)| before[**table] != **rows);
        if let Some((table, _)) = changed {
            faults.push(format!("{} changes {table}", row.payload));
            break;
        }
    }
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), WRONG.len(), faults.join("\n"));
    // What is in memory is what was there before, too.
    for (to, payload) in MADE.iter().filter(|(_, payload)| payload.contains("<publish ")) {
        alice.ask("set", Some(*to).filter(|to| !to.is_empty()), payload).await.unwrap();
    }
}

/// Whoever declares a request that changes something has a row here.
#[test]
fn no_feature_is_left_out() {
    let has_row = |ns: &str| WRONG.iter().any(|row| row.payload.contains(&format!("xmlns='{ns}'")));
    let handlers = ALL.iter().flat_map(|feature| feature.iqs.iter().map(|handler| (feature.name, handler.ns)));
    let left_out: Vec<_> =
        handlers.filter(|(name, ns)| !has_row(ns) && !HARMLESS.iter().any(|(harmless, _)| harmless == name)).collect();
    assert!(left_out.is_empty(), "without a row: {left_out:?}");
}
