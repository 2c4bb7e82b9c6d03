//! What a handshake offers: one certificate and our parameters, to whoever connects and to whoever we connect to.

use super::anyone::Anyone;
use bytes::Bytes;
use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs;
use rustls::server::{NoServerSessionStorage, ProducesTickets};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ServerConfig};
use std::sync::Arc;

/// What comes before the handshake.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Carrier {
    /// TLS from the first byte (XEP-0368).
    Direct,
    /// RFC 6120 §5.
    StartTls,
    /// HTTPS.
    Web,
}

/// The protocol of servers, where one is named (XEP-0368 §2).
const SERVERS_PROTOCOL: &[u8] = b"xmpp-server";

/// What one handshake shows: a certificate, its `tls-server-end-point`, and the parameters of TLS.
///
/// A connection takes the offer that is current when its handshake begins and keeps to it, so the
/// channel binding is always that of the certificate which this connection was shown.
#[derive(Clone, Debug)]
pub struct Offer {
    pub(super) config: Arc<ServerConfig>,
    pub(super) end_point: Option<Bytes>,
}

impl Offer {
    /// `tickets` belongs to this certificate alone: a session resumed with a ticket shows no
    /// certificate, and the client binds to the one it was shown when it got the ticket.
    pub(crate) fn new(
        carrier: Carrier,
        certified: Arc<CertifiedKey>,
        end_point: Option<Bytes>,
        tickets: Arc<dyn ProducesTickets>,
    ) -> Result<Offer, rustls::Error> {
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&TLS13, &TLS12])?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        // XEP-0368 §2: clients name the protocol. Those that name none are let in; those that
        // name another were meant for another server.
        config.alpn_protocols = match carrier {
            Carrier::Direct => vec![b"xmpp-client".to_vec()],
            Carrier::StartTls => Vec::new(),
            Carrier::Web => vec![b"http/1.1".to_vec()],
        };
        config.ticketer = tickets;
        config.send_tls13_tickets = 1;
        Ok(Offer { config: Arc::new(harden(config)), end_point })
    }

    /// What another server is shown. It is asked for its certificate and may show none (RFC 6120
    /// §5.4.3.1); whatever it shows is taken, and judged afterwards by [`crate::verify`].
    pub(crate) fn to_servers(carrier: Carrier, certified: Arc<CertifiedKey>) -> Result<Offer, rustls::Error> {
        let provider = provider();
        let anyone = Arc::new(Anyone::new(&provider));
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])?
            .with_client_cert_verifier(anyone)
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        if carrier == Carrier::Direct {
            config.alpn_protocols = vec![SERVERS_PROTOCOL.to_vec()];
        }
        // No resumption: a ticket would carry the peer's chain, and there is one stream a day.
        config.send_tls13_tickets = 0;
        Ok(Offer { config: Arc::new(harden(config)), end_point: None })
    }
}

/// What holds for everybody who connects.
fn harden(mut config: ServerConfig) -> ServerConfig {
    // Sessions are resumed from what the client keeps; we keep nothing.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    // RFC 7590 §3.3, RFC 7627: without it a TLS 1.2 session can be spliced into another.
    config.require_ems = true;
    // XEP-0388 §3: no SASL in data that can be replayed.
    config.max_early_data_size = 0;
    config
}

/// What we say when we connect to another server: our certificate, which public authorities issue for
/// servers only (receivers have to take it all the same), and our parameters.
#[derive(Clone, Debug)]
pub struct Hello {
    pub(super) config: Arc<ClientConfig>,
}

impl Hello {
    /// With our certificate, if the peer asks for one.
    pub(crate) fn new(carrier: Carrier, certified: Arc<CertifiedKey>) -> Result<Hello, rustls::Error> {
        let provider = provider();
        let anyone = Arc::new(Anyone::new(&provider));
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])?
            .dangerous()
            .with_custom_certificate_verifier(anyone)
            .with_client_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        if carrier == Carrier::Direct {
            config.alpn_protocols = vec![SERVERS_PROTOCOL.to_vec()];
        }
        // The certificate is to be seen, and judged, each time.
        config.resumption = Resumption::disabled();
        config.require_ems = true;
        Ok(Hello { config: Arc::new(config) })
    }
}

/// The cryptography of all of our TLS.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
