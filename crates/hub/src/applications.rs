//! Applications for an account: telling those who run the service, carrying out what they decide, taking back what
//! nobody decided in time.

use crate::Hub;
use crate::accounts::NotDone;
use features::applications::{self, Application};
use features::login::{self, State};
use features::registration::{Made, newcomer};
use store::{CommitError, Fault};
use xmpp::Jid;

/// Applications in one answer.
pub const LISTED_MAX: u32 = 50;

impl Hub {
    /// Applications that wait, behind the number `after`.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn applications(&self, after: i64) -> Result<Vec<Application>, Fault> {
        applications::list(self.store(), self.clock().now(), (after, LISTED_MAX)).await
    }

    /// The application of that number.
    ///
    /// # Errors
    /// When there is none that waits, or the store says no.
    pub async fn application(&self, number: i64) -> Result<Application, NotDone> {
        applications::find(self.store(), self.clock().now(), number).await?.ok_or_else(|| no_such(number))
    }

    /// Lets somebody in. `by` is who decides.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn accept_application(&self, by: &str, number: i64) -> Result<Jid, NotDone> {
        let application = self.application(number).await?;
        let jid = self.applied_for(&application)?;
        self.record(by, ("accept-application", jid.as_str())).await?;
        let accepted = self.store().commit(newcomer::accepted(&application)).await;
        accepted.map_err(|error| decided_already(error, number))?;
        self.begin(&Made { jid: jid.clone(), account: application.number, state: State::Active }).await;
        Ok(jid)
    }

    /// Does not let somebody in, and says why, if there is anything to say. The name is free again.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn refuse_application(&self, by: &str, number: i64, answer: &str) -> Result<Jid, NotDone> {
        let application = self.application(number).await?;
        let jid = self.applied_for(&application)?;
        self.record(by, ("refuse-application", jid.as_str())).await?;
        let service = self.service();
        let writes = applications::refuse_writes(&service.limits, self.clock().now(), &application, answer);
        self.store().commit(writes).await.map_err(|error| decided_already(error, number))?;
        self.finish_withdrawal(number).await;
        Ok(jid)
    }

    /// Somebody applied: whoever runs the service is told.
    pub(crate) fn application_came(&self, made: &Made, reason: &str) {
        let Made { jid, account: number, .. } = made;
        tracing::info!(account = %jid, number, "somebody applied for an account");
        self.tell_admins(&format!(
            "Somebody applies for {jid}, and says:\n\n{reason}\n\nDecide with the commands of the service, or `folkmoot \
             application accept {number}` or `refuse {number}`."
        ));
    }

    /// Takes back what nobody decided in time.
    pub(crate) fn expire_applications(&self) {
        let hub = self.clone();
        self.runtime().spawn(async move {
            if let Err(fault) = hub.withdraw_expired().await {
                tracing::error!(%fault, "applications past their date could not be removed");
            }
        });
    }

    async fn withdraw_expired(&self) -> Result<(), Fault> {
        for application in applications::expired(self.store(), self.clock().now()).await? {
            match self.store().commit(applications::withdraw_writes(&application)).await {
                Ok(_) => self.finish_withdrawal(application.number).await,
                // Somebody decided in this very moment.
                Err(CommitError::Unmet) => {}
                Err(error) => return Err(Fault(error.to_string())),
            }
        }
        Ok(())
    }

    async fn finish_withdrawal(&self, number: i64) {
        if let Err(error) = login::finish_withdrawal(self.store(), number).await {
            tracing::error!(%error, "an account that was asked for goes only with the next start");
        }
    }

    fn applied_for(&self, application: &Application) -> Result<Jid, NotDone> {
        let domain = &self.service().domain;
        let jid = Jid::parse(&format!("{}@{domain}", application.localpart));
        jid.map_err(|_| NotDone::Failed(format!("application {} has no name", application.number)))
    }
}

fn no_such(number: i64) -> NotDone {
    NotDone::Missing(format!("There is no application {number} that waits. List them again."))
}

fn decided_already(error: CommitError, number: i64) -> NotDone {
    match error {
        CommitError::Unmet => no_such(number),
        other => NotDone::from(other),
    }
}
