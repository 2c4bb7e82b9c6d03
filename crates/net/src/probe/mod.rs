//! The way to another server walked once, step by step, so that an operator sees where it ends.
//!
//! It goes exactly where stanzas would go, with the same judgement, and sends none.

mod talk;

use crate::dial::{Call, Dialler};
use crate::dns::{Service, Way};
use crate::drive::Opening;
use crate::verify::{Claim, Examined, Link, Role, Verifier};
use hub::Clock;
use std::sync::Arc;
use std::time::Duration;
use stream::peer::{By, Certificate, Dane, Dialback, Doubt, Flaw, Peer, Policy, Proof, who};
use stream::server::{Pair, Settings};
use tokio::time::timeout;

/// How long connecting may take in all, and how long talking.
const CALL: Duration = Duration::from_secs(60);
const TALK: Duration = Duration::from_secs(30);
/// Hosts of a domain whose addresses are told.
const HOSTS_MAX: usize = 8;
/// What can be done where nobody answers.
const FIREWALL: &str = "Its server may be down; try again later. If others reach it: may this machine connect to ports 5269 \
                        and 5270 elsewhere, also over IPv6 if it has that?";

/// One step, and what was seen on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// What it is about.
    pub about: About,
    /// How it went.
    pub mark: Mark,
    /// What was seen, a sentence or a name each.
    pub lines: Vec<String>,
}

/// What a step is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum About {
    /// Which hosts serve the domain.
    Names,
    /// Which addresses they have.
    Addresses,
    /// A connection to one of them.
    Connection,
    /// TLS on it.
    Encryption,
    /// Whether that is the domain.
    Identity,
    /// Whether it believes us, and what the stream can do.
    Stream,
}

/// How a step went.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Mark {
    /// As it should.
    Good,
    /// It goes on, but somebody should look at it.
    Doubtful,
    /// Here the way ends.
    Bad,
}

/// What a walk needs.
pub struct Probe<'a> {
    /// What connects.
    pub dialler: &'a Dialler,
    /// What judges.
    pub verifier: &'a Verifier,
    /// Of our streams.
    pub settings: Arc<Settings>,
    /// What is demanded of the domain.
    pub policy: Policy,
    /// The time and chance.
    pub clock: &'a Clock,
}

impl Step {
    fn new(about: About, mark: Mark, lines: Vec<String>) -> Step {
        Step { about, mark, lines }
    }
}

impl Probe<'_> {
    /// Walks to `pair.there`. The last step is the one on which the way ends.
    pub async fn walk(&self, pair: &Pair) -> Vec<Step> {
        let mut steps = Vec::new();
        let Some(services) = self.names(pair, &mut steps).await else { return steps };
        steps.push(self.addresses(&services).await);
        let Some(call) = self.connection(pair, &mut steps).await else { return steps };
        let talk = talk::talk(self, call, pair, &mut steps);
        if timeout(TALK, talk).await.is_err() {
            let line = format!("The other server was silent for {} seconds.", TALK.as_secs());
            steps.push(Step::new(About::Stream, Mark::Bad, vec![line]));
        }
        steps
    }

    async fn names(&self, pair: &Pair, steps: &mut Vec<Step>) -> Option<Vec<Service>> {
        let domain = pair.there.domain();
        let (mark, lines, found) = match self.dialler.resolver().services(&pair.there).await {
            Ok(Way::Records(services)) => (Mark::Good, services.iter().map(describe_service).collect(), Some(services)),
            Ok(Way::Host(host)) => {
                let line = format!("{domain} has no SRV records: its own name is tried, on port {}.", host.port);
                (Mark::Good, vec![line], Some(vec![host]))
            }
            Ok(Way::Closed) => {
                let line = format!("{domain} says that it has no servers of XMPP.");
                (
                    Mark::Bad,
                    vec![line, "Is the domain spelt right? If it is, nobody can be reached there.".to_owned()],
                    None,
                )
            }
            Err(fault) => {
                let line = format!("{fault}. Without an answer no other name is tried.");
                let advice =
                    "If other domains fail like this: the resolvers are in /etc/resolv.conf, or `servers` under [dns].";
                (Mark::Bad, vec![line, advice.to_owned()], None)
            }
        };
        steps.push(Step::new(About::Names, mark, lines));
        found
    }

    async fn addresses(&self, services: &[Service]) -> Step {
        let (mut mark, mut lines, mut told) = (Mark::Good, Vec::new(), Vec::new());
        for service in services.iter().take(HOSTS_MAX) {
            if told.contains(&&service.host) {
                continue;
            }
            told.push(&service.host);
            match self.dialler.resolver().addresses(&service.host).await {
                Ok(found) if found.records.is_empty() => {
                    mark = Mark::Doubtful;
                    lines.push(format!("{} has no address.", service.host));
                }
                Ok(found) => {
                    let list: Vec<String> = found.records.iter().map(ToString::to_string).collect();
                    lines.push(format!("{}: {}{}", service.host, list.join(", "), validated(found.secure)));
                }
                Err(fault) => {
                    mark = Mark::Doubtful;
                    lines.push(format!("{fault}."));
                }
            }
        }
        Step::new(About::Addresses, mark, lines)
    }

    async fn connection(&self, pair: &Pair, steps: &mut Vec<Step>) -> Option<Call> {
        let draw = || u64::from_le_bytes(self.clock.random());
        let (mark, lines, call) = match timeout(CALL, self.dialler.call(&pair.there, draw)).await {
            Err(_) => {
                let line = format!("Nobody answered within {} seconds.", CALL.as_secs());
                (Mark::Bad, vec![line, FIREWALL.to_owned()], None)
            }
            Ok(Err(reason)) => {
                let advice = if reason.is_nowhere() { "Is the domain spelt right?" } else { FIREWALL };
                (Mark::Bad, vec![format!("{reason}."), advice.to_owned()], None)
            }
            Ok(Ok(call)) => {
                let mut lines: Vec<String> = call.tried.iter().map(|tried| format!("Failed: {tried}.")).collect();
                let mark = if lines.is_empty() { Mark::Good } else { Mark::Doubtful };
                let address = call.endpoint.address.map(|address| format!(" ({address})")).unwrap_or_default();
                lines.push(format!("{}{address}, {}", call.endpoint.host, opening(call.endpoint.opening)));
                (mark, lines, Some(call))
            }
        };
        steps.push(Step::new(About::Connection, mark, lines));
        call
    }

    /// What the certificate proves, and what follows.
    fn identity(&self, call: &Call, pair: &Pair) -> (Step, Proof) {
        let claim = Claim { domain: &pair.there, role: Role::Answers, assurance: &call.endpoint.assurance };
        let now = self.clock.now() / 1_000_000;
        let examined = self.verifier.examine(call.wire.peer_chain(), &claim, now);
        let Examined { certificate, dane, .. } = examined;
        let proof = Proof { certificate, dane, dialback: Dialback::Called };
        let mut lines: Vec<String> = examined.facts.chain.iter().flat_map(describe_link).collect();
        lines.push(format!("for {}", examined.facts.names));
        lines.extend(examined.sentences(&pair.there));
        lines.push(describe_dane(dane).to_owned());
        let verdict = who(&proof, self.policy);
        let mark = match verdict {
            Peer::Proven(_) if certificate == Certificate::Valid => Mark::Good,
            Peer::Proven(_) | Peer::Unproven => Mark::Doubtful,
            Peer::Refused(_) => Mark::Bad,
        };
        lines.push(describe_verdict(verdict, pair));
        (Step::new(About::Identity, mark, lines), proof)
    }
}

fn describe_service(service: &Service) -> String {
    format!(
        "{}:{}, {}, priority {}, weight {}{}",
        service.host,
        service.port,
        opening(service.opening),
        service.priority,
        service.weight,
        validated(service.secure)
    )
}

fn opening(opening: Opening) -> &'static str {
    match opening {
        Opening::StartTls => "STARTTLS",
        Opening::DirectTls => "TLS from the first byte",
    }
}

fn validated(secure: bool) -> &'static str {
    if secure { " (DNSSEC)" } else { "" }
}

fn describe_link(link: &Link) -> [String; 2] {
    let date = |seconds: i64| {
        let mut date = xmpp::time::write(seconds.saturating_mul(1_000_000));
        date.truncate("2026-11-25".len());
        date
    };
    let (from, until) = (date(link.not_before), date(link.not_after));
    [format!("{} by {}, {from} to {until}", link.subject, link.issuer), format!("SHA-256 {}", link.fingerprint_text())]
}

fn describe_dane(dane: Dane) -> &'static str {
    match dane {
        Dane::Unknown => "DANE: DNSSEC does not validate the way, so TLSA records were not asked for.",
        Dane::Absent => "DANE: there are no TLSA records.",
        Dane::Matches => "DANE: a TLSA record names this certificate.",
        Dane::Mismatch => "DANE: there are TLSA records, and none of them names this certificate.",
    }
}

fn describe_verdict(verdict: Peer, pair: &Pair) -> String {
    let domain = pair.there.domain();
    match verdict {
        Peer::Proven(By::Dane) => format!("This is {domain}, by DANE."),
        Peer::Proven(By::Certificate) => format!("This is {domain}, by its certificate."),
        Peer::Proven(By::Dialback) => {
            format!("This is taken for {domain} because name servers say so; the certificate does not prove it.")
        }
        Peer::Unproven => format!("Whether this is {domain} would be asked."),
        Peer::Refused(Doubt::Policy) => format!("{domain} is not spoken with: the operator does not want it."),
        Peer::Refused(Doubt::Dane) => format!("This is not {domain}, by DANE. Tell its operator."),
        Peer::Refused(Doubt::Certificate(Certificate::Invalid(Flaw::Malformed | Flaw::Revoked | Flaw::Unsuitable))) => {
            format!("Nothing proves that this is {domain}, and nothing is sent to it. Tell its operator what is wrong.")
        }
        Peer::Refused(_) => {
            format!(
                "Nothing proves that this is {domain}, and nothing is sent to it. Tell its operator what is wrong. Until it \
                 is mended, encrypted dialback can do: folkmoot federation allow {domain} --proof dialback --days 30"
            )
        }
    }
}
