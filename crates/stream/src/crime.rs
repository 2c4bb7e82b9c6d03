//! What a peer can do wrong on a stream, as a closed list. Each crime names the stream error that
//! RFC 6120 §4.9.3 has for it.

/// A crime ends the stream.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Crime {
    /// Not XML: a broken tag, a forbidden character, a duplicate attribute (RFC 6120 §11.3, §4.9.3.13).
    NotWellFormed,
    /// Bytes that are not UTF-8 (RFC 6120 §11.6, §4.9.3.22).
    NotUtf8,
    /// An encoding other than UTF-8 was declared (RFC 6120 §4.9.3.22).
    Encoding,
    /// A comment, a processing instruction, a DTD or an entity that is not predefined (RFC 6120 §11.1).
    RestrictedXml,
    /// A prefix that was never declared, or one that is reserved (RFC 6120 §4.9.3.1).
    BadNamespacePrefix,
    /// The stream is not a `stream` element, or in a foreign namespace (RFC 6120 §4.9.3.10).
    InvalidNamespace,
    /// More bytes in one element than the budget has (RFC 6120 §13.12, §4.9.3.14).
    TooManyBytes,
    /// More nesting than the budget has.
    TooDeep,
    /// More attributes on one element than the budget has.
    TooManyAttributes,
    /// More elements in one stanza than the budget has.
    TooManyElements,
    /// More namespace declarations in one stanza than the budget has.
    TooManyNamespaces,
    /// Text between stanzas that is not white space (RFC 6120 §4.9.3.2).
    TextBetweenStanzas,
    /// An element that lacks what makes sense of it (RFC 6120 §4.9.3.1).
    BadFormat,
    /// An element that has no place here (RFC 6120 §4.9.3.24).
    UnsupportedStanzaType,
    /// Something that is allowed later, or was allowed earlier (RFC 6120 §4.9.3.12).
    NotAuthorized,
    /// What the session was logged in by is no longer good (RFC 6120 §4.9.3.12). As below.
    LoginRevoked,
    /// The account is gone (RFC 6120 §4.9.3.12). As below.
    AccountRemoved,
    /// Somebody who may ended the session (RFC 6120 §4.9.3.16). As below.
    Disconnected,
    /// A host that is not served here (RFC 6120 §4.9.3.6).
    HostUnknown,
    /// An address that cannot be one (RFC 6120 §4.9.3.7).
    ImproperAddressing,
    /// A `from` that is not the session's (RFC 6120 §4.9.3.9).
    InvalidFrom,
    /// An answer of dialback that nobody asked for on this stream (XEP-0220 §3.1).
    UnaskedAnswer,
    /// A domain that the operator does not want to talk with.
    Unwelcome,
    /// A version of the protocol that is not 1.0 (RFC 6120 §4.9.3.25).
    UnsupportedVersion,
    /// Too many failed logins, or too much of something else (RFC 6120 §4.9.3.14).
    PolicyViolation,
    /// Nothing came for too long before login (RFC 6120 §4.9.3.4).
    Timeout,
    /// The same client is back on another connection (RFC 6120 §4.9.3.3).
    Conflict,
    /// Too much waits for this client (RFC 6120 §4.9.3.17).
    ResourceConstraint,
    /// More was acknowledged than was ever sent (XEP-0198 §6).
    AcknowledgedTooMuch {
        /// What the client claims to have.
        h: u32,
        /// What it was sent.
        sent: u32,
    },
    /// Stream management was turned on twice (XEP-0198 §3), or the like.
    UnexpectedRequest,
    /// We failed (RFC 6120 §4.9.3.8). Not the peer's doing, but it ends the stream alike.
    InternalServerError,
    /// The service stops (RFC 6120 §4.9.3.20). As above.
    SystemShutdown,
}

impl Crime {
    /// The defined condition of the stream error (RFC 6120 §4.9.3).
    pub fn condition(self) -> &'static str {
        match self {
            Crime::NotWellFormed => "not-well-formed",
            Crime::NotUtf8 | Crime::Encoding => "unsupported-encoding",
            Crime::RestrictedXml => "restricted-xml",
            Crime::BadNamespacePrefix => "bad-namespace-prefix",
            Crime::InvalidNamespace => "invalid-namespace",
            Crime::TooManyBytes
            | Crime::TooDeep
            | Crime::TooManyAttributes
            | Crime::TooManyElements
            | Crime::TooManyNamespaces
            | Crime::Unwelcome
            | Crime::PolicyViolation => "policy-violation",
            Crime::TextBetweenStanzas | Crime::BadFormat => "bad-format",
            Crime::UnsupportedStanzaType => "unsupported-stanza-type",
            Crime::NotAuthorized | Crime::LoginRevoked | Crime::AccountRemoved => "not-authorized",
            Crime::Disconnected => "reset",
            Crime::HostUnknown => "host-unknown",
            Crime::ImproperAddressing => "improper-addressing",
            Crime::InvalidFrom | Crime::UnaskedAnswer => "invalid-from",
            Crime::UnsupportedVersion => "unsupported-version",
            Crime::Timeout => "connection-timeout",
            Crime::Conflict => "conflict",
            Crime::ResourceConstraint => "resource-constraint",
            Crime::AcknowledgedTooMuch { .. } | Crime::UnexpectedRequest => "undefined-condition",
            Crime::InternalServerError => "internal-server-error",
            Crime::SystemShutdown => "system-shutdown",
        }
    }

    /// A sentence for the person who reads the client's log.
    pub fn sentence(self) -> &'static str {
        match self {
            Crime::NotWellFormed => "This is not well-formed XML.",
            Crime::NotUtf8 | Crime::Encoding => "Streams are UTF-8.",
            Crime::RestrictedXml => "Comments, processing instructions, DTDs and own entities are not part of XMPP.",
            Crime::BadNamespacePrefix => "A namespace prefix was not declared.",
            Crime::InvalidNamespace => "The stream is in a namespace that is not served here.",
            Crime::TooManyBytes => "The element is larger than this stream allows.",
            Crime::TooDeep => "The element is nested deeper than this stream allows.",
            Crime::TooManyAttributes => "An element has more attributes than this stream allows.",
            Crime::TooManyElements => "The stanza has more elements than this stream allows.",
            Crime::TooManyNamespaces => "The stanza declares more namespaces than this stream allows.",
            Crime::TextBetweenStanzas => "There is no text between stanzas.",
            Crime::BadFormat => "This element lacks what would make sense of it.",
            Crime::UnsupportedStanzaType => "This element has no place here.",
            Crime::NotAuthorized => "This is not allowed before the steps that come first.",
            Crime::LoginRevoked => "The password was changed, or the account was disabled. Please log in again.",
            Crime::AccountRemoved => "This account was removed, with all that was kept of it.",
            Crime::Disconnected => "This session was ended by an administrator or from another device.",
            Crime::HostUnknown => "This host is not served here.",
            Crime::ImproperAddressing => "An address is missing or malformed.",
            Crime::InvalidFrom => "The sender's address is not that of this stream.",
            Crime::UnaskedAnswer => "Nobody asked for this on this stream.",
            Crime::Unwelcome => "This service does not talk with that domain.",
            Crime::UnsupportedVersion => "Only version 1.0 of the protocol is spoken here.",
            Crime::PolicyViolation => "Too many attempts.",
            Crime::Timeout => "Nothing came for too long.",
            Crime::Conflict => "The same client connected again.",
            Crime::ResourceConstraint => "Too much is waiting for this client.",
            Crime::AcknowledgedTooMuch { .. } => "More stanzas were acknowledged than were sent.",
            Crime::UnexpectedRequest => "This was already done on this stream.",
            Crime::InternalServerError => "Something of ours failed. Please try again.",
            Crime::SystemShutdown => "The service is being restarted. Please come back in a moment.",
        }
    }
}
