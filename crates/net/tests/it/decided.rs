//! Two services, one of whose operators decide about the other: with streams that are there, and with those that
//! are to be.

use crate::federation::{GOOD, Kind, Service, WORTHLESS, heard, say, services};
use std::time::Duration;
use stream::peer::Policy;
use xmpp::Jid;

async fn decide(by: &Service, domain: &str, action: &str) {
    by.house.decide(domain, action).await.unwrap();
}

/// Waits until nothing is left of a service's streams.
async fn silent(service: &Service) {
    for _ in 0..200 {
        if service.house.hub().streams(None).is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{:?}", service.house.hub().streams(None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_ends_streams_at_once_and_both_sides_learn_of_it() {
    let (one, other, _names) = services(GOOD).await;
    let (mut alice, mut bob) = (one.log_in().await, other.log_in().await);
    say(&mut alice, "person@b.test", "before").await;
    heard(&mut bob).await;
    say(&mut bob, "person@a.test", "before").await;
    heard(&mut alice).await;
    let lines = one.house.hub().streams(Some(&Jid::parse("b.test").unwrap()));
    assert!(!lines.is_empty() && lines.iter().all(|line| line.proof == "certificate" && line.tls == "1.3"));

    let standing = one.house.hub().standing(&Jid::parse("b.test").unwrap()).await;
    let record = standing.record.unwrap();
    assert!(record.good_at.is_some() && record.failures == 0 && standing.wrong.is_empty());
    assert_eq!(one.house.hub().standings("", 10).await.len(), 1);

    decide(&one, "test", "refuse").await;
    silent(&one).await;
    silent(&other).await;
    say(&mut alice, "person@b.test", "refused").await;
    assert!(heard(&mut alice).await.inner_str().contains("decided not to talk with b.test"));
    say(&mut bob, "person@a.test", "refused").await;
    let error = heard(&mut bob).await;
    assert!(error.inner_str().contains("a.test does not want to talk with this service"), "{error:?}");

    // A more special rule stands; what one side tries is tried at once.
    decide(&one, "b.test", "talk").await;
    say(&mut alice, "person@b.test", "after").await;
    assert!(heard(&mut bob).await.inner_str().contains("after"));
}

/// What is demanded of everybody does not hold for whom it was decided otherwise, in either direction.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_without_a_valid_certificate_is_believed_where_that_was_decided() {
    let (one, other, _names) = services(Kind { policy: Policy::Certificate, ..WORTHLESS }).await;
    let (mut alice, mut bob) = (one.log_in().await, other.log_in().await);
    say(&mut alice, "person@b.test", "too early").await;
    assert!(heard(&mut alice).await.kind.is_error());
    decide(&one, "b.test", "talk dialback").await;
    decide(&other, "a.test", "talk dialback").await;
    say(&mut alice, "person@b.test", "hello").await;
    assert!(heard(&mut bob).await.inner_str().contains("hello"));
    assert!(one.house.hub().streams(None).iter().all(|line| line.proof == "dialback"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_listed_services_are_talked_with_where_that_is_wanted() {
    let (one, other, _names) = services(GOOD).await;
    let (mut alice, mut bob) = (one.log_in().await, other.log_in().await);
    one.house.federate_with_listed();
    say(&mut alice, "person@b.test", "too early").await;
    assert!(heard(&mut alice).await.inner_str().contains("b.test is none of them"));
    say(&mut bob, "person@a.test", "too early").await;
    assert!(heard(&mut bob).await.inner_str().contains("a.test does not want to talk with this service"));
    decide(&one, "b.test", "talk").await;
    say(&mut alice, "person@b.test", "hello").await;
    assert!(heard(&mut bob).await.inner_str().contains("hello"));
}
