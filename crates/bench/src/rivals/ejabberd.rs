//! ejabberd from Debian, as a fair operator runs it: schedulers that do not spin. It runs without
//! Erlang's distribution, which brings a daemon of its own and is of no use on one node.

use super::lab::{NAMES_PORT, SERVERS_PORT};
use super::{Engine, PORT_DIRECT, PORT_STARTTLS, Setting, Setup, data};
use crate::Outcome;
use std::path::{Path, PathBuf};
use tokio::process::Command;
use xmpp::scram::Hash;

/// The file that appears when the accounts are there.
pub const READY: &str = "ready";

/// Where Debian keeps the libraries of ejabberd.
const LIBRARIES: &str = "/usr/lib/x86_64-linux-gnu";

/// Writes the configuration; the command starts it in the foreground and makes the accounts.
pub fn prepare(setup: &Setup, engine: Engine) -> Outcome<Command> {
    let mut pem = std::fs::read_to_string(setup.certificate())?;
    pem.push_str(&std::fs::read_to_string(setup.key())?);
    let pem = setup.write("both.pem", &pem)?;
    let config = setup.write("ejabberd.yml", &configuration(setup, engine, &pem))?;
    let mut command = Command::new("erl");
    command.envs(resolver(setup)?.map(|path| ("ERL_INETRC", path)));
    command
        .env("EJABBERD_CONFIG_PATH", config)
        .env("EJABBERD_LOG_PATH", setup.file("log/ejabberd.log"))
        .env("ERL_LIBS", LIBRARIES)
        .env("ERL_CRASH_DUMP_BYTES", "0")
        .env("HOME", &setup.folder)
        .args(["-noinput", "+K", "true", "+P", "250000", "+Q", "65536"])
        .args(["+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none"])
        .arg("-mnesia")
        .arg("dir")
        .arg(format!("\"{}\"", setup.file("mnesia").display()))
        .args(["-ejabberd", "quiet", "true", "-s", "ejabberd", "-eval", &accounts(setup)]);
    Ok(command)
}

/// Where other servers come in, and how they are believed.
fn servers(setup: &Setup) -> String {
    if setup.lab.is_none() {
        return String::new();
    }
    format!(
        "  - {{port: {SERVERS_PORT}, ip: \"{address}\", module: ejabberd_s2s_in, backlog: 1024}}\n\
         ca_file: \"{root}\"\ns2s_cafile: \"{root}\"\ns2s_use_starttls: required\n",
        address = setup.address,
        root = setup.root().display(),
    )
}

/// Tells Erlang which name server to ask.
fn resolver(setup: &Setup) -> Outcome<Option<PathBuf>> {
    let Some(lab) = &setup.lab else { return Ok(None) };
    let address = lab.resolver().to_string().replace('.', ",");
    let text = format!("{{lookup, [dns]}}.\n{{resolv_conf, \"\"}}.\n{{nameserver, {{{address}}}, {NAMES_PORT}}}.\n");
    setup.write("inetrc", &text).map(Some)
}

/// Erlang that writes the rows of `ejabberd_auth_mnesia`.
fn accounts(setup: &Setup) -> String {
    let keys = data::keys(Hash::Sha1);
    // ejabberd keeps the three in base64.
    format!(
        "Scram = {{scram, base64:encode(<<{stored}>>), base64:encode(<<{server}>>), \
         base64:encode(<<{salt}>>), sha, {iterations}}}, \
         [ok = mnesia:dirty_write({{passwd, {{<<\"u\", (integer_to_binary(N))/binary>>, <<\"{domain}\">>}}, Scram}}) \
         || N <- lists:seq(0, {accounts} - 1)], \
         ok = file:write_file(\"{ready}\", <<>>).",
        stored = erlang_binary(&keys.stored_key),
        server = erlang_binary(&keys.server_key),
        salt = erlang_binary(data::SALT.as_bytes()),
        iterations = data::ITERATIONS,
        accounts = setup.accounts,
        domain = setup.domain,
        ready = setup.file(READY).display(),
    )
}

fn erlang_binary(bytes: &[u8]) -> String {
    bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(",")
}

/// Rooms, where everything is archived: they come with the archive. Those in which nobody is are put away within
/// the time that the load waits for that.
const ROOMS: &str = r#"  mod_muc:
    host: "rooms.@HOST@"
    access_create: all
    max_users: 5000
    max_users_presence: 5000
    hibernation_timeout: 20 seconds
    default_room_options: {mam: true, max_users: 5000}
"#;

fn configuration(setup: &Setup, engine: Engine, pem: &Path) -> String {
    let archive = match (setup.setting, engine) {
        (Setting::Archived, Engine::Own) => "  mod_mam: {default: always, db_type: mnesia}\n",
        (Setting::Archived, Engine::Sqlite) => "  mod_mam: {default: always, db_type: sql}\n",
        (Setting::Plain | Setting::Linked, _) => "",
    };
    let database = match engine {
        Engine::Own => String::new(),
        Engine::Sqlite => format!("sql_type: sqlite\nsql_database: \"{}\"\n", setup.file("archive.sqlite").display()),
    };
    format!(
        r#"# Made by bench.
loglevel: warning
log_rotate_count: 0
hosts: ["{domain}"]
certfiles: ["{pem}"]
c2s_protocol_options: [no_sslv3, no_tlsv1, no_tlsv1_1, cipher_server_preference, no_compression]
auth_password_format: scram
auth_scram_hash: sha
{database}listen:
  - {{port: {PORT_STARTTLS}, ip: "{address}", module: ejabberd_c2s, backlog: 1024, starttls_required: true}}
  - {{port: {PORT_DIRECT}, ip: "{address}", module: ejabberd_c2s, backlog: 1024, tls: true}}
{servers}shaper_rules:
  max_user_sessions: 100
modules:
  mod_adhoc: {{}}
  mod_blocking: {{}}
  mod_caps: {{}}
  mod_carboncopy: {{}}
  mod_client_state: {{}}
  mod_disco: {{}}
  mod_last: {{}}
  mod_offline: {{}}
  mod_ping: {{}}
  mod_privacy: {{}}
  mod_private: {{}}
  mod_pubsub: {{plugins: [flat, pep]}}
  mod_push: {{}}
  mod_push_keepalive: {{}}
  mod_roster: {{versioning: true}}
  mod_stream_mgmt: {{resend_on_timeout: if_offline}}
  mod_vcard: {{search: false}}
  mod_vcard_xupdate: {{}}
  mod_version: {{}}
{archive}{rooms}{dialback}"#,
        domain = setup.domain,
        servers = servers(setup),
        dialback = if setup.setting == Setting::Linked { "  mod_s2s_dialback: {}\n" } else { "" },
        rooms = if setup.setting == Setting::Archived { ROOMS } else { "" },
        pem = pem.display(),
        address = setup.address,
    )
}
