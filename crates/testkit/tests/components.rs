//! Components at the door (XEP-0114 §3): who is let in, and what one does that takes nothing.

use features::component::Rights;
use std::time::Duration;
use testkit::client::{Client, Failure, Target, View};
use testkit::house::{House, Rules};

async fn house() -> House {
    let rules = Rules {
        components: vec![("irc".into(), Rights::default()), ("sms".into(), Rights::default())],
        ..Rules::default()
    };
    House::start_with(31, rules).await.expect("a server starts")
}

fn refused(outcome: Result<Client, Failure>) -> String {
    match outcome {
        Err(Failure::Refused(error)) => error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was let in"),
    }
}

#[tokio::test]
async fn only_who_knows_the_secret_is_let_in() {
    let house = house().await;
    let (target, secret) = house.component("irc");
    assert!(refused(Client::attach(&target, "guessed").await).contains("<not-authorized"));
    // That of another component is none.
    let (_, other) = house.component("sms");
    assert!(refused(Client::attach(&target, &other).await).contains("<not-authorized"));
    let unknown = Target { domain: "nobody.localhost".into(), ..target.clone() };
    assert!(refused(Client::attach(&unknown, &secret).await).contains("<host-unknown"));
    let account = Target { domain: "localhost".into(), ..target.clone() };
    assert!(refused(Client::attach(&account, &secret).await).contains("<host-unknown"));
    Client::attach(&target, &secret).await.expect("it knows the secret").close().await.unwrap();
    house.stop().await;
}

#[tokio::test]
async fn the_second_of_a_domain_waits_for_the_first_to_leave() {
    let house = house().await;
    let (target, secret) = house.component("irc");
    let mut first = Client::attach(&target, &secret).await.unwrap();
    assert!(refused(Client::attach(&target, &secret).await).contains("<conflict"));
    // The first has not noticed.
    first
        .write("<iq from='irc.localhost' to='localhost' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>")
        .await
        .unwrap();
    assert!(first.see(View::Everything).await.unwrap().unwrap().contains("type='result'"));
    first.close().await.unwrap();
    for _ in 0..100 {
        if let Ok(second) = Client::attach(&target, &secret).await {
            second.close().await.unwrap();
            return house.stop().await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the place of the first is not free");
}
