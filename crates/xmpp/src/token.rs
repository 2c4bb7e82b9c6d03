//! A login token as a server keeps it (XEP-0484).

use crate::Text;
use bytes::Bytes;

/// A token on file.
#[derive(Clone)]
pub struct Token {
    /// The row of the store.
    pub id: i64,
    /// The mechanism it was issued for; no other may use it (XEP-0484 §3.4).
    pub mechanism: Text,
    /// The secret: the characters of the token.
    pub secret: Bytes,
    /// It is past its expiry: `credentials-expired`.
    pub expired: bool,
    /// The highest counter seen (XEP-0484 §3.4).
    pub count: u32,
}

impl std::fmt::Debug for Token {
    /// Leaves the secret out: it does not belong into logs.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Token({}, {})", self.id, self.mechanism)
    }
}
