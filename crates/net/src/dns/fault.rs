//! A question that nobody answered.

use std::fmt;

/// Why nothing is known of a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DnsFault {
    /// What was asked: a type and a name, `SRV _xmpp-server._tcp.example.org`.
    pub question: String,
    /// What went wrong, in words of the resolver.
    pub reason: String,
    /// DNSSEC found the answer forged, or badly signed.
    pub bogus: bool,
}

impl fmt::Display for DnsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DnsFault { question, reason, bogus } = self;
        if *bogus {
            write!(f, "the answer to {question} is not signed as it must be: the zone is broken, or the answer forged")
        } else {
            write!(f, "nobody answers {question}: {reason}")
        }
    }
}

impl std::error::Error for DnsFault {}
