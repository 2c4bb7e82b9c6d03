//! What is wrong between two services, as those who run them are told.

use crate::federation::{GOOD, Kind, WORTHLESS, heard, say, services};
use std::time::Duration;
use stream::peer::Policy;
use testkit::client::Client;

/// The next message of the service.
async fn told(keeper: &mut Client) -> String {
    let message = heard(keeper).await;
    assert!(message.kind.name() == "message" && !message.kind.is_error(), "{message:?}");
    message.inner_str().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_proves_nothing_is_told_once_with_all_that_was_seen() {
    for (kind, why) in [
        (Kind { policy: Policy::Certificate, ..WORTHLESS }, "its certificate is signed by nobody but itself"),
        (Kind { until: -100, ..GOOD }, "its certificate has expired"),
    ] {
        let (mut one, _other, _names) = services(kind).await;
        let (mut alice, mut keeper) = (one.log_in().await, one.log_in_as("keeper").await);
        let item = "<query xmlns='jabber:iq:roster'><item jid='x@b.test'/></query>";
        alice.ask("set", None, item).await.unwrap();
        for number in 0..3 {
            say(&mut alice, "person@b.test", &number.to_string()).await;
            assert!(heard(&mut alice).await.kind.is_error());
            one.house.advance(60);
        }
        let text = told(&mut keeper).await;
        for part in [
            &format!("b.test cannot be reached from here: {why}"),
            "SHA-256 ",
            "TLSA records:",
            "One person here has contacts there.",
            "folkmoot federation allow b.test --proof dialback",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        keeper.ask("get", None, "<ping xmlns='urn:xmpp:ping'/>").await.unwrap();
        assert!(!keeper.is_something_waiting(), "told once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_on_is_told_daily_and_its_end_too() {
    let (mut one, other, _names) = services(Kind { policy: Policy::Certificate, ..WORTHLESS }).await;
    for number in 0..2 {
        let mut alice = one.log_in().await;
        say(&mut alice, "person@b.test", &number.to_string()).await;
        assert!(heard(&mut alice).await.kind.is_error());
        one.house.advance(3600);
    }
    one.house.advance(90_000);
    // It is in the keeper's archive, like any message.
    let mut keeper = one.log_in_as("keeper").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    while keeper.is_something_waiting() {
        told(&mut keeper).await;
    }
    keeper.send("<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'/></iq>").await.unwrap();
    let text = told(&mut keeper).await;
    assert!(text.contains("Nobody here has contacts there.") && !text.contains("Since"), "{text}");
    let text = told(&mut keeper).await;
    assert!(text.contains("Since yesterday") && text.contains("b.test cannot be reached from here"), "{text}");
    assert_eq!(heard(&mut keeper).await.kind.name(), "iq");
    // It is believed from now on, and so are we there.
    one.house.decide("b.test", "talk dialback").await.unwrap();
    other.house.decide("a.test", "talk dialback").await.unwrap();
    let (mut alice, mut bob) = (one.log_in().await, other.log_in().await);
    say(&mut alice, "person@b.test", "at last").await;
    heard(&mut bob).await;
    assert!(told(&mut keeper).await.contains("b.test can be talked with again"));
}

/// Who knocks and is turned away is told of by those who turned them away.
#[tokio::test(flavor = "multi_thread")]
async fn who_connects_and_is_not_believed_is_told() {
    let (one, other, _names) = services(Kind { policy: Policy::Certificate, ..WORTHLESS }).await;
    one.house.decide("b.test", "talk dialback").await.unwrap();
    let (mut alice, mut keeper) = (one.log_in().await, other.log_in_as("keeper").await);
    say(&mut alice, "person@b.test", "hello").await;
    let text = told(&mut keeper).await;
    assert!(text.contains("a.test connected and was turned away: its certificate is signed by nobody"), "{text}");
    assert!(text.contains("Nobody here has contacts there."), "{text}");
}
