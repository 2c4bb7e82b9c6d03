//! Proving a password without a client that speaks SCRAM: at the desk, where a browser sends it as it was typed. It is
//! held against the keys that SCRAM left, and forgotten.

use crate::Hub;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use bytes::Bytes;
use features::deed::Password;
use features::login::{ITERATIONS, PASSWORD_BYTES_MAX};
use std::net::IpAddr;
use store::Fault;
use xmpp::Jid;
use xmpp::scram::{self, Hash, Keys};

/// An account whose password somebody knew. It holds as long as that password does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proof {
    /// Whose.
    pub account: Jid,
    hash: Hash,
    stored_key: Bytes,
}

/// Why nobody was let in.
#[derive(Debug)]
pub enum Unproved {
    /// There is no such account, it is disabled, or that is not its password. Nobody learns which.
    Wrong,
    /// It was wrong too often from there.
    TooOften,
    /// We could not look.
    Failed(Fault),
}

impl Hub {
    /// Whether somebody at `peer` knows the password of an account, named by its localpart or its address.
    ///
    /// # Errors
    /// See [`Unproved`].
    pub async fn prove(&self, name: &str, password: Password, peer: IpAddr) -> Result<Proof, Unproved> {
        let local = self.local_name(name.trim()).map_err(|_| Unproved::Wrong)?;
        let address = format!("{local}@{}", self.service().domain);
        let account = Jid::parse(&address).map_err(|_| Unproved::Wrong)?;
        let local = account.local().unwrap_or_default();
        let attempt = self.attempt(local, peer).ok_or(Unproved::TooOften)?;
        let known = self.best_keys(local).await.map_err(Unproved::Failed)?;
        let is_known = known.is_some();
        let known = known.unwrap_or_else(|| self.decoy(local));
        let _room = self.deriving().acquire().await;
        let checked = tokio::task::spawn_blocking(move || is_password(&known, &password).then_some(known));
        let checked = checked.await.map_err(|_| Unproved::Failed(Fault("a check of a password panicked".into())))?;
        match checked.filter(|_| is_known) {
            Some(Keys { hash, stored_key, .. }) => {
                self.attempt_was_right(attempt);
                Ok(Proof { account, hash, stored_key })
            }
            None => Err(Unproved::Wrong),
        }
    }

    /// Whether a proof still holds: the account can log in, and its password is the one that was proved.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn holds(&self, proof: &Proof) -> Result<bool, Fault> {
        let keys = self.keys(proof.account.local().unwrap_or_default(), proof.hash).await?;
        Ok(keys.is_some_and(|keys| verify_slices_are_equal(&keys.stored_key, &proof.stored_key).is_ok()))
    }

    /// Keys of an account for the best hash function that it has some for.
    async fn best_keys(&self, local: &str) -> Result<Option<Keys>, Fault> {
        for hash in Hash::ALL.into_iter().rev() {
            if let Some(keys) = self.keys(local, hash).await? {
                return Ok(Some(keys));
            }
        }
        Ok(None)
    }

    /// Keys that no password has: whether there is an account must not show in the time it takes to say no.
    fn decoy(&self, local: &str) -> Keys {
        let made_up = Hash::Sha512.hmac(&self.service().secrets.decoy, local.as_bytes());
        Keys {
            hash: Hash::Sha512,
            salt: made_up.slice(..16),
            iterations: ITERATIONS,
            stored_key: made_up.clone(),
            server_key: made_up,
        }
    }
}

/// Slow on purpose.
fn is_password(keys: &Keys, password: &Password) -> bool {
    let Some(prepared) =
        Some(&password.0).filter(|text| text.len() <= PASSWORD_BYTES_MAX).and_then(|text| scram::prepare(text))
    else {
        return false;
    };
    let derived = Keys::derive(keys.hash, &prepared, keys.salt.clone(), keys.iterations);
    verify_slices_are_equal(&derived.stored_key, &keys.stored_key).is_ok()
}
