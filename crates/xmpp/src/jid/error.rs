//! What can be wrong with an address.

/// Why a text is no address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum JidError {
    /// RFC 7622 §3.2, §3.3, §3.4: no part that is there may be empty, and the domainpart is always.
    #[error("A part of the address is empty.")]
    EmptyPart,
    /// RFC 7622 §3.2, §3.3, §3.4: 1023 bytes for each part.
    #[error("A part of the address is longer than 1023 bytes.")]
    TooLong,
    /// RFC 7622 §3.2: neither a host name nor an IP address.
    #[error("What stands for the host is neither a host name nor an IP address.")]
    Domain,
    /// RFC 7622 §3.3.1 or RFC 8264 §4.2: a character that names of users may not have.
    #[error("{0:?} may not be part of a user name.")]
    LocalpartCharacter(char),
    /// RFC 8264 §4.3: a character that a resource may not have.
    #[error("{0:?} may not be part of a resource.")]
    ResourceCharacter(char),
    /// RFC 5893 §2: letters that run both ways in an order that would be shown wrongly.
    #[error("The user name mixes letters written from the left and from the right in a confusing way.")]
    Direction,
    /// RFC 7622 §3.5, example 18.
    #[error("A resource does not start with a space.")]
    LeadingSpace,
}
