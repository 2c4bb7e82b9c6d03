//! The keys of dialback (XEP-0185): made from what both ends know, so that nobody has to keep them.

use crate::sasl::same_secret;
use data_encoding::HEXLOWER;
use xmpp::{Jid, scram::Hash};

/// The key by which the domain `originating` claims the stream `id` that `receiving` gave it
/// (XEP-0185 §2). `secret` belongs to whoever is `originating`.
pub fn key(secret: &[u8], receiving: &Jid, originating: &Jid, id: &str) -> String {
    let secret = HEXLOWER.encode(&Hash::Sha256.digest(secret));
    let claim = format!("{} {} {id}", receiving.domain(), originating.domain());
    HEXLOWER.encode(&Hash::Sha256.hmac(secret.as_bytes(), claim.as_bytes()))
}

/// Whether `given` is that key, in a time that does not tell how much of it is right.
pub fn is_key(given: &str, secret: &[u8], receiving: &Jid, originating: &Jid, id: &str) -> bool {
    // The key may stand on a line of its own, as in the examples of XEP-0220 §2.1.1.
    same_secret(given.trim().as_bytes(), key(secret, receiving, originating, id).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jid(domain: &str) -> Jid {
        Jid::parse(domain).unwrap()
    }

    /// XEP-0185 §3, and XEP-0220 §2.1.1 and §2.2.2.
    #[test]
    fn keys_are_those_of_the_examples() {
        for (secret, receiving, originating, id, expected) in [
            (
                "s3cr3tf0rd14lb4ck",
                "xmpp.example.com",
                "example.org",
                "D60000229F",
                "37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643",
            ),
            (
                "s3cr3tf0rd14lb4ck",
                "montague.example",
                "capulet.example",
                "D60000229F",
                "b4835385f37fe2895af6c196b59097b16862406db80559900d96bf6fa7d23df3",
            ),
            (
                "d14lb4ck43v3r",
                "capulet.example",
                "montague.example",
                "417GAF25",
                "225cc5aa6a071133249d25fef42ae516fc7a86c523aa1c6980a7f73e784c972d",
            ),
        ] {
            let (secret, receiving, originating) = (secret.as_bytes(), jid(receiving), jid(originating));
            assert_eq!(key(secret, &receiving, &originating, id), expected);
            assert!(is_key(&format!("\n  {expected}\n"), secret, &receiving, &originating, id));
            // Whose turn it is to call is part of the key, and so is the stream.
            assert!(!is_key(expected, secret, &originating, &receiving, id));
            assert!(!is_key(expected, secret, &receiving, &originating, "D60000229E"));
            assert!(!is_key(&expected.to_uppercase(), secret, &receiving, &originating, id));
            assert!(!is_key("", secret, &receiving, &originating, id));
        }
    }
}
