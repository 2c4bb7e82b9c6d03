//! Domains that are to be reached: asked for by their owners, taken by whoever can dial.

use crate::limits;
use features::federation::Trouble;
use parking_lot::Mutex;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use xmpp::{Condition, Jid};

/// At most one request of each owner is in it.
pub struct Dials {
    wanted: Sender<Jid>,
    taken: Mutex<Option<Receiver<Jid>>>,
}

impl Default for Dials {
    fn default() -> Dials {
        let (wanted, taken) = channel(limits::DIALS_MAX);
        Dials { wanted, taken: Mutex::new(Some(taken)) }
    }
}

impl Dials {
    /// A domain is to be reached.
    ///
    /// # Errors
    /// Too many are; it is to be tried again later.
    pub fn add(&self, domain: &Jid) -> Result<(), Trouble> {
        self.wanted.try_send(domain.clone()).map_err(|_| Trouble {
            condition: Condition::RemoteServerTimeout,
            sentence: format!("Too many services are being reached already; {domain} has to wait."),
            is_lasting: false,
        })
    }

    /// The other end, for whoever asks first.
    pub fn take(&self) -> Option<Receiver<Jid>> {
        self.taken.lock().take()
    }
}
