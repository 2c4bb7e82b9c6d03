//! What is done to accounts as a whole, whoever asks for it: an administrator's client, the control
//! socket, a command on a data folder (whose hub has no sessions). Every door ends here, and all that
//! is done is written down before it is done.

use crate::Hub;
use crate::mail::Ending;
use features::admin::table;
use features::deed::Password;
use features::login::{self, AccountRow, Credentials, Live, State};
use features::registration::{By, Refusal, SignUp};
use features::turn::End;
use store::{CommitError, Fault};
use xmpp::Jid;

/// Deeds that are shown.
const DEEDS_SHOWN: u32 = 200;

/// Why something was not done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotDone {
    /// The name is taken.
    Taken(String),
    /// There is no such account.
    Missing(String),
    /// We chose not to.
    Refused(String),
    /// We could not.
    Failed(String),
}

impl NotDone {
    /// What happened, and what to do, for the one who asked.
    pub fn sentence(&self) -> &str {
        match self {
            NotDone::Taken(sentence) | NotDone::Missing(sentence) => sentence,
            NotDone::Refused(sentence) | NotDone::Failed(sentence) => sentence,
        }
    }
}

impl From<Fault> for NotDone {
    fn from(fault: Fault) -> NotDone {
        NotDone::Failed(fault.to_string())
    }
}

impl From<CommitError> for NotDone {
    fn from(error: CommitError) -> NotDone {
        match error {
            CommitError::Unmet => NotDone::Refused("The account changed just now; look at it again.".to_owned()),
            other => NotDone::Failed(other.to_string()),
        }
    }
}

impl From<Refusal> for NotDone {
    fn from(refusal: Refusal) -> NotDone {
        match refusal {
            Refusal::NameTaken => NotDone::Taken(refusal.to_string()),
            Refusal::Failed(_) | Refusal::Busy => NotDone::Failed(refusal.to_string()),
            refused => NotDone::Refused(refused.to_string()),
        }
    }
}

impl Hub {
    /// Makes an account, named by its localpart or its address. `by` is who wants it.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn add_account(&self, by: &str, name: &str, password: Password) -> Result<Jid, NotDone> {
        let name = self.local_name(name)?.to_owned();
        self.record(by, ("add", &format!("{name}@{}", self.service().domain))).await?;
        Ok(self.sign_up(SignUp { name, password, by: By::Staff }).await?)
    }

    /// Gives an account another password. Its tokens go and its sessions end; returns how many there were.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn set_password(&self, by: &str, name: &str, password: Password) -> Result<(Jid, usize), NotDone> {
        let (jid, _) = self.find_account(name).await?;
        self.record(by, ("set-password", jid.as_str())).await?;
        let _room = self.deriving().acquire().await;
        self.store_password(&jid, password, None).await?;
        let ended = self.end_sessions(&jid, End::NotAuthorized).await;
        Ok((jid, ended))
    }

    /// Stores keys for a new password; sessions are for the caller to end, but for that of the client that
    /// `stays`. The caller holds a place among those who derive keys.
    pub(crate) async fn store_password(
        &self,
        account: &Jid,
        password: Password,
        stays: Option<&Live>,
    ) -> Result<(), NotDone> {
        let seed = self.clock().random();
        let derived = tokio::task::spawn_blocking(move || Credentials::derive(&password.0, seed));
        let credentials = derived.await.map_err(|_| panicked())?;
        let credentials = credentials.map_err(|unusable| NotDone::Refused(unusable.to_string()))?;
        Ok(login::set_password(self.store(), account.local().unwrap_or_default(), &credentials, stays).await?)
    }

    /// Lets nobody log in. Returns how many sessions ended.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn disable_account(&self, by: &str, name: &str) -> Result<(Jid, usize), NotDone> {
        let (jid, row) = self.find_account(name).await?;
        if row.state == State::Disabled {
            return Err(NotDone::Refused(format!("{jid} is disabled already.")));
        }
        self.spare_last_owner(&jid).await?;
        self.record(by, ("disable", jid.as_str())).await?;
        login::disable(self.store(), row.id).await?;
        let ended = self.end_sessions(&jid, End::NotAuthorized).await;
        Ok((jid, ended))
    }

    /// Undoes [`Hub::disable_account`].
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn enable_account(&self, by: &str, name: &str) -> Result<Jid, NotDone> {
        let (jid, row) = self.find_account(name).await?;
        if row.state == State::Active {
            return Err(NotDone::Refused(format!("{jid} is not disabled.")));
        }
        self.record(by, ("enable", jid.as_str())).await?;
        login::enable(self.store(), row.id).await?;
        Ok(jid)
    }

    /// Erases an account; contacts are told. If it is interrupted, it can be asked again. Returns how many
    /// sessions ended.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn delete_account(&self, by: &str, name: &str) -> Result<(Jid, usize), NotDone> {
        let (jid, row) = self.find_account(name).await?;
        self.spare_last_owner(&jid).await?;
        self.record(by, ("delete", jid.as_str())).await?;
        if row.state == State::Disabled {
            // The owner of a disabled account does not wake, and would not tell its contacts.
            login::enable(self.store(), row.id).await?;
        }
        let ended = self.erase(&jid).await?;
        Ok((jid, ended))
    }

    /// Ends the sessions of an account, or the one that a full JID names. Returns how many there were.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn disconnect(&self, by: &str, who: &Jid) -> Result<usize, NotDone> {
        let (jid, _) = self.find_account(who.bare_str()).await?;
        self.record(by, ("end-sessions", who.as_str())).await?;
        let which = if who.is_full() { Ending::One(who.clone()) } else { Ending::All };
        Ok(self.end_some(&jid, which, End::Disconnected).await)
    }

    /// The account of that name or address, whatever its state.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub async fn find_account(&self, name: &str) -> Result<(Jid, AccountRow), NotDone> {
        let name = self.local_name(name)?;
        let domain = &self.service().domain;
        let missing = || NotDone::Missing(format!("There is no account {name}@{domain}."));
        let jid = Jid::parse(&format!("{name}@{domain}")).map_err(|_| missing())?;
        let row = login::find(self.store(), jid.local().unwrap_or_default()).await?.ok_or_else(missing)?;
        Ok((jid, row))
    }

    /// The part before the `@` of a name or an address on our domain.
    ///
    /// # Errors
    /// When the address is elsewhere.
    pub fn local_name<'n>(&self, name: &'n str) -> Result<&'n str, NotDone> {
        let domain = &self.service().domain;
        match name.split_once('@') {
            None => Ok(name),
            Some((local, there)) if there.eq_ignore_ascii_case(domain.as_str()) => Ok(local),
            Some((_, there)) => Err(NotDone::Refused(format!("{domain} is served here, not {there}."))),
        }
    }

    /// What administrators did lately, the newest first.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn deeds(&self) -> Result<Vec<table::Recorded>, Fault> {
        table::recorded(self.store(), DEEDS_SHOWN).await
    }

    /// Writes down what is about to be done.
    pub(crate) async fn record(&self, by: &str, what: (&str, &str)) -> Result<(), NotDone> {
        let row = table::record(&self.service().limits, self.clock().now(), by, what);
        Ok(self.store().commit(vec![row]).await.map(drop)?)
    }
}

fn panicked() -> NotDone {
    NotDone::Failed("The server made a mistake; its log says more.".to_owned())
}
