//! `[dns]` and `[federation]`: how other servers are found, and whom to believe that they are who they say.

use super::low::{Dnssec, LowDns, LowFederation, ProofDemanded, With};
use super::problem::Reading;
use net::dial::Reach;
use net::dns::{Settings, Trust};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use stream::peer::Policy;
use toml::Spanned;

/// The port of name servers.
const DNS_PORT: u16 = 53;

/// How other servers are reached and judged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Federation {
    /// With whom the service talks.
    pub with: With,
    /// What others have to show.
    pub policy: Policy,
    /// How names are looked up.
    pub dns: Settings,
    /// Roots beside those of the machine.
    pub roots: Option<PathBuf>,
    /// Which addresses other servers may have.
    pub reach: Reach,
}

/// A domain of this machine talks with nobody unless told to: no other server could find it.
pub(super) fn read(
    (dns, low): (&LowDns, &LowFederation),
    is_localhost: bool,
    folder: &Path,
    reading: &mut Reading<'_>,
) -> Federation {
    Federation {
        with: low.with.unwrap_or(if is_localhost { With::Nobody } else { With::Everybody }),
        policy: match low.proof {
            Some(ProofDemanded::Dialback) => Policy::Dialback,
            Some(ProofDemanded::Certificate) | None => Policy::Certificate,
        },
        dns: read_dns(dns, folder, reading),
        roots: low.roots.as_ref().map(|path| folder.join(path)),
        // Whoever owns a domain says in the DNS where it leads: not into the operator's own network.
        reach: if low.private_addresses == Some(true) { Reach::Everywhere } else { Reach::Public },
    }
}

fn read_dns(low: &LowDns, folder: &Path, reading: &mut Reading<'_>) -> Settings {
    let anchors = low.trust_anchors.as_ref();
    let trust = match (low.dnssec, anchors) {
        (Some(Dnssec::Own), anchors) => Trust::Own(anchors.map(|path| folder.join(path.get_ref()))),
        (Some(Dnssec::Off), None) => Trust::Nobody,
        (None | Some(Dnssec::Resolver), None) => Trust::Resolver,
        (_, Some(path)) => {
            let advice = "Set `dnssec = \"own\"` to validate here, or leave `trust-anchors` out.";
            reading.note(path.span(), "`trust-anchors` is for validating here", advice);
            Trust::Resolver
        }
    };
    let servers = low.servers.iter().flatten().filter_map(|server| read_server(server, reading)).collect();
    Settings { servers, trust }
}

/// An address, with a port or with the usual one.
fn read_server(low: &Spanned<String>, reading: &mut Reading<'_>) -> Option<SocketAddr> {
    let text = low.get_ref();
    let alone = || text.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, DNS_PORT));
    let address = text.parse().ok().or_else(alone);
    if address.is_none() {
        let advice = "Write it like `127.0.0.1` or `[::1]:53`.";
        reading.note(low.span(), format!("`{text}` is not the address of a name server"), advice);
    }
    address
}

impl Federation {
    /// As it could have been written.
    pub(super) fn to_low(&self) -> (LowDns, LowFederation) {
        let plain = |server: &SocketAddr| Spanned::new(0..0, server.to_string());
        let (dnssec, trust_anchors) = match &self.dns.trust {
            Trust::Resolver => (Dnssec::Resolver, None),
            Trust::Own(anchors) => (Dnssec::Own, anchors.clone().map(|path| Spanned::new(0..0, path))),
            Trust::Nobody => (Dnssec::Off, None),
        };
        let servers = (!self.dns.servers.is_empty()).then(|| self.dns.servers.iter().map(plain).collect());
        let proof = match self.policy {
            Policy::Dialback => ProofDemanded::Dialback,
            Policy::Certificate | Policy::Refuse => ProofDemanded::Certificate,
        };
        let private_addresses = Some(self.reach == Reach::Everywhere);
        (
            LowDns { servers, dnssec: Some(dnssec), trust_anchors },
            LowFederation { with: Some(self.with), proof: Some(proof), roots: self.roots.clone(), private_addresses },
        )
    }
}
