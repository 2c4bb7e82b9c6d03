//! Which addresses other servers may have.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where we connect to. Any user can make us connect to any domain, and any domain can name any address.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Reach {
    /// Everywhere, the machine itself and networks of a house included.
    #[default]
    Everywhere,
    /// To the Internet only.
    Public,
}

impl Reach {
    /// Whether an address may be connected to.
    pub fn allows(self, address: IpAddr) -> bool {
        match (self, address.to_canonical()) {
            (Reach::Everywhere, _) => true,
            (Reach::Public, IpAddr::V4(address)) => is_public_v4(address),
            (Reach::Public, IpAddr::V6(address)) => is_public_v6(address),
        }
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_of_protocols = a == 192 && b == 0 && c == 0;
    let is_of_benchmarks = a == 198 && (18..20).contains(&b);
    let is_special = address.is_private() || address.is_loopback() || address.is_link_local();
    let is_nobodys = address.is_documentation() || address.is_multicast() || a == 0 || a >= 240;
    !(is_shared || is_of_protocols || is_of_benchmarks || is_special || is_nobodys)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // Only 2000::/3 is given out, and of it 2001:db8::/32 is for documents; 64:ff9b::/96 and 2002::/16 lead
    // to IPv4 addresses that would have to be looked at as such.
    let [a, b, ..] = address.segments();
    (0x2000..0x4000).contains(&a) && !(a == 0x2001 && b == 0xdb8) && a != 0x2002
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_internet_is_public() {
        let allows = |text: &str| Reach::Public.allows(text.parse().expect("an address"));
        for address in ["1.1.1.1", "100.63.0.1", "172.32.0.1", "192.0.1.1", "2606:4700::1", "::ffff:1.1.1.1"] {
            assert!(allows(address), "{address}");
        }
        for address in [
            "127.0.67.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
        ] {
            assert!(!allows(address), "{address}");
            assert!(Reach::Everywhere.allows(address.parse().expect("an address")));
        }
    }
}
