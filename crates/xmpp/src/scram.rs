//! The keys that SCRAM leaves with a server (RFC 5802 §3), for the three hash functions in use.
//!
//! A server that stores these stores no password, and cannot log in with them elsewhere.

use aws_lc_rs::{constant_time, digest, hmac, pbkdf2};
use bytes::Bytes;
use std::num::NonZeroU32;

/// The hash function of a SCRAM mechanism.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the names of the functions")]
pub enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

impl Hash {
    /// All of them, weakest first.
    pub const ALL: [Hash; 3] = [Hash::Sha1, Hash::Sha256, Hash::Sha512];

    /// The mechanism without channel binding (RFC 5802 §4, RFC 7677 §3).
    pub fn mechanism(self) -> &'static str {
        match self {
            Hash::Sha1 => "SCRAM-SHA-1",
            Hash::Sha256 => "SCRAM-SHA-256",
            Hash::Sha512 => "SCRAM-SHA-512",
        }
    }

    /// The mechanism with channel binding.
    pub fn mechanism_plus(self) -> &'static str {
        match self {
            Hash::Sha1 => "SCRAM-SHA-1-PLUS",
            Hash::Sha256 => "SCRAM-SHA-256-PLUS",
            Hash::Sha512 => "SCRAM-SHA-512-PLUS",
        }
    }

    /// `H(data)`.
    pub fn digest(self, data: &[u8]) -> Bytes {
        let algorithm = match self {
            Hash::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Hash::Sha256 => &digest::SHA256,
            Hash::Sha512 => &digest::SHA512,
        };
        Bytes::copy_from_slice(digest::digest(algorithm, data).as_ref())
    }

    /// `HMAC(key, data)`.
    pub fn hmac(self, key: &[u8], data: &[u8]) -> Bytes {
        let algorithm = match self {
            Hash::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Hash::Sha256 => hmac::HMAC_SHA256,
            Hash::Sha512 => hmac::HMAC_SHA512,
        };
        Bytes::copy_from_slice(hmac::sign(&hmac::Key::new(algorithm, key), data).as_ref())
    }

    /// How many bytes a digest has.
    pub fn output_len(self) -> usize {
        match self {
            Hash::Sha1 => 20,
            Hash::Sha256 => 32,
            Hash::Sha512 => 64,
        }
    }

    /// `Hi(password, salt, iterations)`: PBKDF2. Slow on purpose: not for a thread that serves
    /// others.
    pub fn salted_password(self, password: &str, salt: &[u8], iterations: NonZeroU32) -> Vec<u8> {
        let algorithm = match self {
            Hash::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Hash::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Hash::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        };
        let mut salted = vec![0; self.output_len()];
        pbkdf2::derive(algorithm, iterations, salt, password.as_bytes(), &mut salted);
        salted
    }
}

/// What a server stores of one password for one hash function.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    /// The hash function they belong to.
    pub hash: Hash,
    /// The salt, at least 16 random bytes.
    pub salt: Bytes,
    /// The iteration count.
    pub iterations: NonZeroU32,
    /// `H(HMAC(SaltedPassword, "Client Key"))`
    pub stored_key: Bytes,
    /// `HMAC(SaltedPassword, "Server Key")`
    pub server_key: Bytes,
}

impl Keys {
    /// The keys of `password`, which the caller has prepared with SASLprep ([`prepare`]).
    pub fn derive(hash: Hash, password: &str, salt: Bytes, iterations: NonZeroU32) -> Keys {
        let salted = hash.salted_password(password, &salt, iterations);
        Keys::from_salted(hash, &salted, salt, iterations)
    }

    /// The keys of a password that was salted elsewhere (XEP-0480 §3: a client upgrades its own).
    pub fn from_salted(hash: Hash, salted: &[u8], salt: Bytes, iterations: NonZeroU32) -> Keys {
        let stored_key = hash.digest(&hash.hmac(salted, b"Client Key"));
        let server_key = hash.hmac(salted, b"Server Key");
        Keys { hash, salt, iterations, stored_key, server_key }
    }

    /// Whether they are those of a password, which is prepared. Slow on purpose, like deriving them.
    pub fn are_of(&self, password: &str) -> bool {
        let derived = Keys::derive(self.hash, password, self.salt.clone(), self.iterations);
        constant_time::verify_slices_are_equal(&derived.stored_key, &self.stored_key).is_ok()
    }
}

impl std::fmt::Debug for Keys {
    /// Names the hash function only: keys do not belong into logs.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Keys({:?}, {} iterations)", self.hash, self.iterations)
    }
}

/// SASLprep (RFC 4013) of a password; none if it holds what SASLprep forbids or is empty.
pub fn prepare(password: &str) -> Option<String> {
    let prepared = stringprep::saslprep(password).ok()?;
    (!prepared.is_empty()).then(|| prepared.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::BASE64;

    /// The exchange of RFC 5802 §5 (user "user", password "pencil"): the client's proof and the
    /// server's signature follow from our keys.
    #[test]
    fn the_example_of_rfc_5802() {
        let salt = Bytes::from(BASE64.decode(b"QSXCR+Q6sek8bf92").unwrap());
        let keys = Keys::derive(Hash::Sha1, "pencil", salt, NonZeroU32::new(4096).unwrap());
        let message = "n=user,r=fyko+d2lbbFgONRv9qkxdawL,\
                       r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096,\
                       c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j";
        let signature = Hash::Sha1.hmac(&keys.server_key, message.as_bytes());
        assert_eq!(BASE64.encode(&signature), "rmF9pqV8S7suAoZWja4dJRkFsKQ=");
        let proof = BASE64.decode(b"v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=").unwrap();
        let client_signature = Hash::Sha1.hmac(&keys.stored_key, message.as_bytes());
        let client_key: Vec<u8> = proof.iter().zip(client_signature.iter()).map(|(a, b)| a ^ b).collect();
        assert_eq!(Hash::Sha1.digest(&client_key), keys.stored_key);
    }
}
