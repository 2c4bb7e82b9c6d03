//! Presence (RFC 6121 §4) and the handshake that decides who sees it (§3).
//!
//! Who is subscribed gets each presence in full, the account's own sessions too; whoever got
//! presence of a session learns of its end. Nobody else learns anything: to ask is answered as if
//! there were no such account.
//!
//! Parts: [`broadcast`] (presence to everybody subscribed), [`directed`] (to one address),
//! [`probe`] (who asks), [`subscription`] (the handshake).

pub mod broadcast;
pub mod directed;
pub mod probe;
pub mod subscription;

pub(crate) use broadcast::priority;
pub use subscription::{befriend, not_redeemed, redeemed, show};

use crate::feature::{Document, Done, Feature, Spec};
use crate::memory::{Account, Session, SessionId};
use crate::roster::{Signal, State};
use crate::turn::{Effect, Turn, Weight};
use smallvec::SmallVec;
use std::sync::Arc;
use xmpp::{Delivery, Jid, PresenceType, Stanza};

/// RFC 6121 §3, §4.
pub const FEATURE: Feature = Feature {
    name: "presence",
    summary: "Shows who is there, and only to those who were allowed to see it.",
    specs: &[Spec {
        document: Document::Rfc(6121),
        version: "",
        done: Done::Partial(
            "the time of the last unavailable presence in answers to probes; resending a request that another \
             domain left unanswered",
        ),
    }],
    disco: &[],
    limits: &[&directed::DIRECTED],
    tables: &[],
    iqs: &[],
};

/// A session sends presence (RFC 6121 §8.1). The edge has stamped it with the session's full JID.
pub fn outgoing(turn: &mut Turn<'_>, session: SessionId, presence_type: PresenceType, stanza: Arc<Stanza>) {
    if let Some(signal) = Signal::of(presence_type) {
        return subscription::send(turn, session, signal, &stanza);
    }
    match (presence_type, stanza.to.clone()) {
        (PresenceType::Available, None) => broadcast::say_available(turn, session, &stanza),
        (PresenceType::Unavailable, None) => broadcast::say_unavailable(turn, session, stanza),
        (PresenceType::Available | PresenceType::Unavailable, Some(to)) => {
            directed::send(turn, session, presence_type, stanza, to);
        }
        // §4.3: a client need not probe, but may.
        (_, Some(to)) => turn.route(stanza, to),
        (_, None) => {}
    }
}

/// Presence for this account, addressed to `to` (RFC 6121 §8.5.2.1.2, §8.5.3). The account may
/// have no session at all.
pub fn incoming(turn: &mut Turn<'_>, presence_type: PresenceType, stanza: Arc<Stanza>, to: &Jid) {
    if let Some(signal) = Signal::of(presence_type) {
        return subscription::receive(turn, signal, &stanza, to);
    }
    match presence_type {
        PresenceType::Probe => probe::answer(turn, &stanza, to),
        PresenceType::Error => receive_error(turn, stanza, to),
        _ => receive(turn, presence_type, stanza, to),
    }
}

/// Says the presence of available sessions again, where `change` makes something else of it (RFC 6121
/// §4.4.2).
pub fn renew(turn: &mut Turn<'_>, change: fn(&Account, &Session) -> Option<Arc<Stanza>>) {
    broadcast::say_again(turn, change);
}

/// A session is gone without having said so: its end is said for it (RFC 6121 §4.5.2).
pub fn session_ended(turn: &mut Turn<'_>, session: SessionId) {
    broadcast::say_ended(turn, session);
}

/// Whether `from` may see the session's presence: by subscription, or because the session sent
/// presence to that address or another resource of it (RFC 6121 §8.5.3.1; a room's occupants share
/// the room's bare JID).
pub fn may_see(me: &Account, session: SessionId, from: &Jid) -> bool {
    is_subscribed(me, from) || me.session(session).is_some_and(|session| directed::knows(session, from))
}

/// Whether `from` is subscribed to this account's presence, as everybody is to their own
/// (RFC 6121 §4.2.2).
pub fn is_subscribed(me: &Account, from: &Jid) -> bool {
    from.bare_str() == me.jid.as_str() || me.contacts.state(from.bare_str()).has(State::FROM)
}

/// What an address that has no account answers: to a probe what an account says to strangers, to
/// all else nothing (RFC 6121 §8.5.1).
pub fn answer_for_nobody(stanza: &Stanza, to: &Jid) -> Option<Stanza> {
    let asked = stanza.kind == xmpp::Kind::Presence(PresenceType::Probe);
    asked.then(|| probe::unsubscribed(stanza, &to.bare()))
}

/// §4.4.3, §4.5.3: to every available session, or to the one it is meant for.
fn receive(turn: &mut Turn<'_>, presence_type: PresenceType, stanza: Arc<Stanza>, to: &Jid) {
    let takers = if to.is_bare() {
        available(turn.me)
    } else {
        turn.me.session_of(to).map(|session| session.id).into_iter().collect()
    };
    if presence_type == PresenceType::Unavailable
        && let Some(from) = &stanza.from
    {
        for taker in &takers {
            directed::forget(turn, *taker, from);
        }
    }
    let weight = crate::class::presence_weight(&stanza);
    for taker in takers {
        give(turn, taker, &stanza, to, weight);
    }
}

/// An error to the bare JID answers a subscription request or one of our probes. Only the first is
/// the person's affair (§3.1.2).
fn receive_error(turn: &mut Turn<'_>, stanza: Arc<Stanza>, to: &Jid) {
    if to.is_full() {
        return receive(turn, PresenceType::Error, stanza, to);
    }
    let asked = stanza.from.as_ref().is_some_and(|from| turn.me.contacts.state(from.bare_str()).has(State::ASKED));
    if asked {
        receive(turn, PresenceType::Error, stanza, to);
    }
}

/// The sessions that sent presence.
fn available(me: &Account) -> SmallVec<[SessionId; 4]> {
    me.sessions.iter().filter(|session| session.is_available()).map(|session| session.id).collect()
}

/// Gives a session a shared stanza under the address `to`.
fn give(turn: &mut Turn<'_>, session: SessionId, stanza: &Arc<Stanza>, to: &Jid, weight: Weight) {
    let delivery = Delivery { to: Some(to.clone()), ..Delivery::from(stanza.clone()) };
    turn.out.effects.push(Effect::Deliver { session, delivery, stamp: None, weight });
}
