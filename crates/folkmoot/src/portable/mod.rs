//! Accounts come in and go out: `folkmoot export` and `folkmoot import`.
//!
//! There is one format inside: children of `<user/>` as XEP-0227 has them. [`pie`] reads such files;
//! [`prosody`] and [`ejabberd`] turn what other servers keep into the same, piece by piece, so that
//! nothing is in memory as a whole but one account without its archive. What a piece means is for the
//! features ([`features::portable`]); here is how pieces are found, and how an account comes in whole
//! or not at all ([`arrive`]).

mod arrive;
mod bytes;
mod ejabberd;
mod export;
mod import;
mod pie;
mod prosody;
mod report;
mod source;
#[cfg(test)]
mod tests;
mod xml;

pub use export::run as export;
pub use import::run as import;

use crate::config::Config;
use crate::data_folder;
use crate::failure::Failure;
use store::{OpenError, Options, Store, View};

/// The accounts, to look at: of a running server, or of the data folder when none runs.
fn look(config: &Config) -> Result<(View, Option<Store>), Failure> {
    let refused = |error: OpenError| Failure::refused(error.to_string());
    if !config.data.is_dir() {
        return Err(Failure::refused(format!(
            "there is no data folder {}. Start the server once, or name the configuration with --config",
            config.data.display()
        )));
    }
    match data_folder::open(&config.data) {
        Ok(store) => Ok((store.view(), Some(store))),
        Err(OpenError::InUse(..)) => {
            let view = View::beside(&config.data, &Options::default(), &features::all::tables()).map_err(refused)?;
            Ok((view, None))
        }
        Err(error) => Err(refused(error)),
    }
}
