//! Presence for one address (RFC 6121 §4.6): a room, or somebody one only talks to.

use crate::feature::Limit;
use crate::memory::{Session, SessionId};
use crate::roster::State;
use crate::turn::Turn;
use std::sync::Arc;
use xmpp::{Condition, Jid, PresenceType, Stanza, StanzaError};

/// How many addresses a session may have shown itself to besides its subscribers.
pub const DIRECTED: Limit = Limit {
    name: "presence-directed",
    default: 1000,
    unit: "addresses",
    reason: "Each is remembered and told of the session's end. A busy client joins hundreds of rooms, not thousands.",
    sentence: "This device shows itself to too many rooms and people. Leave some first.",
};

/// Routes it, and remembers whom to tell of the session's end (§4.6.3).
pub(super) fn send(turn: &mut Turn<'_>, id: SessionId, presence_type: PresenceType, stanza: Arc<Stanza>, to: Jid) {
    let most = turn.service.limits.count(&DIRECTED);
    // Subscribers are told by the broadcast, as long as there will be one (§4.6.3 rules 1, 3), and
    // so are the account's own devices. That reaches whichever devices are available; one that was named may not be.
    let own = to.bare_str() == turn.me.jid.as_str();
    let subscribed = turn.me.contacts.state(to.bare_str()).has(State::FROM);
    let Some(session) = turn.me.session_mut(id) else { return };
    let told = (own || subscribed) && session.is_available() && to.is_bare();
    if presence_type == PresenceType::Unavailable {
        session.directed.retain(|known| *known != to);
    } else if !told && !session.directed.contains(&to) {
        if session.directed.len() >= most {
            let error = StanzaError::new(Condition::PolicyViolation).text(DIRECTED.sentence);
            return turn.refuse(&stanza, &error);
        }
        session.directed.push(to.clone());
    }
    turn.route(stanza, to);
}

/// §4.6.1: who says goodbye to a session needs none from it.
pub(super) fn forget(turn: &mut Turn<'_>, session: SessionId, from: &Jid) {
    if let Some(session) = turn.me.session_mut(session) {
        session.directed.retain(|known| known != from);
    }
}

/// Whether the session sent presence to that address or another resource of it.
pub(super) fn knows(session: &Session, jid: &Jid) -> bool {
    session.directed.iter().any(|known| known.bare_str() == jid.bare_str())
}
