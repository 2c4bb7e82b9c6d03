//! `[host-meta]`: where the world reaches the server, for those who ask nowhere else (XEP-0487).

use super::low::LowHostMeta;
use super::problem::Reading;
use net::Reachable;
use std::net::{IpAddr, SocketAddr};
use toml::Spanned;
use xmpp::Jid;

/// The ports are those that listen, for clients and, if the service talks with any, for other servers. None if the
/// operator names no address.
pub(super) fn read(
    low: &LowHostMeta,
    domain: &Jid,
    (tls, servers_tls): (&[SocketAddr], Option<&[SocketAddr]>),
    reading: &mut Reading<'_>,
) -> Option<Reachable> {
    let first = low.addresses.first()?;
    let addresses: Vec<IpAddr> = low.addresses.iter().filter_map(|one| address(one, reading)).collect();
    let mut port = |low: &Option<Spanned<u16>>, listening: &[SocketAddr], name: &str| {
        let usual = listening.iter().map(SocketAddr::port).find(|port| *port != 0);
        let found = low.as_ref().map(|port| *port.get_ref()).filter(|port| *port != 0).or(usual);
        if found.is_none() {
            // Whoever reads the document looks no further, and would not find us.
            let advice = format!("Give `listen.{name}` an address, or leave `[host-meta]` out.");
            reading.note(first.span(), format!("host-meta needs a port for `{name}`, and none listens"), advice);
        }
        found
    };
    let tls = port(&low.tls, tls, "tls")?;
    let servers_tls = match servers_tls {
        Some(listening) => Some(port(&low.servers_tls, listening, "servers-tls")?),
        None => None,
    };
    Some(Reachable { addresses, domain: domain.domain_ascii(), tls, servers_tls })
}

fn address(low: &Spanned<String>, reading: &mut Reading<'_>) -> Option<IpAddr> {
    let text = low.get_ref();
    let found = text.parse::<IpAddr>().ok().filter(|address| !address.is_unspecified() && !address.is_multicast());
    if found.is_none() {
        let advice = "Write one that others reach, like `203.0.113.7` or `2001:db8::7`, without a port.";
        reading.note(low.span(), format!("`{text}` is not the address of a machine"), advice);
    }
    found
}

/// As it could have been written.
pub(super) fn to_low(reachable: Option<&Reachable>) -> LowHostMeta {
    let Some(reachable) = reachable else { return LowHostMeta::default() };
    LowHostMeta {
        addresses: reachable.addresses.iter().map(|one| Spanned::new(0..0, one.to_string())).collect(),
        tls: Some(Spanned::new(0..0, reachable.tls)),
        servers_tls: reachable.servers_tls.map(|port| Spanned::new(0..0, port)),
    }
}
