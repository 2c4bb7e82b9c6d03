//! Software version (XEP-0092): the name and the version, not the operating system.

use crate::feature::{Feature, Place, Spec};
use crate::iq::{At, IqHandler, Reply, Request, Verb};
use crate::turn::Turn;
use xmpp::{StanzaError, Writer, ns};

/// XEP-0092.
pub const FEATURE: Feature = Feature {
    name: "version",
    summary: "Tells which software runs the service, so that people can report faults usefully.",
    specs: &[Spec::xep(92, "1.1")],
    disco: &[(Place::Domain, ns::VERSION), (Place::Branches, ns::VERSION)],
    limits: &[],
    tables: &[],
    iqs: &[IqHandler { ns: ns::VERSION, name: "query", verb: Verb::Get, at: At::Everywhere, run: version }],
};

/// XEP-0092 §3. The operating system is left out: §5 says why one may.
fn version(_: &mut Turn<'_>, _: &Request<'_>) -> Result<Reply, StanzaError> {
    let mut w = Writer::new();
    w.open("query", ns::VERSION);
    w.leaf("name", ns::VERSION, "Folkmoot").leaf("version", ns::VERSION, env!("CARGO_PKG_VERSION"));
    Ok(Reply::Inner(w.finish()))
}
