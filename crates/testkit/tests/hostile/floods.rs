//! Peers that send more than anybody can want, or take nothing of what they are sent.

use crate::{as_user, house, login};
use std::time::Duration;
use testkit::client::{Client, Keychain, Target};
use testkit::hostile::Peer;
use testkit::house::House;
use tokio::time::sleep;

/// More than the kernel's buffers and a session's queue hold together.
const FLOOD: usize = 100;

/// Something of 200 KB that no archive keeps.
fn large(kind: &str, to: &str) -> String {
    let text = "x".repeat(200_000);
    match kind {
        "headline" => format!("<message type='headline' to='{to}'><x xmlns='y'>{text}</x></message>"),
        _ => format!("<message type='chat' to='{to}'><body>{text}</body><no-store xmlns='urn:xmpp:hints'/></message>"),
    }
}

/// Time passes at the house until so many sessions are left.
async fn wait_for_sessions(house: &mut House, wanted: usize) {
    for _ in 0..500 {
        if house.hub().counts().sessions == wanted {
            return;
        }
        sleep(Duration::from_millis(20)).await;
        house.advance(0);
    }
    panic!("{} sessions are left, not {wanted}", house.hub().counts().sessions);
}

/// A bound peer that reads nothing any more, and its address.
async fn deaf(target: &Target, keychain: &Keychain) -> (Peer, String) {
    let mut peer = Peer::bound(target, as_user("alice", keychain)).await.unwrap();
    peer.say(b"<presence/>").await;
    let said = peer.hear("/>").await.unwrap();
    let jid = said.split("from='").nth(1).and_then(|rest| rest.split('\'').next()).unwrap().to_owned();
    (peer, jid)
}

async fn flood(mut from: Client, stanza: String) -> Client {
    for _ in 0..FLOOD {
        from.send(&stanza).await.unwrap();
    }
    from.ask("get", Some("localhost"), "<ping xmlns='urn:xmpp:ping'/>").await.unwrap();
    from
}

/// The queue of such a client runs over, and then it must go, although its socket takes not even the
/// error.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_never_reads_is_let_go() {
    let mut house = house(141, &["alice", "mallory"]).await;
    let keychain = Keychain::new();
    let (_deaf, jid) = deaf(&house.target(), &keychain).await;
    let mallory = login(&house.target(), "mallory", &keychain).await;
    let _mallory = flood(mallory, large("message", &jid)).await;
    wait_for_sessions(&mut house, 1).await;
    house.stop().await;
}

/// The same in the background, where what can wait is held back (XEP-0352).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_held_back_is_bounded_in_bytes() {
    let mut house = house(142, &["alice", "mallory"]).await;
    let keychain = Keychain::new();
    let (mut deaf, jid) = deaf(&house.target(), &keychain).await;
    deaf.say(b"<inactive xmlns='urn:xmpp:csi:0'/>").await;
    let mallory = login(&house.target(), "mallory", &keychain).await;
    let _mallory = flood(mallory, large("headline", &jid)).await;
    wait_for_sessions(&mut house, 1).await;
    house.stop().await;
}

/// A session that waits for its client does not wait with more than its queue may hold.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_session_that_runs_over_is_given_up() {
    let mut house = house(143, &["alice", "mallory"]).await;
    let keychain = Keychain::new();
    let mut phone = login(&house.target(), "alice", &keychain).await;
    let jid = phone.jid().to_owned();
    phone.enable_acks().await.unwrap();
    drop(phone.cut());
    let mallory = login(&house.target(), "mallory", &keychain).await;
    let _mallory = flood(mallory, large("message", &jid)).await;
    wait_for_sessions(&mut house, 1).await;
    house.stop().await;
}

/// Owners are made for whoever gets mail, also for names that do not exist; they do not stay.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_do_not_exist_leave_nothing() {
    let mut house = house(144, &["mallory"]).await;
    let keychain = Keychain::new();
    let mut mallory = login(&house.target(), "mallory", &keychain).await;
    for number in 0..5_000 {
        let ping = format!("<iq type='get' id='n' to='n{number}@localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
        mallory.send(&ping).await.unwrap();
    }
    for _ in 0..5_000 {
        assert!(mallory.receive().await.unwrap().kind.is_error());
    }
    house.advance(0);
    assert_eq!(house.hub().counts().owners, 1);
    house.stop().await;
}

/// So much for one address that its mailbox runs over: everything is answered all the same, and what
/// the address itself has to say is not lost among it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_mailbox_loses_nothing_of_its_owner() {
    let house = house(145, &["alice", "mallory"]).await;
    let keychain = Keychain::new();
    let mut attackers = tokio::task::JoinSet::new();
    for _ in 0..15 {
        let mut mallory = login(&house.target(), "mallory", &keychain).await;
        attackers.spawn(async move {
            for _ in 0..2_000 {
                mallory.send("<iq type='get' id='n' to='alice@localhost'><a xmlns='urn:x'/></iq>").await.unwrap();
            }
            for _ in 0..2_000 {
                assert!(mallory.receive().await.unwrap().kind.is_error());
            }
        });
    }
    let mut alice = login(&house.target(), "alice", &keychain).await;
    alice.enable_acks().await.unwrap();
    for _ in 0..200 {
        alice.send("<message type='headline' to='mallory@localhost'/>").await.unwrap();
    }
    alice.settle().await.unwrap();
    alice.close().await.unwrap();
    while let Some(done) = attackers.join_next().await {
        done.unwrap();
    }
    assert_eq!(house.hub().counts().panics, 0);
    house.stop().await;
}

/// A page of the archive for each byte it takes to ask: the session that does not take them ends, or
/// gets them all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn archive_queries_without_reading() {
    let mut house = house(146, &["alice", "mallory"]).await;
    let keychain = Keychain::new();
    let mut mallory = login(&house.target(), "mallory", &keychain).await;
    let body = "x".repeat(100_000);
    for _ in 0..12 {
        mallory
            .send(&format!("<message type='chat' to='alice@localhost'><body>{body}</body></message>"))
            .await
            .unwrap();
    }
    house.quiet().await;
    let query = "<iq type='set' id='n'><query xmlns='urn:xmpp:mam:2'/></iq>".repeat(100);
    mallory.write(&query).await.unwrap();
    wait_for_sessions(&mut house, 0).await;
    assert_eq!(house.hub().counts().panics, 0);
    house.stop().await;
}

/// XEP-0198 §5: whoever comes last has the session, and there is one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_resumptions_at_once_make_one_session() {
    let house = house(147, &["alice"]).await;
    let keychain = Keychain::new();
    for _ in 0..10 {
        let mut phone = login(&house.target(), "alice", &keychain).await;
        phone.enable_acks().await.unwrap();
        let (acks, _) = phone.cut().unwrap();
        let id = acks.id.unwrap();
        let resume = format!("<resume xmlns='urn:xmpp:sm:3' previd='{id}' h='0'/>");
        let (mut first, mut second) = (unbound(&house, &keychain).await, unbound(&house, &keychain).await);
        tokio::join!(async { first.write(&resume).await.unwrap() }, async { second.write(&resume).await.unwrap() });
        let (mut first, mut second) = (Peer::from(first), Peer::from(second));
        let ping = b"<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>";
        tokio::join!(first.say(ping), second.say(ping));
        let loser = tokio::select! {
            said = first.hear("</stream:stream>") => said,
            said = second.hear("</stream:stream>") => said,
        };
        assert!(loser.as_ref().is_ok_and(|said| said.contains("<conflict")), "{loser:?}");
        assert_eq!(house.hub().counts().sessions, 1);
        house.hub().end_sessions(&xmpp::Jid::parse("alice@localhost").unwrap(), hub::End::NotAuthorized).await;
    }
    house.stop().await;
}

async fn unbound(house: &House, keychain: &Keychain) -> Client {
    let (mut client, _) = Client::connect(&house.target()).await.unwrap();
    client.authenticate(as_user("alice", keychain)).await.unwrap();
    client
}
