//! What somebody can learn of an account that did not allow it: nothing, not even whether there is one.

use crate::{house, login};
use testkit::client::{Client, Keychain};
use testkit::house::House;

const PING: &str = "<ping xmlns='urn:xmpp:ping'/>";

/// What may be asked of an address.
const QUESTIONS: &[&str] = &[
    "<iq type='get' id='q' to='TO'><ping xmlns='urn:xmpp:ping'/></iq>",
    "<iq type='get' id='q' to='TO'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
    "<iq type='get' id='q' to='TO'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>",
    "<iq type='get' id='q' to='TO'><query xmlns='jabber:iq:version'/></iq>",
    "<iq type='get' id='q' to='TO'><query xmlns='jabber:iq:roster'/></iq>",
    "<iq type='set' id='q' to='TO'><query xmlns='jabber:iq:roster'><item jid='a@localhost'/></query></iq>",
    "<iq type='set' id='q' to='TO'><query xmlns='urn:xmpp:mam:2'/></iq>",
    "<iq type='get' id='q' to='TO'><metadata xmlns='urn:xmpp:mam:2'/></iq>",
    "<iq type='get' id='q' to='TO'/>",
    "<iq type='set' id='q' to='TO'><a xmlns='urn:x'/><b xmlns='urn:x'/></iq>",
    "<iq type='result' id='q' to='TO'/>",
    "<iq type='error' id='q' to='TO'/>",
    "<presence type='probe' to='TO'/>",
    "<presence to='TO'/>",
    "<presence type='unavailable' to='TO'/>",
    "<presence type='subscribed' to='TO'/>",
    "<presence type='unsubscribe' to='TO'/>",
    "<presence type='unsubscribed' to='TO'/>",
    "<message type='groupchat' id='q' to='TO'><body>hi</body></message>",
    "<message type='headline' id='q' to='TO'><body>hi</body></message>",
    "<message type='error' id='q' to='TO'/>",
];

/// All that comes of a question until the server has nothing left to do, names taken out.
async fn answers(house: &House, client: &mut Client, (question, to): (&str, &str)) -> Vec<String> {
    client.write(&question.replace("TO", to)).await.unwrap();
    // It has read the question; what that leads to is done; and all of it is with the client.
    client.ask("get", Some("localhost"), PING).await.unwrap();
    house.quiet().await;
    client.ask("get", Some("localhost"), PING).await.unwrap();
    let bare = to.split('/').next().unwrap();
    let mut came = Vec::new();
    while let Some(stanza) = client.waiting() {
        let said = format!("{stanza:?}").replace(bare, "ADDRESS");
        // The sender's own roster learns of what the sender did.
        if !said.contains("jabber:iq:roster'") || said.contains("<error") {
            came.push(said);
        }
    }
    came
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_tells_who_is_there() {
    let house = house(121, &["mallory", "online", "asleep"]).await;
    let keychain = Keychain::new();
    let mut online = login(&house.target(), "online", &keychain).await;
    online.send("<presence/>").await.unwrap();
    online.ask("get", Some("localhost"), PING).await.unwrap();
    let resource = online.jid().split('/').nth(1).unwrap().to_owned();
    let mut mallory = login(&house.target(), "mallory", &keychain).await;
    let mut told = Vec::new();
    for question in QUESTIONS {
        for suffix in [String::new(), format!("/{resource}")] {
            // RFC 6121 §8.5.3.1: a message to a full JID is delivered; who knows that has seen it before.
            if question.contains("groupchat") && !suffix.is_empty() {
                continue;
            }
            let mut seen = Vec::new();
            for name in ["online", "asleep", "nobody"] {
                let to = format!("{name}@localhost{suffix}");
                seen.push((name, answers(&house, &mut mallory, (question, &to)).await));
            }
            if seen.windows(2).any(|pair| pair[0].1 != pair[1].1) {
                told.push(format!("{question} (to '{suffix}'): {seen:#?}"));
            }
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
    house.stop().await;
}
