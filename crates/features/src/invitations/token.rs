//! The token of an invitation, and the link that carries it (RFC 5122, XEP-0401 §5).

use super::Kind;
use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use std::fmt::{self, Formatter, Write};
use xmpp::Jid;
use xmpp::scram::Hash;

/// A token: what opens the door. Not shown by `Debug`, so that it gets into no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Box<str>);

/// The longest that is looked at, in bytes.
const BYTES_MAX: usize = 64;

impl Token {
    /// From fresh randomness: 120 bits (XEP-0379 §5.1 wants 80), in letters and digits alone.
    pub fn new(random: [u8; 15]) -> Token {
        Token(BASE32_NOPAD.encode(&random).to_ascii_lowercase().into())
    }

    /// What somebody presents as one; none if it cannot be.
    pub fn presented(text: &str) -> Option<Token> {
        let may_be = (1..=BYTES_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        may_be.then(|| Token(text.into()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it. A token is random, so that a plain hash gives nothing away.
    pub fn hash(&self) -> String {
        BASE64URL_NOPAD.encode(&Hash::Sha256.digest(self.0.as_bytes()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("Token(…)")
    }
}

/// The link to an invitation of that kind: from somebody, to the service `domain`. With `lets_in` it makes an
/// account.
pub fn link(domain: &Jid, (kind, lets_in): (Kind, bool), who: &str, token: &Token) -> String {
    let (domain, token) = (escaped(domain.as_str()), token.as_str());
    let address = if who.is_empty() { domain } else { format!("{}@{domain}", escaped(who)) };
    match kind {
        Kind::Contact if lets_in => format!("xmpp:{address}?roster;preauth={token};ibr=y"),
        Kind::Contact => format!("xmpp:{address}?roster;preauth={token}"),
        Kind::Account | Kind::AccountAndContact => format!("xmpp:{address}?register;preauth={token}"),
    }
}

/// RFC 5122 §2.2: in UTF-8, everything but letters, digits and what is never special escaped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => write!(out, "%{byte:02X}").expect("writing to a string does not fail"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_those_of_the_document() {
        let (domain, token) = (Jid::parse("example.org").unwrap(), Token::new([0; 15]));
        let link = |kind, lets_in, who| link(&domain, (kind, lets_in), who, &token);
        let t = "a".repeat(24);
        assert_eq!(link(Kind::Contact, true, "rom&eo"), format!("xmpp:rom%26eo@example.org?roster;preauth={t};ibr=y"));
        assert_eq!(link(Kind::Contact, false, "müll"), format!("xmpp:m%C3%BCll@example.org?roster;preauth={t}"));
        assert_eq!(link(Kind::Account, true, "juliet"), format!("xmpp:juliet@example.org?register;preauth={t}"));
        assert_eq!(link(Kind::Account, true, ""), format!("xmpp:example.org?register;preauth={t}"));
    }

    #[test]
    fn what_cannot_be_a_token_is_not_looked_up() {
        assert!(Token::presented("").is_none() && Token::presented("a;b").is_none());
        assert!(Token::presented(&"a".repeat(65)).is_none());
        assert_eq!(format!("{:?}", Token::presented("secret")), "Some(Token(…))");
    }
}
