//! What a turn may want done to its account that takes more than rows: a closed list, carried out by the
//! hub beside the owner.

use std::fmt::{self, Formatter};

/// One thing to do.
#[derive(Debug)]
pub enum Deed {
    /// End all sessions and erase the account. What answers it was sent before.
    Erase,
    /// Give the account a new password; tokens for logging in again go. What comes of it is the answer.
    SetPassword(Password),
}

/// A new password on its way, and what its salts are made from. Not shown by `Debug`, so that it gets into
/// no log.
pub struct Password {
    /// As it was typed.
    pub text: Box<str>,
    /// Used once.
    pub seed: [u8; 32],
}

impl fmt::Debug for Password {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("Password(…)")
    }
}
