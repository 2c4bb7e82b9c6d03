//! Carrying out what a turn wants done, beside the owner.

use crate::Hub;
use crate::accounts::NotDone;
use crate::cell::Cell;
use crate::journey::Origin;
use crate::mail::{Ending, Mail};
use bytes::Bytes;
use features::archive::ROOMS;
use features::commands;
use features::deed::{Deed, Password};
use features::login::Live;
use features::turn::{Asker, End, Weight};
use std::sync::Arc;
use store::CommitError;
use xmpp::{Condition, ErrorType, Stanza, StanzaError};

/// What somebody is told whom the store fails.
pub(crate) const BUSY: &str = "The service cannot store anything right now. Please try again in a while.";

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
                Deed::SetPassword { password, by } => {
                    let set = hub.change_own_password((&cell, &asker), password, by).await;
                    set.map_or_else(|error| request.error(&error), |()| Some(request.result(Bytes::new())))
                }
                Deed::Erase => return hub.erase_own(&cell, &request, origin).await,
                Deed::Notices => {
                    if let Err(not_done) = hub.say_due(cell.jid()).await {
                        tracing::error!(why = not_done.sentence(), "a notice was not said");
                    }
                    None
                }
                Deed::Redeem { token, request } => {
                    // The request is stored already, whatever comes of the token.
                    if let Some(origin) = origin {
                        origin.outlet.handled(origin.number);
                    }
                    return hub.redeem(&cell, &token, request).await;
                }
                Deed::Revoke { asked, id } => {
                    let revoked = hub.revoke(cell.jid(), &asked, &id).await;
                    revoked.map_or_else(|error| request.error(&error), |_| Some(request.result(Bytes::new())))
                }
                Deed::ForgetRoom { archive } => {
                    if let Err(error) = hub.store().erase_archive(ROOMS, archive).await {
                        tracing::error!(room = %cell.jid(), %error, "what was said in a room goes only with its time");
                    }
                    None
                }
                Deed::Slot(wish) => hub.slot(&request, wish).await,
                Deed::Order { by, order, ticket } => commands::answer(&request, &ticket, hub.obey(&by, order).await),
            };
            hub.post(&cell, Mail::Answer { asker, found: Vec::from_iter(answer).into(), origin });
        });
    }

    /// XEP-0077 §3.3. Whoever knew the old password is out, but for the session that changes it.
    async fn change_own_password(
        &self,
        (cell, asker): (&Cell, &Asker),
        password: Password,
        by: Option<Live>,
    ) -> Result<(), StanzaError> {
        let Ok(_room) = self.deriving().try_acquire() else {
            return Err(wait("Too many passwords are being changed. Please try again in a moment."));
        };
        self.store_password(cell.jid(), password, by.as_ref()).await.map_err(|not_done| match not_done {
            NotDone::Failed(_) => wait(BUSY),
            refused => StanzaError::new(Condition::NotAcceptable).text(refused.sentence().to_owned()),
        })?;
        self.revoked().add(cell.jid(), self.seconds());
        let which = match asker {
            Asker::Session(session) => Ending::AllBut(*session),
            Asker::Itself | Asker::Other(_) => Ending::All,
        };
        self.end_some(cell.jid(), which, End::NotAuthorized).await;
        // What is done for clients that are away goes from memory too.
        if let Some(cell) = self.directory().find(cell.jid()) {
            self.post(&cell, Mail::Reload);
        }
        Ok(())
    }

    /// XEP-0077 §3.2: the client that asked for it learns that it is done, and then its stream ends.
    async fn erase_own(&self, cell: &Cell, request: &Stanza, origin: Option<Origin>) {
        if self.service().is_admin(cell.jid()) {
            // That is everybody's right, but whoever runs the service has to know.
            tracing::warn!(owner = %cell.jid(), "an administrator removes their account: name another one in `admins`");
        }
        let outlet = origin.map(|origin| origin.outlet);
        let erased = self.erase_for(cell.jid(), outlet.clone()).await;
        let (answer, end) = match erased {
            // Asked twice; it is gone.
            Ok(_) | Err(CommitError::Unmet) => (Some(request.result(Bytes::new())), End::Removed),
            Err(error) => {
                tracing::error!(owner = %cell.jid(), %error, "an account was not erased");
                (
                    request.error(&wait("The account could not be removed now. Please try again in a while.")),
                    End::Failed,
                )
            }
        };
        let Some(outlet) = outlet else { return };
        if let Some(answer) = answer {
            outlet.push(answer.into(), Weight::Urgent);
        }
        outlet.end(end);
    }
}

pub(crate) fn wait(why: &'static str) -> StanzaError {
    StanzaError::new(Condition::ResourceConstraint).of_type(ErrorType::Wait).text(why)
}
