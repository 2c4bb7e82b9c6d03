//! New accounts: every door ends here, and what is done for a newcomer begins here.

use crate::Hub;
use crate::mail::Mail;
use features::invitations;
use features::order::Moment;
use features::registration::{self, Made, Refusal, SignUp, newcomer};
use features::rooms::newcomers::{self, Welcoming};
use store::Fault;
use xmpp::Jid;

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
