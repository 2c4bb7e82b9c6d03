//! A server with a certificate of its own, and clients that trust it.

use bytes::BytesMut;
use net::{Certificates, Gate, Limits, Listener, Offer, Source, TlsStream};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream as ClientStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion, version};

/// 2026-11-25, roughly; certificates are valid around it and around the real clock's time.
#[expect(clippy::disallowed_methods, reason = "a test has a clock of its own")]
pub fn now() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

pub struct House {
    pub folder: TempDir,
    pub certificates: Certificates,
}

impl House {
    pub fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        let source = Source::SelfSigned { folder: folder.path().to_owned() };
        let certificates = Certificates::open(source, &["example.org"], now()).unwrap();
        House { folder, certificates }
    }

    pub fn pem(&self) -> std::path::PathBuf {
        self.folder.path().join("self-signed.pem")
    }

    pub fn client(&self, versions: &[&'static SupportedProtocolVersion]) -> Arc<ClientConfig> {
        client_config(&self.pem(), versions)
    }

    /// Both ends of a connection after the handshake.
    pub async fn pair(&self, versions: &[&'static SupportedProtocolVersion]) -> (TlsStream, ClientStream<TcpStream>) {
        connect(&self.certificates.direct(), self.client(versions)).await
    }

    pub async fn tls13(&self) -> (TlsStream, ClientStream<TcpStream>) {
        self.pair(&[&version::TLS13]).await
    }
}

pub fn client_config(pem: &Path, versions: &[&'static SupportedProtocolVersion]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(pem).unwrap()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"xmpp-client".to_vec()];
    Arc::new(config)
}

pub async fn connect(offer: &Offer, config: Arc<ClientConfig>) -> (TlsStream, ClientStream<TcpStream>) {
    let (near, far) = sockets().await;
    let client = async { handshake(far, config).await.unwrap() };
    let server = async { TlsStream::accept(near, offer).await.unwrap() };
    within(async { tokio::join!(server, client) }).await
}

pub async fn handshake(tcp: TcpStream, config: Arc<ClientConfig>) -> std::io::Result<ClientStream<TcpStream>> {
    TlsConnector::from(config).connect(ServerName::try_from("example.org").unwrap(), tcp).await
}

/// A connected pair of sockets, the server's end first.
pub async fn sockets() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.21.1:0").await.unwrap();
    let far = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    far.set_nodelay(true).unwrap();
    (listener.accept().await.unwrap().0, far)
}

pub fn listener(address: &str, limits: Limits) -> (Arc<Listener>, Arc<Gate>, SocketAddr) {
    let gate = Gate::new(limits);
    let listener = Listener::bind(address.parse().unwrap(), gate.clone()).unwrap();
    let address = listener.address();
    (Arc::new(listener), gate, address)
}

pub fn clock() -> Instant {
    Instant::now()
}

/// Reads until `bytes` have come.
pub async fn read_all(stream: &mut TlsStream, bytes: usize) -> BytesMut {
    let mut into = BytesMut::new();
    while into.len() < bytes {
        assert!(within(stream.read(&mut into)).await.unwrap() > 0, "closed after {} bytes", into.len());
    }
    into
}

pub async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("it takes too long")
}
