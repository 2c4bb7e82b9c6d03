//! Where else a client can connect (XEP-0156), in both forms; and where everybody can, for those who ask nowhere
//! else (XEP-0487), if the operator says so.

use super::WebUrl;
use super::route::{BOSH_PATH, WEBSOCKET_PATH};
use bytes::Bytes;
use std::net::IpAddr;

const WEBSOCKET: &str = "urn:xmpp:alt-connections:websocket";
const XBOSH: &str = "urn:xmpp:alt-connections:xbosh";
const TLS: &str = "urn:xmpp:alt-connections:tls";
const SERVERS_TLS: &str = "urn:xmpp:alt-connections:s2s-tls";

/// How long the document may be kept, in seconds: what changed is known everywhere a day later.
const TTL_SECONDS: u32 = 86_400;

/// What stands alone at its priority has all of its weight (RFC 2782).
const WEIGHT: u16 = 50;

/// Where the world reaches the service (XEP-0487 §2.1). Whoever reads it looks for no SRV records, so it is all
/// there is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reachable {
    /// The addresses of the machine, as others see it; one at least.
    pub addresses: Vec<IpAddr>,
    /// The name to ask for in TLS: the domain, in ASCII.
    pub domain: String,
    /// The port for clients, TLS from the first byte.
    pub tls: u16,
    /// The port for other servers; none of a service that talks with none.
    pub servers_tls: Option<u16>,
}

/// The documents, as they are sent.
pub(crate) struct HostMeta {
    /// XML (RFC 6415), which XEP-0156 §2.2 demands.
    pub(crate) xrd: Bytes,
    /// JSON.
    pub(crate) jrd: Bytes,
}

impl HostMeta {
    /// For a service that browsers reach under `url`, and everybody as is said.
    pub(crate) fn new(url: &WebUrl, reachable: Option<&Reachable>) -> HostMeta {
        let websocket = format!("wss://{}{WEBSOCKET_PATH}", url.authority());
        let xbosh = format!("{url}{BOSH_PATH}");
        let xrd = format!(
            "<?xml version='1.0' encoding='utf-8'?>\n<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>\n  \
             <Link rel='{WEBSOCKET}' href='{websocket}'/>\n  <Link rel='{XBOSH}' href='{xbosh}'/>\n</XRD>\n"
        );
        let jrd = match reachable {
            None => format!("{{\"links\":[{},{}]}}\n", link(WEBSOCKET, &websocket, ""), link(XBOSH, &xbosh, "")),
            Some(reachable) => all(url, reachable, (&websocket, &xbosh)),
        };
        HostMeta { xrd: xrd.into(), jrd: jrd.into() }
    }
}

/// The document of XEP-0487 §2.1. TLS from the first byte comes before what is for browsers.
fn all(url: &WebUrl, reachable: &Reachable, (websocket, xbosh): (&str, &str)) -> String {
    let how = |priority: u16, sni: &str| {
        let ips: Vec<String> = reachable.addresses.iter().map(|address| format!("\"{address}\"")).collect();
        let ips = ips.join(",");
        format!(",\"ips\":[{ips}],\"priority\":{priority},\"weight\":{WEIGHT},\"sni\":\"{sni}\"")
    };
    let port = |rel: &str, port: u16| format!("{{\"rel\":\"{rel}\",\"port\":{port}{}}}", how(10, &reachable.domain));
    let mut links = vec![port(TLS, reachable.tls)];
    links.extend(reachable.servers_tls.map(|servers| port(SERVERS_TLS, servers)));
    links.push(link(WEBSOCKET, websocket, &how(20, url.host())));
    links.push(link(XBOSH, xbosh, &how(30, url.host())));
    format!("{{\"xmpp\":{{\"ttl\":{TTL_SECONDS}}},\"links\":[{}]}}\n", links.join(","))
}

fn link(rel: &str, href: &str, how: &str) -> String {
    format!("{{\"rel\":\"{rel}\",\"href\":\"{href}\"{how}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_in_is_told_to_those_who_ask_nowhere_else() {
        let url = WebUrl::of("chat.example.org", 5443).expect("a host");
        let reachable = Reachable {
            addresses: vec!["203.0.113.7".parse().expect("IPv4"), "2001:db8::7".parse().expect("IPv6")],
            domain: "example.org".to_owned(),
            tls: 5223,
            servers_tls: Some(5270),
        };
        let jrd = HostMeta::new(&url, Some(&reachable)).jrd;
        let ips = r#""ips":["203.0.113.7","2001:db8::7"]"#;
        let expected = format!(
            concat!(
                r#"{{"xmpp":{{"ttl":86400}},"links":["#,
                r#"{{"rel":"urn:xmpp:alt-connections:tls","port":5223,{ips},"priority":10,"weight":50,"sni":"example.org"}},"#,
                r#"{{"rel":"urn:xmpp:alt-connections:s2s-tls","port":5270,{ips},"priority":10,"weight":50,"sni":"example.org"}},"#,
                r#"{{"rel":"urn:xmpp:alt-connections:websocket","href":"wss://chat.example.org:5443/xmpp-websocket",{ips},"#,
                r#""priority":20,"weight":50,"sni":"chat.example.org"}},"#,
                r#"{{"rel":"urn:xmpp:alt-connections:xbosh","href":"https://chat.example.org:5443/http-bind",{ips},"#,
                r#""priority":30,"weight":50,"sni":"chat.example.org"}}]}}"#,
            ),
            ips = ips
        );
        assert_eq!(std::str::from_utf8(&jrd).expect("text").trim_end(), expected);
        let alone = Reachable { servers_tls: None, ..reachable };
        let jrd = HostMeta::new(&url, Some(&alone)).jrd;
        assert!(!std::str::from_utf8(&jrd).expect("text").contains("s2s"));
    }
}
