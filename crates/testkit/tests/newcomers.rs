//! New accounts, where a transcript cannot go: what a crash interrupts, and who came by whom.

#![allow(clippy::unwrap_used, reason = "a broken expectation is a failed test")]

use features::deed::Password;
use features::invitations::{Kind, Token, Wish, admission, tree};
use features::login;
use features::registration::{Applicant, By, Mode, Policy, SignUp, sign_up};
use testkit::client::{Client, Keychain, Login, Profile};
use testkit::house::{House, Rules};
use xmpp::scram::Hash;
use xmpp::{Jid, ns};

const MOST: u32 = 10;

async fn house() -> House {
    let sign_up = Policy { mode: Mode::Invite, ..Policy::CLOSED };
    House::start_with(31, Rules { sign_up, admins: vec!["alice".into()], ..Rules::default() }).await.unwrap()
}

/// The wish of somebody who got an invitation from `inviter`.
async fn invited(house: &House, inviter: &str, name: &str) -> SignUp {
    let by = Jid::parse(&format!("{inviter}@localhost")).unwrap();
    let wish = Wish { kind: Kind::AccountAndContact, name: String::new(), uses: MOST, days: None };
    let wish = Wish { kind: if inviter == "alice" { wish.kind } else { Kind::Contact }, ..wish };
    let made = house.hub().invite(Some(&by), &wish).await.unwrap();
    let token = made.link.split("preauth=").nth(1).unwrap().split(';').next().unwrap();
    let (store, now) = (house.hub().store(), house.hub().clock().now());
    let invitation = admission(store, now, &Token::presented(token).unwrap()).await.unwrap();
    let applicant = Applicant {
        address: "192.0.2.1".parse().unwrap(),
        invitation,
        answer: String::new(),
        reason: String::new(),
        agrees: false,
    };
    SignUp { name: name.into(), password: Password("a good password".into()), by: By::Applicant(applicant) }
}

async fn roster(house: &House, user: &str, password: &str) -> String {
    let keychain = Keychain::new();
    let login =
        Login { user, password, resource: "r", hash: Hash::Sha256, profile: Profile::Sasl2, keychain: &keychain };
    let mut client = Client::login(&house.target(), login).await.unwrap();
    let answer = client.ask("get", None, &format!("<query xmlns='{}'/>", ns::ROSTER)).await.unwrap();
    let text = answer.inner_str().to_owned();
    client.close().await.unwrap();
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn an_introduction_that_a_crash_cut_short_is_made_up_for() {
    let mut house = house().await;
    house.add_account("alice", "secret").await.unwrap();
    let wish = invited(&house, "alice", "bob").await;
    // The account is stored, and nobody lives to see it.
    let hub = house.hub().clone();
    let making =
        move || sign_up(hub.store(), &hub.service(), (hub.clock().now(), hub.clock().random()), &wish).map(drop);
    tokio::task::spawn_blocking(making).await.unwrap().unwrap();
    assert!(!roster(&house, "alice", "secret").await.contains("bob@localhost"));
    house.restart().await.unwrap();
    for (user, password, friend) in
        [("alice", "secret", "bob@localhost"), ("bob", "a good password", "alice@localhost")]
    {
        let roster = roster(&house, user, password).await;
        assert!(roster.contains(&format!("jid='{friend}' subscription='both'")), "{user}: {roster}");
    }
    let waiting = house.hub().store().query("SELECT account FROM newcomer", vec![]).await.unwrap();
    assert!(waiting.is_empty());
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_keeps_its_shape_when_somebody_leaves() {
    let mut house = house().await;
    house.add_account("alice", "secret").await.unwrap();
    for (inviter, name) in [("alice", "bob"), ("alice", "carol"), ("bob", "dave"), ("dave", "erin")] {
        let wish = invited(&house, inviter, name).await;
        house.hub().sign_up(wish).await.unwrap();
        house.advance(2 * 86_400);
    }
    let drawn = async |house: &House| {
        let nodes = house.hub().invited(Some("alice")).await.unwrap();
        let draw =
            |node: tree::Node| format!("{}{}", "-".repeat(node.depth as usize), node.name.as_deref().unwrap_or("?"));
        nodes.into_iter().map(draw).collect::<Vec<_>>()
    };
    assert_eq!(drawn(&house).await, ["bob", "-dave", "--erin", "carol"]);
    let left = house.hub().erase(&Jid::parse("dave@localhost").unwrap()).await;
    assert!(left.is_ok());
    assert_eq!(drawn(&house).await, ["bob", "-?", "--erin", "carol"]);
    let erin = login::find(house.hub().store(), "erin").await.unwrap().unwrap();
    let came = features::invitations::inviter_of(house.hub().store(), &house.hub().service().domain, erin.id).await;
    assert_eq!(came.unwrap(), None);
    house.stop().await;
}
