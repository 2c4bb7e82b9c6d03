//! Components (XEP-0114): programs beside the server that each speak for a domain. They connect to us, show that
//! they know a secret, and stay.

mod drive;
mod limits;

pub use limits::LIMITS;

use crate::Wire;
use ::stream::component::Component;
use hub::Hub;
use std::fmt::{self, Formatter};
use std::sync::Arc;
use tokio::net::TcpStream;
use xmpp::Jid;

/// What all components share.
pub struct Components {
    hub: Hub,
    known: Vec<(Jid, Secret)>,
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
        Arc::new(Components { hub, known })
    }

    /// Serves a connection until it ends.
    pub async fn serve(self: Arc<Components>, tcp: TcpStream) {
        let machine = Component::new(limits::stanza_bytes(&self.hub), self.hub.clock().random::<32>());
        match Wire::plain(tcp) {
            Ok(wire) => drive::serve(&self, wire, machine).await,
            Err(error) => tracing::debug!(%error, "a component's connection ended at once"),
        }
    }

    fn secret(&self, domain: &Jid) -> Option<&str> {
        self.known.iter().find(|(known, _)| known == domain).map(|(_, secret)| &*secret.0)
    }
}
