//! Answers to who asks for presence (RFC 6121 §4.3.2, §4.6.6). A probe never reaches a client.

use super::{directed, is_subscribed};
use crate::memory::Session;
use crate::roster::Signal;
use crate::turn::Turn;
use smallvec::SmallVec;
use std::sync::Arc;
use xmpp::{Jid, Kind, PresenceType, Stanza};

/// Answers a probe of the bare JID or of one session's full JID.
pub(super) fn answer(turn: &mut Turn<'_>, probe: &Stanza, to: &Jid) {
    let Some(asker) = probe.from.clone() else { return };
    // XEP-0356 §8: a component that comes later than people's presence is shown it all the same.
    let may_see = is_subscribed(turn.me, &asker) || turn.service.watches_presence(&asker);
    let answers = if may_see { subscribed(turn, probe, to) } else { stranger(turn, probe, to) };
    for presence in answers {
        turn.route(presence, asker.clone());
    }
}

type Answers = SmallVec<[Arc<Stanza>; 2]>;

/// §4.3.2 rules 3 and 4, and the rules below them for a full JID.
fn subscribed(turn: &Turn<'_>, probe: &Stanza, to: &Jid) -> Answers {
    let mut answers = Answers::new();
    if to.is_bare() {
        // The last presence in full, its own id included (§4.3.2.1).
        answers.extend(turn.me.sessions.iter().filter_map(|session| session.presence.clone()));
    } else if turn.me.session_of(to).is_some_and(Session::is_available) {
        // That it is there, and nothing else.
        answers.push(mere(PresenceType::Available, to));
    }
    if answers.is_empty() {
        // When that came about is not kept; to say it would be a SHOULD.
        let gone = Stanza::new(Kind::Presence(PresenceType::Unavailable)).with_from(Some(to.clone()));
        answers.push(Arc::new(gone.with_id(probe.id.clone())));
    }
    answers
}

/// §4.6.6: somebody whom a session showed itself to learns that it is there; all others get the
/// answer for an address that does not exist (§4.3.2 rule 1).
fn stranger(turn: &Turn<'_>, probe: &Stanza, to: &Jid) -> Answers {
    let asker = probe.from.as_ref();
    let shown = |session: &&Session| asker.is_some_and(|asker| directed::knows(session, asker));
    let asked_for = |session: &&Session| to.is_bare() || session.jid == *to;
    let mut answers: Answers = turn
        .me
        .sessions
        .iter()
        .filter(asked_for)
        .filter(shown)
        .map(|session| mere(PresenceType::Available, &session.jid))
        .collect();
    if answers.is_empty() {
        answers.push(Arc::new(unsubscribed(probe, &turn.me.jid)));
    }
    answers
}

/// §4.3.2 rule 1: from the bare JID, with the probe's id.
pub(super) fn unsubscribed(probe: &Stanza, account: &Jid) -> Stanza {
    let kind = Kind::Presence(Signal::Unsubscribed.presence_type());
    Stanza::new(kind).with_from(Some(account.clone())).with_to(probe.from.clone()).with_id(probe.id.clone())
}

fn mere(presence_type: PresenceType, session: &Jid) -> Arc<Stanza> {
    Arc::new(Stanza::new(Kind::Presence(presence_type)).with_from(Some(session.clone())))
}
