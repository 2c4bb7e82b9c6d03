//! Every crime of the list, in every state where it is one, is answered with its stream error and
//! the end of the stream.

use crate::{as_user, house};
use testkit::client::Keychain;
use testkit::hostile::crimes::{Wrong, list};
use testkit::hostile::{HEADER, Peer, State};
use testkit::house::House;

async fn peer(house: &House, state: State, keychain: &Keychain) -> Peer {
    let peer = match state {
        State::Plain => Peer::connect(&house.starttls()).await,
        State::Secured => Peer::connect(&house.target()).await,
        State::Bound => Peer::bound(&house.target(), as_user("mallory", keychain)).await,
    };
    peer.unwrap()
}

async fn provoke(house: &House, wrong: &Wrong, state: State, size: usize, keychain: &Keychain) -> Result<(), String> {
    let mut peer = peer(house, state, keychain).await;
    if state != State::Bound && !wrong.opens {
        peer.say(HEADER.as_bytes()).await;
    }
    peer.say_in_pieces(&wrong.bytes, size).await;
    let said = peer.last_words().await.map_err(|said| format!("the stream was not ended: {said}"))?;
    judge(&said, wrong.condition, state != State::Bound)
}

fn judge(said: &str, condition: &str, with_header: bool) -> Result<(), String> {
    let expected = format!("<stream:error><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>");
    if with_header && !said.contains("<stream:stream ") {
        return Err(format!("no open tag (RFC 6120 §4.9.1.3): {said}"));
    }
    if !said.contains(&expected) || !said.ends_with("</stream:error></stream:stream>") {
        return Err(format!("not {condition}: {said}"));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_crime_is_answered_with_its_stream_error() {
    let house = house(101, &["mallory", "bob"]).await;
    let keychain = Keychain::new();
    let mut failures = Vec::new();
    let crimes = list();
    for wrong in &crimes {
        for &state in wrong.at {
            // Whole, and where it is short, byte by byte.
            let sizes: &[usize] = if wrong.bytes.len() < 400 { &[usize::MAX, 1] } else { &[usize::MAX] };
            for &size in sizes {
                if let Err(why) = provoke(&house, wrong, state, size, &keychain).await {
                    failures.push(format!("{} ({state:?}, pieces of {size}): {why}", wrong.name));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} of {} went wrong:\n{}", failures.len(), crimes.len(), failures.join("\n"));
    assert_eq!(house.hub().counts().panics, 0);
    house.stop().await;
}

/// RFC 6120 §5.3.1: in plain text nothing is offered but TLS, and nothing that came behind the
/// request for it is believed (§5.4.3.3).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plain_text_has_starttls_and_nothing_else() {
    let house = house(102, &["mallory"]).await;
    let mut peer = Peer::connect(&house.starttls()).await.unwrap();
    peer.say(HEADER.as_bytes()).await;
    let offered = peer.hear("</stream:features>").await.unwrap();
    assert!(
        offered.ends_with(
            "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>"
        ),
        "{offered}"
    );
    peer.forget();
    let injected = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>".to_owned()
        + HEADER
        + "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>biwsbj1hLHI9Yg==</auth>";
    peer.say(injected.as_bytes()).await;
    let said = peer.hear("<proceed").await.unwrap();
    assert_eq!(said, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    // What was injected is not answered, in plain text or ever; what is no TLS ends the connection.
    peer.say(HEADER.as_bytes()).await;
    let said = peer.last_words().await.unwrap();
    assert!(!said.contains("challenge") && !said.contains("<stream:stream"), "{said}");
    house.stop().await;
}

/// What ends a stream from our side has its condition, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_and_the_end_of_service_are_told() {
    let mut house = house(103, &["mallory"]).await;
    let keychain = Keychain::new();
    let mut silent = peer(&house, State::Bound, &keychain).await;
    house.advance(601);
    judge(&silent.last_words().await.unwrap(), "connection-timeout", false).unwrap();
    let mut last = peer(&house, State::Bound, &keychain).await;
    house.stop().await;
    judge(&last.last_words().await.unwrap(), "system-shutdown", false).unwrap();
}
