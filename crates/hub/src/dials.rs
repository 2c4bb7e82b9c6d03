//! Ways on which nobody is connected: asked for by their owners, taken by whoever can dial.

use crate::limits;
use features::federation::{Trouble, Way};
use parking_lot::Mutex;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use xmpp::Condition;

/// At most one request of each owner is in it.
pub struct Dials {
    wanted: Sender<Way>,
    taken: Mutex<Option<Receiver<Way>>>,
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
    pub fn add(&self, way: Way) -> Result<(), Trouble> {
        let sentence = format!("Too many services are being reached already; {} has to wait.", way.there);
        self.wanted.try_send(way).map_err(|_| Trouble {
            condition: Condition::RemoteServerTimeout,
            sentence,
            is_lasting: false,
        })
    }

    /// The other end, for whoever asks first.
    pub fn take(&self) -> Option<Receiver<Way>> {
        self.taken.lock().take()
    }
}
