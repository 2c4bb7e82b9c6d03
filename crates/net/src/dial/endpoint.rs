//! The addresses of a domain's servers, and what DNS makes certain of each.

use super::Reach;
use crate::dns::{DnsFault, Resolver, Service, Way};
use crate::drive::Opening;
use crate::verify::{Assurance, Tlsa};
use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use xmpp::Jid;

/// Hosts of a group that are looked up; the zone decides how many there are.
const HOSTS_MAX: usize = 8;

/// One address of one server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Endpoint {
    /// The server's host, in ASCII.
    pub host: String,
    /// Where it listens; none when its addresses could not be found.
    pub address: Option<SocketAddr>,
    /// How its connections begin.
    pub opening: Opening,
    /// What its certificate may be judged by.
    pub assurance: Assurance,
}

/// What was tried and failed.
#[derive(Debug)]
pub struct Tried {
    /// Whom.
    pub endpoint: Endpoint,
    /// Why not.
    pub failure: Failure,
}

/// Why a server could not be talked to.
#[derive(Debug)]
pub enum Failure {
    /// Nobody can tell its addresses, or what certificate it is to have.
    Dns(DnsFault),
    /// It has no address.
    NoAddress,
    /// Its address is not to be connected to ([`Reach`]).
    OutOfReach,
    /// No connection.
    Connect(io::Error),
    /// A connection, but no TLS.
    Handshake(io::Error),
}

/// The endpoints that are still to be tried, in order.
pub(super) struct Endpoints {
    pub(super) waiting: VecDeque<Endpoint>,
}

impl Endpoints {
    /// Looks up the servers of a group; those that cannot be found are noted as tried.
    pub(super) async fn find(
        resolver: &Resolver,
        group: &[Service],
        reach: Reach,
        tried: &mut Vec<Tried>,
    ) -> Endpoints {
        let mut waiting = VecDeque::new();
        for service in group.iter().take(HOSTS_MAX) {
            match of_service(resolver, service).await {
                Ok(found) if found.is_empty() => tried.push(failed(service, Failure::NoAddress)),
                Ok(found) => {
                    for endpoint in found {
                        if endpoint.address.is_some_and(|address| reach.allows(address.ip())) {
                            waiting.push_back(endpoint);
                        } else {
                            tried.push(Tried { endpoint, failure: Failure::OutOfReach });
                        }
                    }
                }
                Err(fault) => tried.push(failed(service, Failure::Dns(fault))),
            }
        }
        Endpoints { waiting }
    }
}

fn failed(service: &Service, failure: Failure) -> Tried {
    let (host, opening) = (service.host.clone(), service.opening);
    Tried { endpoint: Endpoint { host, address: None, opening, assurance: Assurance::default() }, failure }
}

async fn of_service(resolver: &Resolver, service: &Service) -> Result<Vec<Endpoint>, DnsFault> {
    let addresses = resolver.addresses(&service.host).await?;
    let assurance = Assurance {
        host: service.secure.then(|| service.host.clone()),
        // RFC 7673 §3.2: without validated addresses the question would be in vain.
        tlsa: match service.secure && addresses.secure {
            true => {
                let found = resolver.tlsa(&service.host, service.port).await?;
                // An unsigned answer below a signed zone says nothing; that there are none says something.
                (found.secure || found.records.is_empty()).then_some(found.records)
            }
            false => None,
        },
    };
    let endpoint = |ip| Endpoint {
        host: service.host.clone(),
        address: Some(SocketAddr::new(ip, service.port)),
        opening: service.opening,
        assurance: assurance.clone(),
    };
    Ok(addresses.records.into_iter().map(endpoint).collect())
}

/// The TLSA records of all servers that a domain names, as far as DNSSEC validates them and the way to them
/// (RFC 7673 §3.3); none where there is nothing of that. What the servers of a domain show who are called may
/// prove one of them that calls (RFC 7712 §5.1).
pub(super) async fn promised(resolver: &Resolver, domain: &Jid) -> Option<Vec<Tlsa>> {
    let Ok(Way::Records(services)) = resolver.services(domain).await else { return None };
    let mut promised = Vec::new();
    for service in services.iter().filter(|service| service.secure).take(HOSTS_MAX) {
        if let Ok(found) = resolver.tlsa(&service.host, service.port).await
            && found.secure
        {
            promised.extend(found.records);
        }
    }
    (!promised.is_empty()).then_some(promised)
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = &self.endpoint.host;
        match self.endpoint.address {
            Some(address) => write!(f, "{host} ({address}): ")?,
            None => write!(f, "{host}: ")?,
        }
        match &self.failure {
            Failure::Dns(fault) => fault.fmt(f),
            Failure::NoAddress => f.write_str("it has no address"),
            Failure::OutOfReach => f.write_str("a private address, which the configuration does not allow"),
            Failure::Connect(error) => write!(f, "no connection: {error}"),
            Failure::Handshake(error) => write!(f, "no TLS: {error}"),
        }
    }
}
