//! A service of a storm: a store, and owners that can be killed and started again over it.

use crate::house::{BEGINNING, limit};
use features::deed::Password;
use features::feature::Limits;
use features::registration::{By, SignUp};
use features::service::{Federation, Service};
use features::{all, archive, login};
use hub::{Clock, Hub, Way};
use std::sync::Arc;
use std::time::Duration;
use store::{Options, Store};
use stream::server::Settings;
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::sync::mpsc::Receiver;
use tokio::time::sleep;
use xmpp::Jid;

/// What may wait for one domain in a storm: little, so that it is reached.
pub const WAITING_BYTES: u64 = 150_000;

/// A service.
pub struct Place {
    hub: Hub,
    /// What the streams of the service go by.
    pub settings: Arc<Settings>,
    /// Ways on which it wants to reach somebody.
    pub dials: Receiver<Way>,
    /// It is down for so many seconds.
    pub down: i64,
    _dir: TempDir,
}

impl Place {
    /// A service with these people.
    pub async fn open(seed: u64, domain: &str, names: &[String]) -> Result<Place, String> {
        let dir = tempfile::tempdir().map_err(text)?;
        let store = Store::open(dir.path(), &Options::default(), &all::tables()).map_err(text)?;
        let clock = Clock::manual(BEGINNING, seed);
        let secrets = login::secrets(&store, clock.random()).await.map_err(text)?;
        let domain = Jid::parse(domain).map_err(|error| format!("{error:?}"))?;
        let mut limits = Limits::default();
        limits.set(limit("federation-waiting-bytes").ok_or("there is such a limit")?, WAITING_BYTES);
        let settings = Arc::new(Settings {
            hosts: vec![domain.clone()],
            stanza_bytes_max: 100_000,
            idle_seconds: 600,
            attempts_max: 5,
            pairs_max: 10,
            secret: secrets.dialback.clone(),
            bidi: true,
            resume_seconds: Some(hub::RESUME_SECONDS),
        });
        let service = Service {
            limits,
            archive_default: archive::Default::Always,
            archive_days: 30,
            federation: Federation::Open,
            ..Service::new(domain, secrets)
        };
        let hub = Hub::new(store, service, clock, Handle::current());
        for name in names {
            sign_up(&hub, name.clone()).await?;
        }
        let dials = hub.take_dials().ok_or("the first to ask has them")?;
        Ok(Place { hub, settings, dials, down: 0, _dir: dir })
    }

    /// The owners.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// The domain.
    pub fn domain(&self) -> Jid {
        self.hub.service().domain.clone()
    }

    /// Starts again after a kill: nothing is left but what is in the store.
    pub async fn revive(&mut self) -> Result<(), String> {
        let old = self.hub.clone();
        // What was handed to the disk before the kill is on it.
        old.store().commit(Vec::new()).await.map_err(text)?;
        self.hub =
            Hub::new(old.store().clone(), Service::clone(&old.service()), old.clock().clone(), Handle::current());
        self.dials = self.hub.take_dials().ok_or("the first to ask has them")?;
        self.hub.restore_outbox().await.map_err(text)?;
        Ok(())
    }

    /// Waits until owners and committer have nothing to do.
    pub async fn quiet(&self) {
        for _ in 0..20_000 {
            if self.hub.store().health().waiting == 0 && self.hub.is_quiet() {
                return;
            }
            sleep(Duration::from_micros(200)).await;
        }
    }

    /// How many stanzas are kept for others.
    pub async fn kept(&self) -> Result<usize, String> {
        let store = self.hub.store();
        store.commit(Vec::new()).await.map_err(text)?;
        let waiting = features::federation::waiting(store).await.map_err(text)?;
        Ok(waiting.iter().map(|(_, stanzas)| stanzas.len()).sum())
    }
}

async fn sign_up(hub: &Hub, name: String) -> Result<(), String> {
    let wish = SignUp { name, password: Password("not used".into()), by: By::Staff };
    hub.sign_up(wish).await.map(drop).map_err(text)
}

pub fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
