//! What operators are shown of a stream.

use super::machine::Machine;
use crate::Wire;
use hub::{Heading, Line};
use stream::peer::By;
use stream::server::{Acks, Ready};

/// The stream, with regard to a domain that was just proved on it. `now` is in microseconds since 1970.
pub(super) fn line(ready: &Ready, machine: &Machine, wire: &Wire, now: i64) -> Line {
    Line {
        domain: ready.pair.there.clone(),
        heading: match (ready.bidi, machine) {
            (true, _) => Heading::Both,
            (false, Machine::Outgoing(_)) => Heading::Out,
            (false, Machine::Incoming(_)) => Heading::In,
        },
        tls: wire.tls_version(),
        proof: match ready.by {
            By::Dane => "DANE",
            By::Certificate => "certificate",
            By::Dialback => "dialback",
        },
        is_managed: ready.acks != Acks::None,
        since: now,
    }
}
