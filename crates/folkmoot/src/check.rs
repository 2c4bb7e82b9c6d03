//! `folkmoot check`: is the configuration right, and is the machine as it says?

use crate::config::{CertificateSource, Config, With, rooms};
use crate::control;
use crate::data_folder;
use crate::failure::Failure;
use features::rooms::newcomers;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::UnixStream;
use std::path::Path;

/// Prints the configuration in force and what the machine lacks for it.
///
/// # Errors
/// When it lacks something.
pub fn run(config: &Config, json: bool) -> Result<(), Failure> {
    let lacking = lacking(config);
    if json {
        println!("{}", serde_json::json!({ "config": config.to_low(), "file": config.file }));
    } else {
        match &config.file {
            Some(file) => println!("# {} is right. In force:", file.display()),
            None => println!("# There is no configuration file (--config, FOLKMOOT_CONFIG). In force:"),
        }
        print!("{}", config.to_toml());
    }
    if lacking.is_empty() { Ok(()) } else { Err(Failure::refused(lacking.join("\n"))) }
}

/// What a start would fail for, in sentences.
fn lacking(config: &Config) -> Vec<String> {
    let mut sentences = Vec::new();
    if let CertificateSource::Files { chain, key } = &config.certificate {
        sentences.extend(lacking_pem(chain, "CERTIFICATE"));
        sentences.extend(lacking_pem(key, "PRIVATE KEY"));
    }
    if let Some(roots) = &config.federation.roots {
        sentences.extend(lacking_pem(roots, "CERTIFICATE"));
    }
    // A running server holds its own addresses.
    let is_running = UnixStream::connect(control::socket_path(&config.data)).is_ok();
    if !is_running {
        let for_clients = config.starttls.iter().chain(&config.tls).chain(&config.https);
        sentences.extend(for_clients.filter_map(lacking_address));
        if config.federation.with == With::Everybody {
            sentences.extend(config.servers.iter().chain(&config.servers_tls).filter_map(lacking_address));
        }
        sentences.extend(lacking_rooms(config));
    }
    if config.starttls.is_empty() && config.tls.is_empty() && config.https.is_empty() {
        sentences.push("the server would listen on no address: [listen] has only empty lists".to_owned());
    }
    sentences
}

/// Rooms that the store does not have; before the first start there is none. A running server, which alone may look, says so in its log.
fn lacking_rooms(config: &Config) -> Vec<String> {
    if config.newcomer_rooms.is_empty() || !config.data.is_dir() {
        return Vec::new();
    }
    let store = data_folder::open(&config.data).map_err(|error| error.to_string());
    let found = store.and_then(|store| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| error.to_string())?;
        runtime.block_on(newcomers::find(&store, &config.newcomer_rooms)).map_err(|fault| fault.to_string())
    });
    match found {
        Ok(found) => found.missing.iter().map(rooms::missing).collect(),
        Err(sentence) => vec![sentence],
    }
}

fn lacking_pem(path: &Path, label: &str) -> Option<String> {
    match std::fs::read_to_string(path) {
        Ok(text) if text.contains(&format!("{label}-----")) => None,
        Ok(_) => Some(format!("{}: there is no PEM block `{label}` in it", path.display())),
        Err(error) => Some(format!("{}: cannot be read: {error}", path.display())),
    }
}

fn lacking_address(address: &SocketAddr) -> Option<String> {
    let error = TcpListener::bind(address).err()?;
    let advice = match error.kind() {
        std::io::ErrorKind::AddrInUse => "another program listens there; stop it, or change [listen]",
        std::io::ErrorKind::AddrNotAvailable => "this machine does not have that address; change [listen]",
        std::io::ErrorKind::PermissionDenied => "the port needs a right that this user lacks; choose one above 1023",
        _ => "change [listen]",
    };
    Some(format!("{address}: {error}; {advice}"))
}
