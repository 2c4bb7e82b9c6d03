//! New accounts: every door ends here, and what is done for a newcomer begins here.

use crate::Hub;
use crate::cell::Cell;
use crate::mail::Mail;
use features::invitations::{self, Token};
use features::login;
use features::order::Moment;
use features::registration::{self, Made, Refusal, SignUp, newcomer};
use features::rooms::newcomers::{self, Welcoming};
use std::sync::Arc;
use store::Fault;
use xmpp::{Jid, Stanza};

impl Hub {
    /// Makes an account.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn sign_up(&self, wish: SignUp) -> Result<Jid, Refusal> {
        let (hub, now, seed) = (self.clone(), self.clock().now(), self.clock().random());
        let room = self.deriving().acquire().await;
        // Deriving keys is slow on purpose.
        let made =
            tokio::task::spawn_blocking(move || registration::sign_up(hub.store(), &hub.service(), (now, seed), &wish));
        let made = made.await.map_err(|_| Fault("the server made a mistake; its log says more".into()))?;
        drop(room);
        let Made { jid, account } = made?;
        // The account is there whatever becomes of this; the next start takes it up.
        if let Err(fault) = self.introduce_newcomer(&jid, account).await {
            tracing::error!(account = %jid, %fault, "a newcomer could not be introduced");
        }
        Ok(jid)
    }

    /// Does what is left to be done for new accounts since the server stopped.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn introduce_newcomers(&self) -> Result<(), Fault> {
        for (jid, account) in newcomer::waiting(self.store(), &self.service().domain).await? {
            self.introduce_newcomer(&jid, account).await?;
        }
        Ok(())
    }

    /// XEP-0379 §3.5: what comes of a token is the owner's to do. If the store cannot say, people decide.
    pub(crate) async fn redeem(&self, cell: &Arc<Cell>, token: &Token, request: Arc<Stanza>) {
        let localpart = cell.jid().local().unwrap_or_default();
        let redeeming = async {
            let Some(row) = login::find(self.store(), localpart).await? else { return Ok(false) };
            let redeemed = invitations::redeem(self.store(), self.clock().now(), (row.id, token)).await;
            redeemed.map_err(|error| Fault(error.to_string()))
        };
        let is_good = redeeming.await.unwrap_or_else(|fault: Fault| {
            tracing::error!(%fault, "an invitation could not be redeemed");
            false
        });
        let moment = if is_good { Moment::Redeemed(request) } else { Moment::NotRedeemed(request) };
        self.post(cell, Mail::Moment(moment));
    }

    async fn introduce_newcomer(&self, jid: &Jid, account: i64) -> Result<(), Fault> {
        let inviter = invitations::inviter_of(self.store(), &self.service().domain, account).await?;
        // The newcomer is struck off the list last.
        if let Some(inviter) = &inviter {
            self.post(&self.directory().get(inviter), Mail::Moment(Moment::InviteeCame(jid.clone())));
        }
        let Welcoming { found: rooms, missing } = newcomers::find(self.store(), &self.service().newcomer_rooms).await?;
        for room in missing {
            tracing::warn!(%room, account = %jid, "a newcomer lacks a room: it is not there, or not persistent");
        }
        for room in &rooms {
            self.post(&self.directory().get(&room.jid), Mail::Moment(Moment::Bookmarked(jid.clone())));
        }
        self.post(&self.directory().get(jid), Mail::Moment(Moment::Made { inviter, rooms }));
        Ok(())
    }
}
