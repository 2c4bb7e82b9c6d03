//! What is counted, as a closed list. Everything here is counted anyway, for the server's own use; reading it costs
//! some atomic loads. It names nobody: no accounts, no domains, no addresses.

use hub::{Heading, Hub};
use net::Gate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The name of the time at which the server was started.
pub const STARTED: &str = "start_time_seconds";

/// Numbers of one kind.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Family {
    /// Its name, for programs.
    pub name: String,
    /// What it is, for people.
    pub about: String,
    /// What tells its numbers apart; empty if there is one.
    pub by: String,
    /// How it behaves.
    pub kind: Kind,
    /// The numbers.
    pub figures: Vec<Figure>,
}

/// How a number behaves.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It is so many now.
    Gauge,
    /// It only grows, since the start.
    Counter,
}

/// One number.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Figure {
    /// Which, if there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// The number.
    pub value: u64,
}

/// Where the numbers are read.
#[derive(Clone)]
pub struct Source {
    hub: Hub,
    /// By who comes in there.
    gates: [(&'static str, Arc<Gate>); 3],
}

impl Source {
    /// Of a running server.
    pub fn new(hub: Hub, gates: &net::Gates) -> Source {
        let gates = [("clients", &gates.clients), ("servers", &gates.servers), ("components", &gates.components)];
        Source { hub, gates: gates.map(|(who, gate)| (who, gate.clone())) }
    }

    /// All of them, as they are now.
    pub fn read(&self) -> Vec<Family> {
        let counts = self.hub.counts();
        let health = self.hub.store().health();
        let started = self.hub.service().started_at / 1_000_000;
        let mut families = vec![
            gauge(STARTED, "Started, in seconds since 1970", u64::try_from(started).unwrap_or(0)),
            gauge("sessions", "Sessions of clients", count(counts.sessions)),
            gauge("owners", "Accounts, rooms and ways in memory", count(counts.owners)),
            self.streams(),
            self.alarms(),
        ];
        families.extend(self.connections());
        families.extend([
            self.refused(&counts),
            counter("overflows", "Mail refused because an owner had too much", counts.overflows),
            counter("failed", "Stanzas of which nothing could be kept", counts.failed),
            counter("panics", "Turns that panicked; please report them", counts.panics),
            gauge("commits_waiting", "Changes that wait for the disk", count(health.waiting)),
            counter("commits", "Transactions written to the disk", health.commits),
            counter("changes", "Changes in them", health.committed),
            counter("commit_failures", "Transactions that the disk refused", health.failures),
        ]);
        families
    }

    fn streams(&self) -> Family {
        let streams = self.hub.streams(None);
        let going = |heading| count(streams.iter().filter(|line| line.heading == heading).count());
        let ways = [("in", Heading::In), ("out", Heading::Out), ("both", Heading::Both)];
        let figures = ways.map(|(way, heading)| (way, going(heading)));
        several(("server_streams", "Streams with other servers"), "way", Kind::Gauge, figures)
    }

    fn alarms(&self) -> Family {
        let open = self.hub.service().watch.all().into_iter().filter(|alarm| alarm.well.is_none()).count();
        gauge("links_wrong", "Troubles with other servers and certificates", count(open))
    }

    fn connections(&self) -> [Family; 2] {
        let of =
            |read: fn(&net::GateCounts) -> u64| self.gates.each_ref().map(|(who, gate)| (*who, read(&gate.counts())));
        [
            several(("connections", "Connections"), "from", Kind::Gauge, of(|counts| counts.open.into())),
            several(
                ("connections_accepted", "Let in since the start"),
                "from",
                Kind::Counter,
                of(|counts| counts.accepted),
            ),
        ]
    }

    /// What was refused by limits, by the names that they have in the configuration.
    fn refused(&self, counts: &hub::Counts) -> Family {
        let sum = |read: fn(&net::GateCounts) -> u64| self.gates.iter().map(|(_, gate)| read(&gate.counts())).sum();
        let figures = [
            ("connections", sum(|counts| counts.refused_total)),
            ("connections-per-address", sum(|counts| counts.refused_address)),
            ("connection-rate-per-address", sum(|counts| counts.refused_rate)),
            ("password-attempts", counts.throttled),
            ("upload-free-bytes", counts.without_room),
        ];
        several(("refused", "Refused since the start, by limit"), "limit", Kind::Counter, figures)
    }
}

fn gauge(name: &str, about: &str, value: u64) -> Family {
    single((name, about), Kind::Gauge, value)
}

fn counter(name: &str, about: &str, value: u64) -> Family {
    single((name, about), Kind::Counter, value)
}

fn single((name, about): (&str, &str), kind: Kind, value: u64) -> Family {
    let (name, about, by) = (name.to_owned(), about.to_owned(), String::new());
    Family { name, about, by, kind, figures: vec![Figure { of: None, value }] }
}

fn several<const N: usize>((name, about): (&str, &str), by: &str, kind: Kind, figures: [(&str, u64); N]) -> Family {
    let figures = figures.map(|(of, value)| Figure { of: Some(of.to_owned()), value }).to_vec();
    Family { name: name.to_owned(), about: about.to_owned(), by: by.to_owned(), kind, figures }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
