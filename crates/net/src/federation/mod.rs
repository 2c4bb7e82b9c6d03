//! Streams between this service and others: who connects is served, who is to be reached is called, and
//! what the domains of keys say is asked for. One task holds each stream.

mod alarm;
mod call;
mod examine;
mod limits;
mod line;
mod machine;
mod stream;
mod trouble;

pub use limits::LIMITS;

use crate::dial::Dialler;
use crate::drive::Opening;
use crate::verify::{Assurance, Verifier};
use crate::{Certificates, Wire};
use ::stream::peer::Policy;
use ::stream::server::{Incoming, Settings};
use arc_swap::ArcSwap;
use hub::Hub;
use machine::Machine;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use stream::Stream;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// What all streams between servers share.
pub struct Federation {
    hub: Hub,
    certificates: Arc<Certificates>,
    dialler: Dialler,
    verifier: Verifier,
    /// What all have to show of whom no rule says otherwise.
    policy: Policy,
    settings: ArcSwap<Settings>,
    /// Domains that are called at the same time, to be reached.
    reaching: Arc<Semaphore>,
    /// Domains that are called at the same time, to be asked about keys.
    asking: Semaphore,
}

impl Federation {
    /// Streams whose stanzas go to `hub` and whose TLS shows `certificates`. Others are called by
    /// `dialler` and believed by what `verifier` and `policy` say.
    pub fn new(
        hub: Hub,
        certificates: Arc<Certificates>,
        dialler: Dialler,
        verifier: Verifier,
        policy: Policy,
    ) -> Arc<Federation> {
        let settings = ArcSwap::from_pointee(limits::settings(&hub));
        let (reaching, asking) = (Arc::new(Semaphore::new(limits::REACHING_MAX)), Semaphore::new(limits::ASKING_MAX));
        Arc::new(Federation { hub, certificates, dialler, verifier, policy, settings, reaching, asking })
    }

    /// The facts of the hub's service have changed: new streams follow them.
    pub fn renew(&self) {
        self.settings.store(Arc::new(limits::settings(&self.hub)));
    }

    /// Serves a connection from another server until it ends.
    pub async fn serve(self: Arc<Federation>, tcp: TcpStream, opening: Opening) {
        match timeout(Duration::from_secs(limits::HANDSHAKE_SECONDS), Box::pin(self.begin(tcp, opening))).await {
            Ok(Ok((wire, machine))) => {
                let stream = Stream::new(self, wire, Machine::Incoming(machine), Assurance::default());
                // What is to be known of it was told on the way.
                let _ = stream.run().await;
            }
            Ok(Err(error)) => tracing::debug!(%error, "a server's connection ended in its handshake"),
            Err(_) => tracing::debug!("a server's handshake took too long"),
        }
    }

    async fn begin(&self, tcp: TcpStream, opening: Opening) -> io::Result<(Wire, Incoming)> {
        let (settings, seed) = (self.settings.load_full(), self.hub.clock().random::<32>());
        Ok(match opening {
            Opening::StartTls => (Wire::plain(tcp)?, Incoming::plain(settings, seed)),
            Opening::DirectTls => {
                let wire = Wire::direct(tcp, &self.certificates.servers_direct()).await?;
                (wire, Incoming::direct(settings, seed))
            }
        })
    }
}
