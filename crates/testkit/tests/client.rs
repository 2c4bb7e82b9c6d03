//! The client that tests and load share, against the whole server: each way in, and the way back.

use testkit::client::{Client, Failure, Keychain, Login, Profile};
use testkit::house::House;
use xmpp::Stanza;
use xmpp::scram::Hash;

const PASSWORD: &str = "correct horse battery staple";

async fn house(seed: u64) -> House {
    let house = House::start(seed).await.expect("a server starts");
    for name in ["alice", "bob"] {
        house.add_account(name, PASSWORD).await.expect("the name is free");
    }
    house
}

fn login<'a>(user: &'a str, hash: Hash, profile: Profile, keychain: &'a Keychain) -> Login<'a> {
    Login { user, password: PASSWORD, resource: "client", hash, profile, keychain }
}

fn body(stanza: &Stanza) -> String {
    stanza.child("body", xmpp::ns::CLIENT).expect("the message has a body").text().into_owned()
}

#[tokio::test]
async fn every_way_in() {
    let house = house(11).await;
    let keychain = Keychain::new();
    for target in [house.target(), house.starttls()] {
        for hash in Hash::ALL {
            for profile in [Profile::Sasl, Profile::Sasl2] {
                let client = Client::login(&target, login("alice", hash, profile, &keychain)).await;
                let client = client.unwrap_or_else(|error| panic!("{hash:?} {profile:?}: {error}"));
                assert!(client.jid().starts_with("alice@localhost/client"), "{}", client.jid());
                client.close().await.unwrap();
            }
        }
    }
    let wrong = Login { password: "guessed", ..login("alice", Hash::Sha256, Profile::Sasl, &keychain) };
    assert!(matches!(Client::login(&house.target(), wrong).await, Err(Failure::Refused(_))));
    house.stop().await;
}

#[tokio::test]
async fn back_after_the_network_died() {
    let house = house(12).await;
    let keychain = Keychain::new();
    let alice = login("alice", Hash::Sha1, Profile::Sasl, &keychain);
    let bob = login("bob", Hash::Sha1, Profile::Sasl2, &keychain);
    let mut bob = Client::login(&house.target(), bob).await.unwrap();
    let mut phone = Client::login(&house.target(), alice).await.unwrap();
    let address = phone.jid().to_owned();
    phone.enable_acks().await.unwrap();
    let to_bob = bob.jid().to_owned();
    phone.send(&format!("<message to='{to_bob}' type='chat'><body>before</body></message>")).await.unwrap();
    assert_eq!(body(&bob.receive().await.unwrap()), "before");
    phone.settle().await.unwrap();
    assert_eq!(phone.acks().unwrap().acknowledged, 1);

    let left = phone.cut().unwrap();
    bob.send(&format!("<message to='{address}' type='chat'><body>meanwhile</body></message>")).await.unwrap();
    let mut phone = Client::resume(&house.target(), alice, left).await.unwrap();
    assert_eq!(phone.jid(), address);
    assert_eq!(body(&phone.receive().await.unwrap()), "meanwhile");
    phone.send(&format!("<message to='{to_bob}' type='chat'><body>after</body></message>")).await.unwrap();
    assert_eq!(body(&bob.receive().await.unwrap()), "after");
    phone.settle().await.unwrap();
    assert_eq!(phone.acks().unwrap().acknowledged, 2);
    phone.close().await.unwrap();
    bob.close().await.unwrap();
    house.stop().await;
}
