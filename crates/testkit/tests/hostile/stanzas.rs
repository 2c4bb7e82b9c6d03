//! What is wrong with one stanza is answered with a stanza error, and the stream goes on.

use crate::{as_user, house};
use testkit::client::Keychain;
use testkit::hostile::Peer;

/// What is sent with the id `x`, and the condition that answers it (RFC 6120 §8.3.3).
const CASES: &[(&str, &str)] = &[
    ("<message id='x' to='@'/>", "jid-malformed"),
    ("<message id='x' to='a@b@c/d'><body>hi</body></message>", "jid-malformed"),
    ("<iq id='x' type='get' to='/'><ping xmlns='urn:xmpp:ping'/></iq>", "jid-malformed"),
    ("<iq id='x' type='take'/>", "bad-request"),
    ("<iq id='x' type='get'/>", "bad-request"),
    ("<iq id='x' type='get'><a xmlns='urn:x'/><b xmlns='urn:x'/></iq>", "bad-request"),
    ("<iq id='x' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "not-allowed"),
    ("<iq id='x' type='get'><a xmlns='urn:x'/></iq>", "service-unavailable"),
    ("<iq id='x' type='get' to='localhost'><a xmlns='urn:x'/></iq>", "service-unavailable"),
    ("<iq id='x' type='set' to='localhost'><query xmlns='jabber:iq:roster'/></iq>", "service-unavailable"),
    ("<message id='x' to='localhost'><body>hi</body></message>", "service-unavailable"),
    ("<message id='x' to='bob@example.com'><body>hi</body></message>", "remote-server-not-found"),
    ("<message id='x' to='nobody@localhost'><body>hi</body></message>", "service-unavailable"),
    ("<presence id='x'><priority>128</priority></presence>", "bad-request"),
    ("<presence id='x' type='subscribe'/>", "bad-request"),
    ("<presence id='x' type='subscribe' to='mallory@localhost'/>", "not-allowed"),
    ("<iq id='x' type='set'><query xmlns='jabber:iq:roster'/></iq>", "bad-request"),
    ("<iq id='x' type='set'><query xmlns='jabber:iq:roster'><item jid='@'/></query></iq>", "jid-malformed"),
    ("<iq id='x' type='set' to='bob@localhost'><query xmlns='jabber:iq:roster'/></iq>", "forbidden"),
    (
        "<iq id='x' type='set'><query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'>\
         <after>AAAAAAAAAAAAAAAAAAAAAA</after></set></query></iq>",
        "item-not-found",
    ),
    ("<iq id='x' type='set' to='bob@localhost'><query xmlns='urn:xmpp:mam:2'/></iq>", "service-unavailable"),
    ("<iq id='x' type='get' to='bob@localhost'><query xmlns='jabber:iq:roster'/></iq>", "service-unavailable"),
    ("<iq id='x' type='get' to='bob@localhost'><prefs xmlns='urn:xmpp:mam:2'/></iq>", "service-unavailable"),
    ("<iq id='x' type='set' to='bob@localhost'><enable xmlns='urn:xmpp:carbons:2'/></iq>", "service-unavailable"),
    ("<iq id='x' type='get' to='bob@localhost/client'><ping xmlns='urn:xmpp:ping'/></iq>", "service-unavailable"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_wrong_stanza_has_its_error() {
    let house = house(111, &["mallory", "bob"]).await;
    let keychain = Keychain::new();
    let _bob = Peer::bound(&house.target(), as_user("bob", &keychain)).await.unwrap();
    let mut peer = Peer::bound(&house.target(), as_user("mallory", &keychain)).await.unwrap();
    let mut failures = Vec::new();
    for (number, (sent, condition)) in CASES.iter().enumerate() {
        peer.forget();
        let id = format!("id='n{number}'");
        peer.say(sent.replace("id='x'", &id).as_bytes()).await;
        peer.say(b"<iq type='get' id='end' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>").await;
        let said = match peer.hear("id='end' type='result'/>").await {
            Ok(said) => said,
            Err(said) => panic!("{sent} ended the stream: {said}"),
        };
        let error = format!("<{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>");
        // What was not answered before the ping comes a little later: the rest of the journey.
        let said = if said.contains(&id) { said } else { peer.hear("</error>").await.unwrap_or_else(|said| said) };
        if !(said.contains(&id) && said.contains(&error)) {
            failures.push(format!("{sent} is not {condition}: {said}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(house.hub().counts().panics, 0);
    house.stop().await;
}
