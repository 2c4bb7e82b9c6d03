//! Files as rows: what an address is good for, and what becomes of it.

use super::reserve::WEEK;
use super::{RATE, SLOT_SECONDS, table};
use crate::Fault;
use crate::feature::Limits;
use bytes::Bytes;
use data_encoding::HEXLOWER_PERMISSIVE;
use std::time::Duration;
use store::{BlobName, CommitError, Expect, Row, Store, Write};

/// Bytes of a hash that name a file to people.
const ID_BYTES: usize = 8;

/// A file, or what was or will be one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// The name of its row and of its bytes.
    pub blob: BlobName,
    /// Whose it is; 0 of an account that is erased.
    pub account: i64,
    /// What it is called; empty once it is gone.
    pub name: Box<str>,
    /// What it says it is.
    pub media_type: Option<Box<str>>,
    /// What it is for.
    pub purpose: Box<str>,
    /// How large it is.
    pub bytes: u64,
    /// When its slot was given out, in microseconds since 1970.
    pub made_at: i64,
    /// When the slot or the file ends.
    pub expires_at: i64,
    /// How far it is.
    pub state: State,
}

/// How far a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Somebody may put it there.
    Slot,
    /// It can be fetched until its end.
    There,
    /// Its bytes were removed.
    Gone,
}

/// The file of that name, whatever became of it; none that nobody remembers.
///
/// # Errors
/// When the store says no.
pub async fn find(store: &Store, blob: BlobName) -> Result<Option<File>, Fault> {
    let rows = store.query(table::FIND_SQL, vec![hash(blob).into()]).await?;
    rows.first().map(File::read).transpose()
}

/// The files that an account has, the newest first.
///
/// # Errors
/// When the store says no.
pub async fn of_account(store: &Store, account: i64, now: i64) -> Result<Vec<File>, Fault> {
    store.query(table::LIST_SQL, vec![account.into(), now.into()]).await?.iter().map(File::read).collect()
}

/// Somebody begins to put a file into its slot. Returns how long that may take.
///
/// # Errors
/// [`CommitError::Unmet`] when the time of the slot is over.
pub async fn begin(store: &Store, limits: &Limits, file: &File, now: i64) -> Result<Duration, CommitError> {
    let seconds = limits.of(&SLOT_SECONDS).saturating_add(file.bytes / limits.of(&RATE).max(1));
    let time = Duration::from_secs(seconds);
    let until = now.saturating_add(i64::try_from(time.as_micros()).unwrap_or(i64::MAX));
    let values = vec![hash(file.blob).into(), until.into(), now.into()];
    store.commit(vec![Write::Run { sql: table::BEGIN_SQL, values, expect: Expect::Some }]).await?;
    Ok(time)
}

/// The file with that id; none if there is none, or more than one.
///
/// # Errors
/// When the store says no.
pub async fn find_by_id(store: &Store, id: &str) -> Result<Option<File>, Fault> {
    let Some(first) = HEXLOWER_PERMISSIVE.decode(id.as_bytes()).ok().filter(|first| first.len() == ID_BYTES) else {
        return Ok(None);
    };
    let last = [first.as_slice(), &[0xff; 32 - ID_BYTES]].concat();
    let between = vec![Bytes::from(first).into(), Bytes::from(last).into()];
    match store.query(table::BETWEEN_SQL, between).await?.as_slice() {
        [row] => File::read(row).map(Some),
        _ => Ok(None),
    }
}

/// The bytes of a slot are on the disk: from now on it is a file.
///
/// # Errors
/// [`CommitError::Unmet`] when it is no slot any more: the account is gone, or the file would be over already.
pub async fn fill(store: &Store, file: &File, now: i64) -> Result<(), CommitError> {
    let counted_until = file.made_at.saturating_add(WEEK);
    let values = vec![hash(file.blob).into(), now.into(), counted_until.into()];
    store.commit(vec![Write::Run { sql: table::FILL_SQL, values, expect: Expect::Some }]).await.map(drop)
}

/// The change that ends a file now. Its bytes go with the next sweep.
pub fn end(blob: BlobName, now: i64) -> Write {
    Write::Run { sql: table::END_SQL, values: vec![hash(blob).into(), now.into()], expect: Expect::Some }
}

/// What is past its end and may still have bytes, `max` at most.
///
/// # Errors
/// When the store says no.
pub async fn overdue(store: &Store, now: i64, max: u32) -> Result<Vec<BlobName>, Fault> {
    store.query(table::OVERDUE_SQL, vec![now.into(), max.into()]).await?.iter().map(|row| blob(row, 0)).collect()
}

/// The change after the bytes of what was overdue at `now` were removed.
pub fn gone(blob: BlobName, now: i64) -> Write {
    Write::Run { sql: table::GONE_SQL, values: vec![hash(blob).into(), now.into()], expect: Expect::Any }
}

fn hash(blob: BlobName) -> Bytes {
    Bytes::copy_from_slice(&blob.0)
}

fn blob(row: &Row, column: usize) -> Result<BlobName, Fault> {
    let hash = row.blob(column)?;
    hash.as_ref().try_into().map(BlobName).map_err(|_| Fault(format!("a file's hash has {} bytes", hash.len())))
}

impl File {
    /// What it is called where its address is not known.
    pub fn id(&self) -> String {
        self.blob.0[..ID_BYTES].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn read(row: &Row) -> Result<File, Fault> {
        Ok(File {
            blob: blob(row, 0)?,
            account: row.int(1)?,
            name: row.text(2)?.into(),
            media_type: row.text_or_null(3)?.map(Into::into),
            purpose: row.text(4)?.into(),
            bytes: u64::try_from(row.int(5)?).unwrap_or(0),
            made_at: row.int(6)?,
            expires_at: row.int(7)?,
            state: match row.text(8)? {
                "slot" => State::Slot,
                "there" => State::There,
                "gone" => State::Gone,
                other => return Err(Fault(format!("a file cannot be {other:?}"))),
            },
        })
    }
}
