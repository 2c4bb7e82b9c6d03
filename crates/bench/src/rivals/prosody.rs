//! Prosody from Debian, as a fair operator runs it: epoll, generational collector, no Nagle.

use super::lab::{NAMES_PORT, SERVERS_PORT};
use super::{Engine, PORT_DIRECT, PORT_STARTTLS, Setting, Setup, data};
use crate::Outcome;
use std::fmt::Write;
use tokio::process::Command;
use xmpp::scram::Hash;

const MODULES: &[&str] = &[
    "disco",
    "roster",
    "saslauth",
    "tls",
    "blocklist",
    "bookmarks",
    "carbons",
    "pep",
    "private",
    "smacks",
    "vcard4",
    "vcard_legacy",
    "csi_simple",
    "ping",
    "time",
    "uptime",
    "version",
    "offline",
];

/// Writes configuration and accounts; the command starts it in the foreground.
pub fn prepare(setup: &Setup, engine: Engine) -> Outcome<Command> {
    write_accounts(setup)?;
    let config = setup.write("prosody.cfg.lua", &configuration(setup, engine))?;
    let mut command = Command::new("prosody");
    command.arg("--config").arg(config).arg("-F");
    Ok(command)
}

fn configuration(setup: &Setup, engine: Engine) -> String {
    let storage = match engine {
        Engine::Own => "storage = \"internal\"",
        Engine::Sqlite => {
            "storage = { archive = \"sql\" }\nsql = { driver = \"SQLite3\"; database = \"archive.sqlite\" }"
        }
    };
    let mut modules: Vec<String> = MODULES.iter().map(|module| format!("{module:?}")).collect();
    if setup.setting == Setting::Archived {
        modules.push("\"mam\"".to_owned());
    }
    let folder = setup.folder.display();
    format!(
        r#"-- Made by bench.
run_as_root = true
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
plugin_paths = {{}}
log = {{ {{ levels = {{ min = "warn" }}; to = "file"; filename = "{folder}/prosody.log" }} }}
network_backend = "epoll"
network_settings = {{ nagle = false; tcp_backlog = 1024 }}
gc = {{ mode = "generational" }}
modules_enabled = {{ {modules} }}
interfaces = {{ "{address}" }}
c2s_ports = {{ {PORT_STARTTLS} }}
c2s_direct_tls_ports = {{ {PORT_DIRECT} }}
c2s_require_encryption = true
ssl = {{ certificate = "{certificate}"; key = "{key}"; {roots}}}
authentication = "internal_hashed"
{servers}{storage}
default_archive_policy = true
archive_expires_after = "1w"
VirtualHost "{domain}"
{rooms}"#,
        domain = setup.domain,
        servers = servers(setup),
        roots = if setup.lab.is_some() { format!("cafile = {:?} ", setup.root()) } else { String::new() },
        modules = modules.join("; "),
        rooms = rooms(setup),
        address = setup.address,
        certificate = setup.certificate().display(),
        key = setup.key().display(),
    )
}

/// Rooms, where everything is archived: they come with the archive.
fn rooms(setup: &Setup) -> String {
    match setup.setting {
        Setting::Archived => {
            format!("Component \"rooms.{}\" \"muc\"\n    modules_enabled = {{ \"muc_mam\" }}\n", setup.domain)
        }
        Setting::Plain | Setting::Linked => String::new(),
    }
}

/// Where other servers come in, and how they are found and believed.
fn servers(setup: &Setup) -> String {
    let Some(lab) = &setup.lab else { return "modules_disabled = { \"s2s\", \"s2s_auth_certs\" }\n".to_owned() };
    format!(
        r#"s2s_ports = {{ {SERVERS_PORT} }}
s2s_direct_tls_ports = {{ }}
s2s_require_encryption = true
s2s_secure_auth = true
unbound = {{
    resolvconf = false; hoststxt = false; forward = {{ "{names}@{NAMES_PORT}" }};
    options = {{ ["do-not-query-localhost:"] = "no" }};
}}
"#,
        names = lab.resolver(),
    )
}

/// The files that `mod_auth_internal_hashed` reads.
fn write_accounts(setup: &Setup) -> Outcome<()> {
    let keys = data::keys(Hash::Sha1);
    let text = format!(
        "return {{\n\t[\"salt\"] = \"{}\";\n\t[\"iteration_count\"] = {};\n\t[\"stored_key\"] = \"{}\";\n\t\
         [\"server_key\"] = \"{}\";\n}};\n",
        data::SALT,
        data::ITERATIONS,
        hex(&keys.stored_key),
        hex(&keys.server_key)
    );
    // Prosody writes dots in the names of files as in addresses of pages.
    let host = setup.domain.replace('.', "%2e");
    for number in 0..setup.accounts {
        setup.write(&format!("data/{host}/accounts/{}.dat", data::user(number)), &text)?;
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
