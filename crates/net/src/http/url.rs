//! The address under which browsers find the service.

use std::fmt;

/// `https://` and a host, with a port perhaps. Whatever is in it may stand in a document as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WebUrl {
    authority: String,
}

/// The port of HTTPS.
const HTTPS_PORT: u16 = 443;

impl WebUrl {
    /// Reads one. None if it is another kind of address, or has a path.
    pub fn parse(text: &str) -> Option<WebUrl> {
        let authority = text.strip_prefix("https://")?;
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let is_name = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
        let is_v6 = |text: &str| text.parse::<std::net::Ipv6Addr>().is_ok();
        let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let is_host = !host.is_empty() && bracketed.map_or_else(|| is_name(host), is_v6);
        let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
        (is_host && is_port).then(|| WebUrl { authority: authority.to_owned() })
    }

    /// Of a host in ASCII and a port. None if the host is none.
    pub fn of(host: &str, port: u16) -> Option<WebUrl> {
        let port = if port == HTTPS_PORT { String::new() } else { format!(":{port}") };
        WebUrl::parse(&format!("https://{host}{port}"))
    }

    /// The host alone, an IPv6 address without its brackets.
    pub(crate) fn host(&self) -> &str {
        let host = match self.authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => host,
            _ => &self.authority,
        };
        host.trim_start_matches('[').trim_end_matches(']')
    }

    /// Host, and the port unless it is that of HTTPS.
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "https://{}", self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_https_with_a_host() {
        for fine in ["https://example.org", "https://chat.example.org:8443", "https://[::1]:5443", "https://[::1]"] {
            assert_eq!(WebUrl::parse(fine).map(|url| url.to_string()).as_deref(), Some(fine));
        }
        let hosts = ["https://[::1]:5443", "https://[::1]", "https://a.example:1"];
        let hosts = hosts.map(|url| WebUrl::parse(url).map(|url| url.host().to_owned()).unwrap_or_default());
        assert_eq!(hosts, ["::1", "::1", "a.example"]);
        assert_eq!(WebUrl::parse("https://example.org/"), WebUrl::of("example.org", 443));
        let others =
            ["http://example.org", "https://", "https://a/b", "https://a'b", "https://a:b", "https://a:0", "a"];
        for other in others {
            assert_eq!(WebUrl::parse(other), None, "{other}");
        }
    }
}
