//! A file byte by byte, with the line and the place of the next one.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Why a byte could not be taken, as a clause.
pub type Clause = String;

/// What is said of a file that ends too early.
pub const ENDS: &str = "the file breaks off";

/// The most that may be taken for one thing.
const TAKEN_MAX: usize = 64 * 1024 * 1024;

/// A file that is being read.
pub struct Bytes {
    /// Which.
    pub path: PathBuf,
    /// The next byte; none at the end.
    pub next: Option<u8>,
    /// The line it stands in, from 1.
    pub line: u64,
    /// Its place in the file.
    pub offset: u64,
    file: BufReader<File>,
    taken: usize,
}

impl Bytes {
    /// Opens a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(path: &Path) -> io::Result<Bytes> {
        let file = BufReader::with_capacity(256 * 1024, File::open(path)?);
        let mut bytes = Bytes { path: path.into(), next: None, line: 1, offset: 0, file, taken: 0 };
        bytes.fetch()?;
        Ok(bytes)
    }

    /// Takes the next byte.
    ///
    /// # Errors
    /// At the end of the file, when it cannot be read, or when too much was taken since
    /// [`Bytes::begin`].
    pub fn take(&mut self) -> Result<u8, Clause> {
        let byte = self.next.ok_or(ENDS)?;
        self.taken += 1;
        if self.taken > TAKEN_MAX {
            return Err("a value holds more than 64 MiB".to_owned());
        }
        self.line += u64::from(byte == b'\n');
        self.offset += 1;
        self.fetch().map_err(|error| format!("it cannot be read: {error}"))?;
        Ok(byte)
    }

    /// Something new begins here.
    pub fn begin(&mut self) {
        self.taken = 0;
    }

    /// Goes on at another place.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn go_to(&mut self, offset: u64, line: u64) -> Result<(), Clause> {
        let unreadable = |error: io::Error| format!("it cannot be read: {error}");
        self.file.seek(SeekFrom::Start(offset)).map_err(unreadable)?;
        (self.offset, self.line, self.taken) = (offset, line, 0);
        self.fetch().map_err(unreadable)
    }

    /// Takes a byte if it is this one.
    ///
    /// # Errors
    /// As [`Bytes::take`].
    pub fn skip(&mut self, byte: u8) -> Result<bool, Clause> {
        if self.next == Some(byte) { self.take().map(|_| true) } else { Ok(false) }
    }

    /// Takes a byte that has to be this one.
    ///
    /// # Errors
    /// As [`Bytes::take`], and when it is another.
    pub fn expect(&mut self, byte: u8) -> Result<(), Clause> {
        match self.take()? {
            found if found == byte => Ok(()),
            found => Err(format!("{:?} stands where {:?} should", char::from(found), char::from(byte))),
        }
    }

    /// Takes what belongs to a word.
    ///
    /// # Errors
    /// As [`Bytes::take`], and when it is longer than any word.
    pub fn word(&mut self) -> Result<String, Clause> {
        let mut word = String::new();
        while let Some(byte) = self.next.filter(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
            word.push(char::from(byte));
            self.take()?;
            if word.len() > 256 {
                return Err("a name is too long".to_owned());
            }
        }
        Ok(word)
    }

    fn fetch(&mut self) -> io::Result<()> {
        let mut byte = [0];
        self.next = (self.file.read(&mut byte)? > 0).then_some(byte[0]);
        Ok(())
    }
}
