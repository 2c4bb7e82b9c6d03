//! The handshake that decides who sees whose presence (RFC 6121 §3). What becomes of a signal is
//! decided by [`roster::state`]; here it is carried out, in the order that §3 prescribes.

use super::{available, give};
use crate::deed::Deed;
use crate::invitations::Token;
use crate::memory::SessionId;
use crate::roster::{self, REQUESTS, Signal, State, Way, change, pending, state};
use crate::turn::{Asker, Effect, Turn, Weight};
use bytes::Bytes;
use smallvec::SmallVec;
use std::sync::Arc;
use xmpp::{Condition, Jid, Stanza, StanzaError, ns};

/// A session sends a signal (§3.1.2, §3.1.5, §3.2.2, §3.3.2, §3.4.2).
pub(super) fn send(turn: &mut Turn<'_>, session: SessionId, signal: Signal, stanza: &Stanza) {
    // §3.1.2 rule 1: a resource is taken off the address.
    let Some(to) = stanza.to.as_ref().map(Jid::bare) else {
        let error = StanzaError::new(Condition::BadRequest).text("A subscription has an address.");
        return refuse(turn, session, stanza, &error);
    };
    if to == turn.me.jid {
        let error = StanzaError::new(Condition::NotAllowed).text("Everybody sees their own presence.");
        return refuse(turn, session, stanza, &error);
    }
    let before = turn.me.contacts.state(to.as_str());
    let outcome = state::step(before, Way::Out, signal);
    let listed = turn.me.contacts.get(to.as_str()).is_some_and(roster::Contact::is_listed);
    if !listed
        && outcome.state.shown() != before.shown()
        && let Err(error) = change::fits(turn, to.as_str(), ("", ""))
    {
        return refuse(turn, session, stanza, &error);
    }
    let (granted, cancelled) = granted_cancelled(before, outcome.state);
    // §3.2.2: while the contact is still subscribed.
    if cancelled {
        change::vanish(turn, &to);
    }
    if outcome.passes {
        // §3: with the bare JID of the sender.
        let stamped = stanza.clone().with_from(Some(turn.me.jid.clone())).with_to(Some(to.clone()));
        turn.route(Arc::new(stamped), to.clone());
    }
    change::set_state(turn, &to, outcome.state);
    // §3.1.5
    if granted {
        show(turn, &to);
    }
}

/// Tells the session that sent a signal why it went nowhere. The signal is stamped with the account's
/// address, and so would be the error that answers it: no session could tell that it is meant.
fn refuse(turn: &mut Turn<'_>, session: SessionId, stanza: &Stanza, error: &StanzaError) {
    let to = turn.me.session(session).map(|session| session.jid.clone());
    if let Some(answer) = stanza.error(error) {
        turn.deliver(session, answer.with_to(to), Weight::Urgent);
    }
}

/// A signal comes in (§3.1.3, §3.1.6, §3.2.3, §3.3.3, §3.4.2).
pub(super) fn receive(turn: &mut Turn<'_>, signal: Signal, stanza: &Arc<Stanza>, to: &Jid) {
    let Some(from) = stanza.from.as_ref().map(Jid::bare) else { return };
    // §8.5.3.2.2: only a request is meant for the account whatever the resource.
    let misses = signal != Signal::Subscribe && to.is_full() && turn.me.session_of(to).is_none();
    if misses || from == turn.me.jid {
        return;
    }
    let before = turn.me.contacts.state(from.as_str());
    let outcome = state::step(before, Way::In, signal);
    let requests = outcome.state.has(State::REQUESTED) && !before.has(State::REQUESTED);
    if requests && !pending::has_room(turn) {
        let error = StanzaError::new(Condition::ResourceConstraint).text(REQUESTS.sentence);
        return turn.refuse(stanza, &error);
    }
    // XEP-0379 §3.5: shown only if what it brings is no good. It is kept like any other meanwhile.
    let token = if requests { presented(stanza) } else { None };
    let is_for_people = token.is_none();
    if let Some(token) = token {
        redeem(turn, &from, token, stanza);
    }
    // Before the push that comes of it (§3.1.6, §3.2.3, §3.3.3).
    if outcome.passes && is_for_people {
        deliver(turn, signal, stanza, &from);
    }
    if requests {
        let request = stanza.as_ref().clone().with_from(Some(from.clone())).with_to(Some(turn.me.jid.clone()));
        pending::keep(turn, &from, &request);
    }
    change::set_state(turn, &from, outcome.state);
    let (_, cancelled) = granted_cancelled(before, outcome.state);
    if cancelled {
        change::vanish(turn, &from);
    }
    if let Some(reply) = outcome.reply {
        change::signal(turn, &from, reply, stanza.id.clone());
        // Whoever is told again that it is subscribed may have lost what it saw, too.
        if reply == Signal::Subscribed {
            show(turn, &from);
        }
    }
}

/// The token that a request brings along (XEP-0379 §3.4).
fn presented(request: &Stanza) -> Option<Token> {
    Token::presented(&request.child("preauth", ns::PARS)?.attr("token")?)
}

/// Has the store asked whether a token is one of the account's, and used up if it is.
fn redeem(turn: &mut Turn<'_>, from: &Jid, token: Token, request: &Arc<Stanza>) {
    let deed = Box::new(Deed::Redeem { token, request: request.clone() });
    let named = Box::new(request.as_ref().clone().with_inner(Bytes::new()).detached());
    turn.out.effects.push(Effect::Do { asker: Asker::Other(from.clone()), request: named, deed });
}

/// The token was good: the request is granted, and the other way asked for (XEP-0379 §3.5), if it still waits.
pub fn redeemed(turn: &mut Turn<'_>, request: &Stanza) {
    let Some(from) = request.from.as_ref().map(Jid::bare) else { return };
    let before = turn.me.contacts.state(from.as_str());
    if !before.has(State::REQUESTED) {
        return;
    }
    let asks = !before.has(State::TO) && !before.has(State::ASKED);
    let granted = before.without(State::REQUESTED).with(State::FROM);
    change::set_state(turn, &from, if asks { granted.with(State::ASKED) } else { granted });
    change::signal(turn, &from, Signal::Subscribed, request.id.clone());
    if asks {
        change::signal(turn, &from, Signal::Subscribe, None);
    }
    show(turn, &from);
}

/// The token was no good: people decide (XEP-0379 §4.1), if the request still waits.
pub fn not_redeemed(turn: &mut Turn<'_>, request: &Arc<Stanza>) {
    let Some(from) = request.from.as_ref().map(Jid::bare) else { return };
    if turn.me.contacts.state(from.as_str()).has(State::REQUESTED) {
        deliver(turn, Signal::Subscribe, request, &from);
    }
}

/// From now on both see each other's presence, for one accepted the other's invitation (XEP-0401 §5.5): each
/// side's owner does its half, in one push. It is no use to ask somebody for what they offered.
pub fn befriend(turn: &mut Turn<'_>, friend: &Jid) {
    let before = turn.me.contacts.state(friend.as_str());
    let after = before.with(State::BOTH).without(State::ASKED).without(State::REQUESTED);
    if after == before {
        return;
    }
    change::set_state(turn, friend, after);
    if !before.has(State::FROM) {
        show(turn, friend);
    }
}

/// Requests go to the available sessions, for somebody is to read them; the rest explains a push
/// and goes where that goes (§3.1, §3.1.6).
fn deliver(turn: &mut Turn<'_>, signal: Signal, stanza: &Arc<Stanza>, from: &Jid) {
    let takers: SmallVec<[SessionId; 4]> = match signal {
        Signal::Subscribe => available(turn.me),
        Signal::Subscribed | Signal::Unsubscribe | Signal::Unsubscribed => {
            turn.me.sessions.iter().filter(|session| session.interested).map(|session| session.id).collect()
        }
    };
    let bare = stanza.from.as_ref() == Some(from);
    let stamped = if bare { stanza.clone() } else { Arc::new(stanza.as_ref().clone().with_from(Some(from.clone()))) };
    let own = turn.me.jid.clone();
    for session in takers {
        give(turn, session, &stamped, &own, Weight::Urgent);
    }
}

/// The last presence of each available session, to somebody newly subscribed (§3.1.5).
pub fn show(turn: &mut Turn<'_>, to: &Jid) {
    let shown: SmallVec<[Arc<Stanza>; 4]> =
        turn.me.sessions.iter().filter_map(|session| session.presence.clone()).collect();
    for presence in shown {
        turn.route(presence, to.clone());
    }
}

/// Whether the contact's subscription begins, and whether it ends.
fn granted_cancelled(before: State, after: State) -> (bool, bool) {
    let (had, has) = (before.has(State::FROM), after.has(State::FROM));
    (!had && has, had && !has)
}
