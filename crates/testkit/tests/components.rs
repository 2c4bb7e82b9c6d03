//! Components at the door (XEP-0114 §3): who is let in, and who else speaks for them or to them.

use features::component::Rights;
use hub::{Reach, Sheet, Way};
use std::future::poll_fn;
use std::time::Duration;
use testkit::client::{Client, Failure, Target, View};
use testkit::house::{House, Rules};
use xmpp::{Framing, Jid, Stanza};

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

fn jid(text: &str) -> Jid {
    Jid::parse(text).expect("an address")
}

fn stanza(text: &str) -> Stanza {
    Stanza::read(text).expect("a stanza")
}

#[tokio::test]
async fn people_elsewhere_talk_with_a_component() {
    let house = house().await;
    house.federate();
    let hub = house.hub();
    let mut dials = hub.take_dials().unwrap();
    let (target, secret) = house.component("irc");
    let mut irc = Client::attach(&target, &secret).await.unwrap();
    let message = "<message from='bob@far.example/x' to='#lounge@irc.localhost' id='1'><body>Hello</body></message>";
    hub.inlet().receive(stanza(message));
    assert!(irc.see(View::Everything).await.unwrap().unwrap().contains("<body>Hello</body>"));
    let answer = "<message from='#lounge@irc.localhost/ann' to='bob@far.example/x' id='2'><body>Hi</body></message>";
    irc.write(answer).await.unwrap();
    // On a stream that proves the component's own domain.
    let way = Way { here: jid("irc.localhost"), there: jid("far.example") };
    assert_eq!(dials.recv().await, Some(way.clone()));
    let link = hub.link(&way, Reach::Unmanaged).await.unwrap();
    let mut out = Vec::new();
    let sent = poll_fn(|context| {
        link.poll_write(context, Sheet { out: &mut out, bytes: 1 << 20, framing: Framing::Stream }).map(|_| ())
    });
    sent.await;
    assert!(String::from_utf8(out).unwrap().contains("<body>Hi</body>"));
    house.stop().await;
}

#[tokio::test]
async fn nobody_elsewhere_speaks_for_a_component() {
    let house = house().await;
    house.add_account("alice", "secret").await.unwrap();
    house.federate();
    let hub = house.hub();
    // Whatever a server out there has proved: a stream with it is no stream of the component's.
    let way = Way { here: jid("localhost"), there: jid("sms.localhost") };
    assert!(hub.link(&way, Reach::Unmanaged).await.is_none());
    let (target, secret) = house.component("sms");
    let mut sms = Client::attach(&target, &secret).await.unwrap();
    let set = "<iq from='sms.localhost' to='alice@localhost' type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>";
    hub.inlet().receive(stanza(set));
    house.quiet().await;
    sms.write("<iq from='sms.localhost' to='localhost' type='get' id='2'><ping xmlns='urn:xmpp:ping'/></iq>")
        .await
        .unwrap();
    let first = sms.see(View::Everything).await.unwrap().unwrap();
    assert!(first.contains("id='2'"), "what the forged request was answered came first: {first}");
    house.stop().await;
}

#[tokio::test]
async fn what_a_component_was_given_leaves_before_the_server_stops() {
    let house = house().await;
    let (target, secret) = house.component("irc");
    let mut irc = Client::attach(&target, &secret).await.unwrap();
    house.stop().await;
    assert!(irc.see(View::Everything).await.unwrap().unwrap().contains("<system-shutdown"));
    assert_eq!(irc.see(View::Everything).await.unwrap(), None);
}
