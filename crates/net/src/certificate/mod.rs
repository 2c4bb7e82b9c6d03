//! The certificate that connections are shown: where it comes from, and how a new one takes over.

mod error;
mod pem;
mod self_signed;

pub use error::CertificateError;
pub(crate) use pem::chain as chain_of_file;

use crate::tls::{Carrier, Hello, Offer, end_point, provider};
use arc_swap::ArcSwap;
use rustls::crypto::aws_lc_rs::Ticketer;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the certificate comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// PEM files, one and the same perhaps: the chain, leaf first, and its key.
    Files {
        /// The chain.
        chain: PathBuf,
        /// The key.
        key: PathBuf,
    },
    /// Our own, made when it is missing or nearly expired, and kept in this folder. Good for a first
    /// look: clients warn of it.
    SelfSigned {
        /// The data folder.
        folder: PathBuf,
    },
}

/// The certificate in use. New connections take it from here; a reload swaps it in one step and
/// leaves established connections as they are.
pub struct Certificates {
    source: Source,
    names: Vec<String>,
    current: ArcSwap<Identity>,
}

/// What a reload did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reload {
    /// New connections are shown another certificate.
    Changed,
    /// It is the same.
    Unchanged,
}

/// One certificate, ready for use.
struct Identity {
    chain: Vec<CertificateDer<'static>>,
    expires: i64,
    /// Names it should be good for and is not.
    uncovered: Vec<String>,
    direct: Arc<Offer>,
    starttls: Arc<Offer>,
    web: Arc<Offer>,
    servers: Servers,
}

/// What other servers are shown.
struct Servers {
    direct: Arc<Offer>,
    starttls: Arc<Offer>,
    direct_out: Arc<Hello>,
    starttls_out: Arc<Hello>,
}

impl Certificates {
    /// Loads the certificate that is to be good for `names` (ASCII, RFC 5890 A-labels; the domain of the
    /// accounts first), or makes one. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// When there is no usable one; the message says which file and what to do.
    pub fn open(source: Source, names: &[&str], now: i64) -> Result<Certificates, CertificateError> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let (path, chain, key) = read(&source, &names, now)?;
        let identity = Identity::new(&path, chain, key, &names)?;
        let current = ArcSwap::from_pointee(identity);
        Ok(Certificates { source, names, current })
    }

    /// Looks again, at SIGHUP or once a day. Established connections keep what they have.
    ///
    /// # Errors
    /// As of [`Certificates::open`]; the one in use stays.
    pub fn reload(&self, now: i64) -> Result<Reload, CertificateError> {
        let (path, chain, key) = read(&self.source, &self.names, now)?;
        if chain == self.current.load().chain {
            // Kept as it is, with its tickets.
            return Ok(Reload::Unchanged);
        }
        let identity = Identity::new(&path, chain, key, &self.names)?;
        self.current.store(Arc::new(identity));
        Ok(Reload::Changed)
    }

    /// What a connection with TLS from its first byte offers (XEP-0368).
    pub fn direct(&self) -> Arc<Offer> {
        self.current.load().direct.clone()
    }

    /// What a connection offers after STARTTLS.
    pub fn starttls(&self) -> Arc<Offer> {
        self.current.load().starttls.clone()
    }

    /// What a connection for HTTPS offers.
    pub(crate) fn web(&self) -> Arc<Offer> {
        self.current.load().web.clone()
    }

    /// What another server's connection with TLS from its first byte offers (XEP-0368).
    pub fn servers_direct(&self) -> Arc<Offer> {
        self.current.load().servers.direct.clone()
    }

    /// What another server's connection offers after STARTTLS.
    pub fn servers_starttls(&self) -> Arc<Offer> {
        self.current.load().servers.starttls.clone()
    }

    /// What we say to another server with TLS from the first byte (XEP-0368).
    pub fn hello_direct(&self) -> Arc<Hello> {
        self.current.load().servers.direct_out.clone()
    }

    /// What we say to another server after STARTTLS.
    pub fn hello_starttls(&self) -> Arc<Hello> {
        self.current.load().servers.starttls_out.clone()
    }

    /// When the certificate in use expires, in seconds since 1970.
    pub fn expires(&self) -> i64 {
        self.current.load().expires
    }

    /// The SHA-256 of the certificate in use, to compare with what a client shows.
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        let leaf = &self.current.load().chain[0];
        hash.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, leaf).as_ref());
        hash
    }

    /// Which names the certificate in use is not good for; clients and other servers refuse it there.
    pub fn uncovered(&self) -> Vec<String> {
        self.current.load().uncovered.clone()
    }
}

type Chain = Vec<CertificateDer<'static>>;

fn read(
    source: &Source,
    names: &[String],
    now: i64,
) -> Result<(PathBuf, Chain, PrivateKeyDer<'static>), CertificateError> {
    match source {
        Source::Files { chain, key } => Ok((chain.clone(), pem::chain(chain)?, pem::key(key)?)),
        Source::SelfSigned { folder } => self_signed::load_or_make(folder, names, now),
    }
}

impl Identity {
    fn new(
        path: &Path,
        chain: Chain,
        key: PrivateKeyDer<'static>,
        names: &[String],
    ) -> Result<Identity, CertificateError> {
        let unusable = |error| CertificateError::Unusable { path: path.to_owned(), error };
        let leaf = &chain[0];
        let expires = pem::expires(leaf).ok_or_else(|| CertificateError::Unreadable { path: path.to_owned() })?;
        let uncovered = names.iter().filter(|name| !covers(leaf, name)).cloned().collect();
        let end_point = end_point(leaf);
        // Refuses a key that is not the certificate's.
        let certified = Arc::new(CertifiedKey::from_der(chain.clone(), key, &provider()).map_err(unusable)?);
        let tickets = Ticketer::new().map_err(unusable)?;
        let offer = |carrier| {
            Offer::new(carrier, certified.clone(), end_point.clone(), tickets.clone()).map(Arc::new).map_err(unusable)
        };
        let (direct, starttls, web) = (offer(Carrier::Direct)?, offer(Carrier::StartTls)?, offer(Carrier::Web)?);
        let servers = Servers::new(&certified).map_err(unusable)?;
        Ok(Identity { chain, expires, uncovered, direct, starttls, web, servers })
    }
}

impl Servers {
    fn new(certified: &Arc<CertifiedKey>) -> Result<Servers, rustls::Error> {
        let offer = |carrier| Offer::to_servers(carrier, certified.clone()).map(Arc::new);
        let hello = |carrier| Hello::new(carrier, certified.clone()).map(Arc::new);
        Ok(Servers {
            direct: offer(Carrier::Direct)?,
            starttls: offer(Carrier::StartTls)?,
            direct_out: hello(Carrier::Direct)?,
            starttls_out: hello(Carrier::StartTls)?,
        })
    }
}

/// RFC 9525 §6, as clients check it.
fn covers(leaf: &CertificateDer<'_>, domain: &str) -> bool {
    let (Ok(parsed), Ok(name)) = (ParsedCertificate::try_from(leaf), ServerName::try_from(domain)) else {
        return false;
    };
    rustls::client::verify_server_name(&parsed, &name).is_ok()
}
