//! Components (XEP-0114): programs beside the server that each speak for a domain. They connect to us, show that
//! they know a secret, and stay.

mod drive;
mod limits;

pub use limits::LIMITS;

use crate::Wire;
use ::stream::component::Component;
use hub::Hub;
use parking_lot::Mutex;
use std::fmt::{self, Formatter};
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::sync::watch::{Receiver, Sender};
use xmpp::Jid;

/// What all components share.
pub struct Components {
    hub: Hub,
    known: Vec<(Jid, Secret)>,
    /// Each connection listens to it; it is closed when the service stops.
    open: Mutex<Option<Sender<()>>>,
}

/// What a component and the server both know. Not shown by `Debug`, so that it gets into no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub Box<str>);

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

impl Components {
    /// Components whose stanzas go to `hub`: their domains and what each shares with us.
    pub fn new(hub: Hub, known: Vec<(Jid, Secret)>) -> Arc<Components> {
        Arc::new(Components { hub, known, open: Mutex::new(Some(Sender::new(()))) })
    }

    /// The service stops: every component is told, and gets what it was given. Ends when they are gone.
    pub async fn stop(&self) {
        let open = self.open.lock().take();
        let Some(open) = open else { return };
        open.send_replace(());
        open.closed().await;
    }

    /// Waits until the service stops; none if it has already.
    fn stopping(&self) -> Option<Receiver<()>> {
        self.open.lock().as_ref().map(Sender::subscribe)
    }

    /// Serves a connection until it ends.
    pub async fn serve(self: Arc<Components>, tcp: TcpStream) {
        let Some(stopping) = self.stopping() else { return };
        let machine = Component::new(limits::stanza_bytes(&self.hub), self.hub.clock().random::<32>());
        match Wire::plain(tcp) {
            Ok(wire) => drive::serve(&self, wire, machine, stopping).await,
            Err(error) => tracing::debug!(%error, "a component's connection ended at once"),
        }
    }

    fn secret(&self, domain: &Jid) -> Option<&str> {
        self.known.iter().find(|(known, _)| known == domain).map(|(_, secret)| &*secret.0)
    }
}
