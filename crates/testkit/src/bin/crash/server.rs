//! The server as a process of its own, started and killed.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use testkit::client::{Client, Security, Target, any_certificate};
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

/// A loopback address that no other test uses.
const ADDRESS: &str = "127.0.24.1";

/// The password of everybody.
pub const PASSWORD: &str = "correct horse battery staple";

/// A server that is killed and started again on the same data.
pub struct Running {
    binary: PathBuf,
    config: PathBuf,
    direct: SocketAddr,
    child: Option<Child>,
}

impl Running {
    /// Writes a configuration and makes the accounts `user0`, `user1`…
    pub async fn prepare(binary: &Path, folder: &Path, users: u32) -> Result<Running, String> {
        let config = folder.join("folkmoot.toml");
        let direct = free_address()?;
        let text = format!(
            "domain = \"localhost\"\ndata = \"{}\"\n\n[listen]\nstarttls = []\ntls = [\"{direct}\"]\n\n[limits]\nconnections-per-address = 10000\n\
             connection-rate-per-address = 10000\nconnection-burst-per-address = 10000\nsession-bytes-per-second = 10000000\n",
            folder.join("data").display()
        );
        std::fs::write(&config, text).map_err(|error| error.to_string())?;
        let running = Running { binary: binary.into(), config, direct, child: None };
        for user in 0..users {
            running.add_account(&format!("user{user}")).await?;
        }
        Ok(running)
    }

    async fn add_account(&self, name: &str) -> Result<(), String> {
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

    /// Starts the server and waits until it answers.
    pub async fn start(&mut self) -> Result<(), String> {
        let child = self.command(&["serve"]).stdout(Stdio::null()).spawn().map_err(|error| error.to_string())?;
        self.child = Some(child);
        let target = self.target();
        for _ in 0..500 {
            if let Ok(Ok(_)) = timeout(Duration::from_secs(1), Client::connect(&target)).await {
                return Ok(());
            }
            sleep(Duration::from_millis(20)).await;
        }
        Err("the server does not answer after ten seconds".into())
    }

    /// SIGKILL, and nothing else.
    pub async fn kill(&mut self) -> Result<(), String> {
        let mut child = self.child.take().ok_or("the server was not started")?;
        child.kill().await.map_err(|error| error.to_string())
    }

    /// Where it listens.
    pub fn target(&self) -> Target {
        Target { address: self.direct, domain: "localhost".into(), security: Security::Direct, tls: any_certificate() }
    }
}

/// An address that nobody uses now: two crash tests on one machine do not meet.
fn free_address() -> Result<SocketAddr, String> {
    let probe = TcpListener::bind((ADDRESS, 0)).map_err(|error| format!("{ADDRESS}: {error}"))?;
    probe.local_addr().map_err(|error| error.to_string())
}
