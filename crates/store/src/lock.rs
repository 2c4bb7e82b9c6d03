//! One process at a time: a lock file that the kernel releases when its holder dies.

use crate::OpenError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// Held as long as the store is open.
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    pub(crate) fn take(dir: &Path) -> Result<Lock, OpenError> {
        let path = dir.join("lock");
        let disk = |error: std::io::Error| OpenError::Disk(path.clone(), error.to_string());
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(disk)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // A holder that has not yet written its number is still a holder.
                let _ = file.read_to_string(&mut holder);
                return Err(OpenError::InUse(dir.into(), holder.trim().to_owned()));
            }
            Err(TryLockError::Error(error)) => return Err(disk(error)),
        }
        file.set_len(0).map_err(disk)?;
        file.rewind().map_err(disk)?;
        writeln!(file, "{}", std::process::id()).map_err(disk)?;
        Ok(Lock { _file: file })
    }
}
