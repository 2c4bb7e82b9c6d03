//! What a login needs to know of accounts, for the driver of its connection.

use crate::mail::Mail;
use crate::throttle::{Attempt, Rate};
use crate::{Began, Hub};
use features::archive;
use features::login::{self, Admitted, Denied, Login};
use std::net::IpAddr;
use store::Fault;
use xmpp::scram::{Hash, Keys};
use xmpp::{Jid, Text, Token};

impl Hub {
    /// Somebody at that address is about to try a password. None if there were too many wrong ones.
    pub fn attempt(&self, localpart: &str, peer: IpAddr) -> Option<Attempt> {
        let attempt =
            self.throttle().begin(Rate::of_passwords(&self.service().limits), localpart, peer, self.seconds());
        if attempt.is_none() {
            self.counters().throttled();
        }
        attempt
    }

    /// It was right.
    pub fn attempt_was_right(&self, attempt: Attempt) {
        self.throttle().take_back(Rate::of_passwords(&self.service().limits), attempt);
    }

    /// The stored keys of an account for one hash function; none for unknown and disabled accounts.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn keys(&self, localpart: &str, hash: Hash) -> Result<Option<Keys>, Fault> {
        login::keys(self.store(), localpart, hash).await
    }

    /// The hash functions that may be offered for passwords: those for which every account has keys.
    /// Reads the store and waits for it; call it at a start or a reload.
    pub fn password_hashes(&self) -> Vec<Hash> {
        match login::common_hashes(&self.store().view()) {
            Ok((hashes, 0)) => hashes,
            Ok((hashes, without)) => {
                let offered: Vec<&str> = hashes.iter().map(|hash| hash.mechanism()).collect();
                tracing::info!(
                    without,
                    offered = offered.join(" "),
                    "some accounts came from elsewhere without keys for every hash function; what they lack is not \
                     offered to anybody until their clients have upgraded or their passwords were set anew"
                );
                hashes
            }
            Err(error) => {
                tracing::error!(%error, "nobody knows which keys accounts have; all hash functions are offered");
                Hash::ALL.to_vec()
            }
        }
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
    /// See [`Denied`]. [`Denied::Spent`] also when the account's logins were taken back since this one
    /// began: a token must not outlive the password it was given for (XEP-0484 §4.2).
    pub async fn admit(&self, account: &Jid, began: Began, login: Login<'_>) -> Result<Admitted, Denied> {
        if self.revoked().since(account, began) {
            return Err(Denied::Spent);
        }
        let (now, fresh) = (self.clock().now(), self.clock().random());
        let forgets = login.invalidate;
        let admitted = login::admit(self.store(), &self.service().limits, now, fresh, login).await?;
        if self.revoked().since(account, began) {
            return Err(Denied::Spent);
        }
        // What the client had the service do for it goes with its tokens, in memory too.
        if let Some(cell) = self.directory().find(account).filter(|_| forgets) {
            self.post(&cell, Mail::Reload);
        }
        Ok(admitted)
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
