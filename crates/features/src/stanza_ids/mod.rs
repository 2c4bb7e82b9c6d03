//! Stanza ids (XEP-0359): ours are added at delivery, foreign ones in our name are taken out.

use crate::feature::{Feature, Place, Spec};
use crate::order::{Flow, Passage};
use crate::turn::Turn;
use bytes::Bytes;
use std::sync::Arc;
use xmpp::{Element, Jid, Writer, ns};

/// XEP-0359.
pub const FEATURE: Feature = Feature {
    name: "stanza_ids",
    summary: "Gives each archived message one id that nobody can forge.",
    specs: &[Spec::xep(359, "0.7.0")],
    disco: &[(Place::Domain, ns::STANZA_ID), (Place::Account, ns::STANZA_ID)],
    limits: &[],
    tables: &[],
    iqs: &[],
};

/// XEP-0359 §3: ids `by` an address of this service are taken out of whatever comes in, even when
/// none is added. Carbons that are not ours go the same way: only the account's own server may
/// send them (XEP-0280 §11).
pub fn strip_forged(turn: &mut Turn<'_>, passage: &mut Passage) -> Flow {
    let forged = |child: &Element<'_>| is_forged(turn, child);
    if passage.stanza.children().any(|child| forged(&child)) {
        passage.stanza = Arc::new(passage.stanza.as_ref().clone().without(forged));
    }
    Flow::Go
}

fn is_forged(turn: &Turn<'_>, child: &Element<'_>) -> bool {
    match (child.name(), child.ns()) {
        ("stanza-id", ns::STANZA_ID) => child
            .attr("by")
            .and_then(|by| Jid::parse(&by).ok())
            .is_none_or(|by| by == turn.me.jid || turn.service.is_local(&by)),
        ("sent" | "received", ns::CARBONS) => true,
        _ => false,
    }
}

/// The element that names a message in the archive of `by`.
pub fn element(by: &Jid, id: &str) -> Bytes {
    let mut w = Writer::new();
    w.open("stanza-id", ns::STANZA_ID).attr("by", by.as_str()).attr("id", id);
    w.finish()
}
