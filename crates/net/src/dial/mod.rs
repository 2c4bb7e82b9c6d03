//! The way to another server: from its domain to a connection whose first word is ours.
//!
//! Servers are tried in the order of their records, their addresses in a race with a handicap (RFC 8305,
//! XEP-0495); where a TLSA record exists for certain it comes along, so that the certificate can be judged
//! by it. What was tried and failed is told.

mod back_off;
mod endpoint;
mod race;
mod reach;

pub use back_off::pause;
pub use endpoint::{Endpoint, Failure, Tried};
pub use reach::Reach;

use crate::dns::{DnsFault, Resolver, Service, Way, groups};
use crate::drive::Opening;
use crate::verify::Assurance;
use crate::{Certificates, Wire};
use endpoint::Endpoints;
use rustls::pki_types::ServerName;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use xmpp::Jid;

/// How long a handshake may take. Those who take longer are down, or hold us up.
const HANDSHAKE: Duration = Duration::from_secs(15);
/// Addresses of a group that are tried; the zone decides how many there are.
const ENDPOINTS_MAX: usize = 16;

/// What connects to other servers.
#[derive(Clone)]
pub struct Dialler {
    resolver: Resolver,
    certificates: Arc<Certificates>,
    reach: Reach,
}

/// A connection to a server of the domain.
pub struct Call {
    /// Inside TLS, or in plain text and to be upgraded ([`Dialler::upgrade`]).
    pub wire: Wire,
    /// Whom it leads to, and what DNS makes certain of that.
    pub endpoint: Endpoint,
    /// What was tried before.
    pub tried: Vec<Tried>,
}

/// Why there is no connection.
#[derive(Debug)]
pub enum Unreachable {
    /// Nobody can tell where the domain's servers are.
    Dns(DnsFault),
    /// The domain says that it has none.
    Closed,
    /// None of them could be connected to.
    Tried(Vec<Tried>),
}

impl Dialler {
    /// Connects as `reach` allows, and shows our certificate.
    pub fn new(resolver: Resolver, certificates: Arc<Certificates>, reach: Reach) -> Dialler {
        Dialler { resolver, certificates, reach }
    }

    /// What looks names up.
    pub fn resolver(&self) -> &Resolver {
        &self.resolver
    }

    /// By what a certificate may be judged that somebody shows who connects and says to be a domain: the
    /// validated TLSA records of its servers.
    pub(crate) async fn promised(&self, domain: &Jid) -> Assurance {
        let tlsa = if self.resolver.validates() { endpoint::promised(&self.resolver, domain).await } else { None };
        Assurance { host: None, tlsa }
    }

    /// Connects to a server of a domain. May be dropped; the caller bounds how long it may take in all.
    /// `draw` gives random numbers.
    ///
    /// # Errors
    /// When there is no server, or none that answers.
    pub async fn call(&self, domain: &Jid, draw: impl FnMut() -> u64) -> Result<Call, Unreachable> {
        let services = match self.resolver.services(domain).await.map_err(Unreachable::Dns)? {
            Way::Records(services) => services,
            Way::Host(host) => vec![host],
            Way::Closed => return Err(Unreachable::Closed),
        };
        let mut tried = Vec::new();
        for group in groups(services, draw) {
            match self.call_group(domain, &group, &mut tried).await {
                Some((wire, endpoint)) => return Ok(Call { wire, endpoint, tried }),
                None => continue,
            }
        }
        Err(Unreachable::Tried(tried))
    }

    /// The servers of one priority, until one can be talked to.
    async fn call_group(&self, domain: &Jid, group: &[Service], tried: &mut Vec<Tried>) -> Option<(Wire, Endpoint)> {
        let mut endpoints = Endpoints::find(&self.resolver, group, self.reach, tried).await;
        endpoints.waiting.truncate(ENDPOINTS_MAX);
        while let Some((tcp, endpoint)) = race::connect(&mut endpoints.waiting, tried).await {
            match self.greet(domain, tcp, &endpoint).await {
                Ok(wire) => return Some((wire, endpoint)),
                Err(error) => tried.push(Tried { endpoint, failure: Failure::Handshake(error) }),
            }
        }
        None
    }

    async fn greet(&self, domain: &Jid, tcp: TcpStream, endpoint: &Endpoint) -> io::Result<Wire> {
        match endpoint.opening {
            Opening::StartTls => Wire::plain(tcp),
            Opening::DirectTls => {
                let hello = self.certificates.hello_direct();
                in_time(Wire::call_direct(tcp, &hello, server_name(domain)?)).await
            }
        }
    }

    /// STARTTLS on a connection in plain text, once the server has said to proceed.
    ///
    /// # Errors
    /// As of [`Wire::call_upgrade`]; `TimedOut` when the server takes too long.
    pub async fn upgrade(&self, wire: Wire, domain: &Jid) -> io::Result<Wire> {
        let hello = self.certificates.hello_starttls();
        in_time(wire.call_upgrade(&hello, server_name(domain)?)).await
    }
}

async fn in_time(handshake: impl Future<Output = io::Result<Wire>>) -> io::Result<Wire> {
    timeout(HANDSHAKE, handshake).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// XEP-0368 §2: the domain is asked for, not the host that serves it.
fn server_name(domain: &Jid) -> io::Result<ServerName<'static>> {
    ServerName::try_from(domain.domain_ascii()).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))
}

impl Unreachable {
    /// Name servers say for certain that nobody is there: trying again is in vain until they say otherwise.
    pub fn is_nowhere(&self) -> bool {
        match self {
            Unreachable::Closed => true,
            Unreachable::Dns(_) => false,
            Unreachable::Tried(tried) => tried.iter().all(|tried| matches!(tried.failure, Failure::NoAddress)),
        }
    }
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreachable::Dns(fault) => fault.fmt(f),
            Unreachable::Closed => f.write_str("the domain says in DNS that it has no servers of XMPP"),
            Unreachable::Tried(tried) => {
                f.write_str("no server of the domain can be talked to")?;
                tried.iter().try_for_each(|tried| write!(f, "; {tried}"))
            }
        }
    }
}

impl std::error::Error for Unreachable {}
