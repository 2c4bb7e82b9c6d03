//! Presence and subscriptions (RFC 6121 §3, §4): stub, being written.

use crate::feature::Feature;
use crate::memory::{Account, SessionId};
use crate::turn::Turn;
use std::sync::Arc;
use xmpp::{Jid, PresenceType, Stanza};

/// RFC 6121 §3, §4.
pub const FEATURE: Feature =
    Feature { name: "presence", summary: "", specs: &[], disco: &[], limits: &[], tables: &[], iqs: &[] };

/// A session sends presence.
pub fn outgoing(_turn: &mut Turn<'_>, _session: SessionId, _type: PresenceType, _stanza: Arc<Stanza>) {}

/// Presence for this account, addressed to `to`.
pub fn incoming(_turn: &mut Turn<'_>, _type: PresenceType, _stanza: Arc<Stanza>, _to: &Jid) {}

/// A session is gone.
pub fn session_ended(_turn: &mut Turn<'_>, _session: SessionId) {}

/// Whether `from` may see the session's presence.
pub fn may_see(_me: &Account, _session: SessionId, _from: &Jid) -> bool {
    false
}

/// Whether `from` is subscribed to this account's presence.
pub fn is_subscribed(_me: &Account, _from: &Jid) -> bool {
    false
}
