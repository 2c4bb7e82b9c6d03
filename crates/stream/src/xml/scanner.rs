//! The scanner itself.

use super::{Budget, Item};
use crate::Crime;
use bytes::BytesMut;

/// The state between two calls.
pub struct Scanner {
    budget: Budget,
}

impl Scanner {
    /// A scanner at the start of a stream.
    pub fn new(budget: Budget) -> Scanner {
        Scanner { budget }
    }

    /// From now on, other limits.
    pub fn set_budget(&mut self, budget: Budget) {
        self.budget = budget;
    }

    /// Forgets the stream, for its restart (RFC 6120 §4.3.3). What is in the caller's input stays
    /// there; after STARTTLS the caller must discard it (RFC 6120 §5.4.3.3).
    pub fn restart(&mut self) {}

    /// Takes bytes off the front of `input` and returns the next thing that is complete; none when
    /// more input is needed. Bytes are never looked at twice, however they are cut up.
    ///
    /// # Errors
    /// What the peer did wrong. The scanner is of no use afterwards.
    pub fn next(&mut self, input: &mut BytesMut) -> Result<Option<Item>, Crime> {
        let _ = (input, self.budget);
        Ok(None)
    }
}
