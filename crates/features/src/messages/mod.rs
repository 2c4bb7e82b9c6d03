//! Delivering messages: RFC 6121 §8.5, with the choices where the RFC leaves one.
//!
//! | to | normal, chat | headline | groupchat | error |
//! |---|---|---|---|---|
//! | no such account | error | silent | error | silent |
//! | bare, nobody with priority >= 0 | kept, or error if nothing is kept | silent | error | silent |
//! | bare, somebody with priority >= 0 | to all of them | to all of them | error | silent |
//! | full, matches | to it | to it | to it | to it |
//! | full, no match: chat | as bare | silent | error | silent |
//! | full, no match: normal | kept, or error if nothing is kept | | | |

use crate::class::classify;
use crate::feature::{Feature, Spec};
use crate::memory::{Session, SessionId};
use crate::offline::{self, Kept};
use crate::order::{Flow, Passage};
use crate::turn::{Effect, Turn};
use std::sync::Arc;
use xmpp::{Condition, Delivery, Jid, MessageType, Stanza, StanzaError};

/// The message part of RFC 6121.
pub const FEATURE: Feature = Feature {
    name: "messages",
    summary: "Carries messages to the devices they are meant for.",
    specs: &[Spec::rfc(6121)],
    disco: &[],
    limits: &[],
    tables: &[],
    iqs: &[],
};

/// RFC 6121 §8.1: on to the recipient's owner. A message without `to` is for the own account
/// (RFC 6120 §10.3.1).
pub fn send(turn: &mut Turn<'_>, passage: &mut Passage) -> Flow {
    let to = passage.stanza.to.clone().unwrap_or_else(|| turn.me.jid.clone());
    if turn.service.is_domain(&to) {
        refuse_for_domain(turn, &passage.stanza.clone());
        return Flow::Stop;
    }
    turn.route(passage.stanza.clone(), to);
    Flow::Go
}

/// The domain reads no mail; saying so beats losing it.
pub fn refuse_for_domain(turn: &mut Turn<'_>, message: &Stanza) {
    let error = StanzaError::new(Condition::ServiceUnavailable).text("The service itself takes no messages.");
    turn.refuse(message, &error);
}

/// RFC 6121 §8.5.2, §8.5.3.
pub fn deliver(turn: &mut Turn<'_>, passage: &mut Passage) -> Flow {
    let Some(to) = passage.stanza.to.clone() else { return Flow::Stop };
    let message_type = passage.class.message_type;
    if to.is_full() {
        if let Some(session) = turn.me.session_of(&to).map(|session| session.id) {
            give(turn, passage, session);
            return Flow::Go;
        }
        // §8.5.3.2.1: of what names a device that is gone, only chat goes to the others.
        if message_type != MessageType::Chat {
            return undelivered(turn, passage);
        }
    }
    match message_type {
        MessageType::Normal | MessageType::Chat | MessageType::Headline => deliver_to_bare(turn, passage),
        MessageType::Groupchat | MessageType::Error => undelivered(turn, passage),
    }
}

/// What a room of ours says to everybody in it: the same bytes to each, with an address of their own. It is for
/// the client that is in the room and for no other (XEP-0045 §7.4).
pub fn deliver_from_room(turn: &mut Turn<'_>, stanza: &Arc<Stanza>, to: &Jid) {
    let Some(session) = turn.me.session_of(to).map(|session| session.id) else {
        return turn.refuse(&stanza.as_ref().clone().with_to(Some(to.clone())), &gone());
    };
    let weight = classify(stanza).weight();
    let delivery = Delivery { to: Some(to.clone()), ..Delivery::from(stanza.clone()) };
    turn.out.effects.push(Effect::Deliver { session, delivery, stamp: None, weight });
}

/// XEP-0045 §18.1.2: the room takes whoever is not there any more for one who has left.
fn gone() -> StanzaError {
    StanzaError::new(Condition::RecipientUnavailable)
}

/// §8.5.2.1.1: every available resource with a non-negative priority.
fn deliver_to_bare(turn: &mut Turn<'_>, passage: &mut Passage) -> Flow {
    let ready: smallvec::SmallVec<[SessionId; 4]> =
        turn.me.sessions.iter().filter(|session| session.wants_bare()).map(|session| session.id).collect();
    if ready.is_empty() {
        return undelivered(turn, passage);
    }
    for session in ready {
        give(turn, passage, session);
    }
    Flow::Go
}

fn give(turn: &mut Turn<'_>, passage: &mut Passage, session: SessionId) {
    passage.delivered.push(session);
    if passage.stamp.is_some() && !turn.me.session_mut(session).is_none_or(Session::takes_now) {
        return;
    }
    let weight = passage.class.weight();
    let delivery = Delivery::from(passage.stanza.clone());
    turn.out.effects.push(Effect::Deliver { session, delivery, stamp: passage.stamp, weight });
}

/// Nobody got it. What the archive holds is not lost and not bounced; for the rest the sender is
/// told, where telling makes sense.
fn undelivered(turn: &mut Turn<'_>, passage: &Passage) -> Flow {
    match passage.class.message_type {
        MessageType::Headline | MessageType::Error => {}
        MessageType::Normal | MessageType::Chat => match offline::keep(turn, passage) {
            Kept::Waits => return Flow::Go,
            Kept::Full(sentence) => turn.refuse(&passage.stanza.clone(), &unavailable().text(sentence)),
            // A chat state or the like for somebody who is away: nothing worth an error.
            Kept::No if !passage.class.urgent => {}
            Kept::No => turn.refuse(&passage.stanza.clone(), &unavailable()),
        },
        MessageType::Groupchat => turn.refuse(&passage.stanza.clone(), &unavailable()),
    }
    Flow::Stop
}

/// The answer for an account that does not exist is the same as for one that keeps nothing, so
/// that asking tells nobody which names are taken (RFC 6121 §8.5.1).
pub fn unavailable() -> StanzaError {
    StanzaError::new(Condition::ServiceUnavailable)
}

/// Whether a message to nobody is answered with an error (RFC 6121 §8.5.1).
pub fn bounces(to: &Jid, class: &crate::class::Class) -> bool {
    to.local().is_some() && !matches!(class.message_type, MessageType::Headline | MessageType::Error)
}
