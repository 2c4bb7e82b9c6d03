//! Who asks, as far as limits need to know. What is written down or shown of it is the network alone.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The client of a request. An extractor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Visitor {
    /// Its address, for limits. It is not for logs or tables: what is shown of a visitor is the network.
    pub address: IpAddr,
}

impl Visitor {
    /// The client at an address. An IPv4 address in the clothes of IPv6 is the IPv4 address.
    pub(crate) fn at(address: IpAddr) -> Visitor {
        Visitor { address: address.to_canonical() }
    }

    /// The network: the first 24 bits of an IPv4 address, the first 48 of an IPv6 address.
    pub fn network(self) -> IpAddr {
        match self.address {
            IpAddr::V4(address) => IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & (!0 << 8))),
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (!0 << 80))),
        }
    }
}

impl fmt::Display for Visitor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = if self.address.is_ipv4() { 24 } else { 48 };
        write!(out, "{}/{bits}", self.network())
    }
}

impl fmt::Debug for Visitor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visitor, Infallible> {
        Ok(*parts.extensions.get::<Visitor>().expect("`answer` says who asks before any page is called"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_the_network() {
        let shown = |address: &str| Visitor::at(address.parse().expect("an address")).to_string();
        assert_eq!(shown("192.0.2.77"), "192.0.2.0/24");
        assert_eq!(shown("::ffff:192.0.2.77"), "192.0.2.0/24");
        assert_eq!(shown("2001:db8:1:2:3:4:5:6"), "2001:db8:1::/48");
    }
}
