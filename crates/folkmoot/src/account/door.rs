//! The two ways to the accounts: a running server, or the data folder when none runs.

use super::act;
use crate::config::Config;
use crate::control::{self, Control, Reply, Unanswered};
use crate::data_folder;
use crate::failure::Failure;
use crate::wire::owners;
use hub::Hub;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use store::OpenError;
use tokio::runtime::Runtime;

/// A way to the accounts.
pub enum Door {
    /// Through the control socket of a running server.
    Server(PathBuf),
    /// By our own hands. The store's lock keeps servers out meanwhile.
    Folder {
        /// The owners of the data folder, without listeners.
        hub: Hub,
        /// Runs what is async.
        runtime: Runtime,
    },
}

impl Door {
    /// Takes the server's way if there is a server. `may_create` allows a data folder to be made.
    pub fn open(config: &Config, may_create: bool) -> Result<Door, Failure> {
        let socket = control::socket_path(&config.data);
        match UnixStream::connect(&socket).map_err(Unanswered::from) {
            Err(Unanswered::NobodyThere) => {}
            // Whatever else is wrong with it, asking will say.
            _ => return Ok(Door::Server(socket)),
        }
        if !may_create && !config.data.is_dir() {
            return Err(Failure::refused(format!(
                "there is no data folder {}. Start the server once, add an account, or name the configuration with --config",
                config.data.display()
            )));
        }
        let store = data_folder::open(&config.data).map_err(|error| match error {
            OpenError::InUse(folder, process) => Failure::refused(format!(
                "process {process} uses {} and has no control socket there; if it is just starting or stopping, try again in a moment",
                folder.display()
            )),
            other => Failure::refused(other.to_string()),
        })?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::refused(format!("no runtime: {error}")))?;
        let hub = runtime.block_on(owners(config, &store)).map_err(Failure::refused)?;
        Ok(Door::Folder { hub, runtime })
    }

    /// Asks. Refusals come back as failures.
    pub fn ask(&self, control: Control) -> Result<Reply, Failure> {
        let reply = match self {
            Door::Server(socket) => control::ask(socket, &control).map_err(|unanswered| match unanswered {
                Unanswered::NobodyThere => Failure::refused("the server ended just now; try again"),
                Unanswered::NotAllowed => Failure::refused(format!(
                    "{} belongs to another user; run this command as the server's user, or as root",
                    socket.display()
                )),
                Unanswered::Broken(error) => Failure::refused(format!(
                    "the running server did not answer: {error}. It may have done what was asked: look with `account list`"
                )),
            })?,
            Door::Folder { hub, runtime } => runtime.block_on(act(hub, control)),
        };
        match reply {
            Reply::Refused { sentence } | Reply::Failed { sentence } => Err(Failure::refused(sentence)),
            reply => Ok(reply),
        }
    }
}
