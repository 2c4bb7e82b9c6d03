//! A house under attack, over real sockets and real TLS.

#![allow(clippy::unwrap_used, reason = "what is not there fails the test")]

mod crimes;
mod floods;
mod revoked;
mod stanzas;
mod strangers;

use hub::Limits;
use testkit::client::{Client, Keychain, Login, Profile, Target};
use testkit::house::{House, limit};
use xmpp::scram::Hash;

const PASSWORD: &str = "correct horse battery staple";

/// A house with the accounts named. It reads as fast as attackers send: how fast a session may send is
/// tested in `net`, and here it would keep them from reaching the limits behind it.
async fn house(seed: u64, names: &[&str]) -> House {
    let mut limits = Limits::default();
    limits.set(limit("session-bytes-per-second").unwrap(), 1 << 30);
    let house = House::start_with(seed, limits).await.unwrap();
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
