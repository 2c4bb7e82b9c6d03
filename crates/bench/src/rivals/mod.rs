//! The servers that are measured: each is started in a folder of its own, with a configuration that
//! a fair operator would write, and ends when its [`Running`] is dropped.

mod ejabberd;
mod folkmoot;
mod prosody;

use crate::Outcome;
use clap::ValueEnum;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use testkit::client::{Security, Target, any_certificate};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

pub mod data;

/// The domain that all of them serve.
pub const DOMAIN: &str = "localhost";
/// The port where TLS begins by STARTTLS.
pub const PORT_STARTTLS: u16 = 5222;
/// The port where TLS begins at once.
pub const PORT_DIRECT: u16 = 5223;

/// A server may take this long from its start to its first answer.
const START_SECONDS_MAX: u64 = 60;

/// A server that can be measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Rival {
    /// Ours.
    Folkmoot,
    /// Prosody, its archive in files.
    Prosody,
    /// ejabberd, its archive in Mnesia.
    Ejabberd,
    /// The floor.
    Relay,
    /// Prosody, its archive in SQLite.
    ProsodySqlite,
    /// ejabberd, its archive in SQLite.
    EjabberdSqlite,
}

/// Where a peer keeps its archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Engine {
    /// In what it uses where nothing is said.
    Own,
    /// In SQLite.
    Sqlite,
}

/// Whether messages are archived.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Archive {
    /// Everybody's.
    On,
    /// Nobody's.
    Off,
}

/// What a server is started with.
pub struct Setup {
    /// The folder that is its own.
    folder: PathBuf,
    /// Where it listens.
    pub address: Ipv4Addr,
    /// Whether it archives.
    pub archive: Archive,
    /// How many accounts it has, see [`data::user`].
    pub accounts: usize,
    /// Whether it has accounts from elsewhere, with archives of a year.
    is_filled: bool,
    /// The binary of our own server.
    pub folkmoot: PathBuf,
}

/// Our own server with accounts that came from a file, not yet started.
pub struct Filled {
    setup: Setup,
    _folder: TempDir,
}

impl Filled {
    /// Takes them in.
    ///
    /// # Errors
    /// What the server says against it.
    pub async fn import(network: [u8; 3], folkmoot: &Path, file: &Path) -> Outcome<Filled> {
        let (mut setup, folder) = Setup::new(Rival::Folkmoot, network, folkmoot)?;
        setup.archive = Archive::On;
        setup.is_filled = true;
        folkmoot::import(&setup, file).await?;
        Ok(Filled { setup, _folder: folder })
    }

    /// Starts it and waits until it answers.
    ///
    /// # Errors
    /// As for [`Rival::start`].
    pub async fn start(&self) -> Outcome<Running> {
        Rival::Folkmoot.launch(&self.setup, None).await
    }

    /// A command of it, beside the server or without it.
    ///
    /// # Errors
    /// What it says.
    pub async fn command(&self, arguments: &[&str]) -> Outcome<()> {
        folkmoot::run(&self.setup, arguments).await
    }
}

impl Setup {
    /// A folder, an address, a certificate; nothing else yet.
    fn new(rival: Rival, network: [u8; 3], folkmoot: &Path) -> Outcome<(Setup, TempDir)> {
        let folder = tempfile::Builder::new().prefix(&format!("bench-{}-", rival.name())).tempdir()?;
        let setup = Setup {
            folder: folder.path().to_owned(),
            address: rival.address(network),
            archive: Archive::Off,
            accounts: 0,
            is_filled: false,
            folkmoot: folkmoot.to_owned(),
        };
        data::write_certificate(&setup.certificate(), &setup.key())?;
        Ok((setup, folder))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a file of the server's folder.
    fn write(&self, name: &str, text: &str) -> Outcome<PathBuf> {
        let path = self.file(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&path, text)?;
        Ok(path)
    }

    fn certificate(&self) -> PathBuf {
        self.file("certificate.pem")
    }

    fn key(&self) -> PathBuf {
        self.file("key.pem")
    }
}

/// A server that answers; dropping it kills it and removes its folder.
pub struct Running {
    /// Which.
    pub rival: Rival,
    /// Where.
    pub target: Target,
    child: Child,
    // Removed when dropped, after the child, whose field stands before it.
    _folder: Option<TempDir>,
}

impl Running {
    /// The process.
    ///
    /// # Errors
    /// When it has ended.
    pub fn pid(&self) -> Outcome<u32> {
        self.child.id().ok_or_else(|| format!("{} has ended", self.rival.name()).into())
    }

    /// Ends the server and waits for that.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub async fn stop(mut self) -> Outcome<()> {
        self.child.kill().await?;
        Ok(())
    }
}

impl Rival {
    /// The name in tables and options.
    pub fn name(self) -> &'static str {
        match self {
            Rival::Folkmoot => "folkmoot",
            Rival::Prosody => "prosody",
            Rival::Ejabberd => "ejabberd",
            Rival::Relay => "relay",
            Rival::ProsodySqlite => "prosody-sqlite",
            Rival::EjabberdSqlite => "ejabberd-sqlite",
        }
    }

    /// Whether it is measured for its archive alone.
    pub fn is_variant(self) -> bool {
        matches!(self, Rival::ProsodySqlite | Rival::EjabberdSqlite)
    }

    /// The last part of its loopback address, so that all can run beside each other.
    fn address(self, network: [u8; 3]) -> Ipv4Addr {
        let [a, b, c] = network;
        Ipv4Addr::new(a, b, c, self as u8 + 1)
    }

    /// What it says of its version; empty for the relay, and for what is listed without a variant.
    pub async fn version(self, folkmoot: &Path) -> Outcome<String> {
        let mut command = match self {
            Rival::Folkmoot => {
                let mut command = Command::new(folkmoot);
                command.arg("--version");
                command
            }
            Rival::Prosody | Rival::Ejabberd => {
                let mut command = Command::new("dpkg-query");
                command.args(["-W", "-f=${Package} ${Version}", self.name()]);
                command
            }
            Rival::Relay | Rival::ProsodySqlite | Rival::EjabberdSqlite => return Ok(String::new()),
        };
        let output = command.output().await.map_err(|error| format!("{} cannot be asked: {error}", self.name()))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Starts it and waits until it answers.
    ///
    /// # Errors
    /// When it ends or does not answer in time; with the end of its log.
    pub async fn start(self, network: [u8; 3], archive: Archive, accounts: usize, folkmoot: &Path) -> Outcome<Running> {
        let (mut setup, folder) = Setup::new(self, network, folkmoot)?;
        (setup.archive, setup.accounts) = (archive, accounts);
        self.launch(&setup, Some(folder)).await
    }

    /// Starts what is set up; the folder goes with it, unless somebody else keeps it.
    async fn launch(self, setup: &Setup, folder: Option<TempDir>) -> Outcome<Running> {
        let mut command = match self {
            Rival::Folkmoot => folkmoot::prepare(setup).await?,
            Rival::Prosody => prosody::prepare(setup, Engine::Own)?,
            Rival::ProsodySqlite => prosody::prepare(setup, Engine::Sqlite)?,
            Rival::Ejabberd => ejabberd::prepare(setup, Engine::Own)?,
            Rival::EjabberdSqlite => ejabberd::prepare(setup, Engine::Sqlite)?,
            Rival::Relay => relay(setup)?,
        };
        let log = std::fs::File::create(setup.file("output.log"))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .current_dir(&setup.folder)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{} cannot be started: {error}", self.name()))?;
        let mut running = Running { rival: self, target: target(self, setup.address), child, _folder: folder };
        wait(&mut running, setup).await?;
        Ok(running)
    }
}

fn relay(setup: &Setup) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("relay").arg("--listen").arg(format!("{}:{PORT_DIRECT}", setup.address));
    command.arg("--certificate").arg(setup.certificate()).arg("--key").arg(setup.key());
    Ok(command)
}

fn target(rival: Rival, address: Ipv4Addr) -> Target {
    let (port, security) = match rival {
        Rival::Relay => (PORT_DIRECT, Security::Direct),
        _ => (PORT_STARTTLS, Security::StartTls),
    };
    Target {
        address: SocketAddr::new(IpAddr::V4(address), port),
        domain: DOMAIN.to_owned(),
        security,
        tls: any_certificate(),
    }
}

/// Until the server listens, and has its accounts where those are made after the start.
async fn wait(running: &mut Running, setup: &Setup) -> Outcome<()> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(START_SECONDS_MAX) {
        if running.child.try_wait()?.is_some() {
            break;
        }
        let is_late = matches!(running.rival, Rival::Ejabberd | Rival::EjabberdSqlite);
        let has_accounts = !is_late || setup.file(ejabberd::READY).exists();
        if has_accounts && TcpStream::connect(running.target.address).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let log = std::fs::read_to_string(setup.file("output.log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    let end = lines[lines.len().saturating_sub(20)..].join("\n");
    Err(format!("{} does not answer at {}; its log ends:\n{end}", running.rival.name(), running.target.address).into())
}
