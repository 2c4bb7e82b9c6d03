//! What is offered on a stream between servers (RFC 6120 §4.3.2), and what an offer says.

use super::{Limits, Settings};
use crate::{features, machine::Wire};
use xmpp::{Element, Writer, ns};

/// The one mechanism between servers (XEP-0178 §3).
pub(crate) const EXTERNAL: &str = "EXTERNAL";

/// In plain text there is STARTTLS (RFC 6120 §5.3.1). XEP-0288 §2.1 wants it said here already what can
/// be asked for behind it.
pub(crate) fn before_tls(settings: &Settings, wire: &mut Wire) {
    let mut w = Writer::new();
    w.open("starttls", ns::TLS).empty("required", ns::TLS).close();
    bidi(settings, &mut w);
    wire.of_stream("features", w);
}

/// To whom a list of features inside TLS goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
    /// To a peer that has nothing but dialback.
    Unproven,
    /// To one whose certificate proves it, if it asks for that.
    Provable,
    /// To one that has proved itself so.
    Member,
}

/// Inside TLS.
pub(crate) fn inside_tls(settings: &Settings, stage: Stage, wire: &mut Wire) {
    let mut w = Writer::new();
    if stage == Stage::Provable {
        w.open("mechanisms", ns::SASL).leaf("mechanism", ns::SASL, EXTERNAL).close();
    }
    if stage != Stage::Member {
        bidi(settings, &mut w);
    }
    // XEP-0220 §2.4.2
    w.open("dialback", ns::DIALBACK_FEATURE).empty("errors", ns::DIALBACK_FEATURE).close();
    // Whoever proves itself by dialback sees no other list: it knows when to ask (XEP-0198 §3), and
    // what the limits will be then.
    w.empty("sm", ns::SM);
    features::limits(&mut w, settings.stanza_bytes_max, settings.idle_seconds);
    wire.of_stream("features", w);
}

fn bidi(settings: &Settings, w: &mut Writer) {
    if settings.bidi {
        w.empty("bidi", ns::BIDI_FEATURE);
    }
}

/// What a server offers, as far as it concerns us.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Offer {
    pub(crate) starttls: bool,
    pub(crate) external: bool,
    pub(crate) bidi: bool,
    pub(crate) management: bool,
    pub(crate) limits: Limits,
}

impl Offer {
    /// Reads `<stream:features/>`.
    pub(crate) fn read(features: &Element<'_>) -> Offer {
        let has = |name, ns| features.child(name, ns).is_some();
        let mechanisms = features.child("mechanisms", ns::SASL);
        Offer {
            starttls: has("starttls", ns::TLS),
            external: mechanisms.is_some_and(|list| list.children().any(|one| one.text().trim() == EXTERNAL)),
            bidi: has("bidi", ns::BIDI_FEATURE),
            management: has("sm", ns::SM),
            limits: limits(features),
        }
    }
}

/// What an element says of limits (XEP-0478 §3.1, §3.2).
pub(crate) fn limits(parent: &Element<'_>) -> Limits {
    let Some(limits) = parent.child("limits", ns::STREAM_LIMITS) else { return Limits::default() };
    let text = |name| limits.child(name, ns::STREAM_LIMITS).map(|child| child.text().trim().to_owned());
    Limits {
        bytes: text("max-bytes").and_then(|bytes| bytes.parse().ok()),
        idle_seconds: text("idle-seconds").and_then(|seconds| seconds.parse().ok()),
    }
}
