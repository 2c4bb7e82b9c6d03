//! What somebody can learn of an account that did not allow it: nothing, not even whether there is one.

use crate::{house, login};
use testkit::client::{Client, Keychain};

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

/// All that comes before the end of a turn that was asked for afterwards, names taken out.
async fn answers(client: &mut Client, question: &str, to: &str) -> Vec<String> {
    client.write(&question.replace("TO", to)).await.unwrap();
    // What the question leads to may take another owner's loading; the ping of another account that
    // sleeps takes as long.
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    client.ask("get", Some("localhost"), "<ping xmlns='urn:xmpp:ping'/>").await.unwrap();
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
    online.ask("get", Some("localhost"), "<ping xmlns='urn:xmpp:ping'/>").await.unwrap();
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
                seen.push((name, answers(&mut mallory, question, &format!("{name}@localhost{suffix}")).await));
            }
            if seen.windows(2).any(|pair| pair[0].1 != pair[1].1) {
                told.push(format!("{question} (to '{suffix}'): {seen:#?}"));
            }
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
    house.stop().await;
}
