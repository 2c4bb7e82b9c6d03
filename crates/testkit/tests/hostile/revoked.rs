//! What is taken back is gone: a login that was under way when the password changed, a session of
//! another account, a session that ended.

use crate::{as_user, house, login};
use features::login::{Credentials, set_password};
use hub::End;
use testkit::client::{Client, Failure, Keychain};
use testkit::house::House;
use xmpp::Jid;

async fn change_password(house: &House, name: &str) {
    let credentials = Credentials::derive("another one altogether", house.hub().clock().random()).unwrap();
    set_password(house.hub().store(), name, &credentials, None).await.unwrap();
    let account = Jid::parse(&format!("{name}@localhost")).unwrap();
    house.hub().end_sessions(&account, End::NotAuthorized).await;
}

/// Whoever knows the old password could otherwise wait, logged in and without a resource, for it to
/// be changed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_begun_before_the_password_changed_comes_to_nothing() {
    let house = house(131, &["alice", "bob"]).await;
    let keychain = Keychain::new();
    let (mut thief, _) = Client::connect(&house.target()).await.unwrap();
    thief.authenticate(as_user("alice", &keychain)).await.unwrap();
    let (mut bystander, _) = Client::connect(&house.target()).await.unwrap();
    bystander.authenticate(as_user("bob", &keychain)).await.unwrap();
    change_password(&house, "alice").await;
    let bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>";
    let refused = thief.ask("set", None, bind).await;
    assert!(matches!(&refused, Err(Failure::Refused(why)) if why.contains("not-authorized")), "{refused:?}");
    bystander.ask("set", None, bind).await.unwrap();
    assert_eq!(house.hub().counts().sessions, 1);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_is_its_accounts_alone() {
    let house = house(132, &["alice", "mallory"]).await;
    let keychain = Keychain::new();
    let mut alice = login(&house.target(), "alice", &keychain).await;
    alice.enable_acks().await.unwrap();
    let (acks, _) = alice.cut().unwrap();
    let id = acks.id.clone().unwrap();
    let mut guesses = vec![id.clone(), String::new(), "A".repeat(32), "A".repeat(8000), id[..id.len() - 1].to_owned()];
    // The same session with another secret, and another session with the same one.
    guesses.push(format!("{}{}", &id[..20], "A".repeat(id.len() - 20)));
    guesses.push(format!("{}{}", "AAAAAAAAAAE", &id[11..]));
    let mut told = Vec::new();
    for guess in &guesses {
        let (mut thief, _) = Client::connect(&house.target()).await.unwrap();
        thief.authenticate(as_user("mallory", &keychain)).await.unwrap();
        thief.write(&format!("<resume xmlns='urn:xmpp:sm:3' previd='{guess}' h='0'/>")).await.unwrap();
        let answer = thief.ask("set", None, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>").await;
        // `<failed/>` is no stanza: it is what the client did not expect.
        let Err(Failure::Unexpected(_, said)) = answer else { panic!("{guess}: {answer:?}") };
        told.push(said);
    }
    assert!(told[0].contains("item-not-found") && !told[0].contains("h="), "{}", told[0]);
    assert!(told.iter().all(|said| *said == told[0]), "{told:#?}");
    // The session is still alice's, once.
    let acks = (acks, "alice@localhost/client".to_owned());
    let mut alice = Client::resume(&house.target(), as_user("alice", &keychain), acks).await.unwrap();
    alice.ask("get", Some("localhost"), "<ping xmlns='urn:xmpp:ping'/>").await.unwrap();
    house.stop().await;
}

/// An erased account leaves no session behind, whether its client was there or away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_account_leaves_no_session() {
    let mut house = house(133, &["alice"]).await;
    let keychain = Keychain::new();
    let _there = login(&house.target(), "alice", &keychain).await;
    let mut away = login(&house.target(), "alice", &keychain).await;
    away.enable_acks().await.unwrap();
    drop(away.cut());
    house.hub().erase(&Jid::parse("alice@localhost").unwrap()).await.unwrap();
    for _ in 0..200 {
        let counts = house.hub().counts();
        if (counts.sessions, counts.owners) == (0, 0) {
            return house.stop().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        house.advance(60);
    }
    panic!("{:?}", house.hub().counts());
}
