//! What two servers need to find and believe each other without the world: an authority that nobody else trusts, and
//! a name server that knows them.

use crate::Outcome;
use rustls::pki_types::CertificateDer;
use std::net::Ipv4Addr;
use std::path::Path;
use testkit::lab::authority::{self, Authority, Leaf};
use testkit::lab::names::Names;

/// The port of the name server.
pub const NAMES_PORT: u16 = 5353;
/// The port for other servers.
pub const SERVERS_PORT: u16 = 5269;
/// The end of all names.
pub const ZONE: &str = "bench.example";

/// An authority and a name server.
pub struct Lab {
    authority: Authority,
    names: Names,
}

impl Lab {
    /// Starts a name server at `address` that knows `hosts`.
    ///
    /// # Errors
    /// When its address is taken.
    pub async fn start(address: Ipv4Addr, hosts: &[(String, Ipv4Addr)]) -> Outcome<Lab> {
        let place = format!("{address}:{NAMES_PORT}");
        let names = Names::serve_at(&place, |zone| {
            for (host, address) in hosts {
                let address = address.to_string();
                let host = &format!("{host}.");
                zone.a(host, &[&address]);
                zone.aaaa(host, &[]);
                // ejabberd asks the machine for addresses, which knows nothing of these names; a target may look
                // like one.
                let target = if host.starts_with("ejabberd") { &format!("{address}.") } else { host };
                zone.srv(&format!("_xmpp-server._tcp.{host}"), &[(0, 0, SERVERS_PORT, target)]);
            }
        });
        Ok(Lab { authority: Authority::new("Root of the benchmark"), names: names.await? })
    }

    /// Where names are looked up.
    pub fn resolver(&self) -> Ipv4Addr {
        match self.names.address.ip() {
            std::net::IpAddr::V4(address) => address,
            std::net::IpAddr::V6(_) => Ipv4Addr::LOCALHOST,
        }
    }

    /// Writes the root.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_root(&self, path: &Path) -> Outcome<()> {
        Ok(std::fs::write(path, self.authority.root.pem())?)
    }

    /// The root.
    pub fn root(&self) -> CertificateDer<'static> {
        self.authority.root.der().clone()
    }

    /// A certificate of `domain` with those above it, and its key. It is good for servers and, as before 2026, for
    /// clients.
    pub fn issue(&self, domain: &str) -> (Vec<CertificateDer<'static>>, rcgen::KeyPair) {
        use rcgen::ExtendedKeyUsagePurpose::{ClientAuth, ServerAuth};
        self.authority.issue(&Leaf { purposes: &[ServerAuth, ClientAuth], ..Leaf::of(&[domain]) })
    }

    /// Writes a certificate of `domain` to `chain`, and its key to `key`.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self, domain: &str, chain: &Path, key: &Path) -> Outcome<()> {
        let (certificates, secret) = self.issue(domain);
        // The key stands in it as well, before the chain, which nobody minds.
        authority::write(chain, &certificates, &secret);
        Ok(std::fs::write(key, secret.serialize_pem())?)
    }
}
