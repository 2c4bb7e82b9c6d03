//! Presence without an address: for everybody who is subscribed (RFC 6121 §4.2, §4.4, §4.5).

use super::{available, give};
use crate::memory::{Account, Session, SessionId};
use crate::roster::{State, pending};
use crate::turn::{Turn, Weight};
use std::sync::Arc;
use xmpp::{Condition, Jid, Kind, PresenceType, Stanza, StanzaError, ns};

/// A session says that it is there, for the first time (§4.2.2) or anew (§4.4.2).
pub(super) fn say_available(turn: &mut Turn<'_>, session: SessionId, stanza: &Arc<Stanza>) {
    let priority = match priority(stanza) {
        Ok(priority) => priority,
        Err(error) => return turn.refuse(stanza, &error),
    };
    // It is kept as long as the session: not with the buffer it came in.
    let kept = Arc::new(stanza.detached());
    let Some(known) = turn.me.session_mut(session) else { return };
    let initial = !known.is_available();
    known.presence = Some(kept.clone());
    known.priority = priority;
    to_subscribers(turn, &kept);
    to_own(turn, &kept);
    if initial {
        to_watchers(turn, &kept);
        probe_contacts(turn);
        show_other_sessions(turn, session);
        pending::deliver(turn, session);
    }
}

/// A session says that it is not there any more, and may stay connected (§4.5.2).
pub(super) fn say_unavailable(turn: &mut Turn<'_>, session: SessionId, stanza: Arc<Stanza>) {
    let was_available = turn.me.session(session).is_some_and(crate::memory::Session::is_available);
    if was_available {
        // Before it is taken off the list: the session that says so gets its own presence too.
        to_own(turn, &stanza);
    }
    withdraw(turn, session, &stanza);
}

/// A session is gone without a word (§4.5.2).
pub(super) fn say_ended(turn: &mut Turn<'_>, session: SessionId) {
    let Some(known) = turn.me.session(session) else { return };
    let was_available = known.is_available();
    let gone = Stanza::new(Kind::Presence(PresenceType::Unavailable)).with_from(Some(known.jid.clone()));
    let gone = Arc::new(gone);
    withdraw(turn, session, &gone);
    if was_available {
        to_own(turn, &gone);
    }
}

/// Says again what the available sessions said, where `change` makes something else of it. Nobody learns
/// more of a session by it than that it is as it was.
pub(super) fn say_again(turn: &mut Turn<'_>, change: fn(&Account, &Session) -> Option<Arc<Stanza>>) {
    let changed: Vec<(SessionId, Arc<Stanza>)> =
        turn.me.sessions.iter().filter_map(|session| Some((session.id, change(turn.me, session)?))).collect();
    for (id, stanza) in changed {
        if let Some(session) = turn.me.session_mut(id) {
            session.presence = Some(stanza.clone());
        }
        to_subscribers(turn, &stanza);
        to_own(turn, &stanza);
    }
}

/// Tells everybody who saw the session, by subscription or by directed presence (§4.6.3), once.
fn withdraw(turn: &mut Turn<'_>, session: SessionId, stanza: &Arc<Stanza>) {
    let Some(known) = turn.me.session_mut(session) else { return };
    let was_available = known.presence.take().is_some();
    let directed = std::mem::take(&mut known.directed);
    known.priority = 0;
    if was_available {
        to_subscribers(turn, stanza);
        to_watchers(turn, stanza);
    }
    for to in directed {
        let own = to.bare_str() == turn.me.jid.as_str();
        let has_it =
            own || turn.me.contacts.state(to.bare_str()).has(State::FROM) || turn.service.watches_presence(&to);
        if !(was_available && has_it) {
            turn.route(stanza.clone(), to);
        }
    }
}

/// §4.2.2: contacts with a subscription of `from` or `both`.
fn to_subscribers(turn: &mut Turn<'_>, stanza: &Arc<Stanza>) {
    let subscribers: Vec<Jid> = turn.me.contacts.jids(State::FROM).collect();
    for to in subscribers {
        turn.route(stanza.clone(), to);
    }
}

/// XEP-0356 §7.1: components that see people come and go, each once (§8).
fn to_watchers(turn: &mut Turn<'_>, stanza: &Arc<Stanza>) {
    for watcher in turn.service.presence_watchers() {
        if !turn.me.contacts.state(watcher.as_str()).has(State::FROM) {
            turn.route(stanza.clone(), watcher.clone());
        }
    }
}

/// §4.2.2: everybody is subscribed to their own presence, the sending session included.
fn to_own(turn: &mut Turn<'_>, stanza: &Arc<Stanza>) {
    let own = turn.me.jid.clone();
    for session in available(turn.me) {
        give(turn, session, stanza, &own, Weight::Idle);
    }
}

/// §4.3.1: from bare JID to bare JID.
fn probe_contacts(turn: &mut Turn<'_>) {
    let contacts: Vec<Jid> = turn.me.contacts.jids(State::TO).collect();
    let probe = Stanza::new(Kind::Presence(PresenceType::Probe)).with_from(Some(turn.me.jid.clone()));
    let probe = Arc::new(probe);
    for to in contacts {
        turn.route(probe.clone(), to);
    }
}

/// What a probe of the own account would answer.
fn show_other_sessions(turn: &mut Turn<'_>, session: SessionId) {
    let own = turn.me.jid.clone();
    let others: Vec<Arc<Stanza>> = turn
        .me
        .sessions
        .iter()
        .filter(|other| other.id != session)
        .filter_map(|other| other.presence.clone())
        .collect();
    for presence in others {
        give(turn, session, &presence, &own, Weight::Idle);
    }
}

/// §4.7.2.3: an integer from -128 to 127, at most once; zero if there is none.
pub(crate) fn priority(stanza: &Stanza) -> Result<i8, StanzaError> {
    let mut stated = stanza.children().filter(|child| child.is("priority", ns::CLIENT));
    let bad = || StanzaError::new(Condition::BadRequest).text("A priority is one integer from -128 to 127.");
    match (stated.next(), stated.next()) {
        (None, _) => Ok(0),
        (Some(one), None) => one.text().trim().parse().map_err(|_| bad()),
        (Some(_), Some(_)) => Err(bad()),
    }
}
