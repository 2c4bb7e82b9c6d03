//! What a running server consists of, and how its parts are put together.

use crate::config::{ArchiveDefault, CertificateSource, Config};
use features::service::Service;
use features::{archive, login};
use hub::{Clock, Hub};
use net::{Certificates, Clients, Gate, Limits, Ports, Reload, Server, Source};
use std::sync::Arc;
use store::Store;
use tokio::runtime::Handle;

/// The parts of a running server, ready.
pub struct Wired {
    hub: Hub,
    clients: Arc<Clients>,
    certificates: Arc<Certificates>,
    gate: Arc<Gate>,
    server: Server,
}

/// The owners of a store, without anybody to serve: all that a command on a data folder needs.
///
/// # Errors
/// A sentence for the one who starts it.
pub async fn owners(config: &Config, store: &Store) -> Result<Hub, String> {
    let clock = Clock::System;
    let secrets = login::secrets(store, clock.random()).await.map_err(|fault| fault.to_string())?;
    login::finish_erasures(store).await.map_err(|fault| fault.to_string())?;
    Ok(Hub::new(store.clone(), service(config, secrets), clock, Handle::current()))
}

/// Puts a server together from its configuration: owners, certificate, listeners.
///
/// # Errors
/// A sentence for the one who starts it.
pub async fn wire(config: &Config, store: &Store) -> Result<Wired, String> {
    let hub = owners(config, store).await?;
    let source = match &config.certificate {
        CertificateSource::OwnMade => Source::SelfSigned { folder: config.data.clone() },
        CertificateSource::Files { chain, key } => Source::Files { chain: chain.clone(), key: key.clone() },
    };
    let certificates = Certificates::open(source, config.domain.as_str(), seconds(&hub));
    let certificates = Arc::new(certificates.map_err(|error| error.to_string())?);
    let clients = Arc::new(Clients::new(hub.clone(), certificates.clone()));
    let gate = Gate::new(Limits::of(&config.limits));
    let ports = Ports { starttls: config.starttls.clone(), direct: config.tls.clone() };
    let server = Server::start(clients.clone(), &gate, &ports).map_err(|error| error.to_string())?;
    Ok(Wired { hub, clients, certificates, gate, server })
}

impl Wired {
    /// The owners.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Takes a new configuration and reads the certificate again. The old ones stay when it fails.
    ///
    /// # Errors
    /// A sentence for the one who reloads.
    pub fn reload(&self, config: &Config) -> Result<(), String> {
        let changed = self.certificates.reload(seconds(&self.hub)).map_err(|error| error.to_string())?;
        if changed == Reload::Changed {
            tracing::info!("new connections get the new certificate");
        }
        self.hub.set_service(service(config, self.hub.service().secrets.clone()));
        self.gate.set_limits(Limits::of(&config.limits));
        self.clients.renew();
        Ok(())
    }

    /// Ends in good order: no new connections, streams closed.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

fn service(config: &Config, secrets: features::service::Secrets) -> Service {
    Service {
        domain: config.domain.clone(),
        limits: config.limits.clone(),
        secrets,
        archive_default: match config.archive_default {
            ArchiveDefault::Always => archive::Default::Always,
            ArchiveDefault::Roster => archive::Default::Roster,
            ArchiveDefault::Never => archive::Default::Never,
        },
        archive_days: config.archive_days,
    }
}

fn seconds(hub: &Hub) -> i64 {
    hub.clock().now() / 1_000_000
}
