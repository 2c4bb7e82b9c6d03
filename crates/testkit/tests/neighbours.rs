//! What waits for other domains: kept, sent, acknowledged, given up. The streams are played by hand;
//! everything up to them is the server's.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use features::branch::BranchKind;
use hub::{Hub, Link, Opened, Passage, RESUME_SECONDS, Reach, Sheet, Taken, Terms, Trouble, Way};
use std::future::poll_fn;
use std::task::{Context, Poll};
use testkit::client::{Client, Keychain, Login, Profile};
use testkit::house::{House, Rules};
use tokio::runtime::Handle;
use xmpp::scram::Hash;
use xmpp::{Condition, Framing, Jid, Stanza};

const SEED: u64 = 11;

async fn house() -> (House, Client) {
    let house = House::start(SEED).await.unwrap();
    house.federate();
    house.add_account("alice", "secret").await.unwrap();
    let alice = login(&house).await;
    (house, alice)
}

async fn login(house: &House) -> Client {
    let keychain = Keychain::new();
    let (user, password, resource) = ("alice", "secret", "phone");
    let login = Login { user, password, resource, hash: Hash::Sha256, profile: Profile::Sasl2, keychain: &keychain };
    let mut alice = Client::login(&house.target(), login).await.unwrap();
    alice.enable_acks().await.unwrap();
    alice.send("<presence/>").await.unwrap();
    alice.settle().await.unwrap();
    // Her own presence.
    alice.receive().await.unwrap();
    alice
}

fn way() -> Way {
    Way { here: Jid::parse("localhost").unwrap(), there: Jid::parse("far.example").unwrap() }
}

fn managed() -> Reach {
    Reach::Managed { again: None, had: None }
}

async fn say(alice: &mut Client, body: &str) {
    let message = format!("<message to='bob@far.example/x' id='{body}' type='chat'><body>{body}</body></message>");
    alice.send(&message).await.unwrap();
    alice.settle().await.unwrap();
}

/// What goes over the link now.
async fn sent(link: &Link) -> String {
    written(|context, sheet| link.poll_write(context, sheet)).await
}

async fn written(mut poll_write: impl FnMut(&Context<'_>, Sheet<'_>) -> Poll<Taken>) -> String {
    let mut out = Vec::new();
    poll_fn(|context| {
        let sheet = Sheet { out: &mut out, bytes: 1 << 20, framing: Framing::Stream };
        match poll_write(context, sheet) {
            Poll::Ready(Taken::Some) => Poll::Ready(()),
            Poll::Ready(other) => panic!("{other:?}"),
            Poll::Pending => Poll::Pending,
        }
    })
    .await;
    String::from_utf8(out).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_kept_until_the_other_side_has_it() {
    let (house, mut alice) = house().await;
    let hub = house.hub();
    let mut dials = hub.take_dials().unwrap();
    say(&mut alice, "one").await;
    say(&mut alice, "two").await;
    assert_eq!(dials.recv().await, Some(way()));
    assert!(dials.try_recv().is_err(), "one request at a time");
    assert_eq!(house.waiting().await.unwrap(), 2);

    let link = hub.link(&way(), managed()).await.unwrap();
    assert!(hub.link(&way(), managed()).await.is_none(), "one stream at a time");
    let bytes = sent(&link).await;
    assert!(bytes.find("<body>one").unwrap() < bytes.find("<body>two").unwrap(), "{bytes}");
    assert!(bytes.contains("from='alice@localhost/") && bytes.contains("to='bob@far.example/x'"), "{bytes}");
    assert!(!bytes.contains("stanza-id"), "the archive's ids are for its owner: {bytes}");
    assert_eq!(house.waiting().await.unwrap(), 2);
    assert_eq!(link.acked(1), Ok(()));
    assert_eq!(house.waiting().await.unwrap(), 1);
    assert_eq!(link.acked(3), Err(2));

    // The stream breaks: what was not acknowledged goes again, before what came since.
    drop(link);
    say(&mut alice, "three").await;
    let link = hub.link(&way(), Reach::Unmanaged).await.unwrap();
    let bytes = sent(&link).await;
    assert!(!bytes.contains("<body>one") && bytes.find("two").unwrap() < bytes.find("three").unwrap(), "{bytes}");
    assert_eq!(house.waiting().await.unwrap(), 0, "without acknowledgements, written is had");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_domain_of_ours_goes_its_own_way() {
    let rules = Rules { branches: vec![BranchKind::Rooms], ..Rules::default() };
    let house = House::start_with(SEED, rules).await.unwrap();
    house.federate();
    let hub = house.hub();
    let mut dials = hub.take_dials().unwrap();
    let inlet = hub.inlet();
    let query = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    for (id, ours) in [("one", "localhost"), ("two", "rooms.localhost")] {
        inlet.receive(stanza(&format!("<iq from='bob@far.example/x' to='{ours}' id='{id}' type='get'>{query}</iq>")));
        let asked = dials.recv().await.unwrap();
        assert_eq!(asked, Way { here: Jid::parse(ours).unwrap(), ..way() });
        let bytes = sent(&hub.link(&asked, managed()).await.unwrap()).await;
        assert!(bytes.contains(&format!("from='{ours}'")) && bytes.matches("<iq").count() == 1, "{bytes}");
    }
}

/// On a stream that they opened, what we send waits until they have asked for acknowledgements (XEP-0198
/// §3): else it would be lost with the connection.
#[tokio::test(flavor = "multi_thread")]
async fn what_goes_back_on_a_stream_is_kept_until_the_other_side_has_it() {
    let (house, mut alice) = house().await;
    say(&mut alice, "one").await;
    let terms = Terms { bidi: true, reach: Reach::Unmanaged, stanza_bytes_max: None };
    let mut passage = Passage::new(house.hub().clone(), Opened::There);
    assert!(passage.proved(&way(), terms.clone()).await && passage.is_unsettled());
    assert!(!passage.is_owed(), "nothing is sent before");
    passage.managed(None).await;
    let bytes = written(|context, sheet| passage.poll_write(context, sheet)).await;
    assert!(bytes.contains("<body>one") && passage.is_owed(), "{bytes}");
    assert_eq!(house.waiting().await.unwrap(), 1);
    // The connection breaks, and on the next one they do not ask.
    drop(passage);
    let mut passage = Passage::new(house.hub().clone(), Opened::There);
    passage.proved(&way(), terms).await;
    passage.settle().await;
    let bytes = written(|context, sheet| passage.poll_write(context, sheet)).await;
    assert!(bytes.contains("<body>one") && !passage.is_owed(), "{bytes}");
    assert_eq!(house.waiting().await.unwrap(), 0);
}

/// XEP-0198 §5: the connection of a stream that they opened breaks, and they go on with it.
#[tokio::test(flavor = "multi_thread")]
async fn what_arrived_before_a_stream_broke_is_not_sent_again() {
    let (mut house, mut alice) = house().await;
    let terms = Terms { bidi: true, reach: Reach::Unmanaged, stanza_bytes_max: None };
    let hello = |id: u32| {
        let to = "to='alice@localhost' type='chat'";
        stanza(&format!("<message from='bob@far.example/x' {to} id='{id}'><body>{id}</body></message>"))
    };
    let connect = async || {
        let mut passage = Passage::new(house.hub().clone(), Opened::There);
        assert!(passage.proved(&way(), terms.clone()).await);
        passage
    };
    let mut first = connect().await;
    first.managed(Some("name".into())).await;
    say(&mut alice, "one").await;
    say(&mut alice, "two").await;
    let bytes = written(|context, sheet| first.poll_write(context, sheet)).await;
    assert!(bytes.contains("<body>one") && bytes.contains("<body>two"), "{bytes}");
    first.receive(hello(1));
    first.receive(hello(2));
    // They notice first. What they did not hear of goes again, and what we have is counted, all of it.
    let mut second = connect().await;
    assert_eq!(second.resume(&"another".into(), 1).await, Err(None));
    assert_eq!(second.resume(&"name".into(), 1).await, Ok(2));
    let bytes = written(|context, sheet| second.poll_write(context, sheet)).await;
    assert!(!bytes.contains("<body>one") && bytes.contains("<body>two"), "{bytes}");
    // The old connection is not heard any more.
    first.receive(hello(3));
    drop(first);
    second.receive(hello(4));
    for id in ["1", "2", "4"] {
        assert_eq!(alice.receive().await.unwrap().id.unwrap().as_str(), id);
    }
    assert_eq!(second.acked(2), Ok(()));
    // It breaks once more, and nobody comes in time; somebody else never may.
    drop(second);
    let other = Way { there: Jid::parse("near.example").unwrap(), ..way() };
    let mut thief = Passage::new(house.hub().clone(), Opened::There);
    thief.proved(&other, terms.clone()).await;
    assert_eq!(thief.resume(&"name".into(), 0).await, Err(None));
    house.advance(i64::from(RESUME_SECONDS) + 1);
    let mut late = Passage::new(house.hub().clone(), Opened::There);
    late.proved(&way(), terms).await;
    assert_eq!(late.resume(&"name".into(), 2).await, Err(Some(3)));
}

/// The same with a stream that we opened.
#[tokio::test(flavor = "multi_thread")]
async fn we_go_on_with_our_stream() {
    let (mut house, mut alice) = house().await;
    let hub = house.hub().clone();
    let mut dials = hub.take_dials().unwrap();
    let terms = |reach| Terms { bidi: true, reach, stanza_bytes_max: None };
    say(&mut alice, "one").await;
    dials.recv().await.unwrap();
    let mut first = Passage::new(hub.clone(), Opened::Here);
    assert!(first.proved(&way(), terms(Reach::Managed { again: Some("name".into()), had: None })).await);
    written(|context, sheet| first.poll_write(context, sheet)).await;
    first.receive(stanza(
        "<message from='bob@far.example/x' to='alice@localhost' id='back'><body>back</body></message>",
    ));
    assert_eq!(hub.broken_stream(&way()).await, None, "it has not broken");
    drop(first);
    // The owner of the way hears of it a little later, and then pauses for at most two seconds.
    let mut dialled = dials.try_recv();
    for _ in 0..500 {
        if dialled.is_ok() {
            break;
        }
        house.quiet().await;
        house.advance(1);
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        dialled = dials.try_recv();
    }
    assert_eq!(dialled.ok(), Some(way()));
    assert_eq!(hub.broken_stream(&way()).await, Some(("name".into(), 1)));
    let mut second = Passage::new(hub.clone(), Opened::Here);
    let reach = Reach::Resumed { id: "name".into(), h: 1 };
    assert!(second.proved(&way(), terms(reach)).await && !second.is_owed());
    assert_eq!(house.waiting().await.unwrap(), 1);
    say(&mut alice, "two").await;
    let bytes = written(|context, sheet| second.poll_write(context, sheet)).await;
    assert!(!bytes.contains("<body>one") && bytes.contains("<body>two"), "{bytes}");
    assert_eq!((second.acked(3), second.acked(2)), (Err(2), Ok(())));
    assert_eq!(house.waiting().await.unwrap(), 0);
    // It is closed in order: there is nothing to go on with.
    second.leave();
    assert_eq!(hub.broken_stream(&way()).await, None);
}

/// What was sent and not acknowledged goes back with what waits, whoever could have gone on with the stream; if
/// the domain is merely judged otherwise, it stays.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_broken_stream_holds_comes_back_when_its_domain_is_refused() {
    for opened in [Opened::Here, Opened::There] {
        let (house, mut alice) = house().await;
        say(&mut alice, "one").await;
        let mut passage = Passage::new(house.hub().clone(), opened);
        let again = Some("name".into());
        let reach = Reach::Managed { again: again.clone(), had: None };
        assert!(passage.proved(&way(), Terms { bidi: true, reach, stanza_bytes_max: None }).await);
        if opened == Opened::There {
            passage.managed(again).await;
        }
        written(|context, sheet| passage.poll_write(context, sheet)).await;
        drop(passage);
        house.quiet().await;
        say(&mut alice, "two").await;
        house.decide("far.example", "talk certificate").await.unwrap();
        house.quiet().await;
        assert_eq!(house.waiting().await.unwrap(), 2);
        house.decide("far.example", "refuse").await.unwrap();
        for id in ["one", "two"] {
            let bounce = alice.receive().await.unwrap();
            assert_eq!(bounce.id.as_ref().map(xmpp::Text::as_str), Some(id), "{bounce:?}");
            assert!(bounce.inner_str().contains("decided not to talk with far.example"), "{bounce:?}");
        }
        assert_eq!(house.waiting().await.unwrap(), 0);
        assert_eq!(house.hub().broken_stream(&way()).await, None);
    }
}

/// XEP-0478 §4: a stanza that the other side would end the stream for goes back, and the stream goes on.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_for_the_other_side_comes_back() {
    let (house, mut alice) = house().await;
    say(&mut alice, &"x".repeat(9_000)).await;
    say(&mut alice, "small").await;
    let mut passage = Passage::new(house.hub().clone(), Opened::Here);
    let terms = Terms { bidi: true, reach: managed(), stanza_bytes_max: Some(9_000) };
    assert!(passage.proved(&way(), terms).await);
    let bytes = written(|context, sheet| passage.poll_write(context, sheet)).await;
    assert!(bytes.contains("<body>small") && !bytes.contains("xxx"), "{bytes}");
    let bounce = alice.receive().await.unwrap();
    assert!(bounce.inner_str().contains("far.example takes nothing larger than 9000 bytes."), "{bounce:?}");
    assert_eq!((passage.acked(2), passage.acked(1)), (Err(1), Ok(())));
    assert_eq!(house.waiting().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_reached_is_tried_again_and_then_given_up() {
    let (mut house, mut alice) = house().await;
    let hub = house.hub().clone();
    let mut dials = hub.take_dials().unwrap();
    say(&mut alice, "patience").await;
    alice.send("<iq to='far.example' id='ask' type='get'><ping xmlns='urn:xmpp:ping'/></iq>").await.unwrap();
    dials.recv().await.unwrap();
    let trouble = |is_lasting| {
        let sentence = "far.example does not answer.".to_owned();
        Trouble { condition: Condition::RemoteServerTimeout, sentence, is_lasting }
    };
    hub.unreachable(&way(), trouble(false));
    let answer = alice.receive().await.unwrap();
    assert_eq!(answer.id.as_ref().map(xmpp::Text::as_str), Some("ask"), "who asks does not wait: {answer:?}");
    assert!(answer.has("error", xmpp::ns::CLIENT) && answer.inner_str().contains("far.example does not answer"));
    assert_eq!(house.waiting().await.unwrap(), 1);
    // Each pause is longer; in the end the sender learns of it.
    let mut attempts = 1;
    for _ in 0..40 {
        house.advance(60);
        alice.ask("get", None, "<ping xmlns='urn:xmpp:ping'/>").await.unwrap();
        house.quiet().await;
        if dials.try_recv().is_ok() {
            attempts += 1;
            hub.unreachable(&way(), trouble(false));
        }
        if house.waiting().await.unwrap() == 0 {
            break;
        }
    }
    let bounce = alice.receive().await.unwrap();
    assert!(bounce.inner_str().contains("remote-server-timeout"), "{bounce:?}");
    assert_eq!(bounce.id.as_ref().map(xmpp::Text::as_str), Some("patience"));
    assert!((4..20).contains(&attempts), "{attempts} attempts");
    // Where there is no such service, nobody waits.
    house.advance(3600);
    let mut alice = login(&house).await;
    say(&mut alice, "nowhere").await;
    hub.unreachable(&way(), trouble(true));
    // Her earlier session ends meanwhile.
    let mut bounce = alice.receive().await.unwrap();
    while bounce.kind.name() == "presence" {
        bounce = alice.receive().await.unwrap();
    }
    assert_eq!(bounce.id.as_ref().map(xmpp::Text::as_str), Some("nowhere"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_outlives_the_process() {
    let (house, mut alice) = house().await;
    say(&mut alice, "before").await;
    let old = house.hub();
    let service = features::service::Service::clone(&old.service());
    let new = Hub::new(old.store().clone(), service, old.clock().clone(), Handle::current());
    let mut dials = new.take_dials().unwrap();
    assert_eq!(new.restore_outbox().await.unwrap(), 1);
    assert_eq!(dials.recv().await, Some(way()));
    let link = new.link(&way(), Reach::Unmanaged).await.unwrap();
    assert!(sent(&link).await.contains("<body>before</body>"));
    assert_eq!(house.waiting().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_from_elsewhere_is_delivered_and_answered() {
    let (house, mut alice) = house().await;
    let hub = house.hub();
    let inlet = hub.inlet();
    let to = alice.jid().to_owned();
    inlet
        .receive(stanza(&format!("<message from='bob@far.example/x' to='{to}' type='chat'><body>hi</body></message>")));
    assert!(alice.receive().await.unwrap().inner_str().contains("<body>hi</body>"));
    inlet.receive(stanza(
        "<iq from='bob@far.example/x' to='localhost' id='v' type='get'><query xmlns='jabber:iq:version'/></iq>",
    ));
    inlet.receive(stanza(
        "<iq from='bob@far.example/x' to='localhost' id='r' type='get'><query xmlns='jabber:iq:register'/></iq>",
    ));
    inlet.receive(stanza("<message from='bob@far.example/x' to='nobody@localhost' id='n'><body>?</body></message>"));
    let link = hub.link(&way(), managed()).await.unwrap();
    let mut bytes = sent(&link).await;
    // From three owners, in whatever order.
    while !["id='n'", "id='r'", "id='v'"].iter().all(|id| bytes.contains(id)) {
        bytes += &sent(&link).await;
    }
    assert!(bytes.contains("<name>Folkmoot</name>"), "{bytes}");
    assert_eq!(bytes.matches("<service-unavailable").count(), 2, "{bytes}");
    assert!(inlet.enable());
    inlet.receive(stanza("<presence from='bob@far.example/x' to='sleeper@localhost'/>"));
    assert_eq!(inlet.h(), 1, "presence for nobody is handled too");
}

fn stanza(xml: &str) -> Stanza {
    Stanza::read(xml).unwrap()
}
