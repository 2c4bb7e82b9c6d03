//! Whom a certificate names (RFC 9525), and whether that is the domain.

use super::Claim;
use std::fmt;
use x509_parser::der_parser::asn1_rs::{Any, FromDer, Ia5String, Utf8String};
use x509_parser::oid_registry::Oid;
use x509_parser::oid_registry::asn1_rs::oid;
use x509_parser::prelude::{GeneralName, X509Certificate};
use xmpp::Jid;

/// id-on-xmppAddr (RFC 6120 §13.7.1.4).
const XMPP_ADDR: Oid<'static> = oid!(1.3.6.1.5.5.7.8.5);
/// id-on-dnsSRV (RFC 4985).
const SRV_NAME: Oid<'static> = oid!(1.3.6.1.5.5.7.8.7);
/// What an SRV-ID for servers begins with (RFC 6120 §13.7.1.2.1).
const SERVICE: &str = "_xmpp-server.";
/// Names of one kind that are looked at; certificates of hosting services have a hundred.
const NAMES_MAX: usize = 1000;

/// The names in a certificate that may be a server's. The common name is none (RFC 9525 §2).
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Names {
    /// DNS-IDs: domains in ASCII, perhaps with `*` as their first label.
    pub dns: Vec<String>,
    /// SRV-IDs: a service and a domain, `_xmpp-server.example.org`.
    pub srv: Vec<String>,
    /// XmppAddrs: addresses; those of servers are a domain alone.
    pub xmpp: Vec<String>,
}

impl Names {
    pub(super) fn of(certificate: &X509Certificate<'_>) -> Names {
        let mut names = Names::default();
        let Ok(Some(extension)) = certificate.subject_alternative_name() else { return names };
        for name in extension.value.general_names.iter().take(NAMES_MAX) {
            match name {
                GeneralName::DNSName(name) => names.dns.push((*name).to_owned()),
                GeneralName::OtherName(kind, value) if *kind == SRV_NAME => {
                    names.srv.extend(inner(value).and_then(|any| Ia5String::try_from(any).ok()).map(|s| s.string()));
                }
                GeneralName::OtherName(kind, value) if *kind == XMPP_ADDR => {
                    names.xmpp.extend(inner(value).and_then(|any| Utf8String::try_from(any).ok()).map(|s| s.string()));
                }
                _ => {}
            }
        }
        names
    }

    /// Whether a domain is named as a server of XMPP (RFC 6120 §13.7.2).
    fn name_domain(&self, domain: &Jid) -> bool {
        let ascii = domain.domain_ascii();
        let is_address = |text: &String| {
            Jid::parse(text).is_ok_and(|jid| jid.local().is_none() && jid.resource().is_none() && jid == domain.bare())
        };
        self.name_host(&ascii)
            || self.srv.iter().any(|id| service_domain(id).is_some_and(|name| matches(name, &ascii)))
            || self.xmpp.iter().any(is_address)
    }

    /// Whether a host is named.
    fn name_host(&self, ascii: &str) -> bool {
        self.dns.iter().any(|name| matches(name, ascii))
    }
}

/// Whether the names prove the claim. A validated SRV record lets the host stand for the domain
/// (RFC 7673 §4.1).
pub(super) fn prove(names: &Names, claim: &Claim<'_>) -> bool {
    names.name_domain(claim.domain) || claim.assurance.host.as_ref().is_some_and(|host| names.name_host(host))
}

/// The value of an OtherName: `[0] EXPLICIT` around it.
fn inner(value: &[u8]) -> Option<Any<'_>> {
    let (_, outer) = Any::from_der(value).ok()?;
    let (_, inner) = Any::from_der(outer.data).ok()?;
    Some(inner)
}

fn service_domain(id: &str) -> Option<&str> {
    let (service, domain) = id.split_at_checked(SERVICE.len())?;
    service.eq_ignore_ascii_case(SERVICE).then_some(domain)
}

/// RFC 9525 §6.3: labels are compared without regard to case; `*` stands for the whole left-most label and
/// for one label only. Nobody is issued a certificate for a whole top-level domain.
fn matches(pattern: &str, ascii: &str) -> bool {
    let pattern = pattern.strip_suffix('.').unwrap_or(pattern);
    match (pattern.strip_prefix("*."), ascii.split_once('.')) {
        (Some(parent), Some((first, rest))) => {
            !first.is_empty() && parent.contains('.') && !parent.contains('*') && parent.eq_ignore_ascii_case(rest)
        }
        (Some(_), None) => false,
        (None, _) => !ascii.is_empty() && pattern.eq_ignore_ascii_case(ascii),
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// Names that are told.
        const TOLD_MAX: usize = 10;
        let all = self.dns.iter().chain(&self.srv).chain(&self.xmpp);
        let mut count = 0;
        for name in all {
            match count {
                0 => write!(f, "{}", name.escape_debug())?,
                TOLD_MAX => return f.write_str(" and others"),
                _ => write!(f, ", {}", name.escape_debug())?,
            }
            count += 1;
        }
        if count == 0 { f.write_str("nobody") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::{Assurance, Role};

    fn names(dns: &[&str], srv: &[&str], xmpp: &[&str]) -> Names {
        let own = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
        Names { dns: own(dns), srv: own(srv), xmpp: own(xmpp) }
    }

    fn proves(names: &Names, domain: &str) -> bool {
        let (domain, assurance) = (Jid::parse(domain).expect("a domain"), Assurance::default());
        prove(names, &Claim { domain: &domain, role: Role::Connects, assurance: &assurance })
    }

    #[test]
    fn a_dns_name_is_compared_label_by_label() {
        let ours = names(&["example.org", "*.example.net"], &[], &[]);
        assert!(proves(&ours, "example.org") && proves(&ours, "EXAMPLE.org"));
        assert!(proves(&ours, "chat.example.net"));
        assert!(!proves(&ours, "example.net"), "a star is not nothing");
        assert!(!proves(&ours, "a.b.example.net"), "a star is one label");
        assert!(!proves(&ours, "chat.example.org") && !proves(&ours, "xexample.org"));
    }

    #[test]
    fn stars_elsewhere_mean_nothing() {
        for name in ["c*.example.net", "chat.*.net", "*", "*.", "*.net", "*.*.net", "", "."] {
            assert!(!proves(&names(&[name], &[], &[]), "chat.example.net"), "{name}");
        }
    }

    #[test]
    fn an_srv_name_is_for_servers_of_xmpp() {
        assert!(proves(&names(&[], &["_xmpp-server.example.org"], &[]), "example.org"));
        assert!(proves(&names(&[], &["_XMPP-Server.*.example.org"], &[]), "a.example.org"));
        for name in ["_xmpp-client.example.org", "_imap.example.org", "example.org", "_xmpp-server."] {
            assert!(!proves(&names(&[], &[name], &[]), "example.org"), "{name}");
        }
        let as_dns = names(&["_xmpp-server.example.org"], &[], &[]);
        assert!(!proves(&as_dns, "example.org"), "the kind counts");
    }

    #[test]
    fn an_xmpp_address_is_a_domain_alone() {
        assert!(proves(&names(&[], &[], &["example.org"]), "example.org"));
        assert!(proves(&names(&[], &[], &["bücher.example"]), "xn--bcher-kva.example"));
        for name in ["juliet@example.org", "example.org/x", "*.org", "", "net"] {
            assert!(!proves(&names(&[], &[], &[name]), "example.org"), "{name}");
        }
    }

    #[test]
    fn international_domains_are_found_in_ascii() {
        assert!(proves(&names(&["xn--bcher-kva.example"], &[], &[]), "bücher.example"));
        assert!(!proves(&names(&["bücher.example"], &[], &[]), "bücher.example"), "a DNS-ID is ASCII");
    }

    #[test]
    fn the_host_counts_only_when_dns_is_validated() {
        let hosting = names(&["xmpp23.hosting.example"], &["_xmpp-server.other.example"], &[]);
        assert!(!proves(&hosting, "im.example.org"));
        let domain = Jid::parse("im.example.org").expect("a domain");
        let secure = Assurance { host: Some("xmpp23.hosting.example".to_owned()), tlsa: None };
        assert!(prove(&hosting, &Claim { domain: &domain, role: Role::Answers, assurance: &secure }));
        let elsewhere = Assurance { host: Some("other.example".to_owned()), tlsa: None };
        assert!(!prove(&hosting, &Claim { domain: &domain, role: Role::Answers, assurance: &elsewhere }));
    }

    #[test]
    fn names_are_told_without_what_a_terminal_would_obey() {
        assert_eq!(names(&["a\u{1b}[2J"], &[], &["b"]).to_string(), "a\\u{1b}[2J, b");
        assert_eq!(Names::default().to_string(), "nobody");
        let many = names(&["a"; 40], &[], &[]);
        assert!(many.to_string().ends_with(", a and others"), "{many}");
    }
}
