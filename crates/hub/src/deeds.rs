//! Carrying out what a turn wants done to its account, beside the owner.

use crate::Hub;
use crate::cell::Cell;
use crate::journey::Origin;
use crate::mail::Mail;
use bytes::Bytes;
use features::deed::{Deed, Password};
use features::login::{self, Credentials};
use features::turn::Asker;
use std::sync::Arc;
use store::CommitError;
use xmpp::{Condition, ErrorType, Stanza, StanzaError};

impl Hub {
    /// Begins it. The answer is mail for the owner that asked.
    pub(crate) fn carry_out(
        &self,
        (cell, asker): (Arc<Cell>, Asker),
        request: Stanza,
        deed: Deed,
        origin: Option<Origin>,
    ) {
        let hub = self.clone();
        let runtime = self.runtime().clone();
        runtime.spawn(async move {
            let answer = match deed {
                Deed::SetPassword(password) => Some(hub.set_password(&cell, password).await),
                Deed::Erase => {
                    match hub.erase(cell.jid()).await {
                        // Asked twice; it is gone.
                        Ok(_) | Err(CommitError::Unmet) => {}
                        Err(error) => tracing::error!(owner = %cell.jid(), %error, "an account was not erased"),
                    }
                    None
                }
            };
            let stanzas = answer.and_then(|done| match done {
                Ok(()) => Some(request.result(Bytes::new())),
                Err(error) => request.error(&error),
            });
            hub.post(&cell, Mail::Answer { asker, found: Vec::from_iter(stanzas).into(), origin });
        });
    }

    /// XEP-0077 §3.3.
    async fn set_password(&self, cell: &Cell, password: Password) -> Result<(), StanzaError> {
        let wait =
            |why: &'static str| StanzaError::new(Condition::ResourceConstraint).of_type(ErrorType::Wait).text(why);
        let Ok(_room) = self.deriving().clone().try_acquire_owned() else {
            return Err(wait("Too many passwords are being changed. Please try again in a moment."));
        };
        let derive = move || Credentials::derive(&password.text, password.seed);
        let derived = tokio::task::spawn_blocking(derive).await;
        let credentials = derived
            .map_err(|_| StanzaError::new(Condition::InternalServerError))?
            .map_err(|unusable| StanzaError::new(Condition::NotAcceptable).text(unusable.to_string()))?;
        let localpart = cell.jid().local().unwrap_or_default();
        let set = login::set_password(self.store(), localpart, &credentials).await;
        set.map_err(|_| wait("The service cannot store anything right now. Please try again in a while."))
    }
}
