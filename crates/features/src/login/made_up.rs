//! Passwords that the service makes up, for whoever gives somebody one.

use crate::deed::Password;

/// Read aloud without mistakes: no `l`, `1`, `o`, `0`.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A password of 100 random bits, in groups that can be copied by hand. `random` is used once.
pub fn made_up_password(random: [u8; 20]) -> Password {
    let mut text = String::with_capacity(23);
    for (index, byte) in random.iter().enumerate() {
        if index > 0 && index % 5 == 0 {
            text.push('-');
        }
        text.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    Password(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_passwords_are_long_and_differ() {
        let (one, other) = (made_up_password([7; 20]).0, made_up_password([8; 20]).0);
        assert_eq!(one.len(), 23);
        assert!(one.split('-').all(|group| group.len() == 5));
        assert_ne!(one, other);
    }
}
