//! What a stream offers at each point (RFC 6120 §4.3.2).

use crate::{
    Settings,
    machine::{Ground, Wire},
    sasl::{Binding, Mechanism},
    xml::Budget,
};
use xmpp::{Writer, ns, scram::Hash};

/// What may be asked for in a SASL2 login besides the login (XEP-0386 §3.1).
const BIND2_INLINE: [&str; 3] = [ns::CARBONS, ns::CSI, ns::SM];

/// The hash functions that an account can be upgraded to (XEP-0480 §3), best first.
pub(crate) const UPGRADES: [(Hash, &str); 2] =
    [(Hash::Sha512, "UPGR-SCRAM-SHA-512"), (Hash::Sha256, "UPGR-SCRAM-SHA-256")];

/// In plain text there is STARTTLS and nothing else (RFC 6120 §5.3.1).
pub(crate) fn before_tls(wire: &mut Wire) {
    let mut w = Writer::new();
    w.open("starttls", ns::TLS).empty("required", ns::TLS);
    wire.of_stream("features", w);
}

/// Inside TLS there are the two ways to log in.
pub(crate) fn before_login(ground: &Ground, wire: &mut Wire) {
    let (hashes, channel) = (&ground.settings.hashes, &ground.channel);
    let mut w = Writer::new();
    // RFC 6120 §6.3.3: in the order we prefer them.
    w.open("mechanisms", ns::SASL);
    for mechanism in Mechanism::offered(hashes, channel) {
        w.leaf("mechanism", ns::SASL, mechanism.name());
    }
    w.close();
    w.open("authentication", ns::SASL2);
    for mechanism in Mechanism::offered(hashes, channel) {
        w.leaf("mechanism", ns::SASL2, mechanism.name());
    }
    w.open("inline", ns::SASL2);
    w.open("bind", ns::BIND2).open("inline", ns::BIND2);
    for feature in BIND2_INLINE {
        w.open("feature", ns::BIND2).attr("var", feature).close();
    }
    w.close().close();
    w.empty("sm", ns::SM);
    w.open("fast", ns::FAST);
    for mechanism in Mechanism::offered_for_tokens(channel) {
        w.leaf("mechanism", ns::FAST, mechanism.name());
    }
    w.close().close();
    // XEP-0480 §2.1
    for (_, task) in UPGRADES {
        w.leaf("upgrade", ns::SASL_UPGRADE, task);
    }
    w.close();
    // XEP-0440 §3: exactly where -PLUS mechanisms are offered.
    if Binding::offered(channel).next().is_some() {
        w.open("sasl-channel-binding", ns::CHANNEL_BINDING);
        for binding in Binding::offered(channel) {
            w.open("channel-binding", ns::CHANNEL_BINDING).attr("type", binding.name()).close();
        }
        w.close();
    }
    w.raw(&ground.settings.strangers);
    limits(&mut w, Budget::STRANGER.bytes, ground.settings.idle_seconds);
    wire.of_stream("features", w);
}

/// How far a client has come after its login.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
    /// It has no resource yet.
    Unbound,
    /// It has one; `managed` if stream management is on.
    Bound { managed: bool },
}

/// After login.
pub(crate) fn after_login(settings: &Settings, stage: Stage, wire: &mut Wire) {
    let mut w = Writer::new();
    if stage == Stage::Unbound {
        // RFC 6120 §7.4, and marked as mandatory (§4.3.2).
        w.open("bind", ns::BIND).empty("required", ns::BIND).close();
        // Compat: clients of RFC 3921 bind only where they can ask for a session, too; it does nothing.
        w.open("session", ns::SESSION).empty("optional", ns::SESSION).close();
    }
    if stage != (Stage::Bound { managed: true }) {
        w.empty("sm", ns::SM);
    }
    w.empty("csi", ns::CSI);
    limits(&mut w, settings.stanza_bytes_max, settings.idle_seconds);
    w.raw(&settings.features);
    wire.of_stream("features", w);
}

/// XEP-0478 §3.1
pub(crate) fn limits(w: &mut Writer, bytes: usize, idle_seconds: u32) {
    w.open("limits", ns::STREAM_LIMITS);
    w.leaf("max-bytes", ns::STREAM_LIMITS, &bytes.to_string());
    w.leaf("idle-seconds", ns::STREAM_LIMITS, &idle_seconds.to_string());
    w.close();
}
