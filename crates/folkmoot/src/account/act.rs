//! What is done to accounts. Both doors end here: that of the running server, and that of a command
//! on a data folder that no server uses, whose hub has no sessions.

use crate::control::{ACCOUNTS_MAX, AccountLine, Control, Ended, Erased, Password, Reply};
use crate::report::{self, Asked};
use features::login::{self, AccountRow, Credentials, State};
use features::registration::{self, Refusal, SignUp};
use features::{all, archive};
use hub::Hub;
use store::{CommitError, Erase, Export, Fault, Store};
use xmpp::Jid;

/// Microseconds in a day.
const DAY_MICROS: i64 = 86_400_000_000;

/// Does what is asked and tells what came of it.
pub async fn act(hub: &Hub, control: Control) -> Reply {
    let act = Act { hub, store: hub.store(), domain: &hub.service().domain };
    let done = match control {
        Control::AddAccount { name, password } => act.add(&name, password).await,
        Control::ListAccounts { after } => act.list(&after).await,
        Control::SetPassword { name, password } => act.set_password(&name, password).await,
        Control::DisableAccount { name } => act.disable(&name).await,
        Control::EnableAccount { name } => act.enable(&name).await,
        Control::DeleteAccount { name } => act.delete(&name).await,
        Control::ListReports { after } => Ok(report::act(hub.store(), Asked::List(after)).await),
        Control::ShowReport { number } => Ok(report::act(hub.store(), Asked::Show(number)).await),
        Control::CloseReport { number } => Ok(report::act(hub.store(), Asked::Close(number)).await),
    };
    done.unwrap_or_else(|not_done| match not_done {
        NotDone::Refused(sentence) => Reply::Refused { sentence },
        NotDone::Failed(sentence) => Reply::Failed { sentence },
    })
}

/// Whether there is an account.
///
/// # Errors
/// When the store says no.
pub async fn any(store: &Store) -> Result<bool, Fault> {
    Ok(!login::list(store, "", 1).await?.is_empty())
}

struct Act<'a> {
    hub: &'a Hub,
    store: &'a Store,
    domain: &'a Jid,
}

enum NotDone {
    Refused(String),
    Failed(String),
}

impl From<Fault> for NotDone {
    fn from(fault: Fault) -> NotDone {
        NotDone::Failed(fault.to_string())
    }
}

impl From<CommitError> for NotDone {
    fn from(error: CommitError) -> NotDone {
        match error {
            CommitError::Unmet => NotDone::Refused("the account changed just now; look at it again".to_owned()),
            other => NotDone::Failed(other.to_string()),
        }
    }
}

impl From<Refusal> for NotDone {
    fn from(refusal: Refusal) -> NotDone {
        match refusal {
            Refusal::Failed(_) | Refusal::Busy => NotDone::Failed(refusal.to_string()),
            refused => NotDone::Refused(refused.to_string()),
        }
    }
}

impl Act<'_> {
    async fn add(&self, name: &str, password: Password) -> Result<Reply, NotDone> {
        let name = self.local_name(name)?.to_owned();
        let (store, domain) = (self.store.clone(), self.domain.clone());
        let (now, seed) = (self.hub.clock().now(), self.hub.clock().random());
        // Deriving keys is slow on purpose.
        let made = tokio::task::spawn_blocking(move || {
            let request = SignUp { domain: &domain, name: &name, password: &password.0 };
            registration::sign_up(&store, now, seed, request)?;
            Jid::parse(&format!("{name}@{domain}")).map_err(|_| Refusal::NameMalformed)
        });
        let address = made.await.map_err(|_| panicked())??;
        Ok(Reply::Added { address: address.to_string() })
    }

    async fn list(&self, after: &str) -> Result<Reply, NotDone> {
        let rows = login::list(self.store, self.local_name(after)?, ACCOUNTS_MAX).await?;
        let line = |row: AccountRow| AccountLine {
            address: format!("{}@{}", row.localpart, self.domain),
            state: row.state.name().to_owned(),
            created: day(row.created_at),
            last_login: row.last_login_day.map(|days| day(days.saturating_mul(DAY_MICROS))),
        };
        Ok(Reply::Accounts { accounts: rows.into_iter().map(line).collect() })
    }

    async fn set_password(&self, name: &str, password: Password) -> Result<Reply, NotDone> {
        let (jid, _) = self.find(name).await?;
        let seed = self.hub.clock().random();
        let derived = tokio::task::spawn_blocking(move || Credentials::derive(&password.0, seed));
        let credentials = derived.await.map_err(|_| panicked())?;
        let credentials = credentials.map_err(|unusable| NotDone::Refused(unusable.to_string()))?;
        login::set_password(self.store, jid.local().unwrap_or_default(), &credentials).await?;
        Ok(Reply::PasswordSet(self.end(&jid).await))
    }

    async fn disable(&self, name: &str) -> Result<Reply, NotDone> {
        let (jid, row) = self.find(name).await?;
        if row.state == State::Disabled {
            return Err(NotDone::Refused(format!("{jid} is disabled already.")));
        }
        login::disable(self.store, row.id).await?;
        Ok(Reply::Disabled(self.end(&jid).await))
    }

    async fn enable(&self, name: &str) -> Result<Reply, NotDone> {
        let (jid, row) = self.find(name).await?;
        if row.state == State::Active {
            return Err(NotDone::Refused(format!("{jid} is not disabled.")));
        }
        login::enable(self.store, row.id).await?;
        Ok(Reply::Enabled { address: jid.to_string() })
    }

    /// Says what there was, and has it erased; contacts are told. If it is interrupted, it can be
    /// asked again.
    async fn delete(&self, name: &str) -> Result<Reply, NotDone> {
        let (jid, row) = self.find(name).await?;
        let erased = self.inventory(row.id).await?;
        if row.state == State::Disabled {
            // The owner of a disabled account does not wake, and would not tell its contacts.
            login::enable(self.store, row.id).await?;
        }
        let sessions = self.hub.erase(&jid).await?;
        Ok(Reply::Deleted { ended: Ended { address: jid.to_string(), sessions }, erased })
    }

    /// What an account has, table by table, and its archive.
    async fn inventory(&self, account: login::AccountId) -> Result<Vec<Erased>, NotDone> {
        let mut inventory = Vec::new();
        for table in all::tables() {
            let entries = match (table.erase, table.export) {
                (Erase::No(_), _) => continue,
                (Erase::Sql(_), Export::Rows(sql)) => {
                    Some(self.store.query(sql, vec![account.into()]).await?.len() as u64)
                }
                (Erase::Sql(_), Export::Moving { .. } | Export::No(_)) => None,
            };
            if entries != Some(0) {
                inventory.push(Erased { name: table.name.to_owned(), holds: table.holds.to_owned(), entries });
            }
        }
        if let Some((first, last)) = self.store.archive_edges(archive::CLASS, account, i64::MIN).await? {
            let holds = format!("Messages from {} to {}.", day(first.at_micros), day(last.at_micros));
            inventory.push(Erased { name: "archive".to_owned(), holds, entries: None });
        }
        Ok(inventory)
    }

    async fn end(&self, account: &Jid) -> Ended {
        let sessions = self.hub.end_sessions(account, hub::End::NotAuthorized).await;
        Ended { address: account.to_string(), sessions }
    }

    async fn find(&self, name: &str) -> Result<(Jid, AccountRow), NotDone> {
        let name = self.local_name(name)?;
        let missing = || NotDone::Refused(format!("there is no account {name}@{}.", self.domain));
        let jid = Jid::parse(&format!("{name}@{}", self.domain)).map_err(|_| missing())?;
        let row = login::find(self.store, jid.local().unwrap_or_default()).await?.ok_or_else(missing)?;
        Ok((jid, row))
    }

    /// The part before the `@` of a name or an address on our domain.
    fn local_name<'n>(&self, name: &'n str) -> Result<&'n str, NotDone> {
        match name.split_once('@') {
            None => Ok(name),
            Some((local, domain)) if domain.eq_ignore_ascii_case(self.domain.as_str()) => Ok(local),
            Some((_, domain)) => Err(NotDone::Refused(format!("{} is served here, not {domain}.", self.domain))),
        }
    }
}

/// As `2026-11-25`.
fn day(micros: i64) -> String {
    xmpp::time::write(micros).chars().take("2026-11-25".len()).collect()
}

fn panicked() -> NotDone {
    NotDone::Failed("the server made a mistake; its log says more".to_owned())
}
