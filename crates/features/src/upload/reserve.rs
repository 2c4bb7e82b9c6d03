//! Whether there is room for a file: the quotas, counted and taken in one transaction.

use super::wire::{self, Wish};
use super::{
    ACCOUNT_BYTES, DAY_BYTES, DAY_FILES, FREE_BYTES, PROFILE_BYTES, Purpose, SLOT_SECONDS, WEEK_BYTES, name, table,
};
use crate::feature::Limit;
use crate::login::{self, State};
use crate::service::Service;
use bytes::Bytes;
use store::{CommitError, Expect, Fault, Row, Store, Value, Write};
use xmpp::{Condition, ErrorType, StanzaError};

/// Microseconds of a second.
const SECOND: i64 = 1_000_000;
/// Microseconds of a day.
pub(super) const DAY: i64 = 86_400 * SECOND;
/// Microseconds of a week.
pub(super) const WEEK: i64 = 7 * DAY;

/// Why there is no slot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refused {
    /// For a reason that the one who asks is told.
    With(Box<StanzaError>),
    /// The disk is nearly full.
    NoRoom,
    /// We could not.
    Failed(Fault),
}

/// What counts against the quotas.
struct Counted {
    bytes: u64,
    made_at: i64,
    expires_at: i64,
    forget_at: i64,
    is_profile: bool,
}

impl Wish {
    /// Reserves a slot for it and returns what answers the request. `random` becomes the secret part of the
    /// address; `free_bytes` is what the disk has.
    ///
    /// # Errors
    /// Why not.
    pub async fn reserve(
        self,
        store: &Store,
        service: &Service,
        now: i64,
        (random, free_bytes): ([u8; name::TOKEN_BYTES], u64),
    ) -> Result<Bytes, Refused> {
        let account = login::find(store, &self.account).await.map_err(Refused::Failed)?;
        // Whoever asked has a session; it may have ended meanwhile.
        let account = account.filter(|account| account.state == State::Active).ok_or_else(|| {
            Refused::With(Box::new(StanzaError::new(Condition::Forbidden).text("There is no such account any more.")))
        })?;
        if free_bytes < service.limits.of(&FREE_BYTES).saturating_add(self.bytes) {
            return Err(Refused::NoRoom);
        }
        let token = name::token(random);
        let values = self.values(service, now, (account.id, &token));
        let reserved = store.commit(vec![Write::Run { sql: table::RESERVE_SQL, values, expect: Expect::Some }]).await;
        match reserved {
            Ok(_) => Ok(wire::slot(&name::url(&service.upload.origin, &token, &self.name))),
            Err(CommitError::Unmet) => Err(self.explain(store, service, now, account.id).await),
            Err(error) => Err(Refused::Failed(Fault(error.to_string()))),
        }
    }

    /// What bounds all files for the same purpose.
    fn all(&self) -> &'static Limit {
        match self.purpose {
            Purpose::Profile => &PROFILE_BYTES,
            Purpose::Message | Purpose::Ephemeral(_) => &ACCOUNT_BYTES,
        }
    }

    fn values(&self, service: &Service, now: i64, (account, token): (i64, &str)) -> Vec<Value> {
        let limits = &service.limits;
        let most = |limit: &Limit| Value::from(i64::try_from(limits.of(limit)).unwrap_or(i64::MAX));
        let slot_seconds = i64::try_from(limits.of(&SLOT_SECONDS)).unwrap_or(i64::MAX);
        let after = |days: u32| now.saturating_add(i64::from(days).saturating_mul(DAY));
        let keep_until = match self.purpose {
            Purpose::Message => after(service.upload.days),
            Purpose::Profile => after(service.upload.profile_days),
            Purpose::Ephemeral(until) => until.min(after(service.upload.days)),
        };
        vec![
            Bytes::copy_from_slice(&name::blob(token).0).into(),
            account.into(),
            self.name.as_ref().into(),
            self.media_type.as_deref().into(),
            self.purpose.name().into(),
            i64::try_from(self.bytes).unwrap_or(i64::MAX).into(),
            now.into(),
            keep_until.into(),
            now.saturating_add(slot_seconds.saturating_mul(SECOND)).into(),
            most(self.all()),
            now.saturating_sub(DAY).into(),
            most(&DAY_BYTES),
            most(&DAY_FILES),
            now.saturating_sub(WEEK).into(),
            most(&WEEK_BYTES),
        ]
    }

    /// Which quota it was, and when there is room again (§6).
    async fn explain(&self, store: &Store, service: &Service, now: i64, account: i64) -> Refused {
        let rows = match store.query(table::COUNTED_SQL, vec![account.into(), now.into()]).await {
            Ok(rows) => rows,
            Err(fault) => return Refused::Failed(fault),
        };
        let counted = match rows.iter().map(Counted::read).collect::<Result<Vec<_>, Fault>>() {
            Ok(counted) => counted,
            Err(fault) => return Refused::Failed(fault),
        };
        let within = |window: i64| counted.iter().filter(move |row| row.made_at > now.saturating_sub(window));
        let ends = |row: &Counted, window: i64| row.made_at.saturating_add(window).min(row.forget_at);
        let most = |limit: &Limit| service.limits.of(limit);
        let is_profile = self.purpose == Purpose::Profile;
        let lasting = counted.iter().filter(|row| row.expires_at > now && row.is_profile == is_profile);
        let lasting = lasting.map(|row| (row.expires_at, row.bytes));
        let day_bytes = within(DAY).map(|row| (ends(row, DAY), row.bytes));
        let day_files = within(DAY).map(|row| (ends(row, DAY), 1));
        let week_bytes = within(WEEK).map(|row| (ends(row, WEEK), row.bytes));
        [
            (self.all(), room_at(lasting.collect(), self.bytes, most(self.all()))),
            (&DAY_BYTES, room_at(day_bytes.collect(), self.bytes, most(&DAY_BYTES))),
            (&DAY_FILES, room_at(day_files.collect(), 1, most(&DAY_FILES))),
            (&WEEK_BYTES, room_at(week_bytes.collect(), self.bytes, most(&WEEK_BYTES))),
        ]
        .into_iter()
        .filter_map(|(limit, at)| Some((limit, at?)))
        .max_by_key(|(_, at)| *at)
        // Something ended between counting and reading: it can be tried again at once.
        .map_or_else(busy, |(limit, at)| Refused::With(Box::new(wire::quota(limit.sentence, at))))
    }
}

fn busy() -> Refused {
    let error = StanzaError::new(Condition::ResourceConstraint).of_type(ErrorType::Wait);
    Refused::With(Box::new(error.text("There is room again just now. Please try again.")))
}

/// When so much of what is counted has ended that `wanted` fits; none if it fits now. Each is an end and an amount.
fn room_at(mut counted: Vec<(i64, u64)>, wanted: u64, most: u64) -> Option<i64> {
    counted.sort_unstable();
    let mut sum: u64 = counted.iter().map(|(_, amount)| amount).sum();
    let mut at = None;
    for (end, amount) in counted {
        if sum.saturating_add(wanted) <= most {
            break;
        }
        sum -= amount;
        at = Some(end);
    }
    at
}

impl Counted {
    fn read(row: &Row) -> Result<Counted, Fault> {
        Ok(Counted {
            bytes: u64::try_from(row.int(0)?).unwrap_or(0),
            made_at: row.int(1)?,
            expires_at: row.int(2)?,
            forget_at: row.int(3)?,
            is_profile: row.text(4)? == Purpose::Profile.name(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::room_at;

    #[test]
    fn there_is_room_when_enough_has_ended() {
        let counted = vec![(30, 10), (10, 50), (20, 40)];
        assert_eq!(room_at(counted.clone(), 0, 100), None);
        assert_eq!(room_at(counted.clone(), 50, 100), Some(10));
        assert_eq!(room_at(counted.clone(), 51, 100), Some(20));
        assert_eq!(room_at(counted, 100, 100), Some(30));
    }
}
