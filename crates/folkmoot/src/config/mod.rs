//! The configuration: one TOML file, as small as it can be. [`LowConfig`] is what was written,
//! [`Config`] what is used; between them every value is checked, and what is wrong is reported all
//! at once, with its place and advice.

mod branches;
mod components;
mod effective;
mod external;
mod federation;
mod host_meta;
mod low;
mod metrics;
mod people;
mod problem;
pub mod rooms;
mod sign_up;
mod statement;
#[cfg(test)]
mod tests;
mod upload;

pub use components::Component;
pub use external::External;
pub use federation::Federation;
pub use low::{ArchiveDefault, LogFormat, LogLevel, LowConfig, With};
pub use problem::{Problem, Problems};
pub use upload::Upload;

use features::branch::Branch;
use features::contact::Contacts;
use features::feature::{Limit, Limits};
use features::registration::Policy;
use features::statement::Statement;
use low::{LowArchive, LowComponent, LowListen};
use net::{Reachable, WebUrl};
use problem::{Reading, did_you_mean};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml::Spanned;
use xmpp::Jid;

/// The port for STARTTLS (RFC 6120 §14.7).
const STARTTLS_PORT: u16 = 5222;
/// The port that is usual for TLS from the first byte.
const TLS_PORT: u16 = 5223;
/// The port for HTTPS where 443 is not to be had.
const HTTPS_PORT: u16 = 5443;
/// The port for STARTTLS of other servers (RFC 6120 §14.7).
const SERVERS_PORT: u16 = 5269;
/// The port that is usual for TLS from the first byte of other servers.
const SERVERS_TLS_PORT: u16 = 5270;
/// Days of archive unless configured.
const ARCHIVE_DAYS: u32 = 30;
/// A hundred years: more is a mistake.
const ARCHIVE_DAYS_MAX: u32 = 36_500;

/// The configuration as it is used. Every value is right.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file it was read from.
    pub file: Option<PathBuf>,
    /// The domain served.
    pub domain: Jid,
    /// What is served at other domains by this program.
    pub branches: Vec<Branch>,
    /// What is served at other domains by programs beside it.
    pub components: Vec<Component>,
    /// Who may run the service from a client: bare JIDs.
    pub admins: Vec<Jid>,
    /// What they say of it.
    pub statement: Arc<Statement>,
    /// How people get an account.
    pub sign_up: Policy,
    /// Rooms that new accounts find among their bookmarks.
    pub newcomer_rooms: Vec<Jid>,
    /// How to reach those who run it.
    pub contacts: Contacts,
    /// Services outside that clients need for calls.
    pub external: Vec<External>,
    /// The data folder.
    pub data: PathBuf,
    /// Addresses for STARTTLS.
    pub starttls: Vec<SocketAddr>,
    /// Addresses for TLS from the first byte.
    pub tls: Vec<SocketAddr>,
    /// Addresses for HTTPS.
    pub https: Vec<SocketAddr>,
    /// Addresses for other servers, STARTTLS. Used only where there is federation.
    pub servers: Vec<SocketAddr>,
    /// Addresses for other servers, TLS from the first byte. Used only where there is federation.
    pub servers_tls: Vec<SocketAddr>,
    /// Addresses for components.
    pub components_at: Vec<SocketAddr>,
    /// Where metrics are read, on this machine.
    pub metrics_at: Option<SocketAddr>,
    /// Under which address browsers reach those.
    pub url: WebUrl,
    /// Where everybody finds it who asks nowhere else.
    pub reachable: Option<Reachable>,
    /// How long files are kept, and where they are.
    pub upload: Upload,
    /// Where the certificate comes from.
    pub certificate: CertificateSource,
    /// How other servers are reached and judged.
    pub federation: Federation,
    /// How long archives are kept, in days.
    pub archive_days: u32,
    /// What is kept of an account that never chose.
    pub archive_default: ArchiveDefault,
    /// Whether retracted messages make way for tombstones.
    pub archive_tombstones: bool,
    /// The limits in force.
    pub limits: Limits,
    /// How much is logged.
    pub log_level: LogLevel,
    /// What a line of the log looks like.
    pub log_format: LogFormat,
}

/// Where the certificate comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CertificateSource {
    /// Made by the server, kept in the data folder, signed by itself.
    OwnMade,
    /// PEM files.
    Files {
        /// The certificate and the ones between it and its root.
        chain: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
}

/// What the machine offers, as far as defaults depend on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Network {
    /// IPv4 alone.
    V4,
    /// Both.
    V4AndV6,
}

impl Network {
    /// Asks the system.
    pub fn of_this_machine() -> Network {
        match std::net::UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)) {
            Ok(_) => Network::V4AndV6,
            Err(_) => Network::V4,
        }
    }
}

impl Config {
    /// Reads a file, or takes the defaults when there is none.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn load(file: Option<&Path>, network: Network) -> Result<Config, Problems> {
        let Some(file) = file else {
            return Config::parse(Path::new("folkmoot.toml"), "", network)
                .map(|config| Config { file: None, ..config });
        };
        let text = std::fs::read_to_string(file).map_err(|error| {
            let advice =
                "Name another file with --config or FOLKMOOT_CONFIG, or neither to serve localhost.".to_owned();
            Problems(vec![Problem {
                file: file.into(),
                place: None,
                found: format!("cannot be read: {error}"),
                advice,
            }])
        })?;
        Config::parse(file, &text, network)
    }

    /// Reads the text of a file. Relative paths in it start at the folder of `file`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(file: &Path, text: &str, network: Network) -> Result<Config, Problems> {
        let mut reading = Reading::new(file, text);
        let low = match toml::from_str::<LowConfig>(text) {
            Ok(low) => low,
            Err(error) => {
                reading.note_toml(&error);
                reading.finish()?;
                unreachable!("a problem was noted");
            }
        };
        let folder = file.parent().unwrap_or(Path::new(""));
        let domain = read_domain(low.domain.as_ref(), &mut reading);
        let is_local = is_localhost(&domain);
        let Addresses { starttls, tls, https, servers, servers_tls, components } =
            read_listen((&low.listen, &low.component), &domain, network, &mut reading);
        let url = read_url(low.web.url.as_ref(), || usual_url(&domain, &https), &mut reading);
        let branches = branches::read((&low.services, !https.is_empty()), &domain, &mut reading);
        let is_taken = |other: &Jid| *other == domain || branches.iter().any(|branch| branch.domain == *other);
        let federation = federation::read((&low.dns, &low.federation), is_local, folder, &mut reading);
        let listening = (federation.with != With::Nobody).then_some(&servers_tls[..]);
        let config = Config {
            file: Some(file.into()),
            components: components::read(&low.component, is_taken, folder, &mut reading),
            newcomer_rooms: rooms::newcomers(&low.rooms, &branches, &mut reading),
            branches,
            upload: upload::read(&low.upload, &url, &mut reading),
            reachable: host_meta::read(&low.host_meta, &domain, (&tls, listening), &mut reading),
            admins: people::admins(&low.admins, &domain, &mut reading),
            statement: Arc::new(statement::read(&low.service, &mut reading)),
            sign_up: sign_up::read(&low.sign_up, &mut reading),
            contacts: people::contacts(&low.contact, &mut reading),
            external: low.external.iter().filter_map(|one| external::read(one, folder, &mut reading)).collect(),
            data: folder.join(low.data.unwrap_or_else(|| "folkmoot-data".into())),
            starttls,
            tls,
            https,
            servers,
            servers_tls,
            components_at: components,
            url,
            certificate: low.certificate.map_or(CertificateSource::OwnMade, |files| CertificateSource::Files {
                chain: folder.join(files.chain),
                key: folder.join(files.key),
            }),
            federation,
            archive_days: read_archive_days(&low.archive, &mut reading),
            archive_default: low.archive.default.unwrap_or(ArchiveDefault::Always),
            archive_tombstones: low.archive.tombstones.unwrap_or(true),
            limits: read_limits(&low.limits, &mut reading),
            log_level: low.log.level.unwrap_or(LogLevel::Info),
            log_format: low.log.format.unwrap_or(LogFormat::Human),
            metrics_at: metrics::read(&low.metrics, &mut reading),
            domain,
        };
        reading.finish().map(|()| config)
    }

    /// All that is served at other domains.
    pub fn all_branches(&self) -> impl Iterator<Item = Branch> {
        self.branches.iter().cloned().chain(self.components.iter().map(Component::branch))
    }

    /// What differs from `now` and cannot change in a running server, by its name in the file.
    pub fn needs_restart(&self, now: &Config) -> Vec<&'static str> {
        let mut names = Vec::new();
        let differs = [
            (self.domain != now.domain, "domain"),
            (self.branches != now.branches, "services"),
            (self.components != now.components, "component"),
            (self.data != now.data, "data"),
            (self.starttls != now.starttls, "listen.starttls"),
            (self.tls != now.tls, "listen.tls"),
            (self.https != now.https, "listen.https"),
            (self.servers != now.servers, "listen.servers"),
            (self.servers_tls != now.servers_tls, "listen.servers-tls"),
            (self.components_at != now.components_at, "listen.components"),
            (self.federation != now.federation, "dns, federation"),
            (self.metrics_at != now.metrics_at, "metrics.listen"),
            (self.log_format != now.log_format, "log.format"),
        ];
        names.extend(differs.iter().filter(|(differs, _)| *differs).map(|(_, name)| *name));
        names
    }
}

/// All limits that can be set: of connections, streams, owners and features.
pub fn declared_limits() -> impl Iterator<Item = &'static Limit> {
    let features = features::all::ALL.iter().flat_map(|feature| feature.limits);
    net::LISTEN_LIMITS
        .iter()
        .chain(net::STREAM_LIMITS)
        .chain(net::WEB_LIMITS)
        .chain(web::LIMITS)
        .chain(net::federation::LIMITS)
        .chain(net::components::LIMITS)
        .chain(hub::limits::LIMITS)
        .chain(features)
        .copied()
}

fn read_domain(low: Option<&Spanned<String>>, reading: &mut Reading<'_>) -> Jid {
    let localhost = || Jid::parse("localhost").expect("localhost is a domain");
    let Some(low) = low else { return localhost() };
    let text = low.get_ref();
    match Jid::parse(text) {
        Ok(jid) if jid.local().is_none() && jid.is_bare() && !jid.domain().is_empty() => jid,
        Ok(jid) if jid.local().is_some() || jid.is_full() => {
            let advice = format!("Write the domain alone: `{}`.", jid.domain());
            reading.note(low.span(), format!("`{text}` is an address on a domain, not a domain"), advice);
            localhost()
        }
        _ => {
            let advice = "Write it like `example.org`, without a port, without a protocol.";
            reading.note(low.span(), format!("`{text}` is not a domain"), advice);
            localhost()
        }
    }
}

/// Where to listen.
struct Addresses {
    starttls: Vec<SocketAddr>,
    tls: Vec<SocketAddr>,
    https: Vec<SocketAddr>,
    servers: Vec<SocketAddr>,
    servers_tls: Vec<SocketAddr>,
    components: Vec<SocketAddr>,
}

fn is_localhost(domain: &Jid) -> bool {
    domain.as_str() == "localhost" || domain.as_str().ends_with(".localhost")
}

/// Addresses for STARTTLS, for TLS and for HTTPS, those for other servers, and those for components. The default
/// serves a domain of this machine to this machine alone, and any other to everybody; components, if there are
/// any, are always on this machine.
fn read_listen(
    (low, components): (&LowListen, &[LowComponent]),
    domain: &Jid,
    network: Network,
    reading: &mut Reading<'_>,
) -> Addresses {
    let here: Vec<IpAddr> = match network {
        Network::V4 => vec![Ipv4Addr::LOCALHOST.into()],
        Network::V4AndV6 => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
    };
    let everywhere: Vec<IpAddr> = match network {
        _ if is_localhost(domain) => here.clone(),
        Network::V4 => vec![Ipv4Addr::UNSPECIFIED.into()],
        // It takes IPv4 as well.
        Network::V4AndV6 => vec![Ipv6Addr::UNSPECIFIED.into()],
    };
    let beside = if components.is_empty() { Vec::new() } else { here };
    let mut seen = Vec::new();
    let mut read_at = |low: &Option<Vec<Spanned<String>>>, port: u16, addresses: &[IpAddr]| -> Vec<SocketAddr> {
        match low {
            None => addresses.iter().map(|address| SocketAddr::new(*address, port)).collect(),
            Some(low) => low.iter().filter_map(|one| read_address(one, port, &mut seen, reading)).collect(),
        }
    };
    let components = read_at(&low.components, components::PORT, &beside);
    let mut read = |low, port| read_at(low, port, &everywhere);
    let (starttls, tls) = (read(&low.starttls, STARTTLS_PORT), read(&low.tls, TLS_PORT));
    let https = read(&low.https, HTTPS_PORT);
    let (servers, servers_tls) = (read(&low.servers, SERVERS_PORT), read(&low.servers_tls, SERVERS_TLS_PORT));
    Addresses { starttls, tls, https, servers, servers_tls, components }
}

/// The address for browsers unless another is configured: the domain with the first port that listens.
fn usual_url(domain: &Jid, https: &[SocketAddr]) -> WebUrl {
    let port = https.first().map(SocketAddr::port).filter(|port| *port != 0).unwrap_or(HTTPS_PORT);
    let localhost = || WebUrl::of("localhost", port).expect("localhost is a host");
    WebUrl::of(&domain.domain_ascii(), port).unwrap_or_else(localhost)
}

/// An address for browsers.
fn read_url(low: Option<&Spanned<String>>, usual: impl Fn() -> WebUrl, reading: &mut Reading<'_>) -> WebUrl {
    let Some(low) = low else { return usual() };
    WebUrl::parse(low.get_ref()).unwrap_or_else(|| {
        let advice = format!("Write it like `{}`, without a path.", usual());
        reading.note(low.span(), format!("`{}` is not an address for browsers", low.get_ref()), advice);
        usual()
    })
}

fn read_address(
    low: &Spanned<String>,
    usual_port: u16,
    seen: &mut Vec<SocketAddr>,
    reading: &mut Reading<'_>,
) -> Option<SocketAddr> {
    let text = low.get_ref();
    let Ok(address) = text.parse::<SocketAddr>() else {
        let (found, advice) = match text.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(ip) => (format!("`{text}` has no port"), format!("Write `{}`.", SocketAddr::new(ip, usual_port))),
            Err(_) => (
                format!("`{text}` is not an address with a port"),
                format!("Write it like `127.0.0.1:{usual_port}` or `[::]:{usual_port}`; names are not looked up."),
            ),
        };
        reading.note(low.span(), found, advice);
        return None;
    };
    if address.port() > 0 && seen.contains(&address) {
        reading.note(low.span(), format!("`{address}` is listed twice"), "Remove one of them.");
        return None;
    }
    let is_both = |other: &SocketAddr| {
        other.port() == address.port() && other.ip().is_unspecified() && address.ip().is_unspecified()
    };
    if seen.iter().any(is_both) {
        let found = format!("port {} is listed for both `0.0.0.0` and `[::]`", address.port());
        reading.note(low.span(), found, format!("`[::]:{}` alone serves IPv4 as well.", address.port()));
        return None;
    }
    seen.push(address);
    Some(address)
}

fn read_archive_days(low: &LowArchive, reading: &mut Reading<'_>) -> u32 {
    let Some(low) = &low.days else { return ARCHIVE_DAYS };
    let days = *low.get_ref();
    if (1..=ARCHIVE_DAYS_MAX).contains(&days) {
        return days;
    }
    let advice = if days == 0 {
        "To keep nothing, set `default = \"never\"`.".to_owned()
    } else {
        format!("The most is {ARCHIVE_DAYS_MAX}, a hundred years.")
    };
    reading.note(low.span(), format!("an archive of {days} days"), advice);
    ARCHIVE_DAYS
}

fn read_limits(low: &std::collections::BTreeMap<Spanned<String>, Spanned<u64>>, reading: &mut Reading<'_>) -> Limits {
    let mut limits = Limits::default();
    for (name, value) in low {
        match declared_limits().find(|limit| limit.name == name.get_ref()) {
            Some(limit) => limits.set(limit, *value.get_ref()),
            None => {
                let known: Vec<&str> = declared_limits().map(|limit| limit.name).collect();
                let advice = did_you_mean(name.get_ref(), &known);
                reading.note(name.span(), format!("there is no limit `{}`", name.get_ref()), advice);
            }
        }
    }
    limits
}
