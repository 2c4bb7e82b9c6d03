//! The bytes below a client's stream: TCP, and TLS that believes any certificate.

use bytes::BytesMut;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme, SupportedProtocolVersion};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A connection, before and after TLS.
pub enum Wire {
    /// Nothing but TCP yet.
    Plain(TcpStream),
    /// TLS over TCP.
    Tls(Box<TlsStream<TcpStream>>),
}

impl Wire {
    /// A connection without TLS, small writes not held back.
    ///
    /// # Errors
    /// When nobody answers there.
    pub async fn connect(address: SocketAddr) -> io::Result<Wire> {
        let tcp = TcpStream::connect(address).await?;
        tcp.set_nodelay(true)?;
        Ok(Wire::Plain(tcp))
    }

    /// The same connection with TLS. It must be plain so far.
    ///
    /// # Errors
    /// When the handshake fails, or TLS is there already.
    pub async fn secure(self, config: &Arc<ClientConfig>, domain: &str) -> io::Result<Wire> {
        let Wire::Plain(tcp) = self else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "TLS inside TLS"));
        };
        let name = ServerName::try_from(domain.to_owned()).map_err(io::Error::other)?;
        let tls = TlsConnector::from(config.clone()).connect(name, tcp).await?;
        Ok(Wire::Tls(Box::new(tls)))
    }

    /// Version, cipher suite and protocol of TLS, as they were negotiated; none without TLS.
    pub fn negotiated(&self) -> Option<String> {
        let Wire::Tls(tls) = self else { return None };
        let (_, session) = tls.get_ref();
        let version = session.protocol_version().and_then(|version| version.as_str()).unwrap_or("TLS");
        let suite = session.negotiated_cipher_suite().map(|suite| suite.suite());
        let suite = suite.and_then(|suite| suite.as_str()).unwrap_or("no suite");
        let protocol = session.alpn_protocol().map(String::from_utf8_lossy);
        let protocol = protocol.map(|protocol| format!(", ALPN {protocol}")).unwrap_or_default();
        Some(format!("{}, {suite}{protocol}", version.replace("v1_", " 1.")))
    }

    /// Appends what arrived to `input` and tells how many bytes that were; 0 at the end.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn read(&mut self, input: &mut BytesMut) -> io::Result<usize> {
        match self {
            Wire::Plain(tcp) => tcp.read_buf(input).await,
            Wire::Tls(tls) => tls.read_buf(input).await,
        }
    }

    /// Sends all of `bytes`.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Wire::Plain(tcp) => tcp.write_all(bytes).await,
            Wire::Tls(tls) => {
                tls.write_all(bytes).await?;
                tls.flush().await
            }
        }
    }

    /// Says that no more comes.
    ///
    /// # Errors
    /// When the connection is broken already.
    pub async fn shut(&mut self) -> io::Result<()> {
        match self {
            Wire::Plain(tcp) => tcp.shutdown().await,
            Wire::Tls(tls) => tls.shutdown().await,
        }
    }
}

/// TLS 1.3 that believes any certificate and never resumes: each connection pays its whole
/// handshake, with X25519, which all servers know.
pub fn any_certificate() -> Arc<ClientConfig> {
    Arc::new(believing(&[&rustls::version::TLS13]))
}

/// The same with TLS 1.2 as well, and with what is spoken named to the server (RFC 7301).
pub fn any_certificate_speaking(protocol: &str) -> Arc<ClientConfig> {
    let mut config = believing(&[&rustls::version::TLS13, &rustls::version::TLS12]);
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    Arc::new(config)
}

fn believing(versions: &[&'static SupportedProtocolVersion]) -> ClientConfig {
    let provider = CryptoProvider { kx_groups: vec![aws_lc_rs::kx_group::X25519], ..aws_lc_rs::default_provider() };
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(versions)
        .expect("the provider has cipher suites for all versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Believer))
        .with_no_client_auth();
    config.resumption = rustls::client::Resumption::disabled();
    config
}

/// Checks that the server holds the key of its certificate, not whose certificate it is.
#[derive(Debug)]
struct Believer;

impl ServerCertVerifier for Believer {
    fn verify_server_cert(
        &self,
        _leaf: &CertificateDer<'_>,
        _chain: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, leaf, signed, &aws_lc_rs::default_provider().signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, leaf, signed, &aws_lc_rs::default_provider().signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        aws_lc_rs::default_provider().signature_verification_algorithms.supported_schemes()
    }
}
