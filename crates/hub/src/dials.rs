//! Domains that are to be reached: asked for by their owners, taken by whoever can dial.

use parking_lot::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use xmpp::Jid;

/// At most one request of each owner is in it.
pub struct Dials {
    wanted: UnboundedSender<Jid>,
    taken: Mutex<Option<UnboundedReceiver<Jid>>>,
}

impl Default for Dials {
    fn default() -> Dials {
        let (wanted, taken) = unbounded_channel();
        Dials { wanted, taken: Mutex::new(Some(taken)) }
    }
}

impl Dials {
    /// A domain is to be reached.
    pub fn add(&self, domain: &Jid) {
        // A service that stops dials nobody any more.
        let _ = self.wanted.send(domain.clone());
    }

    /// The other end, for whoever asks first.
    pub fn take(&self) -> Option<UnboundedReceiver<Jid>> {
        self.taken.lock().take()
    }
}
