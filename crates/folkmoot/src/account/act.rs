//! What is done to accounts. Both doors end here: that of the running server, and that of a command
//! on a data folder that no server uses, whose hub has no sessions.

use crate::control::{
    ACCOUNTS_MAX, AccountLine, ClientLine, Control, DeedLine, Ended, Erased, FileLine, Password, Reply,
};
use crate::federation;
use crate::invite;
use crate::report;
use features::admin::table::Recorded;
use features::login::{self, AccountRow};
use features::upload::files::File;
use hub::{Holding, Hub, NotDone};
use store::{Fault, Store};
use xmpp::{Jid, time};

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
        Control::ListClients { name } => act.clients(&name).await,
        Control::RevokeClient { name, id } => act.revoke(&name, &id).await,
        Control::Invite { name, uses, days } => invite::create(hub, name, (uses, days)).await,
        Control::ListInvitations { after } => invite::list(hub, after).await,
        Control::RevokeInvitation { number } => invite::revoke(hub, BY, number).await,
        Control::InvitationTree { name } => invite::tree(hub, name.as_deref()).await,
        Control::ListFiles { name } => act.files(&name).await,
        Control::DeleteFile { file } => act.delete_file(&file).await,
        Control::Announce { text } => act.announce(&text).await,
        // The one that runs answers that itself.
        Control::Status => {
            Err(NotDone::Refused("No server runs on this data folder; there is nothing to count.".into()))
        }
        Control::ListDeeds => act.deeds().await,
        Control::ListNeighbours { after, domain } => federation::neighbours(hub, &after, domain.as_deref()).await,
        Control::ListRules { after } => Ok(federation::list(hub, &after)),
        Control::Decide { rules } => federation::decide(hub, BY, rules).await,
        Control::Forget { domain } => federation::forget(hub, BY, &domain).await,
        Control::ListAffected { domains } => federation::affected(hub, &domains).await,
        Control::ListReports { after } => report::list(hub, after).await,
        Control::ShowReport { number } => report::show(hub, BY, number).await,
        Control::CloseReport { number } => report::close(hub, BY, number).await,
    };
    done.unwrap_or_else(|not_done| match not_done {
        NotDone::Failed(sentence) => Reply::Failed { sentence },
        refused => Reply::Refused { sentence: refused.sentence().to_owned() },
    })
}

/// Whether there is an account.
///
/// # Errors
/// When the store says no.
pub async fn any(store: &Store) -> Result<bool, Fault> {
    Ok(!login::list(store, "", 1).await?.is_empty())
}

/// Who did what is done here, as it is written down.
const BY: &str = "the command line";

struct Act<'a> {
    hub: &'a Hub,
    store: &'a Store,
    domain: &'a Jid,
}

impl Act<'_> {
    async fn add(&self, name: &str, password: Password) -> Result<Reply, NotDone> {
        let address = self.hub.add_account(BY, name, typed(password)).await?;
        Ok(Reply::Added { address: address.to_string() })
    }

    async fn list(&self, after: &str) -> Result<Reply, NotDone> {
        let rows = login::list(self.store, self.hub.local_name(after)?, ACCOUNTS_MAX).await?;
        let line = |row: AccountRow| AccountLine {
            address: format!("{}@{}", row.localpart, self.domain),
            state: row.state.name().to_owned(),
            created: day(row.created_at),
            last_login: row.last_login_day.map(|days| day(days.saturating_mul(DAY_MICROS))),
        };
        Ok(Reply::Accounts { accounts: rows.into_iter().map(line).collect() })
    }

    async fn set_password(&self, name: &str, password: Password) -> Result<Reply, NotDone> {
        Ok(Reply::PasswordSet(ended(self.hub.set_password(BY, name, typed(password)).await?)))
    }

    async fn disable(&self, name: &str) -> Result<Reply, NotDone> {
        Ok(Reply::Disabled(ended(self.hub.disable_account(BY, name).await?)))
    }

    async fn enable(&self, name: &str) -> Result<Reply, NotDone> {
        Ok(Reply::Enabled { address: self.hub.enable_account(BY, name).await?.to_string() })
    }

    async fn clients(&self, name: &str) -> Result<Reply, NotDone> {
        let line = |client: login::Client| {
            let device = client.device.as_ref();
            ClientLine {
                id: client.id,
                connected: client.connected,
                revocable: device.is_some_and(login::Device::is_revocable),
                software: device.and_then(|device| device.software.as_deref()).map(str::to_owned),
                device: device.and_then(|device| device.device.as_deref()).map(str::to_owned),
                first_seen: device.map(|device| time::write(device.first_seen)),
                last_seen: device.map(|device| time::write(device.last_seen)),
            }
        };
        Ok(Reply::Clients { clients: self.hub.clients(name).await?.into_iter().map(line).collect() })
    }

    async fn revoke(&self, name: &str, id: &str) -> Result<Reply, NotDone> {
        Ok(Reply::ClientRevoked(ended(self.hub.revoke_client(BY, name, id).await?)))
    }

    async fn files(&self, name: &str) -> Result<Reply, NotDone> {
        let (address, files) = self.hub.files(name).await?;
        Ok(Reply::Files { address: address.to_string(), files: files.into_iter().map(file_line).collect() })
    }

    async fn delete_file(&self, file: &str) -> Result<Reply, NotDone> {
        let (address, file) = self.hub.delete_file(BY, file).await?;
        Ok(Reply::FileDeleted { file: file_line(file), address: address.to_string() })
    }

    async fn announce(&self, text: &str) -> Result<Reply, NotDone> {
        Ok(Reply::Announced { people: self.hub.announce(BY, text).await? })
    }

    async fn deeds(&self) -> Result<Reply, NotDone> {
        let line = |deed: Recorded| DeedLine {
            done: time::write(deed.done_at),
            who: deed.who.into(),
            what: deed.what.into(),
            whom: deed.whom.into(),
        };
        Ok(Reply::Deeds { deeds: self.hub.deeds().await?.into_iter().map(line).collect() })
    }

    /// Says what there was, and has it erased.
    async fn delete(&self, name: &str) -> Result<Reply, NotDone> {
        let (_, row) = self.hub.find_account(name).await?;
        let line =
            |holding: Holding| Erased { name: holding.name.to_owned(), holds: holding.holds, entries: holding.entries };
        let erased = self.hub.inventory(row.id).await?.into_iter().map(line).collect();
        Ok(Reply::Deleted { ended: ended(self.hub.delete_account(BY, name).await?), erased })
    }
}

fn ended((account, sessions): (Jid, usize)) -> Ended {
    Ended { address: account.to_string(), sessions }
}

fn file_line(file: File) -> FileLine {
    FileLine {
        id: file.id(),
        name: file.name.into(),
        media_type: file.media_type.map(Into::into),
        bytes: file.bytes,
        made: time::write(file.made_at),
        expires: time::write(file.expires_at),
    }
}

fn typed(password: Password) -> features::deed::Password {
    features::deed::Password(password.0.into())
}

/// As `2026-11-25`.
fn day(micros: i64) -> String {
    time::write(micros).chars().take("2026-11-25".len()).collect()
}
