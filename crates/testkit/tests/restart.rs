//! People talk while the server is restarted, again and again: nobody loses anything or gets it twice, and
//! what one says to another stays in order (XEP-0198 §5).

use std::time::Duration;
use testkit::client::{Client, Keychain, Login, Profile};
use testkit::house::House;
use tokio::time::timeout;
use xmpp::scram::Hash;

const PEOPLE: usize = 8;
const RESTARTS: usize = 3;
/// Messages that each says to the next before the server goes, most of which are under way then.
const EACH: usize = 20;
const PATIENCE: Duration = Duration::from_secs(20);

fn name(person: usize) -> String {
    format!("p{}", person % PEOPLE)
}

fn login<'a>(user: &'a str, keychain: &'a Keychain) -> Login<'a> {
    Login { user, password: "secret", resource: "r", hash: Hash::Sha256, profile: Profile::Sasl, keychain }
}

/// The bodies of the next `count` messages.
async fn hear(client: &mut Client, count: usize) -> Vec<String> {
    let mut bodies = Vec::new();
    while bodies.len() < count {
        let stanza = timeout(PATIENCE, client.receive()).await.expect("it comes").expect("the stream goes on");
        bodies.extend(stanza.child("body", xmpp::ns::CLIENT).map(|body| body.text().into_owned()));
    }
    bodies
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn talk_goes_on_over_restarts() {
    let mut house = House::start(77).await.expect("a server starts");
    let keychain = Keychain::new();
    let mut clients = Vec::new();
    for person in 0..PEOPLE {
        house.add_account(&name(person), "secret").await.expect("an account");
        let mut client = Client::login(&house.target(), login(&name(person), &keychain)).await.expect("a login");
        client.enable_acks().await.expect("stream management");
        clients.push(client);
    }
    for restart in 0..RESTARTS {
        for number in 0..EACH {
            for (person, client) in clients.iter_mut().enumerate() {
                // Every other one is kept by no archive.
                let hint = if number % 2 == 0 { "<no-store xmlns='urn:xmpp:hints'/>" } else { "" };
                let to = format!("{}@localhost/r", name(person + 1));
                let message = format!("<message to='{to}' type='chat'><body>{restart}.{number}</body>{hint}</message>");
                client.send(&message).await.expect("the server is there");
            }
        }
        house.restart().await.expect("it starts again");
        let mut back = Vec::new();
        for (person, client) in clients.into_iter().enumerate() {
            let left = client.cut().expect("it can be resumed");
            let client = Client::resume(&house.target(), login(&name(person), &keychain), left).await;
            back.push(client.expect("it goes on"));
        }
        clients = back;
        let wanted: Vec<_> = (0..EACH).map(|number| format!("{restart}.{number}")).collect();
        for client in &mut clients {
            assert_eq!(hear(client, EACH).await, wanted);
        }
    }
    // Nothing comes a second time.
    for client in &mut clients {
        client.ask("get", None, "<ping xmlns='urn:xmpp:ping'/>").await.expect("a pong");
        assert!(!client.is_something_waiting());
    }
    house.stop().await;
}
