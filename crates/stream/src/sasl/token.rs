//! Login with a token (XEP-0484) by the mechanisms HT-SHA-256-* of draft-schmaus-sasl-ht-09.

use super::{Failure, Mechanism, same_secret};
use crate::{Channel, ask::Token};
use bytes::Bytes;
use xmpp::scram::Hash;

/// What a client says: its name and the hash of its token.
pub(crate) struct Initial {
    /// The user as sent.
    pub(crate) user: String,
    hash: Vec<u8>,
}

impl Initial {
    /// Reads `authcid NUL hash`.
    pub(crate) fn read(message: &[u8]) -> Result<Initial, Failure> {
        let end = message.iter().position(|&byte| byte == 0).ok_or(Failure::MalformedRequest)?;
        let user = String::from_utf8(message[..end].to_vec()).map_err(|_| Failure::MalformedRequest)?;
        Ok(Initial { user, hash: message[end + 1..].to_vec() })
    }

    /// The token on file that the client has, with what we answer to prove that we have it too.
    /// `count` is the client's counter.
    pub(crate) fn check<'t>(
        &self,
        mechanism: Mechanism,
        channel: &Channel,
        tokens: &'t [Token],
        count: Option<u32>,
    ) -> Result<(&'t Token, Bytes), Failure> {
        let Mechanism::Token(binding) = mechanism else { return Err(Failure::InvalidMechanism) };
        let data = binding.and_then(|binding| binding.data(channel)).unwrap_or(&[]);
        // XEP-0484 §3.4: a token is good for the mechanism it was issued for and for no other.
        let token = tokens
            .iter()
            .filter(|token| token.mechanism.as_str() == mechanism.name())
            .find(|token| same_secret(&hashed(&token.secret, b"Initiator", data), &self.hash))
            .ok_or(Failure::NotAuthorized)?;
        if token.expired {
            return Err(Failure::CredentialsExpired);
        }
        // XEP-0484 §3.4: a count that was seen before is a replay.
        if count.is_some_and(|count| count <= token.count) {
            return Err(Failure::NotAuthorized);
        }
        Ok((token, hashed(&token.secret, b"Responder", data)))
    }
}

fn hashed(secret: &[u8], role: &[u8], binding: &[u8]) -> Bytes {
    Hash::Sha256.hmac(secret, &[role, binding].concat())
}
