//! A server as a process of its own: started, killed, stopped for a while.

use client::{Client, Target};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

/// The password of everybody.
pub const PASSWORD: &str = "correct horse battery staple";

/// A server that is killed and started again on the same data.
pub struct Process {
    binary: PathBuf,
    config: PathBuf,
    target: Target,
    child: Option<Child>,
}

impl Process {
    /// A server that is not started yet. Clients find it at `target`.
    pub fn new(binary: &Path, config: &Path, target: Target) -> Process {
        Process { binary: binary.into(), config: config.into(), target, child: None }
    }

    /// Makes an account.
    ///
    /// # Errors
    /// When the program cannot be run or refuses.
    pub async fn add_account(&self, name: &str) -> Result<(), String> {
        let mut child = self
            .command(&["account", "add", name, "--password-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("{} cannot be run: {error}", self.binary.display()))?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(format!("{PASSWORD}\n").as_bytes()).await.map_err(|error| error.to_string())?;
        }
        let status = child.wait().await.map_err(|error| error.to_string())?;
        if status.success() { Ok(()) } else { Err(format!("the account {name} was refused: {status}")) }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg("--config").arg(&self.config).args(arguments).kill_on_drop(true);
        command
    }

    /// Starts the server; what it logs goes to the end of `log`, or is seen.
    ///
    /// # Errors
    /// When it cannot be run.
    pub fn launch(&mut self, log: Option<&Path>) -> Result<(), String> {
        let mut command = self.command(&["serve"]);
        command.stdout(Stdio::null());
        if let Some(path) = log {
            let file = File::options().create(true).append(true).open(path);
            command.stderr(file.map_err(|error| format!("{}: {error}", path.display()))?);
        }
        self.child = Some(command.spawn().map_err(|error| error.to_string())?);
        Ok(())
    }

    /// Starts the server and waits until it answers.
    ///
    /// # Errors
    /// When it cannot be run, or does not answer in time.
    pub async fn start(&mut self) -> Result<(), String> {
        self.launch(None)?;
        self.answers().await
    }

    /// Waits until it answers.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn answers(&self) -> Result<(), String> {
        for _ in 0..500 {
            if let Ok(Ok(_)) = timeout(Duration::from_secs(1), Client::connect(&self.target)).await {
                return Ok(());
            }
            sleep(Duration::from_millis(20)).await;
        }
        Err(format!("the server of {} does not answer after ten seconds", self.target.domain))
    }

    /// SIGKILL, and nothing else.
    ///
    /// # Errors
    /// When it was not started.
    pub async fn kill(&mut self) -> Result<(), String> {
        let mut child = self.child.take().ok_or("the server was not started")?;
        child.kill().await.map_err(|error| error.to_string())
    }

    /// Whether it runs, or is stopped.
    ///
    /// # Errors
    /// When it ended by itself.
    pub fn is_up(&mut self) -> Result<bool, String> {
        let Some(child) = &mut self.child else { return Ok(false) };
        match child.try_wait() {
            Ok(None) => Ok(true),
            Ok(Some(status)) => Err(format!("the server of {} ended by itself: {status}", self.target.domain)),
            Err(error) => Err(error.to_string()),
        }
    }

    /// SIGSTOP: it does nothing any more, and its sockets stay open.
    ///
    /// # Errors
    /// When it does not run.
    pub fn stop(&self) -> Result<(), String> {
        self.signal(Signal::STOP)
    }

    /// SIGCONT.
    ///
    /// # Errors
    /// When it does not run.
    pub fn go_on(&self) -> Result<(), String> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> Result<(), String> {
        let id = self.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        kill_process(id.ok_or("the server was not started")?, signal).map_err(|error| error.to_string())
    }

    fn id(&self) -> Option<u32> {
        self.child.as_ref()?.id()
    }

    /// The memory that it takes, in bytes.
    ///
    /// # Errors
    /// When the system does not tell, or it does not run.
    pub fn resident_bytes(&self) -> Result<usize, String> {
        resident_bytes(self.id().ok_or("the server does not run")?, "VmRSS:")
    }

    /// The most that it took since it was started, in bytes.
    ///
    /// # Errors
    /// As there.
    pub fn most_resident_bytes(&self) -> Result<usize, String> {
        resident_bytes(self.id().ok_or("the server does not run")?, "VmHWM:")
    }

    /// Where it listens for clients.
    pub fn target(&self) -> Target {
        self.target.clone()
    }
}

/// The memory of a process in bytes, by a field of its status (proc(5)).
///
/// # Errors
/// When the system does not tell.
pub fn resident_bytes(process: u32, field: &str) -> Result<usize, String> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).map_err(|error| error.to_string())?;
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok());
    Ok(kibibytes.ok_or_else(|| format!("the system does not tell {field}"))? * 1024)
}

/// A socket address that nobody uses now: two tests on one machine do not meet.
///
/// # Errors
/// When there is none.
pub fn free_address(ip: &str) -> Result<SocketAddr, String> {
    let probe = TcpListener::bind((ip, 0)).map_err(|error| format!("{ip}: {error}"))?;
    probe.local_addr().map_err(|error| error.to_string())
}
