//! What was learned of a peer that says to be a domain. All of it is inside TLS: in plain text nothing
//! is looked at.

/// What is known of a peer with regard to one domain.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Proof {
    /// What the certificate says that it showed.
    pub certificate: Certificate,
    /// What the domain's TLSA records say of that certificate.
    pub dane: Dane,
    /// What the domain itself says of the peer.
    pub dialback: Dialback,
}

/// What the certificate that a peer showed proves about a domain (RFC 6120 §13.7.2, RFC 9525).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Certificate {
    /// It showed none: it was asked for one and had none to give.
    Missing,
    /// The chain leads to a trusted root, all of it is in time, and it names the domain.
    Valid,
    /// It proves nothing, for this reason: of several the one that tells most.
    Invalid(Flaw),
}

/// What is wrong with a certificate.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Flaw {
    /// It cannot be read.
    Malformed,
    /// It is signed by nobody but itself, and not trusted as such.
    SelfSigned,
    /// The chain leads to no root that is trusted here.
    UntrustedRoot,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It is somebody else's.
    WrongName,
    /// Whoever signed it has taken that back.
    Revoked,
    /// It is not made for this: constraints, usages, a weak signature.
    Unsuitable,
}

/// What the TLSA records of the domain say of the certificate (RFC 7673, RFC 7712 §5).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dane {
    /// Nobody looked, or DNSSEC did not validate the whole path: it says nothing.
    Unknown,
    /// There are none, as DNSSEC proves.
    Absent,
    /// A validated record matches.
    Matches,
    /// There are validated records, and none of them matches.
    Mismatch,
}

/// What the domain says of a peer, asked where name servers have it (XEP-0220).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dialback {
    /// It was not asked.
    Unasked,
    /// It need not be: we called this peer ourselves where name servers have the domain. All that
    /// dialback could tell rests on the same (XEP-0220 §1.2).
    Called,
    /// It knows the key.
    Valid,
    /// It does not.
    Invalid,
    /// It could not be asked, or would not say.
    Failed,
}
