//! The data folder: for the server's user alone, used by one process at a time.

use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use store::{OpenError, Options, Store};

/// Opens the store in the data folder, making the folder if there is none.
///
/// # Errors
/// See [`OpenError`].
pub fn open(data: &Path) -> Result<Store, OpenError> {
    create(data).map_err(|error| OpenError::Disk(data.into(), error.to_string()))?;
    Store::open(data, &Options::default(), &features::all::tables())
}

/// Private from the first moment; one that exists keeps the mode its owner gave it.
fn create(data: &Path) -> std::io::Result<()> {
    if let Some(parent) = data.parent() {
        std::fs::create_dir_all(parent)?;
    }
    match std::fs::DirBuilder::new().mode(0o700).create(data) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}
