//! A record of each client that logs in and says which it is (XEP-0388 §2.2): what a person needs to see
//! who has access to their account (XEP-0494 §3.1).

use super::account::{AccountId, may};
use super::token::{Agent, NAME_BYTES_MAX, revoked_writes, shortened};
use crate::Fault;
use crate::feature::{Limit, Limits};
use crate::service::Secrets;
use data_encoding::BASE32_NOPAD;
use store::{Row, Write};
use xmpp::scram::Hash;

/// How many clients of an account are remembered.
pub const DEVICES: Limit = Limit {
    name: "devices",
    default: 50,
    unit: "clients",
    reason: "Whoever knows the password could otherwise fill the store with made-up clients.",
    sentence: "Too many devices were used; the one that was away longest is not remembered any more.",
};

/// How long a client is remembered that does not come back.
pub const DEVICE_DAYS: Limit = Limit {
    name: "device-days",
    default: 90,
    unit: "days",
    reason: "Long enough to recognise a device that was lost; what was used years ago is nobody's affair (XEP-0494 §6).",
    sentence: "This device was away too long and is not remembered any more.",
};

const DAY_MICROS: i64 = 86_400_000_000;

/// What is known of the last login is not renewed more often.
const STALE_AFTER_MICROS: i64 = 3_600_000_000;

/// What a client logged in by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// A password.
    Password,
    /// A token (XEP-0484).
    Token,
}

/// A client as the store has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device {
    /// Its id, which nobody else gets to see (XEP-0388 §2.2).
    pub(super) agent: Box<str>,
    /// The software, as it called itself.
    pub software: Option<Box<str>>,
    /// The device, as it called itself.
    pub device: Option<Box<str>>,
    /// Its first login, in microseconds since 1970.
    pub first_seen: i64,
    /// Its last login, to the hour.
    pub last_seen: i64,
    /// What its last login was by.
    pub by: By,
    /// Whether it logged in by password since the password was set.
    pub had_password: bool,
}

/// The clients of the account `?1`, the longest unused first.
pub(super) const KNOWN_SQL: &str = "SELECT agent, software, device, first_seen, last_seen, by_token, had_password \
    FROM device WHERE account = ?1 ORDER BY last_seen";

/// The same for the account named `?1`.
pub(super) const KNOWN_BY_NAME_SQL: &str = "SELECT agent, software, device, first_seen, last_seen, by_token, \
    had_password FROM device WHERE account = (SELECT id FROM account WHERE localpart = ?1) ORDER BY last_seen";

impl Device {
    pub(super) fn read(row: &Row) -> Result<Device, Fault> {
        Ok(Device {
            agent: row.text(0)?.into(),
            software: row.text_or_null(1)?.map(Into::into),
            device: row.text_or_null(2)?.map(Into::into),
            first_seen: row.int(3)?,
            last_seen: row.int(4)?,
            by: if row.int(5)? == 0 { By::Password } else { By::Token },
            had_password: row.int(6)? != 0,
        })
    }

    /// Its id: for the server alone.
    pub fn agent(&self) -> &str {
        &self.agent
    }

    /// Whether its access can be taken away without another password.
    ///
    /// Deviates: XEP-0494 §3.2 has only clients revoked that never gave the password. Every client with a
    /// token gave it once to get the token, so nothing could ever be revoked; one whose last login was by
    /// its token shows that it does without.
    pub fn is_revocable(&self) -> bool {
        self.by == By::Token
    }
}

/// By what name a client of that id is shown and revoked: the same each time, and telling nothing of its
/// id.
pub(super) fn name(secrets: &Secrets, account: AccountId, agent: &str) -> String {
    let mac = Hash::Sha256.hmac(&secrets.decoy, format!("device\0{account}\0{agent}").as_bytes());
    BASE32_NOPAD.encode(&mac[..10]).to_ascii_lowercase()
}

/// A login to be recorded.
pub(super) struct Seen<'a> {
    pub(super) account: AccountId,
    pub(super) agent: Agent<'a>,
    pub(super) by: By,
    pub(super) now: i64,
}

impl Seen<'_> {
    /// The changes that record it: none for a client that does not say which it is, or of which nothing
    /// new is known.
    pub(super) fn writes(&self, known: &[Device], limits: &Limits) -> Vec<Write> {
        let usable = |id: &&str| !id.is_empty() && id.len() <= NAME_BYTES_MAX;
        let Some(agent) = self.agent.id.filter(usable) else { return Vec::new() };
        let (software, device) = (self.agent.software.map(shortened), self.agent.device.map(shortened));
        let before = known.iter().find(|known| *known.agent == *agent);
        let is_known = before.is_some_and(|before| {
            before.by == self.by
                && self.now.saturating_sub(before.last_seen) < STALE_AFTER_MICROS
                && before.software.as_deref() == software.or(before.software.as_deref())
                && before.device.as_deref() == device.or(before.device.as_deref())
        });
        if is_known {
            return Vec::new();
        }
        let mut writes = Vec::new();
        if before.is_none() {
            let excess = (known.len() + 1).saturating_sub(limits.count(&DEVICES).max(1));
            for oldest in known.iter().take(excess) {
                writes.extend(revoked_writes(self.account, &oldest.agent));
            }
        }
        writes.push(self.save(agent, (software, device), limits));
        writes
    }

    fn save(&self, agent: &str, (software, device): (Option<&str>, Option<&str>), limits: &Limits) -> Write {
        let sql = "INSERT INTO device (account, agent, software, device, first_seen, last_seen, by_token, \
                   had_password, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8) \
                   ON CONFLICT (account, agent) DO UPDATE SET last_seen = excluded.last_seen, \
                   by_token = excluded.by_token, expires_at = excluded.expires_at, \
                   had_password = CASE WHEN excluded.had_password = 1 THEN 1 ELSE device.had_password END, \
                   software = COALESCE(excluded.software, device.software), \
                   device = COALESCE(excluded.device, device.device)";
        let days = i64::try_from(limits.of(&DEVICE_DAYS)).unwrap_or(i64::MAX);
        let by_token = i64::from(self.by == By::Token);
        let values = vec![
            self.account.into(),
            agent.into(),
            software.into(),
            device.into(),
            self.now.into(),
            by_token.into(),
            (1 - by_token).into(),
            self.now.saturating_add(days.saturating_mul(DAY_MICROS)).into(),
        ];
        may(sql, values)
    }
}
