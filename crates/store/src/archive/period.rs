//! The files of an archive class: which there are, which one a number belongs to, which expired.

use crate::{Fault, OpenError, Options, sqlite};
use parking_lot::RwLock;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use time::{Date, Month};

const DAY_MICROS: i64 = 86_400_000_000;

/// The sets of files, by class: accounts' own archives, and room archives.
const CLASSES: [&str; 2] = ["users", "rooms"];

/// Files are small tables with one index: the archive, and implicitly the number.
const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS message (
    number INTEGER PRIMARY KEY, archive INTEGER NOT NULL, at INTEGER NOT NULL,
    peer TEXT NOT NULL, resource TEXT NOT NULL, flags INTEGER NOT NULL, body BLOB NOT NULL);
  CREATE INDEX IF NOT EXISTS message_archive ON message (archive);";

/// One file.
#[derive(Debug)]
pub(crate) struct Period {
    pub(crate) class: u8,
    /// The smallest number it may hold; the next file's start bounds it above.
    pub(crate) start: i64,
    pub(crate) path: PathBuf,
}

/// All files, oldest first.
pub(crate) struct Periods {
    dir: PathBuf,
    length: i64,
    files: RwLock<Vec<Arc<Period>>>,
}

impl Periods {
    /// Finds the files that are there.
    pub(crate) fn find(dir: &Path, options: &Options) -> Result<Periods, OpenError> {
        let disk = |error: std::io::Error| OpenError::Disk(dir.into(), error.to_string());
        let mut files = Vec::new();
        for entry in std::fs::read_dir(dir).map_err(disk)? {
            let path = entry.map_err(disk)?.path();
            if let Some((class, start)) = parse_name(&path) {
                files.push(Arc::new(Period { class, start, path }));
            }
        }
        files.sort_by_key(|period| period.start);
        let length = i64::from(options.period_days.max(1)) * DAY_MICROS;
        Ok(Periods { dir: dir.into(), length, files: RwLock::new(files) })
    }

    /// The files of a class, oldest first.
    pub(crate) fn of(&self, class: u8) -> Vec<Arc<Period>> {
        self.files.read().iter().filter(|period| period.class == class).cloned().collect()
    }

    /// Whether the file is still part of the archive.
    pub(crate) fn knows(&self, period: &Arc<Period>) -> bool {
        self.files.read().iter().any(|known| Arc::ptr_eq(known, period))
    }

    /// The file for a new row of that number. One that has to be created is shown to readers only
    /// by [`Periods::publish`], when it has its table.
    pub(crate) fn for_number(&self, class: u8, number: u64) -> Arc<Period> {
        let start = number as i64 / self.length * self.length;
        let files = self.files.read();
        // A file already begun is used until its period ends, also after the length was changed.
        if let Some(latest) = files.iter().rev().find(|period| period.class == class && period.start >= start) {
            return latest.clone();
        }
        Arc::new(Period { class, start, path: self.dir.join(name(class, start)) })
    }

    /// For an old row of that number: the file that was begun last before it, and one of the row's own
    /// period, which may be the same. The first serves unless it ended before that period.
    pub(crate) fn around(&self, class: u8, number: u64) -> (Option<Arc<Period>>, Arc<Period>) {
        let start = number as i64 / self.length * self.length;
        let begun = self.holding(class, number);
        (begun, Arc::new(Period { class, start, path: self.dir.join(name(class, start)) }))
    }

    /// The file that has the row of that number, if any has.
    pub(crate) fn holding(&self, class: u8, number: u64) -> Option<Arc<Period>> {
        let files = self.files.read();
        files.iter().rev().find(|period| period.class == class && period.start as u64 <= number).cloned()
    }

    /// Makes a file part of the archive.
    pub(crate) fn publish(&self, period: &Arc<Period>) {
        if !self.knows(period) {
            let mut files = self.files.write();
            let at = files.partition_point(|known| known.start <= period.start);
            files.insert(at, period.clone());
        }
    }

    /// Unlinks files whose rows are all older than the cutoff.
    pub(crate) fn drop_expired(&self, class: u8, cutoff: i64) -> Result<usize, Fault> {
        let mut files = self.files.write();
        let starts: Vec<i64> = files.iter().filter(|period| period.class == class).map(|period| period.start).collect();
        // A file ends where the next one starts; the newest may still grow.
        let expired = |period: &Period| {
            let next = starts.iter().find(|start| **start > period.start);
            period.class == class && next.is_some_and(|next| *next <= cutoff)
        };
        let gone: Vec<_> = files.iter().filter(|period| expired(period)).cloned().collect();
        files.retain(|period| !expired(period));
        drop(files);
        for period in &gone {
            remove(&period.path)?;
        }
        Ok(gone.len())
    }
}

/// Opens the file of a period for writing, creating its table.
pub(crate) fn open(period: &Period, options: &Options) -> rusqlite::Result<Connection> {
    let connection = sqlite::writer(&period.path, options)?;
    connection.execute_batch(SCHEMA)?;
    Ok(connection)
}

/// The largest number in the store.
pub(crate) fn last_number(periods: &Periods, options: &Options) -> rusqlite::Result<u64> {
    let mut last = 0;
    for class in 0..CLASSES.len() as u8 {
        // The newest file may have been created and never written.
        for period in periods.of(class).iter().rev() {
            let connection = open(period, options)?;
            let found: Option<i64> = connection.query_row("SELECT max(number) FROM message", [], |row| row.get(0))?;
            if let Some(found) = found {
                last = last.max(found as u64);
                break;
            }
        }
    }
    Ok(last)
}

fn remove(path: &Path) -> Result<(), Fault> {
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Fault(format!("{} could not be removed: {error}", path.display())));
            }
            _ => {}
        }
    }
    Ok(())
}

fn name(class: u8, start: i64) -> String {
    let epoch = Date::from_calendar_date(1970, Month::January, 1).expect("1970 began on a 1st of January");
    let day = epoch.to_julian_day() + i32::try_from(start / DAY_MICROS).unwrap_or(0);
    let date = Date::from_julian_day(day).unwrap_or(epoch);
    let class = CLASSES[usize::from(class)];
    format!("{class}-{:04}-{:02}-{:02}.db", date.year(), u8::from(date.month()), date.day())
}

fn parse_name(path: &Path) -> Option<(u8, i64)> {
    let name = path.file_name()?.to_str()?.strip_suffix(".db")?;
    let (class, date) = name.split_once('-')?;
    let class = CLASSES.iter().position(|known| *known == class)? as u8;
    let mut parts = date.split('-');
    let year = parts.next()?.parse().ok()?;
    let month = Month::try_from(parts.next()?.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(year, month, parts.next()?.parse().ok()?).ok()?;
    let epoch = Date::from_calendar_date(1970, Month::January, 1).ok()?;
    Some((class, i64::from(date.to_julian_day() - epoch.to_julian_day()) * DAY_MICROS))
}
