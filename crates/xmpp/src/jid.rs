//! Addresses (RFC 7622): `localpart@domainpart/resourcepart`, prepared once and shared.
//!
//! [`Jid::parse`] is for what comes over the wire; [`Jid::parse_tolerant`] for what was stored or is
//! imported, perhaps by the rules of another server.

mod bidi;
mod context;
mod domain;
mod error;
mod precis;
#[cfg(test)]
mod tests;

pub use error::JidError;

use smallvec::SmallVec;
use std::{
    borrow::Borrow,
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

/// The longest part, in bytes after preparation (RFC 7622 §3.2, §3.3, §3.4).
const PART_BYTES_MAX: usize = 1023;

/// Room on the stack for an address that has to be put together.
type Scratch = SmallVec<[u8; 256]>;

/// Appends the prepared form of a part.
type Prepare = fn(&str, &mut Scratch) -> Result<(), JidError>;

/// An address. Copying it counts a reference.
#[derive(Clone)]
pub struct Jid {
    text: Arc<str>,
    /// Where the domainpart starts.
    domain: u16,
    /// Where it ends.
    slash: u16,
}

impl Jid {
    /// Reads an address and prepares its parts, so that equal addresses are equal text.
    ///
    /// # Errors
    /// What is wrong with it (RFC 7622 §3).
    pub fn parse(text: &str) -> Result<Jid, JidError> {
        Jid::read(text, precis::localpart, domain::prepare, precis::resourcepart)
    }

    /// As [`Jid::parse`], but takes what other servers and older rules let in: symbols in
    /// localparts, characters not yet assigned, resources with a space in front, hosts that are none.
    ///
    /// # Errors
    /// It has no domain, an empty or too long part, control characters or separators in a wrong place.
    pub fn parse_tolerant(text: &str) -> Result<Jid, JidError> {
        Jid::parse(text).or_else(|_| {
            Jid::read(text, precis::tolerated_localpart, precis::tolerated_domain, precis::tolerated_resource)
        })
    }

    /// The localpart that a user name stands for (RFC 8265 §3.3), at sign-up or login.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn prepare_localpart(name: &str) -> Result<String, JidError> {
        let mut out = Scratch::new();
        part(name, precis::localpart, &mut out)?;
        Ok(checked(&out).to_owned())
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The localpart, if there is one.
    pub fn local(&self) -> Option<&str> {
        (self.domain > 0).then(|| &self.text[..usize::from(self.domain) - 1])
    }

    /// The domainpart.
    pub fn domain(&self) -> &str {
        &self.text[usize::from(self.domain)..usize::from(self.slash)]
    }

    /// The domainpart in ASCII (RFC 5890 A-labels), as certificates and name servers have it.
    pub fn domain_ascii(&self) -> String {
        // What has no such form is no name either; it is left as it is, for others to refuse.
        idna::domain_to_ascii(self.domain()).unwrap_or_else(|_| self.domain().to_owned())
    }

    /// The resourcepart, if there is one.
    pub fn resource(&self) -> Option<&str> {
        self.text.get(usize::from(self.slash) + 1..)
    }

    /// The address without its resource, as text.
    pub fn bare_str(&self) -> &str {
        &self.text[..usize::from(self.slash)]
    }

    /// The address without its resource. Nothing is copied if it has none.
    pub fn bare(&self) -> Jid {
        if self.is_bare() {
            return self.clone();
        }
        Jid { text: self.bare_str().into(), domain: self.domain, slash: self.slash }
    }

    /// The domain alone. Nothing is copied if there is nothing else.
    pub fn host(&self) -> Jid {
        if self.local().is_none() {
            return self.bare();
        }
        let text: Arc<str> = self.domain().into();
        let slash = self.slash - self.domain;
        Jid { text, domain: 0, slash }
    }

    /// Whether it has no resource.
    pub fn is_bare(&self) -> bool {
        usize::from(self.slash) == self.text.len()
    }

    /// Whether it has a resource.
    pub fn is_full(&self) -> bool {
        !self.is_bare()
    }

    /// The same account or host with another resource, which is prepared.
    ///
    /// # Errors
    /// What is wrong with the resource.
    pub fn with_resource(&self, resource: &str) -> Result<Jid, JidError> {
        let mut out = Scratch::from_slice(self.bare_str().as_bytes());
        out.push(b'/');
        part(resource, precis::resourcepart, &mut out)?;
        Ok(Jid { text: checked(&out).into(), domain: self.domain, slash: self.slash })
    }

    fn read(text: &str, localpart: Prepare, domainpart: Prepare, resourcepart: Prepare) -> Result<Jid, JidError> {
        // RFC 7622 §3.2: the first slash ends the domainpart, the first at sign before it starts it.
        let slash = memchr::memchr(b'/', text.as_bytes()).unwrap_or(text.len());
        let at = memchr::memchr(b'@', &text.as_bytes()[..slash]);
        let start = at.map_or(0, |at| at + 1);
        if precis::is_plain(text, at, start..slash) {
            return Ok(Jid { text: text.into(), domain: start as u16, slash: slash as u16 });
        }
        let mut out = Scratch::new();
        if let Some(at) = at {
            part(&text[..at], localpart, &mut out)?;
            out.push(b'@');
        }
        let domain = out.len();
        part(&text[start..slash], domainpart, &mut out)?;
        let slash_out = out.len();
        if slash < text.len() {
            out.push(b'/');
            part(&text[slash + 1..], resourcepart, &mut out)?;
        }
        Ok(Jid { text: checked(&out).into(), domain: domain as u16, slash: slash_out as u16 })
    }
}

/// Prepares one part behind what is there, and holds it to the length that all parts have.
fn part(text: &str, prepare: Prepare, out: &mut Scratch) -> Result<(), JidError> {
    // Preparation shortens hardly anything: what is far too long is not looked at.
    if text.len() > 4 * PART_BYTES_MAX {
        return Err(JidError::TooLong);
    }
    let start = out.len();
    prepare(text, out)?;
    match out.len() - start {
        0 => Err(JidError::EmptyPart),
        len if len > PART_BYTES_MAX => Err(JidError::TooLong),
        _ => Ok(()),
    }
}

fn checked(prepared: &[u8]) -> &str {
    std::str::from_utf8(prepared).expect("parts are put together from text")
}

impl PartialEq for Jid {
    fn eq(&self, other: &Jid) -> bool {
        Arc::ptr_eq(&self.text, &other.text) || self.text == other.text
    }
}

impl Eq for Jid {}

impl Hash for Jid {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl PartialOrd for Jid {
    fn partial_cmp(&self, other: &Jid) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Jid {
    fn cmp(&self, other: &Jid) -> Ordering {
        self.text.cmp(&other.text)
    }
}

/// Maps keyed by addresses are asked with text.
impl Borrow<str> for Jid {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl std::str::FromStr for Jid {
    type Err = JidError;

    fn from_str(text: &str) -> Result<Jid, JidError> {
        Jid::parse(text)
    }
}

impl fmt::Debug for Jid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl fmt::Display for Jid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}
