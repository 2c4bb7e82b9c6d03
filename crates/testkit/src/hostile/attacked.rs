//! The server under attack when its memory is watched: a process of its own where a binary is named,
//! else a house in this one.

use crate::client::{Security, Target, any_certificate};
use crate::house::House;
use crate::lab::process::{Process, free_address, resident_bytes};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub use crate::lab::process::PASSWORD;

/// The one account there is.
pub const USER: &str = "mallory";

/// An address of its own, so that no other test is met there.
const ADDRESS: &str = "127.0.25.1";

/// A server for `localhost` and how much memory it takes.
pub struct Attacked {
    server: Server,
    starttls: SocketAddr,
    direct: SocketAddr,
}

enum Server {
    House { _house: Box<House> },
    Process { process: Box<Process>, _dir: TempDir },
}

impl Attacked {
    /// Starts the binary that `FOLKMOOT_BINARY` names, or else a house. A release build that happens to
    /// lie there is not taken: it may be of another day.
    ///
    /// # Errors
    /// A sentence.
    pub async fn start() -> Result<Attacked, String> {
        match std::env::var_os("FOLKMOOT_BINARY").map(PathBuf::from) {
            Some(binary) => Attacked::process(&binary).await,
            None => Attacked::house().await,
        }
    }

    async fn house() -> Result<Attacked, String> {
        let house = House::start(0).await?;
        house.add_account(USER, PASSWORD).await?;
        let (starttls, direct) = (house.starttls().address, house.target().address);
        Ok(Attacked { server: Server::House { _house: Box::new(house) }, starttls, direct })
    }

    async fn process(binary: &Path) -> Result<Attacked, String> {
        let dir = tempfile::tempdir().map_err(text)?;
        let (starttls, direct) = (free_address(ADDRESS)?, free_address(ADDRESS)?);
        let config = dir.path().join("folkmoot.toml");
        std::fs::write(&config, configuration(dir.path(), starttls, direct)).map_err(text)?;
        let mut process = Process::new(binary, &config, target(direct));
        process.add_account(USER).await?;
        process.start().await?;
        Ok(Attacked { server: Server::Process { process: Box::new(process), _dir: dir }, starttls, direct })
    }

    /// Where TLS comes first.
    pub fn direct(&self) -> Target {
        target(self.direct)
    }

    /// Where plain text comes first.
    pub fn starttls(&self) -> Target {
        Target { address: self.starttls, security: Security::StartTls, ..self.direct() }
    }

    /// Bytes of memory that the server takes; in a house the attackers' are among them.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn resident_bytes(&self) -> Result<usize, String> {
        match &self.server {
            Server::House { .. } => resident_bytes(std::process::id(), "VmRSS:"),
            Server::Process { process, .. } => process.resident_bytes(),
        }
    }
}

fn target(direct: SocketAddr) -> Target {
    Target { address: direct, domain: "localhost".to_owned(), security: Security::Direct, tls: any_certificate() }
}

/// Everybody comes from one address here, so the limits on one address are raised.
fn configuration(dir: &Path, starttls: SocketAddr, direct: SocketAddr) -> String {
    format!(
        "domain = \"localhost\"\ndata = \"{}\"\n[listen]\nstarttls = [\"{starttls}\"]\ntls = [\"{direct}\"]\n\
         [log]\nlevel = \"error\"\n[limits]\nconnections-per-address = 100000\n\
         connection-rate-per-address = 100000\nconnection-burst-per-address = 100000\nsession-burst-bytes = 1000000000\n",
        dir.join("data").display()
    )
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
