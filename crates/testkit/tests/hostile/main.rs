//! A house under attack, over real sockets and real TLS.

mod crimes;
mod floods;
mod revoked;
mod stanzas;
mod strangers;

use testkit::client::{Client, Keychain, Login, Profile, Target};
use testkit::house::House;
use xmpp::scram::Hash;

const PASSWORD: &str = "correct horse battery staple";

/// A house with the accounts named.
async fn house(seed: u64, names: &[&str]) -> House {
    let house = House::start(seed).await.unwrap();
    for name in names {
        house.add_account(name, PASSWORD).await.unwrap();
    }
    house
}

fn as_user<'a>(user: &'a str, keychain: &'a Keychain) -> Login<'a> {
    Login { user, password: PASSWORD, resource: "client", hash: Hash::Sha1, profile: Profile::Sasl, keychain }
}

async fn login(target: &Target, user: &str, keychain: &Keychain) -> Client {
    Client::login(target, as_user(user, keychain)).await.unwrap()
}
