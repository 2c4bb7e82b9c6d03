//! Our own server, as its documentation says to run it.

use super::lab::{NAMES_PORT, SERVERS_PORT};
use super::{PORT_DIRECT, PORT_STARTTLS, Setting, Setup, data};
use crate::Outcome;
use data_encoding::BASE64;
use std::path::Path;
use std::process::Stdio;
use tokio::process::Command;
use xmpp::scram::Hash;
use xmpp::{Writer, ns};

/// Writes the configuration and makes the accounts; the command serves.
pub async fn prepare(setup: &Setup) -> Outcome<Command> {
    let config = setup.write("folkmoot.toml", &configuration(setup))?;
    if setup.accounts > 0 {
        let file = setup.write("accounts.xml", &accounts(setup))?;
        import(setup, &file).await?;
    }
    let mut serve = Command::new(std::path::absolute(&setup.folkmoot)?);
    serve.arg("--config").arg(&config).arg("serve");
    Ok(serve)
}

/// A file of XEP-0227 with their keys, which are derived once for all.
fn accounts(setup: &Setup) -> String {
    let mut w = Writer::new();
    w.open("server-data", ns::PIE).open("host", ns::PIE).attr("jid", &setup.domain);
    let keys = Hash::ALL.map(data::keys);
    for number in 0..setup.accounts {
        w.open("user", ns::PIE).attr("name", &data::user(number));
        for keys in &keys {
            w.open("scram-credentials", ns::PIE_SCRAM).attr("mechanism", keys.hash.mechanism());
            w.leaf("iter-count", ns::PIE_SCRAM, &keys.iterations.to_string());
            for (name, bytes) in
                [("salt", &keys.salt), ("server-key", &keys.server_key), ("stored-key", &keys.stored_key)]
            {
                w.leaf(name, ns::PIE_SCRAM, &BASE64.encode(bytes));
            }
            w.close();
        }
        w.close();
    }
    String::from_utf8_lossy(&w.finish()).into_owned()
}

/// Takes accounts in from a file of XEP-0227, before the server starts.
pub async fn import(setup: &Setup, file: &Path) -> Outcome<()> {
    setup.write("folkmoot.toml", &configuration(setup))?;
    run(setup, &["import", &file.to_string_lossy()]).await
}

/// A command of it, beside the server or without it.
pub async fn run(setup: &Setup, arguments: &[&str]) -> Outcome<()> {
    let mut command = Command::new(std::path::absolute(&setup.folkmoot)?);
    command.arg("--config").arg(setup.file("folkmoot.toml")).args(arguments);
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("folkmoot {arguments:?}: {}", String::from_utf8_lossy(&output.stderr)).into())
}

/// Everybody comes from one address here, and one person talks for a whole room, so the limits on one address and
/// on one person's pace are raised, and somebody may have more contacts than people have. They stay on.
fn configuration(setup: &Setup) -> String {
    let default = match setup.setting {
        Setting::Archived => "always",
        Setting::Plain | Setting::Linked => "never",
    };
    let (servers, links) = servers(setup);
    format!(
        r#"# Made by bench.
domain = "{domain}"
data = "{data}"
[listen]
starttls = ["{address}:{PORT_STARTTLS}"]
tls = ["{address}:{PORT_DIRECT}"]
https = []
{servers}[certificate]
chain = "{certificate}"
key = "{key}"
[archive]
days = {days}
default = "{default}"
[log]
level = "warn"
[limits]
roster-items = 10000
roster-bytes = 10000000
connections-per-address = 100000
connection-rate-per-address = 100000
connection-burst-per-address = 100000
session-bytes-per-second = 1000000000
session-burst-bytes = 1000000000
room-burst = 1000000000
{links}"#,
        domain = setup.domain,
        data = setup.file("data").display(),
        days = if setup.is_filled { 400 } else { 7 },
        certificate = setup.certificate().display(),
        key = setup.key().display(),
        address = setup.address,
    )
}

/// Where other servers come in, and how they are found and believed.
fn servers(setup: &Setup) -> (String, String) {
    let Some(lab) = &setup.lab else { return Default::default() };
    let listen = format!("servers = [\"{}:{SERVERS_PORT}\"]\nservers-tls = []\n", setup.address);
    let links = format!(
        "[dns]\nservers = [\"{}:{NAMES_PORT}\"]\ndnssec = \"off\"\n\
         [federation]\nwith = \"everybody\"\nroots = \"{}\"\nprivate-addresses = true\n",
        lab.resolver(),
        setup.root().display()
    );
    (listen, links)
}
