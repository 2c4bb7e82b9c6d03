//! What a login needs to know of accounts, for the driver of its connection.

use crate::Hub;
use crate::mail::Mail;
use features::archive;
use features::login::{self, Admitted, Denied, Login, Token};
use store::Fault;
use xmpp::scram::{Hash, Keys};
use xmpp::{Jid, Text};

impl Hub {
    /// The stored keys of an account for one hash function; none for unknown and disabled accounts.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn keys(&self, localpart: &str, hash: Hash) -> Result<Option<Keys>, Fault> {
        login::keys(self.store(), localpart, hash).await
    }

    /// The tokens of one client of an account (XEP-0484).
    ///
    /// # Errors
    /// When the store says no.
    pub async fn tokens(&self, localpart: &str, agent: &str) -> Result<Vec<Token>, Fault> {
        login::tokens(self.store(), localpart, agent, self.clock().now()).await
    }

    /// Lets somebody in who proved who they are.
    ///
    /// # Errors
    /// See [`Denied`].
    pub async fn admit(&self, login: Login<'_>) -> Result<Admitted, Denied> {
        let (now, fresh) = (self.clock().now(), self.clock().random());
        let forgotten = login.invalidate.then(|| self.account(login.localpart)).flatten();
        let admitted = login::admit(self.store(), &self.service().limits, now, fresh, login).await?;
        // What the client had the service do for it goes with its tokens, in memory too.
        if let Some(cell) = forgotten.and_then(|account| self.directory().find(&account)) {
            self.post(&cell, Mail::Reload);
        }
        Ok(admitted)
    }

    fn account(&self, localpart: &str) -> Option<Jid> {
        Jid::parse(&format!("{localpart}@{}", self.service().domain)).ok()
    }

    /// Stores keys that a client made for its own password (XEP-0480).
    ///
    /// # Errors
    /// When the store says no; the login itself is not affected.
    pub async fn upgrade(&self, account: i64, keys: &Keys) -> Result<(), store::CommitError> {
        login::upgrade(self.store(), account, keys).await
    }

    /// The first and the last entry of an account's archive: id and XEP-0082 date (XEP-0386 §3).
    ///
    /// # Errors
    /// When the store says no.
    pub async fn extent(&self, account: i64) -> Result<Option<(Entry, Entry)>, Fault> {
        archive::extent(self.store(), &self.service(), account, self.clock().now()).await
    }
}

/// One entry of an archive: its id, and when it was received.
pub type Entry = (Text, Text);
