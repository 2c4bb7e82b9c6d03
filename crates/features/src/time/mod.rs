//! Entity time (XEP-0202): what the clock of the service says, so that a client can tell whether its own
//! is right.

use crate::feature::{Feature, Place, Spec};
use crate::iq::{At, IqHandler, Reply, Request, Verb};
use crate::turn::Turn;
use xmpp::{StanzaError, Writer, ns, time as date};

/// XEP-0202.
pub const FEATURE: Feature = Feature {
    name: "time",
    summary: "Tells the time, so that a client can find out whether its own clock is right.",
    specs: &[Spec::xep(202, "2.0")],
    disco: &[(Place::Domain, ns::TIME), (Place::Branches, ns::TIME)],
    limits: &[],
    tables: &[],
    iqs: &[IqHandler { ns: ns::TIME, name: "time", verb: Verb::Get, at: At::Everywhere, run: time }],
};

/// XEP-0202 §2. Where the machine stands is nobody's affair: its zone is UTC.
fn time(turn: &mut Turn<'_>, _: &Request<'_>) -> Result<Reply, StanzaError> {
    let mut w = Writer::new();
    w.open("time", ns::TIME);
    w.leaf("tzo", ns::TIME, "+00:00").leaf("utc", ns::TIME, &date::write(turn.now));
    Ok(Reply::Inner(w.finish()))
}
