//! The handle of the resolver: hickory's stub with its cache, asked for what the way to a server needs.

use super::{DnsFault, Found};
use crate::verify::Tlsa;
use hickory_resolver::caching_client::CachingClient;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ProtocolConfig, ResolverOpts};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::xfer::RetryDnsHandle;
use hickory_resolver::net::{DnsError as WireError, NetError, dnssec::DnssecDnsHandle};
use hickory_resolver::proto::dnssec::{Proof, TrustAnchors};
use hickory_resolver::proto::op::{DnsRequestOptions, Query};
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use hickory_resolver::system_conf::read_system_conf;
use hickory_resolver::{NameServerPool, PoolContext, TlsConfig};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Records of an answer that are looked at. Real domains have a dozen; a hostile one could send thousands.
const RECORDS_MAX: usize = 50;
/// Answers that are kept, for as long as they say.
const CACHE_ANSWERS: u64 = 10_000;
/// How long one server may take, and how often it is asked again.
const TIMEOUT: Duration = Duration::from_secs(3);
const ATTEMPTS: usize = 2;

/// Whose word counts for DNSSEC.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Trust {
    /// The resolver's, if it is on this machine: nobody can change what it says on the way here.
    #[default]
    Resolver,
    /// Our own: signatures are validated here, from the keys of the root or from those in a file of DNSKEY
    /// records.
    Own(Option<PathBuf>),
    /// Nobody's: there is no DNSSEC.
    Nobody,
}

/// How names are looked up.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Settings {
    /// The resolvers to ask; those of the machine when there are none.
    pub servers: Vec<SocketAddr>,
    /// Whose word counts.
    pub trust: Trust,
}

/// Why names cannot be looked up at all.
#[derive(Debug)]
pub enum DnsError {
    /// The machine names no resolver.
    System(NetError),
    /// The file of keys is not one.
    Anchors {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: String,
    },
}

/// What asks, with its cache.
#[derive(Clone)]
pub struct Resolver {
    client: Client,
    options: DnsRequestOptions,
}

type Asking = RetryDnsHandle<NameServerPool<TokioRuntimeProvider>>;

// hickory's own `Resolver` asks without the DO bit unless it validates itself, and then nobody tells us
// what the machine's resolver has validated.
#[derive(Clone)]
enum Client {
    /// Takes the word of the resolver, or nobody's.
    Told(CachingClient<Asking>, Believed),
    Validating(CachingClient<DnssecDnsHandle<Asking>>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Believed {
    AdBit,
    Nothing,
}

impl Resolver {
    /// Makes one. Nothing is asked yet. Must be called within the runtime.
    ///
    /// # Errors
    /// When there is nobody to ask, or no key to trust.
    pub fn new(settings: &Settings) -> Result<Resolver, DnsError> {
        let servers = name_servers(&settings.servers)?;
        let is_near = servers.iter().all(|server| server.ip.is_loopback());
        let mut options = ResolverOpts::default();
        (options.timeout, options.attempts, options.cache_size) = (TIMEOUT, ATTEMPTS, CACHE_ANSWERS);
        options.try_tcp_on_error = true;
        let context = PoolContext::new(options, TlsConfig::new().map_err(DnsError::System)?);
        let pool = NameServerPool::from_config(servers, Arc::new(context), TokioRuntimeProvider::default());
        let asking = RetryDnsHandle::new(pool, ATTEMPTS);
        let client = match &settings.trust {
            Trust::Own(anchors) => {
                let anchors = Arc::new(trust_anchors(anchors.as_ref())?);
                let validating = DnssecDnsHandle::with_trust_anchor(asking, anchors);
                // Aliases are kept: each of them has to be validated.
                Client::Validating(CachingClient::new(CACHE_ANSWERS, validating, true))
            }
            Trust::Resolver if is_near => {
                Client::Told(CachingClient::new(CACHE_ANSWERS, asking, true), Believed::AdBit)
            }
            Trust::Resolver | Trust::Nobody => {
                Client::Told(CachingClient::new(CACHE_ANSWERS, asking, true), Believed::Nothing)
            }
        };
        let mut options = DnsRequestOptions::default();
        (options.use_edns, options.edns_set_dnssec_ok) = (true, true);
        Ok(Resolver { client, options })
    }

    /// Whether anything that is found can be certain (DNSSEC).
    pub fn validates(&self) -> bool {
        !matches!(self.client, Client::Told(_, Believed::Nothing))
    }

    /// The records of one type, as `pick` takes them apart.
    pub(super) async fn ask<T>(
        &self,
        name: &str,
        kind: RecordType,
        pick: impl Fn(&RData) -> Option<T>,
    ) -> Result<Found<T>, DnsFault> {
        let question = || format!("{kind} {name}");
        let fault = |reason: String| DnsFault { question: question(), reason, bogus: false };
        let mut asked = Name::from_ascii(name).map_err(|error| fault(error.to_string()))?;
        asked.set_fqdn(true);
        let query = Query::query(asked, kind);
        let answer = match &self.client {
            Client::Told(client, _) => client.lookup(query, self.options).await,
            Client::Validating(client) => client.lookup(query, self.options).await,
        };
        match answer {
            Ok(lookup) => {
                let secure = self.is_secure(&lookup, kind);
                let records = lookup.answers().iter().filter(|record| record.record_type() == kind);
                Ok(Found {
                    records: records.filter_map(|record| pick(&record.data)).take(RECORDS_MAX).collect(),
                    secure,
                })
            }
            Err(error) if error.is_no_records_found() => Ok(Found { records: Vec::new(), secure: false }),
            Err(NetError::Dns(WireError::Nsec { proof, .. })) if proof >= Proof::Insecure => {
                Ok(Found { records: Vec::new(), secure: proof.is_secure() })
            }
            Err(error) => Err(DnsFault { bogus: is_bogus(&error), ..fault(error.to_string()) }),
        }
    }

    fn is_secure(&self, lookup: &Lookup, kind: RecordType) -> bool {
        match &self.client {
            Client::Told(_, believed) => *believed == Believed::AdBit && lookup.message().metadata.authentic_data,
            Client::Validating(_) => {
                let mut counted = lookup
                    .answers()
                    .iter()
                    .filter(|record| record.record_type() == kind || record.record_type() == RecordType::CNAME)
                    .peekable();
                counted.peek().is_some() && counted.all(|record| record.proof.is_secure())
            }
        }
    }

    /// The addresses of a host, of one family.
    pub(super) async fn family(&self, host: &str, kind: RecordType) -> Result<Found<IpAddr>, DnsFault> {
        self.ask(host, kind, RData::ip_addr).await
    }

    /// The TLSA records of a host's port (RFC 7673 §3.3). Ask for them only where the host's addresses are
    /// validated.
    ///
    /// # Errors
    /// When nobody can tell: then the host is not to be connected to (RFC 7673 §3.4).
    pub async fn tlsa(&self, host: &str, port: u16) -> Result<Found<Tlsa>, DnsFault> {
        let pick = |data: &RData| match data {
            RData::TLSA(tlsa) => Some(Tlsa {
                usage: tlsa.cert_usage.into(),
                selector: tlsa.selector.into(),
                matching: tlsa.matching.into(),
                data: tlsa.cert_data.clone(),
            }),
            _ => None,
        };
        self.ask(&format!("_{port}._tcp.{host}"), RecordType::TLSA, pick).await
    }
}

fn is_bogus(error: &NetError) -> bool {
    matches!(error, NetError::Dns(WireError::DnssecBogus) | NetError::Dns(WireError::Nsec { proof: Proof::Bogus, .. }))
}

fn name_servers(configured: &[SocketAddr]) -> Result<Vec<NameServerConfig>, DnsError> {
    if configured.is_empty() {
        let (system, _) = read_system_conf().map_err(DnsError::System)?;
        return Ok(system.name_servers);
    }
    let connection = |protocol, port| {
        let mut connection = ConnectionConfig::new(protocol);
        connection.port = port;
        connection
    };
    let server = |address: &SocketAddr| {
        let both = [ProtocolConfig::Udp, ProtocolConfig::Tcp].map(|protocol| connection(protocol, address.port()));
        NameServerConfig::new(address.ip(), true, both.into())
    };
    Ok(configured.iter().map(server).collect())
}

fn trust_anchors(path: Option<&PathBuf>) -> Result<TrustAnchors, DnsError> {
    let Some(path) = path else { return Ok(TrustAnchors::default()) };
    TrustAnchors::from_file(path).map_err(|error| DnsError::Anchors { path: path.clone(), error: error.to_string() })
}

impl fmt::Display for DnsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DnsError::System(error) => write!(
                f,
                "the machine names no resolver: {error}; write one into /etc/resolv.conf or as `servers` of [dns]"
            ),
            DnsError::Anchors { path, error } => {
                write!(
                    f,
                    "{} holds no keys: {error}; it must hold DNSKEY records (`. IN DNSKEY 257 3 …`)",
                    path.display()
                )
            }
        }
    }
}

impl std::error::Error for DnsError {}
