//! Which clients have access to an account, and taking it away (XEP-0494): for the person, and for the
//! command line.

use crate::Hub;
use crate::accounts::NotDone;
use crate::deeds::{BUSY, wait};
use crate::mail::{Ending, Mail};
use features::login::{self, Asked, Client};
use features::turn::End;
use xmpp::{Condition, Jid, StanzaError};

impl Hub {
    /// The clients that have access to an account.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn clients(&self, name: &str) -> Result<Vec<Client>, NotDone> {
        Ok(self.asked(name).await?.1.clients(self.store()).await?)
    }

    /// Takes a client's access away. Returns how many sessions ended.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn revoke_client(&self, by: &str, name: &str, id: &str) -> Result<(Jid, usize), NotDone> {
        let (jid, asked) = self.asked(name).await?;
        self.record(by, ("revoke-client", jid.as_str())).await?;
        let ended = self.revoke(&jid, &asked, id).await.map_err(|error| match error.condition {
            Condition::ItemNotFound => NotDone::Refused(format!("{jid} has no client {id}; list them again.")),
            Condition::ServiceUnavailable => {
                NotDone::Refused("This client knows the password. Set another one, and it is out.".to_owned())
            }
            _ => NotDone::Failed(error.text.unwrap_or_default().into_owned()),
        })?;
        Ok((jid, ended))
    }

    /// XEP-0494 §3.2: its tokens go, its push, its sessions. Returns how many of those there were.
    pub(crate) async fn revoke(&self, account: &Jid, asked: &Asked, id: &str) -> Result<usize, StanzaError> {
        let clients = asked.clients(self.store()).await.map_err(|_| wait(BUSY))?;
        let missing = || StanzaError::new(Condition::ItemNotFound).text("There is no such client. List them again.");
        let client = clients.into_iter().find(|client| client.id == id).ok_or_else(missing)?;
        let device = client.device.filter(login::Device::is_revocable).ok_or_else(login::password_reset_required)?;
        let writes = login::revoked_writes(asked.account, device.agent());
        self.store().commit(writes).await.map_err(|_| wait(BUSY))?;
        // A login by one of its tokens that is under way comes to nothing.
        self.revoked().add(account, self.seconds());
        let ended = self.end_some(account, Ending::OfAgent(device.agent().into()), End::Disconnected).await;
        if let Some(cell) = self.directory().find(account) {
            // What is done for it goes from memory too.
            self.post(&cell, Mail::Reload);
        }
        Ok(ended)
    }

    async fn asked(&self, name: &str) -> Result<(Jid, Asked), NotDone> {
        let (jid, row) = self.find_account(name).await?;
        let live = self.live(&jid).await;
        let asked = Asked::about(row.id, live, &self.service(), self.clock().now());
        Ok((jid, asked))
    }
}
