//! What nobody can guess, from the randomness that a stream was given.

use data_encoding::BASE64URL_NOPAD;
use xmpp::scram::Hash;

/// Makes ids and nonces of one seed.
pub(crate) struct Draw {
    seed: [u8; 32],
    drawn: u32,
}

impl Draw {
    /// `seed` is fresh randomness, used for nothing else.
    pub(crate) fn new(seed: [u8; 32]) -> Draw {
        Draw { seed, drawn: 0 }
    }

    /// Something that nobody can guess and that is not drawn twice: 24 characters, no comma among
    /// them.
    pub(crate) fn next(&mut self) -> String {
        self.drawn += 1;
        BASE64URL_NOPAD.encode(&Hash::Sha256.hmac(&self.seed, &self.drawn.to_be_bytes())[..18])
    }
}
