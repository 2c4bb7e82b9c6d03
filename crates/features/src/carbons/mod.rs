//! Carbons (XEP-0280): what one device sends or gets, the others see too.

use crate::archive;
use crate::feature::{Feature, Limit, Place, Spec};
use crate::iq::{At, IqHandler, Reply, Request, Verb};
use crate::memory::{Account, Session, SessionId};
use crate::order::{Flow, Passage};
use crate::turn::{Asker, Direction, Effect, Turn};
use std::sync::Arc;
use xmpp::{Condition, Jid, Kind, MessageType, Stanza, StanzaError, Writer, ns};

/// XEP-0280.
pub const FEATURE: Feature = Feature {
    name: "carbons",
    summary: "Keeps all devices of a person in the same conversation.",
    specs: &[Spec::xep(280, "1.0.1")],
    disco: &[
        (Place::Domain, ns::CARBONS),
        (Place::Domain, ns::CARBONS_RULES),
        (Place::Account, ns::CARBONS),
        (Place::Account, ns::CARBONS_RULES),
    ],
    limits: &[],
    tables: &[],
    iqs: &[
        IqHandler { ns: ns::CARBONS, name: "enable", verb: Verb::Set, at: At::OwnAccount, run: enable },
        IqHandler { ns: ns::CARBONS, name: "disable", verb: Verb::Set, at: At::OwnAccount, run: disable },
    ],
};

/// Carbons have no bound of their own: copies go to the account's sessions, whose number is bounded.
pub const LIMITS: &[&Limit] = &[];

fn enable(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    switch(turn, request, true)
}

fn disable(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    switch(turn, request, false)
}

/// XEP-0280 §4, §5: turning it on twice is no error.
fn switch(turn: &mut Turn<'_>, request: &Request<'_>, on: bool) -> Result<Reply, StanzaError> {
    let Asker::Session(session) = request.asker else { return Err(StanzaError::new(Condition::NotAllowed)) };
    if let Some(session) = turn.me.session_mut(session) {
        session.carbons = on;
    }
    Ok(Reply::Done)
}

/// XEP-0280 §8: every enabled device but the sending one, whether or not that one enabled carbons.
pub fn copy_sent(turn: &mut Turn<'_>, passage: &mut Passage) -> Flow {
    // §6.1: a private message sent to a room's occupant is copied; it carries `muc#user` like an
    // incoming one but goes out only once.
    // A note to oneself is copied when it comes in; each device would get it twice otherwise.
    let to_self = passage.stanza.to.as_ref().is_none_or(|to| to.bare_str() == turn.me.jid.as_str());
    if passage.class.carbon && !to_self {
        let sender = passage.sender;
        copy(turn, passage, Direction::Sent, |session| Some(session.id) != sender);
    }
    Flow::Go
}

/// XEP-0280 §7: every enabled device that did not get it, and did not write it.
pub fn copy_received(turn: &mut Turn<'_>, passage: &mut Passage) -> Flow {
    // §6.1: a room sends its private messages to every joined client itself.
    let private_from_room = passage.class.from_room && !crate::class::mediated_invite(&passage.stanza);
    // §10.3: an error that comes back for a copy is never copied on.
    let own_error = passage.class.message_type == MessageType::Error
        && passage.stanza.from.as_ref().is_some_and(|from| from.bare_str() == turn.me.jid.as_str());
    if passage.class.carbon && !private_from_room && !own_error {
        let (delivered, from) = (passage.delivered.clone(), passage.stanza.from.clone());
        let knows = |session: &Session| delivered.contains(&session.id) || from.as_ref() == Some(&session.jid);
        copy(turn, passage, Direction::Received, |session| !knows(session));
    }
    Flow::Go
}

fn copy(turn: &mut Turn<'_>, passage: &Passage, direction: Direction, wanted: impl Fn(&Session) -> bool) {
    let takers: smallvec::SmallVec<[SessionId; 4]> =
        takers(turn.me).filter(|session| wanted(session)).map(|session| session.id).collect();
    for session in takers {
        if passage.stamp.is_some() && !turn.me.session_mut(session).is_none_or(Session::takes_now) {
            continue;
        }
        let stanza = passage.stanza.clone();
        turn.out.effects.push(Effect::Carbon {
            session,
            direction,
            stanza,
            stamp: passage.stamp,
            weight: passage.class.weight(),
        });
    }
}

fn takers(me: &Account) -> impl Iterator<Item = &Session> {
    me.sessions.iter().filter(|session| session.carbons)
}

/// The copy itself (XEP-0280 §6, §7): from the bare JID, of the original's type, the original with
/// its archive id inside (XEP-0313 §3.5).
pub fn wrap(account: &Jid, to: &Jid, direction: Direction, original: &Stanza, tail: &[u8]) -> Arc<Stanza> {
    let mut forwarded = Vec::new();
    original.write_as(original.to.as_ref(), tail, Some(ns::CLIENT), &mut forwarded);
    let mut w = Writer::new();
    let name = match direction {
        Direction::Sent => "sent",
        Direction::Received => "received",
    };
    w.open(name, ns::CARBONS).open("forwarded", ns::FORWARD).raw(&forwarded);
    let kind = Kind::Message(archive::message_type(original));
    Arc::new(Stanza::new(kind).with_from(Some(account.clone())).with_to(Some(to.clone())).with_inner(w.finish()))
}
