//! The server under attack when its memory is watched: a process of its own where there is a binary,
//! else a house in this one.

use crate::client::{Security, Target, any_certificate};
use crate::house::House;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

/// The one account there is.
pub const USER: &str = "mallory";
/// Its password.
pub const PASSWORD: &str = "correct horse battery staple";

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
    Process(Box<Process>),
}

/// A server in a process of its own; ended with this.
struct Process {
    child: Child,
    _dir: TempDir,
}

impl Attacked {
    /// Starts the binary that `FOLKMOOT_BINARY` names, or the release build if there is one, or a
    /// house.
    ///
    /// # Errors
    /// A sentence.
    pub async fn start() -> Result<Attacked, String> {
        let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/release/folkmoot");
        match std::env::var_os("FOLKMOOT_BINARY").map(PathBuf::from).or(built.exists().then_some(built)) {
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
        let (starttls, direct) = (free().map_err(text)?, free().map_err(text)?);
        let config = dir.path().join("folkmoot.toml");
        std::fs::write(&config, configuration(dir.path(), starttls, direct)).map_err(text)?;
        let command = || {
            let mut command = Command::new(binary);
            command.arg("--config").arg(&config).stdout(Stdio::null()).kill_on_drop(true);
            command
        };
        let mut add = command();
        let add = add.args(["account", "add", USER, "--password-stdin"]).stdin(Stdio::piped());
        let mut adding = add.spawn().map_err(text)?;
        if let Some(mut stdin) = adding.stdin.take() {
            stdin.write_all(format!("{PASSWORD}\n").as_bytes()).await.map_err(text)?;
        }
        if !adding.wait().await.map_err(text)?.success() {
            return Err(format!("{} makes no account", binary.display()));
        }
        let child = command().arg("serve").spawn().map_err(text)?;
        for _ in 0..500 {
            if tokio::net::TcpStream::connect(direct).await.is_ok() {
                return Ok(Attacked {
                    server: Server::Process(Box::new(Process { child, _dir: dir })),
                    starttls,
                    direct,
                });
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(format!("{} does not listen", binary.display()))
    }

    /// Where TLS comes first.
    pub fn direct(&self) -> Target {
        let (address, domain) = (self.direct, "localhost".to_owned());
        Target { address, domain, security: Security::Direct, tls: any_certificate() }
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
        let process = match &self.server {
            Server::House { .. } => std::process::id(),
            Server::Process(process) => process.child.id().ok_or("the server has ended")?,
        };
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).map_err(text)?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        let kilobytes: usize = line.trim().trim_end_matches(" kB").parse().map_err(text)?;
        Ok(kilobytes * 1024)
    }
}

/// Everybody comes from one address here, so the limits on one address are raised.
fn configuration(dir: &Path, starttls: SocketAddr, direct: SocketAddr) -> String {
    format!(
        "domain = \"localhost\"\ndata = \"{}\"\n[listen]\nstarttls = [\"{starttls}\"]\ntls = [\"{direct}\"]\n\
         [log]\nlevel = \"error\"\n[limits]\nconnections-per-address = 100000\n\
         connection-rate-per-address = 100000\nconnection-burst-per-address = 100000\n",
        dir.join("data").display()
    )
}

/// A port that nobody has, for the moment.
fn free() -> std::io::Result<SocketAddr> {
    std::net::TcpListener::bind((ADDRESS, 0))?.local_addr()
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
