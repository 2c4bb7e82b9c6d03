//! The client's half of SCRAM (RFC 5802), without channel binding.

use data_encoding::BASE64;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};
use std::num::NonZeroU32;
use xmpp::scram::Hash;

/// Salted passwords that were computed once, so that ten thousand logins cost the load client one
/// PBKDF2 for each salt it sees.
#[derive(Default)]
pub struct Keychain(parking_lot::Mutex<HashMap<Salting, Vec<u8>>>);

/// Everything a salted password depends on.
#[derive(PartialEq, Eq, Hash)]
struct Salting {
    hash: Hash,
    password: String,
    salt: Vec<u8>,
    iterations: NonZeroU32,
}

impl Keychain {
    /// An empty one.
    pub fn new() -> Keychain {
        Keychain::default()
    }

    fn salted(&self, wanted: Salting) -> Vec<u8> {
        let mut known = self.0.lock();
        if let Some(salted) = known.get(&wanted) {
            return salted.clone();
        }
        let salted = wanted.hash.salted_password(&wanted.password, &wanted.salt, wanted.iterations);
        known.insert(wanted, salted.clone());
        salted
    }
}

/// A login that has begun.
pub struct Exchange {
    hash: Hash,
    nonce: String,
    first_bare: String,
}

/// What the client answers to the server's challenge, and what the server must prove then.
pub struct Proof {
    /// The message for the server.
    pub client_final: String,
    /// The `v=` that the server must end with (RFC 5802 §3, ServerSignature).
    pub server_final: String,
}

impl Exchange {
    /// The first message of a login as `user`, and what to remember of it.
    pub fn begin(hash: Hash, user: &str) -> (Exchange, String) {
        let random = std::hash::RandomState::new();
        let nonce = format!("{:016x}{:016x}", random.build_hasher().finish(), random.hash_one(user));
        // RFC 5802 §5.1: the two characters that separate attributes are escaped.
        let first_bare = format!("n={},r={nonce}", user.replace('=', "=3D").replace(',', "=2C"));
        let first = format!("n,,{first_bare}");
        (Exchange { hash, nonce, first_bare }, first)
    }

    /// The answer to the challenge `server_first`; none if that is not a challenge to us.
    pub fn answer(self, server_first: &str, password: &str, keychain: &Keychain) -> Option<Proof> {
        let field = |name: &str| server_first.split(',').find_map(|field| field.strip_prefix(name));
        let nonce = field("r=").filter(|nonce| nonce.starts_with(&self.nonce))?;
        let salt = BASE64.decode(field("s=")?.as_bytes()).ok()?;
        let iterations = field("i=")?.parse().ok()?;
        let salted = keychain.salted(Salting { hash: self.hash, password: password.to_owned(), salt, iterations });

        let without_proof = format!("c=biws,r={nonce}");
        let message = format!("{},{server_first},{without_proof}", self.first_bare);
        let client_key = self.hash.hmac(&salted, b"Client Key");
        let stored_key = self.hash.digest(&client_key);
        let signature = self.hash.hmac(&stored_key, message.as_bytes());
        let proof: Vec<u8> = client_key.iter().zip(signature.iter()).map(|(key, mask)| key ^ mask).collect();

        let server_key = self.hash.hmac(&salted, b"Server Key");
        let server_signature = self.hash.hmac(&server_key, message.as_bytes());
        Some(Proof {
            client_final: format!("{without_proof},p={}", BASE64.encode(&proof)),
            server_final: format!("v={}", BASE64.encode(&server_signature)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5802 §5, with its nonce in place of ours.
    #[test]
    fn answers_as_the_example_does() {
        let exchange = Exchange {
            hash: Hash::Sha1,
            nonce: "fyko+d2lbbFgONRv9qkxdawL".into(),
            first_bare: "n=user,r=fyko+d2lbbFgONRv9qkxdawL".into(),
        };
        let challenge = "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
        let proof = exchange.answer(challenge, "pencil", &Keychain::new()).unwrap();
        assert!(proof.client_final.ends_with(",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="));
        assert_eq!(proof.server_final, "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=");
    }

    #[test]
    fn refuses_a_challenge_to_somebody_else() {
        let (exchange, first) = Exchange::begin(Hash::Sha256, "a,b=c");
        assert!(first.starts_with("n,,n=a=2Cb=3Dc,r="));
        assert!(exchange.answer("r=other,s=QSXCR+Q6sek8bf92,i=4096", "pencil", &Keychain::new()).is_none());
    }
}
