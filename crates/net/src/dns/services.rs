//! Where a domain's servers are (RFC 6120 §3.2, XEP-0368), and what addresses they have.

use super::{DnsFault, Found, Resolver, Service};
use crate::drive::Opening;
use hickory_resolver::proto::rr::{RData, RecordType};
use std::net::IpAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::time::timeout;
use xmpp::Jid;

/// The port of servers that have no SRV record (RFC 6120 §3.2.2).
const PORT: u16 = 5269;
/// How long the other family is waited for once IPv4 has answered (RFC 8305 §3), and once IPv6 has.
const AFTER_V4: Duration = Duration::from_millis(50);
const AFTER_V6: Duration = Duration::from_millis(250);

/// How a domain is reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Way {
    /// By servers that its SRV records name.
    Records(Vec<Service>),
    /// It has no SRV records: by the host of its name.
    Host(Service),
    /// It says that it has no servers (RFC 2782: the target `.`).
    Closed,
}

impl Resolver {
    /// Looks for the servers of a domain. The host of its name counts only when there are no records,
    /// not when nobody can tell (RFC 6120 §3.2.1).
    ///
    /// # Errors
    /// When nobody can tell.
    pub async fn services(&self, domain: &Jid) -> Result<Way, DnsFault> {
        let ascii = domain.domain_ascii();
        if literal(&ascii).is_some() {
            return Ok(Way::Host(host_itself(&ascii)));
        }
        let (plain, direct) = (format!("_xmpp-server._tcp.{ascii}"), format!("_xmpps-server._tcp.{ascii}"));
        let (plain, direct) =
            tokio::join!(self.records(&plain, Opening::StartTls), self.records(&direct, Opening::DirectTls));
        match (plain, direct) {
            (Ok(plain), Ok(direct)) => Ok(way(&ascii, plain, direct)),
            // Compat: name servers that refuse names they do not know; what the other records say is known.
            (Ok(found), Err(fault)) | (Err(fault), Ok(found)) if found.is_empty() || fault.bogus => Err(fault),
            (Ok(found), Err(_)) | (Err(_), Ok(found)) => Ok(way(&ascii, found, Vec::new())),
            (Err(fault), Err(_)) => Err(fault),
        }
    }

    async fn records(&self, name: &str, opening: Opening) -> Result<Vec<Service>, DnsFault> {
        let found = self
            .ask(name, RecordType::SRV, |data| match data {
                RData::SRV(srv) => Some((srv.priority, srv.weight, srv.port, srv.target.to_ascii())),
                _ => None,
            })
            .await?;
        let service = |(priority, weight, port, target): (u16, u16, u16, String)| Service {
            priority,
            weight,
            host: target.trim_end_matches('.').to_ascii_lowercase(),
            port,
            opening,
            secure: found.secure,
        };
        Ok(found.records.into_iter().map(service).collect())
    }

    /// The addresses of a host: IPv6 and IPv4 in turn, as they are tried (RFC 8305 §4). The slower family is
    /// waited for only a moment.
    ///
    /// # Errors
    /// When nobody can tell.
    pub async fn addresses(&self, host: &str) -> Result<Found<IpAddr>, DnsFault> {
        if let Some(address) = literal(host) {
            return Ok(Found { records: vec![address], secure: false });
        }
        let (mut v4, mut v6) = (pin!(self.family(host, RecordType::A)), pin!(self.family(host, RecordType::AAAA)));
        let has =
            |answer: &Result<Found<IpAddr>, DnsFault>| answer.as_ref().is_ok_and(|found| !found.records.is_empty());
        tokio::select! {
            first = &mut v4 => {
                let second = if has(&first) { timeout(AFTER_V4, v6).await.ok() } else { Some(v6.await) };
                both(second, Some(first))
            }
            first = &mut v6 => {
                let second = if has(&first) { timeout(AFTER_V6, v4).await.ok() } else { Some(v4.await) };
                both(Some(first), second)
            }
        }
    }
}

type Answer = Result<Found<IpAddr>, DnsFault>;

/// The answers of both families together; none when it came too late.
fn both(v6: Option<Answer>, v4: Option<Answer>) -> Answer {
    let (mut records, mut faults, mut secure) = ([Vec::new(), Vec::new()], Vec::new(), true);
    for (family, answer) in records.iter_mut().zip([v6, v4]) {
        match answer {
            Some(Ok(found)) if !found.records.is_empty() => {
                secure &= found.secure;
                *family = found.records;
            }
            Some(Err(fault)) => faults.push(fault),
            Some(Ok(_)) | None => {}
        }
    }
    let [v6, v4] = records;
    let records = in_turn(v6, v4);
    match faults.pop() {
        Some(fault) if records.is_empty() || fault.bogus => Err(fault),
        _ => Ok(Found { secure: secure && !records.is_empty(), records }),
    }
}

fn in_turn(v6: Vec<IpAddr>, v4: Vec<IpAddr>) -> Vec<IpAddr> {
    let mut turns = Vec::with_capacity(v6.len() + v4.len());
    let (mut v6, mut v4) = (v6.into_iter(), v4.into_iter());
    loop {
        let pair = [v6.next(), v4.next()];
        if pair == [None, None] {
            return turns;
        }
        turns.extend(pair.into_iter().flatten());
    }
}

fn way(domain: &str, plain: Vec<Service>, direct: Vec<Service>) -> Way {
    let mut services = plain;
    services.extend(direct);
    if services.is_empty() {
        return Way::Host(host_itself(domain));
    }
    // XEP-0368 §3: a dot in one of the lists closes that way, and in both of them the domain; in neither
    // case is the host of its name tried.
    services.retain(|service| !service.host.is_empty());
    if services.is_empty() { Way::Closed } else { Way::Records(services) }
}

fn host_itself(domain: &str) -> Service {
    let host = domain.to_owned();
    Service { priority: 0, weight: 0, host, port: PORT, opening: Opening::StartTls, secure: false }
}

fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(host: &str, opening: Opening) -> Service {
        Service { opening, host: host.to_owned(), ..host_itself("") }
    }

    #[test]
    fn only_a_domain_without_records_is_its_own_host() {
        assert!(matches!(way("d.example", vec![], vec![]), Way::Host(host) if host.host == "d.example"));
        let dot = || service("", Opening::DirectTls);
        assert_eq!(way("d.example", vec![], vec![dot()]), Way::Closed);
        assert_eq!(way("d.example", vec![dot()], vec![dot()]), Way::Closed);
        let plain = service("a.example", Opening::StartTls);
        assert_eq!(way("d.example", vec![plain.clone()], vec![dot()]), Way::Records(vec![plain]));
    }

    #[test]
    fn families_take_turns_and_a_silent_one_is_left_out() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let found = |list: &[&str], secure| Ok(Found { records: list.iter().map(|text| ip(text)).collect(), secure });
        let answer = both(Some(found(&["::1", "::2", "::3"], true)), Some(found(&["192.0.2.1"], true))).expect("found");
        assert_eq!(answer.records, ["::1", "192.0.2.1", "::2", "::3"].map(ip));
        assert!(answer.secure);
        assert!(!both(Some(found(&["::1"], true)), Some(found(&["192.0.2.1"], false))).expect("found").secure);
        assert!(both(Some(found(&[], false)), Some(found(&["192.0.2.1"], true))).expect("found").secure);
        let fault = |bogus| DnsFault { question: String::new(), reason: String::new(), bogus };
        assert_eq!(both(Some(Err(fault(false))), Some(found(&["192.0.2.1"], true))).expect("found").records.len(), 1);
        assert!(both(Some(Err(fault(true))), Some(found(&["192.0.2.1"], true))).is_err(), "RFC 7673 §3.2");
        assert!(both(Some(Err(fault(false))), Some(found(&[], true))).is_err());
        assert_eq!(both(None, Some(found(&["192.0.2.1"], false))).expect("found").records.len(), 1);
    }
}
