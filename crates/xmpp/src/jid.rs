//! Addresses: placeholder until the PRECIS implementation lands.

use std::sync::Arc;

/// An address.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Jid(Arc<str>, u16, u16);
/// Not an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JidError;
impl Jid {
    /// Parses.
    pub fn parse(text: &str) -> Result<Jid, JidError> {
        let slash = text.find('/').unwrap_or(text.len());
        let at = text[..slash].find('@').map_or(0, |at| at + 1);
        Ok(Jid(text.into(), at as u16, slash as u16))
    }
    /// Parses.
    pub fn parse_tolerant(text: &str) -> Result<Jid, JidError> {
        Jid::parse(text)
    }
    /// Text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Localpart.
    pub fn local(&self) -> Option<&str> {
        (self.1 > 0).then(|| &self.0[..self.1 as usize - 1])
    }
    /// Domain.
    pub fn domain(&self) -> &str {
        &self.0[self.1 as usize..self.2 as usize]
    }
    /// Resource.
    pub fn resource(&self) -> Option<&str> {
        self.0.get(self.2 as usize + 1..)
    }
    /// Bare.
    pub fn bare_str(&self) -> &str {
        &self.0[..self.2 as usize]
    }
    /// Bare.
    pub fn bare(&self) -> Jid {
        Jid(self.bare_str().into(), self.1, self.2)
    }
    /// No resource.
    pub fn is_bare(&self) -> bool {
        self.2 as usize == self.0.len()
    }
    /// A resource.
    pub fn is_full(&self) -> bool {
        !self.is_bare()
    }
    /// With another resource.
    pub fn with_resource(&self, resource: &str) -> Result<Jid, JidError> {
        Jid::parse(&format!("{}/{resource}", self.bare_str()))
    }
}
impl std::fmt::Debug for Jid {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}
impl std::fmt::Display for Jid {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}
