//! Bringing an account into memory, and the service's own keys.

use super::account::{AccountRow, FIND_SQL, State, may};
use crate::Fault;
use crate::archive::{self, Preferences};
use crate::avatars::Avatar;
use crate::blocking::{self, Blocklist};
use crate::branch::BranchKind;
use crate::caps::Devices;
use crate::memory::Account;
use crate::offline::{self, Waiting};
use crate::service::{Owner, Secrets, Service};
use crate::{consent, pubsub, push, roster};
use smallvec::SmallVec;
use std::sync::LazyLock;
use store::{Store, View};
use xmpp::Jid;

/// Statements about the account of row `?1`, for one of which only the name is known: a login reads
/// all there is in one go.
static CONTACTS: LazyLock<String> = LazyLock::new(|| by_name(roster::CONTACTS_SQL));
static BLOCKED: LazyLock<String> = LazyLock::new(|| by_name(blocking::table::BLOCKED_SQL));
static PREFERENCES: LazyLock<String> = LazyLock::new(|| by_name(archive::table::PREFERENCES_SQL));
static PUSH: LazyLock<String> = LazyLock::new(|| by_name(push::table::ENABLED_SQL));
static WAITING: LazyLock<String> = LazyLock::new(|| by_name(offline::table::WAITING_SQL));
static NODES: LazyLock<String> = LazyLock::new(|| by_name(pubsub::NODES_SQL));
static AVATAR: LazyLock<String> = LazyLock::new(|| by_name(pubsub::AVATAR_SQL));
static AGREED: LazyLock<String> = LazyLock::new(|| by_name(consent::table::AGREED_SQL));

fn by_name(sql: &str) -> String {
    sql.replace("?1", "(SELECT id FROM account WHERE localpart = ?1)")
}

/// The memory of the account `jid` (bare), without sessions; none if there is no such account or it
/// is not active. Mail for such an address finds nobody. The service of nodes is written down like an account.
///
/// # Errors
/// When the store says no.
pub async fn load(store: &Store, service: &Service, jid: &Jid) -> Result<Option<Account>, Fault> {
    if service.owner_of(jid) == Owner::Branch(BranchKind::Pubsub) {
        return pubsub::load(store, jid).await.map(Some);
    }
    let Some(localpart) = jid.local().filter(|_| service.is_local(jid)) else { return Ok(None) };
    let of_account =
        [&CONTACTS, &PREFERENCES, &NODES, &BLOCKED, &WAITING, &PUSH, &AVATAR, &AGREED].map(|sql| sql.as_str());
    let asked = std::iter::once(FIND_SQL).chain(of_account).map(|sql| (sql, vec![localpart.into()]));
    let rows = store.query_all(asked.collect()).await?;
    let found = rows[0].first().map(AccountRow::read).transpose()?;
    let Some(row) = found.filter(|account| account.state == State::Active) else { return Ok(None) };
    let nodes = pubsub::Nodes::read(pubsub::Host::Person, &rows[3])?;
    Ok(Some(Account {
        jid: jid.bare(),
        id: row.id,
        contacts: roster::contacts(&rows[1])?,
        archive: Preferences::read(&rows[2], service)?,
        avatar: Avatar::read(&rows[7], &nodes)?,
        nodes,
        devices: Devices::default(),
        blocked: Blocklist::read(&rows[4])?,
        agreed: consent::table::agreed(&rows[8])?,
        seldom: None,
        offline: Waiting::read(&rows[5])?,
        push: push::read(&rows[6])?,
        sessions: SmallVec::new(),
    }))
}

/// The service's own keys, made from `fresh` (random) at the first start and kept from then on.
///
/// # Errors
/// When the store says no.
pub async fn secrets(store: &Store, fresh: [u8; 80]) -> Result<Secrets, Fault> {
    let (first, rest) = fresh.split_at(16);
    let (second, third) = rest.split_at(32);
    let make = "INSERT INTO secret (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";
    let values = NAMES.into_iter().zip([first, second, third]);
    let writes = values.map(|(name, value)| may(make, vec![name.into(), bytes::Bytes::copy_from_slice(value).into()]));
    store.commit(writes.collect()).await.map_err(|error| Fault(error.to_string()))?;
    known_secrets(&store.view())
}

const NAMES: [&str; 3] = ["archive-ids", "decoy", "dialback"];

/// The service's own keys, as they were made at the first start.
///
/// # Errors
/// When the store says no, or was never started.
pub fn known_secrets(view: &View) -> Result<Secrets, Fault> {
    let value = |at: usize| {
        let rows = view.query("SELECT value FROM secret WHERE name = ?1", vec![NAMES[at].into()])?;
        rows.first().ok_or_else(|| Fault("the service has no keys of its own yet".into()))?.blob(0)
    };
    let archive_ids = value(0)?.as_ref().try_into().map_err(|_| Fault("the key of archive ids is damaged".into()))?;
    Ok(Secrets { archive_ids, decoy: value(1)?, dialback: value(2)? })
}
