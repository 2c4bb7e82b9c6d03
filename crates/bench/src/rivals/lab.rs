//! What servers need to find and believe each other without the world: an authority that nobody else trusts, and a
//! name server that knows them.

use super::data::parameters;
use crate::Outcome;
use rcgen::{BasicConstraints, Certificate, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// The port of the name server.
pub const NAMES_PORT: u16 = 5353;
/// The port for other servers.
pub const SERVERS_PORT: u16 = 5269;
/// The end of all names.
pub const ZONE: &str = "bench.test";
/// Below this part of the zone every name is there, at an address where nobody answers.
pub const IDLE: &str = "idle.bench.test";
/// The last part of that address.
const IDLE_HOST: u8 = 99;

const A: u16 = 1;
const SRV: u16 = 33;
const FLAGS_FOUND: u16 = 0x8580;
const FLAGS_NO_SUCH_NAME: u16 = 0x8583;
const SERVICE: &str = "_xmpp-server._tcp.";
/// RFC 1035 §4.1.1
const HEADER_BYTES: usize = 12;

/// An authority and a name server; the latter ends with it.
pub struct Lab {
    issuer: Issuer<'static, KeyPair>,
    /// The authority's own certificate.
    pub root: Certificate,
    /// Where names are looked up.
    pub names: Ipv4Addr,
    server: JoinHandle<()>,
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Lab {
    /// Starts a name server at `names` that knows `hosts`.
    ///
    /// # Errors
    /// When its address is taken.
    pub async fn start(names: Ipv4Addr, hosts: HashMap<String, Ipv4Addr>) -> Outcome<Lab> {
        let [a, b, c, _] = names.octets();
        let socket = UdpSocket::bind((names, NAMES_PORT)).await?;
        let server = tokio::spawn(answer_all(socket, hosts, Ipv4Addr::new(a, b, c, IDLE_HOST)));
        let key = KeyPair::generate()?;
        let mut parameters = parameters("Root of the benchmark", &[])?;
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let root = parameters.self_signed(&key)?;
        Ok(Lab { issuer: Issuer::new(parameters, key), root, names, server })
    }

    /// Writes the root.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_root(&self, path: &Path) -> Outcome<()> {
        Ok(std::fs::write(path, self.root.pem())?)
    }

    /// A certificate of `domain`, and its key. It is good for servers and, as before 2026, for clients.
    ///
    /// # Errors
    /// When the domain is no name.
    pub fn issue(&self, domain: &str) -> Outcome<(Certificate, KeyPair)> {
        let key = KeyPair::generate()?;
        let mut parameters = parameters(domain, &[domain])?;
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        Ok((parameters.signed_by(&key, &self.issuer)?, key))
    }
}

async fn answer_all(socket: UdpSocket, hosts: HashMap<String, Ipv4Addr>, idle: Ipv4Addr) {
    let mut question = [0; 1500];
    // A datagram that cannot be read or answered is lost, as others are.
    loop {
        let Ok((length, from)) = socket.recv_from(&mut question).await else { continue };
        let from: SocketAddr = from;
        if let Some(answer) = answer(&question[..length], &hosts, idle) {
            let _ = socket.send_to(&answer, from).await;
        }
    }
}

/// The answer to a message with one question (RFC 1035 §4.1); none if it is none.
fn answer(message: &[u8], hosts: &HashMap<String, Ipv4Addr>, idle: Ipv4Addr) -> Option<Vec<u8>> {
    let mut labels = Vec::new();
    let mut at = HEADER_BYTES;
    loop {
        let length = usize::from(*message.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        labels.push(std::str::from_utf8(message.get(at..at + length)?).ok()?.to_ascii_lowercase());
        at += length;
    }
    let kind = u16::from_be_bytes([*message.get(at)?, *message.get(at + 1)?]);
    let question = &message[HEADER_BYTES..at + 4];
    let name = labels.join(".");
    let host = name.strip_prefix(SERVICE).unwrap_or(&name);
    let address = hosts.get(host).copied().or_else(|| host.ends_with(IDLE).then_some(idle));
    let records = match (address, kind) {
        (Some(address), A) if host == name => vec![(A, address.octets().to_vec())],
        // ejabberd asks the machine for addresses, which knows nothing of these names; a target may look like one.
        (Some(address), SRV) if name.contains("ejabberd") => vec![(SRV, service(&address.to_string()))],
        (Some(_), SRV) if host != name => vec![(SRV, service(host))],
        _ => Vec::new(),
    };
    let flags = if address.is_some() { FLAGS_FOUND } else { FLAGS_NO_SUCH_NAME };
    let mut out = message[..2].to_vec();
    for number in [flags, 1, records.len() as u16, 0, 0] {
        out.extend(number.to_be_bytes());
    }
    out.extend(question);
    for (kind, data) in records {
        // The name is that of the question, for a minute.
        out.extend([0xc0, HEADER_BYTES as u8]);
        out.extend(kind.to_be_bytes());
        out.extend([0, 1, 0, 0, 0, 60]);
        out.extend((data.len() as u16).to_be_bytes());
        out.extend(data);
    }
    Some(out)
}

/// The data of an SRV record (RFC 2782).
fn service(target: &str) -> Vec<u8> {
    let mut data = Vec::new();
    for number in [0, 0, SERVERS_PORT] {
        data.extend(number.to_be_bytes());
    }
    for label in target.split('.') {
        data.push(label.len() as u8);
        data.extend(label.as_bytes());
    }
    data.push(0);
    data
}
