//! What the features declare is what the wire shows: the namespaces of service discovery, both ways,
//! and an answer to every request.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use features::all::ALL;
use features::branch::BranchKind;
use features::disco::namespaces;
use features::feature::Place;
use features::iq::{At, Verb};
use testkit::client::{Client, Failure, Keychain, Login, Profile};
use testkit::house::{House, Rules};
use xmpp::scram::Hash;
use xmpp::{Kind, PresenceType, ns};

const SEED: u64 = 30;
const DOMAIN: &str = "localhost";
const ALICE: &str = "alice@localhost";
const BOB: &str = "bob@localhost";

fn at(kind: BranchKind) -> String {
    format!("{}.{DOMAIN}", kind.label())
}

/// A house with all services at other domains.
async fn whole() -> House {
    House::start_with(SEED, Rules { branches: BranchKind::OWN.to_vec(), ..Rules::default() }).await.unwrap()
}

async fn login(house: &House, user: &str) -> Client {
    house.add_account(user, "secret").await.unwrap();
    let keychain = Keychain::new();
    let (password, resource) = ("secret", "phone");
    let login = Login { user, password, resource, hash: Hash::Sha256, profile: Profile::Sasl2, keychain: &keychain };
    Client::login(&house.target(), login).await.unwrap()
}

/// The `var` of every feature, sorted, as often as it is shown.
async fn shown(client: &mut Client, of: &str) -> Vec<String> {
    let asked = format!("<query xmlns='{}'/>", ns::DISCO_INFO);
    let answer = client.ask("get", Some(of), &asked).await.unwrap();
    let query = answer.payload().unwrap();
    let features = query.children().filter(|child| child.is("feature", ns::DISCO_INFO));
    let mut vars: Vec<String> = features.map(|feature| feature.attr("var").unwrap().into_owned()).collect();
    vars.sort_unstable();
    vars
}

/// Whether a request gets an answer of its own: a result, or any error but that of whom nobody serves.
async fn is_served(client: &mut Client, kind: &str, to: Option<&str>, payload: &str) -> bool {
    match client.ask(kind, to, payload).await {
        Ok(_) => true,
        Err(Failure::Refused(error)) => !error.contains("<service-unavailable"),
        Err(other) => panic!("{payload} ({kind}) to {to:?}: {other}"),
    }
}

#[tokio::test]
async fn what_is_declared_is_shown_and_what_is_shown_is_declared() {
    let house = whole().await;
    let mut alice = login(&house, "alice").await;
    for kind in BranchKind::OWN {
        assert_eq!(shown(&mut alice, &at(kind)).await, namespaces(Place::Branch(kind)));
    }
    assert_eq!(shown(&mut alice, DOMAIN).await, namespaces(Place::Domain));
    assert_eq!(shown(&mut alice, ALICE).await, namespaces(Place::Account));
    alice.close().await.unwrap();
    house.stop().await;
}

/// Each by its place: of the own account with and without an address, of a friend's account, of the
/// domain. What a stranger gets is for the transcripts: who is nobody's friend is told nothing.
#[tokio::test]
async fn every_declared_request_is_answered() {
    let house = whole().await;
    let mut alice = login(&house, "alice").await;
    let mut bob = login(&house, "bob").await;
    // What is answered like an address without an account while there is nothing to tell: since when she
    // is away (XEP-0012 §3), her card (XEP-0054 §3.3).
    alice.send("<presence/>").await.unwrap();
    alice.ask("set", None, "<vCard xmlns='vcard-temp'><FN>Alice</FN></vCard>").await.unwrap();
    // Bob may see Alice's presence.
    bob.send(&format!("<presence to='{ALICE}' type='subscribe'/>")).await.unwrap();
    while alice.receive().await.unwrap().kind != Kind::Presence(PresenceType::Subscribe) {}
    alice.send(&format!("<presence to='{BOB}' type='subscribed'/>")).await.unwrap();
    assert!(!is_served(&mut alice, "get", None, "<query xmlns='urn:example:nobody'/>").await, "nobody answers");

    let mut unanswered = Vec::new();
    for handler in ALL.iter().flat_map(|feature| feature.iqs) {
        let payload = format!("<{} xmlns='{}'/>", handler.name, handler.ns);
        let kinds: &[&str] = match handler.verb {
            Verb::Get => &["get"],
            Verb::Set => &["set"],
            Verb::Either => &["get", "set"],
        };
        for kind in kinds {
            let mut is_answered = match handler.at {
                At::Domain | At::Public | At::Everywhere => is_served(&mut alice, kind, Some(DOMAIN), &payload).await,
                At::Branches => is_served(&mut alice, kind, Some(&at(BranchKind::Rooms)), &payload).await,
                At::Branch(kind_of) => is_served(&mut alice, kind, Some(&at(kind_of)), &payload).await,
                At::OwnAccount | At::Account | At::Anyone => {
                    is_served(&mut alice, kind, None, &payload).await
                        && is_served(&mut alice, kind, Some(ALICE), &payload).await
                }
            };
            if matches!(handler.at, At::Account | At::Anyone) {
                is_answered &= is_served(&mut bob, kind, Some(ALICE), &payload).await;
            }
            if !is_answered {
                unanswered.push((handler.ns, handler.name, *kind, handler.at));
            }
        }
    }
    assert!(unanswered.is_empty(), "declared, but nobody answers: {unanswered:?}");
    alice.close().await.unwrap();
    bob.close().await.unwrap();
    house.stop().await;
}
