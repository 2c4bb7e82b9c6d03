//! Files of opaque bytes beside the tables, for what is too large for a row. Each is written to a temporary name
//! while it is counted, and has its own name only when all of it is on the disk.
//!
//! ```text
//! files/ab/cd/abcd…    32 bytes in hexadecimal
//! files/incoming/abcd… not whole yet; emptied at the start
//! ```

use crate::{OpenError, PagesMax};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The blobs of a store. Every call may wait for the disk: not for the threads of a runtime.
pub struct Blobs {
    dir: PathBuf,
    pages_max: PagesMax,
}

/// What a blob is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlobName(pub [u8; 32]);

/// A blob was not written or read.
#[derive(thiserror::Error, Debug, PartialEq, Eq)]
pub enum BlobError {
    /// Somebody writes one of that name just now.
    #[error("a file of that name is being written")]
    Busy,
    /// There is no space left.
    #[error("the disk is full")]
    Full,
    /// The disk failed.
    #[error("the disk refused: {0}")]
    Disk(String),
}

/// A blob that is being written. Dropped before it is finished, it leaves nothing.
pub struct Incoming {
    file: File,
    path: PathBuf,
    whole: PathBuf,
    bytes: u64,
    pages_max: PagesMax,
}

/// Bytes of a page of a database, which is what tests of a full disk count in.
const PAGE_BYTES: u64 = 4096;

impl BlobName {
    fn hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Blobs {
    /// Those below `dir`. What was not whole when the process before ended is removed.
    pub(crate) fn open(dir: &Path, pages_max: PagesMax) -> Result<Blobs, OpenError> {
        let blobs = Blobs { dir: dir.join("files"), pages_max };
        let incoming = blobs.incoming();
        let remade = match fs::remove_dir_all(&incoming) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => fs::create_dir_all(&incoming),
        };
        remade.map(|()| blobs).map_err(|error| OpenError::Disk(incoming, error.to_string()))
    }

    /// Begins to write one.
    ///
    /// # Errors
    /// See [`BlobError`].
    pub fn begin(&self, name: BlobName) -> Result<Incoming, BlobError> {
        let path = self.incoming().join(name.hex());
        // One at a time: the name is taken as long as it is being written.
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        Ok(Incoming { file, path, whole: self.path(name), bytes: 0, pages_max: self.pages_max.clone() })
    }

    /// One that is there.
    ///
    /// # Errors
    /// See [`BlobError`].
    pub fn read(&self, name: BlobName) -> Result<Option<File>, BlobError> {
        match File::open(self.path(name)) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes one. That there is none is no error.
    ///
    /// # Errors
    /// See [`BlobError`].
    pub fn remove(&self, name: BlobName) -> Result<(), BlobError> {
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Bytes that are free on the disk.
    ///
    /// # Errors
    /// See [`BlobError`].
    pub fn free_bytes(&self) -> Result<u64, BlobError> {
        let found = rustix::fs::statvfs(&self.dir).map_err(|error| BlobError::Disk(error.to_string()))?;
        Ok(found.f_bavail.saturating_mul(found.f_frsize))
    }

    fn incoming(&self) -> PathBuf {
        self.dir.join("incoming")
    }

    fn path(&self, name: BlobName) -> PathBuf {
        let hex = name.hex();
        self.dir.join(&hex[..2]).join(&hex[2..4]).join(hex)
    }
}

impl Incoming {
    /// Adds bytes.
    ///
    /// # Errors
    /// See [`BlobError`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        self.bytes += bytes.len() as u64;
        if (1..self.bytes.div_ceil(PAGE_BYTES)).contains(&u64::from(self.pages_max.get())) {
            return Err(BlobError::Full);
        }
        Ok(self.file.write_all(bytes)?)
    }

    /// How many there are.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// It is whole: when this returns, it has its name and is on the disk.
    ///
    /// # Errors
    /// See [`BlobError`].
    pub fn finish(self) -> Result<(), BlobError> {
        self.file.sync_all()?;
        let dir = self.whole.parent().expect("a blob lies two folders deep");
        let above = dir.parent().expect("a blob lies two folders deep");
        fs::create_dir_all(dir)?;
        fs::rename(&self.path, &self.whole)?;
        // The name, and the folders that may be new, are on the disk only when theirs are.
        for dir in [dir, above].into_iter().chain(above.parent()) {
            File::open(dir)?.sync_all()?;
        }
        Ok(())
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // Once it has its name there is nothing here; otherwise the next start tries again.
        let _ = fs::remove_file(&self.path);
    }
}

impl From<std::io::Error> for BlobError {
    fn from(error: std::io::Error) -> BlobError {
        match error.kind() {
            ErrorKind::AlreadyExists => BlobError::Busy,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => BlobError::Full,
            _ => BlobError::Disk(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    const NAME: BlobName = BlobName([0xab; 32]);

    fn blobs(dir: &Path) -> Blobs {
        Blobs::open(dir, PagesMax::default()).unwrap()
    }

    #[test]
    fn a_blob_is_there_when_it_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = blobs(dir.path());
        let mut incoming = blobs.begin(NAME).unwrap();
        incoming.write(b"Hello").unwrap();
        assert!(blobs.read(NAME).unwrap().is_none());
        assert_eq!(blobs.begin(NAME).err(), Some(BlobError::Busy));
        incoming.finish().unwrap();
        let mut text = String::new();
        blobs.read(NAME).unwrap().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "Hello");
        blobs.remove(NAME).unwrap();
        blobs.remove(NAME).unwrap();
        assert!(blobs.read(NAME).unwrap().is_none());
    }

    #[test]
    fn what_is_given_up_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let all = blobs(dir.path());
        drop(all.begin(NAME).unwrap());
        // Ended in the middle of it.
        std::mem::forget(all.begin(NAME).unwrap());
        assert!(blobs(dir.path()).begin(NAME).is_ok());
    }

    #[test]
    fn a_full_disk_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = blobs(dir.path());
        blobs.pages_max.set(1);
        let mut incoming = blobs.begin(NAME).unwrap();
        incoming.write(&[0; 4096]).unwrap();
        assert_eq!(incoming.write(&[0]), Err(BlobError::Full));
        assert!(blobs.free_bytes().unwrap() > 0);
    }
}
