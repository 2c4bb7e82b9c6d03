//! The servers that are measured: each is started in a folder of its own, with a configuration that
//! a fair operator would write, and ends when its [`Running`] is dropped.

mod ejabberd;
mod folkmoot;
mod prosody;

use crate::Outcome;
use crate::usage::{self, Usage};
use clap::ValueEnum;
use lab::Lab;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use testkit::client::{Security, Target, any_certificate};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

pub mod data;
pub mod lab;

/// The domain that each of them serves if it is alone.
pub const DOMAIN: &str = "localhost";
/// The port where TLS begins by STARTTLS.
pub const PORT_STARTTLS: u16 = 5222;
/// The port where TLS begins at once.
pub const PORT_DIRECT: u16 = 5223;

/// How far the address of a neighbour is.
const PLACE_NEIGHBOUR: u8 = 20;
/// How far that of the name server that both ask.
const PLACE_NAMES: u8 = 40;

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

/// How a server stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Setting {
    /// Alone; nothing is archived.
    Plain,
    /// Alone; everything is archived, and there are rooms.
    Archived,
    /// Beside another of its kind, each with people of its own; nothing is archived.
    Linked,
}

/// What a server is started with.
pub struct Setup {
    /// The folder that is its own.
    folder: PathBuf,
    /// Where it listens.
    pub address: Ipv4Addr,
    /// How it stands.
    pub setting: Setting,
    /// What it serves.
    pub domain: String,
    /// How it finds and believes its neighbour, if it has one.
    pub lab: Option<Arc<Lab>>,
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
        let address = Rival::Folkmoot.address(network, 0);
        let (mut setup, folder) = Setup::new(Rival::Folkmoot, address, folkmoot, None)?;
        setup.setting = Setting::Archived;
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
    /// A folder, an address, a certificate; nothing else yet. A domain and a lab make it one of two.
    fn new(
        rival: Rival,
        address: Ipv4Addr,
        folkmoot: &Path,
        link: Option<(String, Arc<Lab>)>,
    ) -> Outcome<(Setup, TempDir)> {
        let folder = tempfile::Builder::new().prefix(&format!("bench-{}-", rival.name())).tempdir()?;
        let setting = if link.is_some() { Setting::Linked } else { Setting::Plain };
        let (domain, lab) = link.map_or((DOMAIN.to_owned(), None), |(domain, lab)| (domain, Some(lab)));
        let setup = Setup {
            folder: folder.path().to_owned(),
            address,
            setting,
            domain,
            lab,
            accounts: 0,
            is_filled: false,
            folkmoot: folkmoot.to_owned(),
        };
        data::write_certificate(&setup)?;
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

    fn root(&self) -> PathBuf {
        self.file("root.pem")
    }
}

/// A server that answers; dropping it kills it and its neighbour, and removes their folders.
pub struct Running {
    /// Which.
    pub rival: Rival,
    /// Where.
    pub target: Target,
    /// Another of its kind, if it stands beside one.
    neighbour: Option<Box<Running>>,
    /// By which these find and believe each other.
    pub lab: Option<Arc<Lab>>,
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

    /// What it and its neighbour have used.
    ///
    /// # Errors
    /// When one has ended.
    pub fn usage(&self) -> Outcome<Usage> {
        let mut total = usage::of_tree(self.pid()?)?;
        if let Some(neighbour) = &self.neighbour {
            let other = usage::of_tree(neighbour.pid()?)?;
            total.cpu_micros += other.cpu_micros;
            total.rss_kib += other.rss_kib;
        }
        Ok(total)
    }

    /// The server of account `number`: those who talk to each other are of different ones, where there are two.
    pub fn of(&self, number: usize) -> &Running {
        match &self.neighbour {
            Some(neighbour) if number % 2 == 1 => neighbour,
            _ => self,
        }
    }

    /// The bare address of account `number`.
    pub fn address_of(&self, number: usize) -> String {
        format!("{}@{}", data::user(number), self.of(number).target.domain)
    }

    /// Ends the server and its neighbour, and waits for that.
    ///
    /// # Errors
    /// When one cannot be killed.
    pub async fn stop(mut self) -> Outcome<()> {
        self.child.kill().await?;
        if let Some(mut neighbour) = self.neighbour {
            neighbour.child.kill().await?;
        }
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

    /// Its loopback address, and those of what stands beside it: all can run beside each other.
    fn address(self, network: [u8; 3], place: u8) -> Ipv4Addr {
        let [a, b, c] = network;
        Ipv4Addr::new(a, b, c, self as u8 + 1 + place)
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

    /// Starts it, with its neighbour if it has one, and waits until it answers.
    ///
    /// # Errors
    /// When it ends or does not answer in time; with the end of its log.
    pub async fn start(self, network: [u8; 3], setting: Setting, accounts: usize, folkmoot: &Path) -> Outcome<Running> {
        if setting == Setting::Linked {
            return self.start_two(network, accounts, folkmoot).await;
        }
        let (mut setup, folder) = Setup::new(self, self.address(network, 0), folkmoot, None)?;
        (setup.setting, setup.accounts) = (setting, accounts);
        self.launch(&setup, Some(folder)).await
    }

    /// Starts two of it, which find and believe each other.
    async fn start_two(self, network: [u8; 3], accounts: usize, folkmoot: &Path) -> Outcome<Running> {
        let [near, far] = [("near", 0), ("far", PLACE_NEIGHBOUR)]
            .map(|(name, place)| (format!("{}{name}.{}", self.name(), lab::ZONE), self.address(network, place)));
        let hosts = [near.clone(), far.clone()];
        let lab = Arc::new(Lab::start(self.address(network, PLACE_NAMES), &hosts).await?);
        let mut both = Vec::new();
        for (domain, address) in [near, far] {
            let (mut setup, folder) = Setup::new(self, address, folkmoot, Some((domain, lab.clone())))?;
            setup.accounts = accounts;
            both.push(self.launch(&setup, Some(folder)).await?);
        }
        let neighbour = both.pop().map(Box::new);
        let mut running = both.pop().ok_or("there is no server")?;
        running.neighbour = neighbour;
        Ok(running)
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
        let (target, lab) = (target(self, setup), setup.lab.clone());
        let mut running = Running { rival: self, target, neighbour: None, lab, child, _folder: folder };
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

fn target(rival: Rival, setup: &Setup) -> Target {
    let (port, security) = match rival {
        Rival::Relay => (PORT_DIRECT, Security::Direct),
        _ => (PORT_STARTTLS, Security::StartTls),
    };
    Target {
        address: SocketAddr::new(IpAddr::V4(setup.address), port),
        domain: setup.domain.clone(),
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
