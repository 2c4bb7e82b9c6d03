//! What a running server consists of, and how its parts are put together: store, hub, certificate,
//! listeners.

mod certificate;

pub use certificate::certificates;

use crate::config::{ArchiveDefault, Config, With};
use crate::status;
use features::announce::Notices;
use features::federation::Records;
use features::registration::names;
use features::service::{Secrets, Service};
use features::terms::Book;
use features::watch::Watch;
use features::{archive, caps, login, service, upload};
use hub::{Clock, Hub};
use net::dial::Dialler;
use net::dns::Resolver;
use net::verify::{Roots, Verifier};
use net::{Certificates, Clients, Components, Federation, Gates, Limits, Pages, Ports, Reload, Server};
use std::fmt::Write;
use std::sync::Arc;
use store::Store;
use tokio::runtime::Handle;
use web::Site;

/// The owners of the accounts in a store: all that a command on a data folder needs. Must be called
/// within the runtime.
///
/// # Errors
/// A sentence for the one who asked.
pub async fn owners(config: &Config, store: &Store) -> Result<Hub, String> {
    let clock = Clock::System;
    let unfinished = login::finish_erasures(store).await.map_err(|fault| fault.to_string())?;
    if unfinished > 0 {
        tracing::info!(unfinished, "erasures that were interrupted are finished");
    }
    names::note_missing(store).await.map_err(|fault| fault.to_string())?;
    let secrets = login::secrets(store, clock.random()).await.map_err(|fault| fault.to_string())?;
    let notices = Notices::read(store).await.map_err(|fault| fault.to_string())?;
    let rules = Book::read(store).await.map_err(|fault| fault.to_string())?;
    let records = Records::read(store).await.map_err(|fault| fault.to_string())?;
    let watch = Watch::read(store).await.map_err(|fault| fault.to_string())?;
    let lasting = Lasting {
        secrets,
        caps: Arc::default(),
        notices: Arc::new(notices),
        rules: Arc::new(rules),
        records: Arc::new(records),
        watch: Arc::new(watch),
        started_at: clock.now(),
    };
    Ok(Hub::new(store.clone(), service(config, lasting), clock, Handle::current()))
}

/// The parts of a running server that face the network.
pub struct Wired {
    hub: Hub,
    certificates: Arc<Certificates>,
    clients: Arc<Clients>,
    site: Arc<Site>,
    federation: Option<Arc<Federation>>,
    gates: Gates,
    server: Server,
}

/// Opens the certificate and listens. Must be called within the runtime.
///
/// # Errors
/// A sentence for the one who starts it.
pub fn wire(config: &Config, hub: Hub) -> Result<Wired, String> {
    let certificates = Arc::new(certificates(config, hub.clock())?);
    let site = Site::new(hub.clone(), &config.url.to_string());
    let pages = web::router(&site);
    let pages = Pages::new(move |visit| web::answer(pages.clone(), visit.request, visit.peer));
    let clients = Clients::new(hub.clone(), certificates.clone(), &config.url).with_pages(pages);
    clients.renew(&config.url, config.reachable.as_ref());
    let clients = Arc::new(clients);
    let federation = federation(config, &hub, &certificates)?;
    let gates = Gates::new(Limits::of(&config.limits));
    let ports = Ports {
        starttls: config.starttls.clone(),
        direct: config.tls.clone(),
        https: config.https.clone(),
        servers: config.servers.clone(),
        servers_direct: config.servers_tls.clone(),
        components: config.components_at.clone(),
    };
    let components = components(config, &hub);
    let server = Server::start(clients.clone(), federation.clone(), Some(components), &gates, &ports)
        .map_err(|error| error.to_string())?;
    let wired = Wired { hub, certificates, clients, site, federation, gates, server };
    certificate::warn(&wired.hub, &wired.certificates);
    Ok(wired)
}

/// Programs that speak for domains, with what they share with us.
fn components(config: &Config, hub: &Hub) -> Arc<Components> {
    for address in config.components_at.iter().filter(|address| !address.ip().is_loopback()) {
        tracing::warn!(
            %address,
            "components connect without encryption, and here from outside of this machine; see that the network in between is yours alone"
        );
    }
    let known = config.components.iter().map(|one| (one.domain.clone(), one.secret.clone()));
    Components::new(hub.clone(), known.collect())
}

/// Streams to and from other servers, unless the service talks with none.
fn federation(config: &Config, hub: &Hub, certificates: &Arc<Certificates>) -> Result<Option<Arc<Federation>>, String> {
    if config.federation.with == With::Nobody {
        return Ok(None);
    }
    let (dialler, verifier) = way_out(config, certificates.clone())?;
    let policy = config.federation.policy;
    Ok(Some(Federation::new(hub.clone(), certificates.clone(), dialler, verifier, policy)))
}

/// What connects to other servers, and what judges them. Must be called within the runtime.
///
/// # Errors
/// A sentence for the one who asked.
pub fn way_out(config: &Config, certificates: Arc<Certificates>) -> Result<(Dialler, Verifier), String> {
    let mut roots = Roots::of_this_machine();
    if let Some(path) = &config.federation.roots {
        roots.add_file(path).map_err(|error| error.to_string())?;
    }
    let resolver = Resolver::new(&config.federation.dns).map_err(|error| error.to_string())?;
    Ok((Dialler::new(resolver, certificates, config.federation.reach), Verifier::new(roots)))
}

impl Wired {
    /// The addresses that are served, ports chosen by the system filled in.
    pub fn ports(&self) -> &Ports {
        self.server.ports()
    }

    /// Where the numbers of this server are read.
    pub fn figures(&self) -> status::Source {
        status::Source::new(self.hub.clone(), &self.gates)
    }

    /// The SHA-256 of the certificate, as clients show it.
    pub fn fingerprint(&self) -> String {
        let mut text = String::with_capacity(95);
        for (index, byte) in self.certificates.fingerprint().iter().enumerate() {
            let separator = if index > 0 { ":" } else { "" };
            write!(text, "{separator}{byte:02X}").expect("writing to a string does not fail");
        }
        text
    }

    /// Takes a new configuration and looks at the certificate again. The old ones stay when it
    /// fails.
    ///
    /// # Errors
    /// A sentence for the one who reloads.
    pub fn reload(&self, config: &Config) -> Result<(), String> {
        self.renew_certificate()?;
        let now = self.hub.service();
        let lasting = Lasting {
            secrets: now.secrets.clone(),
            caps: now.caps.clone(),
            notices: now.notices.clone(),
            rules: now.rules.clone(),
            records: now.records.clone(),
            watch: now.watch.clone(),
            started_at: now.started_at,
        };
        self.hub.set_service(service(config, lasting));
        self.clients.renew(&config.url, config.reachable.as_ref());
        self.site.renew(&config.url.to_string());
        if let Some(federation) = &self.federation {
            federation.renew();
        }
        self.gates.set_limits(Limits::of(&config.limits));
        Ok(())
    }

    /// Looks whether there is a newer certificate, and warns of the end of this one.
    ///
    /// # Errors
    /// A sentence for the log; the one in use stays.
    pub fn renew_certificate(&self) -> Result<(), String> {
        let done = self.certificates.reload(self.hub.clock().now() / 1_000_000).map_err(|error| error.to_string())?;
        if done == Reload::Changed {
            tracing::info!(fingerprint = self.fingerprint(), "new connections are shown a new certificate");
        }
        certificate::warn(&self.hub, &self.certificates);
        Ok(())
    }

    /// Ends in good order: no new connections, streams closed, what is waiting committed.
    pub async fn stop(self) {
        self.server.stop().await;
        // An empty submission is answered after all that wait before it.
        if let Err(error) = self.hub.store().commit(Vec::new()).await {
            tracing::error!(%error, "the last changes could not be committed");
        }
    }
}

/// The facts of a service that nobody runs: what commands that read and write accounts go by.
pub fn facts(config: &Config, secrets: Secrets) -> Service {
    service(
        config,
        Lasting {
            secrets,
            caps: Arc::default(),
            notices: Arc::default(),
            rules: Arc::default(),
            records: Arc::default(),
            watch: Arc::default(),
            started_at: 0,
        },
    )
}

/// The facts that outlive a configuration.
struct Lasting {
    secrets: Secrets,
    caps: Arc<caps::Known>,
    notices: Arc<Notices>,
    rules: Arc<Book>,
    records: Arc<Records>,
    watch: Arc<Watch>,
    started_at: i64,
}

/// The facts of the service, as a configuration says them.
fn service(config: &Config, lasting: Lasting) -> Service {
    Service {
        limits: config.limits.clone(),
        domain: config.domain.clone(),
        branches: config.all_branches().collect(),
        components: config.components.iter().map(|one| (one.domain.clone(), one.rights.clone())).collect(),
        secrets: lasting.secrets,
        archive_default: match config.archive_default {
            ArchiveDefault::Always => archive::Default::Always,
            ArchiveDefault::Never => archive::Default::Never,
            ArchiveDefault::Roster => archive::Default::Roster,
        },
        archive_days: config.archive_days,
        tombstones: config.archive_tombstones,
        pages: (!config.https.is_empty()).then(|| config.url.to_string().into()),
        sign_up: config.sign_up.clone(),
        newcomer_rooms: config.newcomer_rooms.clone(),
        admins: config.admins.clone(),
        started_at: lasting.started_at,
        contacts: config.contacts.clone(),
        statement: config.statement.clone(),
        external: config.external.iter().map(|one| one.outside.clone()).collect(),
        upload: upload::Keeping {
            origin: config.upload.url.to_string().into(),
            days: config.upload.days,
            profile_days: config.upload.profile_days,
        },
        caps: lasting.caps,
        notices: lasting.notices,
        rules: lasting.rules,
        records: lasting.records,
        watch: lasting.watch,
        federation: match config.federation.with {
            With::Everybody => service::Federation::Open,
            With::Listed => service::Federation::Listed,
            With::Nobody => service::Federation::Off,
        },
    }
}
