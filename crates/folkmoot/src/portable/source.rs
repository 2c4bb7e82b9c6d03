//! Where accounts come from, read piece by piece.

use super::{ejabberd, pie, prosody};
use crate::control::Password;
use bytes::Bytes;
use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};

/// Something to read accounts from.
pub enum Source {
    /// A file of XEP-0227.
    Pie(Box<pie::Reader>),
    /// The data folder of a Prosody server.
    Prosody(Box<prosody::Reader>),
    /// The dump of an ejabberd's database.
    Ejabberd(Box<ejabberd::Reader>),
}

/// What is found next.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// An account begins.
    Account(Named),
    /// A child of `<user/>`, canonical.
    Child(Bytes),
    /// A message of its archive: a `<result/>` of XEP-0313, canonical.
    Archived(Bytes),
    /// A message that nobody has fetched: a `<message/>` with its delay, canonical.
    Waiting(Bytes),
    /// Something that cannot be carried over, and why: a clause without a full stop.
    Left(Cow<'static, str>, Cow<'static, str>),
    /// There is no more of the account.
    Whole,
}

/// An account as it is called where it comes from.
#[derive(Debug, PartialEq, Eq, Clone)]
pub struct Named {
    /// The host.
    pub domain: String,
    /// The part before the `@`.
    pub name: String,
    /// The password, where it was kept as it is.
    pub password: Option<Password>,
}

/// Something cannot be read.
#[derive(Debug, PartialEq, Eq, Clone)]
pub struct Trouble {
    /// Which file.
    pub file: PathBuf,
    /// Which line of it, from 1; none if that does not matter.
    pub line: Option<u64>,
    /// What is wrong, as a clause without a full stop.
    pub clause: String,
    /// What it spoils.
    pub spoils: Spoils,
}

/// What can still be read.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Spoils {
    /// The next account.
    Account,
    /// Nothing.
    Rest,
}

impl Trouble {
    /// With one account.
    pub fn account(file: &Path, line: Option<u64>, clause: impl Into<String>) -> Trouble {
        Trouble { file: file.into(), line, clause: clause.into(), spoils: Spoils::Account }
    }

    /// With all of the rest.
    pub fn rest(file: &Path, line: Option<u64>, clause: impl Into<String>) -> Trouble {
        Trouble { file: file.into(), line, clause: clause.into(), spoils: Spoils::Rest }
    }
}

impl Display for Trouble {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(out, ", line {line}")?;
        }
        write!(out, ": {}", self.clause)
    }
}

impl Source {
    /// What is found next; none at the end. Behind a trouble that spoils an account comes the next
    /// account.
    ///
    /// # Errors
    /// When something cannot be read.
    pub fn next(&mut self) -> Result<Option<Found>, Trouble> {
        match self {
            Source::Pie(reader) => reader.next(),
            Source::Prosody(reader) => reader.next(),
            Source::Ejabberd(reader) => reader.next(),
        }
    }
}
