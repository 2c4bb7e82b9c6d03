//! Why an attempt to log in came to nothing (RFC 6120 §6.5).

/// The defined conditions that this server uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Failure {
    /// RFC 6120 §6.5.1: the client gave up.
    Aborted,
    /// RFC 6120 §6.5.2
    AccountDisabled,
    /// RFC 6120 §6.5.2: not usable yet; it says so.
    Waiting,
    /// RFC 6120 §6.5.3, XEP-0484 §4.2: the token is right, but no longer good.
    CredentialsExpired,
    /// RFC 6120 §6.5.5: not base64, or not as strict as §6.3.5 wants it.
    IncorrectEncoding,
    /// RFC 6120 §6.5.6: to act as somebody else is not allowed to anybody.
    InvalidAuthzid,
    /// RFC 6120 §6.5.7: a mechanism that was not offered.
    InvalidMechanism,
    /// RFC 6120 §6.5.8: the mechanism's own grammar was broken.
    MalformedRequest,
    /// RFC 6120 §6.5.10: wrong proof, unknown user, signs of a downgrade: not told apart.
    NotAuthorized,
    /// RFC 6120 §6.5.11: something of ours failed.
    Temporary,
    /// RFC 6120 §6.5.11: too many attempts; it says so.
    TooMany,
}

impl Failure {
    /// The element of the condition.
    pub(crate) fn condition(self) -> &'static str {
        match self {
            Failure::Aborted => "aborted",
            Failure::AccountDisabled | Failure::Waiting => "account-disabled",
            Failure::CredentialsExpired => "credentials-expired",
            Failure::IncorrectEncoding => "incorrect-encoding",
            Failure::InvalidAuthzid => "invalid-authzid",
            Failure::InvalidMechanism => "invalid-mechanism",
            Failure::MalformedRequest => "malformed-request",
            Failure::NotAuthorized => "not-authorized",
            Failure::Temporary | Failure::TooMany => "temporary-auth-failure",
        }
    }

    /// A sentence for the person, where the condition does not say what to do.
    pub(crate) fn sentence(self) -> Option<&'static str> {
        match self {
            Failure::TooMany => {
                Some("The password was wrong too often from your network. Wait a minute, or log in from elsewhere.")
            }
            Failure::Waiting => Some(
                "Your application is there, and nobody has decided yet. Log in again later: it works as soon as somebody \
                 has agreed.",
            ),
            _ => None,
        }
    }
}
