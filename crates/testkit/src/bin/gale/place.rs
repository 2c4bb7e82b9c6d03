//! The servers of a storm, their names, and the lines between them.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use testkit::client::{Security, Target, any_certificate};
use testkit::lab::authority::{self, Authority, Leaf};
use testkit::lab::line::Line;
use testkit::lab::names::Names;
use testkit::lab::process::{Process, free_address};

/// Servers.
pub const COUNT: usize = 4;
/// The first so many of them are not touched.
pub const UNTOUCHED: usize = 2;
/// One of the others has a certificate that proves nothing: dialback has to.
const SELF_SIGNED: usize = 3;
/// And one takes TLS from the first byte.
const DIRECT: usize = 2;
/// Addresses of our own: `.1` and up for servers, `.101` and up for what each of them sees of the others.
const NETWORK: &str = "127.0.82";
/// For how long names are true: those that are gone are soon missed.
const NAME_SECONDS: u32 = 2;
/// What may wait for one domain: little, so that it is reached.
const WAITING_BYTES: u32 = 1_000_000;

/// A server.
pub struct Place {
    /// The process.
    pub process: Process,
    /// What it serves.
    pub domain: String,
    /// The most memory that it ever took.
    pub most_bytes: usize,
    names: Names,
    log: PathBuf,
}

/// All of it.
pub struct Lab {
    /// The servers.
    pub places: Vec<Place>,
    /// The lines, with the two that each joins; the first calls.
    pub lines: Vec<([usize; 2], Line)>,
}

/// Where a server listens.
struct Sockets {
    clients: SocketAddr,
    servers: SocketAddr,
    servers_tls: SocketAddr,
}

impl Lab {
    /// Lays the lines, makes people, and starts the servers.
    pub async fn set_up(binary: &Path, folder: &Path, people: usize) -> Result<Lab, String> {
        let authority = Authority::new("Root of the storm");
        authority.write_root(folder);
        let mut sockets = Vec::new();
        for number in 0..COUNT {
            let ip = format!("{NETWORK}.{}", number + 1);
            let free = || free_address(&ip);
            sockets.push(Sockets { clients: free()?, servers: free()?, servers_tls: free()? });
        }
        let mut lab = Lab { places: Vec::new(), lines: Vec::new() };
        for number in 0..COUNT {
            let names = lab.connect(number, &sockets).await?;
            let domain = domain(number);
            let place_folder = folder.join(&domain);
            fs::create_dir(&place_folder).map_err(|error| error.to_string())?;
            certify(number, &authority, &place_folder);
            let config = place_folder.join("folkmoot.toml");
            fs::write(&config, configuration(&domain, &sockets[number], names.address))
                .map_err(|error| error.to_string())?;
            let target = Target {
                address: sockets[number].clients,
                domain: domain.clone(),
                security: Security::Direct,
                tls: any_certificate(),
            };
            let process = Process::new(binary, &config, target);
            for name in 0..people {
                process.add_account(&format!("person{name}")).await?;
            }
            let log = place_folder.join("log");
            let mut place = Place { process, domain, most_bytes: 0, names, log };
            place.launch()?;
            lab.places.push(place);
        }
        for place in &lab.places {
            place.process.answers().await?;
        }
        Ok(lab)
    }

    /// What `number` is told of the others: mostly that they are at the ends of lines.
    async fn connect(&mut self, number: usize, sockets: &[Sockets]) -> Result<Names, String> {
        let hub = format!("{NETWORK}.{}", 101 + number);
        let mut ways = Vec::new();
        for (other, there) in sockets.iter().enumerate().filter(|(other, _)| *other != number) {
            let (service, to) =
                if other == DIRECT { ("xmpps-server", there.servers_tls) } else { ("xmpp-server", there.servers) };
            let is_untouched = number < UNTOUCHED && other < UNTOUCHED;
            let at = if is_untouched {
                to
            } else {
                let line = Line::lay(&hub, to).await.map_err(|error| error.to_string())?;
                let at = line.address;
                self.lines.push(([number, other], line));
                at
            };
            ways.push((format!("_{service}._tcp.{}.", domain(other)), format!("host{other}.test."), at));
        }
        let address = format!("{hub}:0");
        let names = Names::serve_at(&address, |zone| {
            zone.seconds = NAME_SECONDS;
            for (service, host, at) in &ways {
                zone.srv(service, &[(1, 1, at.port(), host)]);
                zone.a(host, &[&at.ip().to_string()]);
            }
        });
        names.await.map_err(|error| error.to_string())
    }
}

impl Place {
    /// Starts it.
    pub fn launch(&mut self) -> Result<(), String> {
        self.process.launch(Some(&self.log))
    }

    /// Whether its name server says nothing.
    pub fn hide_names(&self, is_silent: bool) {
        self.names.zone.lock().is_silent = is_silent;
    }

    /// Looks after it.
    pub fn look(&mut self) -> Result<(), String> {
        if self.process.is_up()? {
            self.most_bytes = self.most_bytes.max(self.process.most_resident_bytes()?);
        }
        Ok(())
    }

    /// What it logged last.
    pub fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let mut lines: Vec<&str> = log.lines().rev().take(30).collect();
        lines.reverse();
        format!("--- {}\n{}", self.domain, lines.join("\n"))
    }

    /// Whether it panicked, which it survives.
    pub fn panicked(&self) -> bool {
        fs::read_to_string(&self.log).is_ok_and(|log| log.contains("panicked at"))
    }
}

fn domain(number: usize) -> String {
    format!("s{number}.test")
}

fn certify(number: usize, authority: &Authority, folder: &Path) {
    let domain = domain(number);
    let names = [domain.as_str()];
    let leaf = Leaf { days: (-1, 4000), ..Leaf::of(&names) };
    let (chain, key) = if number == SELF_SIGNED { authority::self_signed(&leaf) } else { authority.issue(&leaf) };
    authority::write(&folder.join("pair.pem"), &chain, &key);
}

fn configuration(domain: &str, sockets: &Sockets, names: SocketAddr) -> String {
    let Sockets { clients, servers, servers_tls } = sockets;
    format!(
        "domain = \"{domain}\"\ndata = \"data\"\n\
         [listen]\nstarttls = []\ntls = [\"{clients}\"]\nhttps = []\nservers = [\"{servers}\"]\n\
         servers-tls = [\"{servers_tls}\"]\n\
         [certificate]\nchain = \"pair.pem\"\nkey = \"pair.pem\"\n\
         [dns]\nservers = [\"{names}\"]\ndnssec = \"off\"\n\
         [federation]\nproof = \"dialback\"\nroots = \"../roots.pem\"\nprivate-addresses = true\n\
         [limits]\nconnections-per-address = 10000\nconnection-rate-per-address = 10000\n\
         connection-burst-per-address = 10000\nsession-bytes-per-second = 10000000\n\
         federation-waiting-bytes = {WAITING_BYTES}\n"
    )
}
