//! The server that is killed.

use std::path::Path;
use testkit::client::{Security, Target, any_certificate};
use testkit::lab::process::{Process, free_address};

/// A loopback address that no other test uses.
const ADDRESS: &str = "127.0.24.1";

/// Writes a configuration and makes the accounts `user0`, `user1`…
pub async fn prepare(binary: &Path, folder: &Path, users: u32) -> Result<Process, String> {
    let config = folder.join("folkmoot.toml");
    let direct = free_address(ADDRESS)?;
    let text = format!(
        "domain = \"localhost\"\ndata = \"{}\"\n\n[listen]\nstarttls = []\ntls = [\"{direct}\"]\nhttps = []\n\n[limits]\nconnections-per-address = 10000\n\
         connection-rate-per-address = 10000\nconnection-burst-per-address = 10000\nsession-bytes-per-second = 10000000\nroom-burst = 1000000\n",
        folder.join("data").display()
    );
    std::fs::write(&config, text).map_err(|error| error.to_string())?;
    let target =
        Target { address: direct, domain: "localhost".into(), security: Security::Direct, tls: any_certificate() };
    let server = Process::new(binary, &config, target);
    for user in 0..users {
        server.add_account(&format!("user{user}")).await?;
    }
    Ok(server)
}
