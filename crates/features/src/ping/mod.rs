//! Ping (XEP-0199): is anybody there?

use crate::feature::{Feature, Place, Spec};
use crate::iq::{At, IqHandler, Reply, Request, Verb};
use crate::turn::Turn;
use xmpp::{StanzaError, ns};

/// XEP-0199.
pub const FEATURE: Feature = Feature {
    name: "ping",
    summary: "Lets a client check that its connection, its account or the service still answers.",
    specs: &[Spec::xep(199, "2.0.1")],
    disco: &[(Place::Domain, ns::PING), (Place::Account, ns::PING), (Place::Branches, ns::PING)],
    limits: &[],
    tables: &[],
    iqs: &[
        IqHandler { ns: ns::PING, name: "ping", verb: Verb::Get, at: At::Everywhere, run: pong },
        IqHandler { ns: ns::PING, name: "ping", verb: Verb::Get, at: At::Account, run: pong },
    ],
};

/// XEP-0199 §4.1, §4.2. A ping of an account that does not exist never gets here and fails.
fn pong(_: &mut Turn<'_>, _: &Request<'_>) -> Result<Reply, StanzaError> {
    Ok(Reply::Done)
}
