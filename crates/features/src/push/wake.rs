//! When a client is woken (XEP-0357 §7), and what the server of its app answers.

use super::{ERRORS, Enabled, INTERVAL, remove, table, wire};
use crate::memory::SessionId;
use crate::order::{Flow, Passage};
use crate::turn::{Effect, Turn};
use std::sync::Arc;
use xmpp::{Condition, ErrorType, IqType, Kind, MessageType, Stanza, Text, ns};

/// That a client was here is written down once a day.
const SEEN_MICROS: i64 = 86_400_000_000;

/// Clients that are there will be woken at once the next time they are not. Before each turn of an
/// account with push, as soon as it is known which of its sessions are away.
pub fn look(turn: &mut Turn<'_>) {
    for at in 0..turn.me.push.len() {
        let enabled = &turn.me.push[at];
        let due = turn.now.saturating_sub(enabled.seen_at) >= SEEN_MICROS;
        if (enabled.told_at == 0 && !due) || here(turn, at).is_none() {
            continue;
        }
        let enabled = &mut turn.me.push[at];
        enabled.told_at = 0;
        if due {
            enabled.seen_at = turn.now;
            turn.out.note(table::NOTE_SQL, table::note(turn.me.id, enabled));
        }
    }
}

/// A message came. Clients that are not there are woken, if it is worth it; one that is there is watched
/// until it acknowledges what it got.
pub fn notify(turn: &mut Turn<'_>, passage: &mut Passage) -> Flow {
    if turn.me.push.is_empty() {
        return Flow::Go;
    }
    let own = passage.stanza.from.as_ref().is_some_and(|from| from.bare_str() == turn.me.jid.as_str());
    let call = is_call(&passage.stanza);
    let ordinary = matches!(passage.class.message_type, MessageType::Normal | MessageType::Chat);
    if own || !ordinary || !(passage.class.archive || call) {
        return Flow::Go;
    }
    let interval = if call { 0 } else { interval_micros(turn) };
    for at in 0..turn.me.push.len() {
        match here(turn, at) {
            Some(session) => turn.out.effects.push(Effect::Watch { session }),
            None => tell(turn, at, interval),
        }
    }
    Flow::Go
}

/// XEP-0353: somebody calls, or stops calling.
fn is_call(stanza: &Stanza) -> bool {
    stanza.has("propose", ns::JINGLE_MESSAGE) || stanza.has("retract", ns::JINGLE_MESSAGE)
}

/// The session of the client of an enablement, if it is there and answers.
fn here(turn: &Turn<'_>, at: usize) -> Option<SessionId> {
    let enabled = &turn.me.push[at];
    turn.me.sessions.iter().find(|session| enabled.is_of(session) && !session.away).map(|session| session.id)
}

/// A client was lost, or sleeps in the background, before it acknowledged something worth waking it for.
pub fn silent(turn: &mut Turn<'_>, session: SessionId) {
    let interval = interval_micros(turn);
    for at in 0..turn.me.push.len() {
        if turn.me.session(session).is_some_and(|session| turn.me.push[at].is_of(session)) {
            tell(turn, at, interval);
        }
    }
}

fn interval_micros(turn: &Turn<'_>) -> i64 {
    i64::try_from(turn.service.limits.of(&INTERVAL)).unwrap_or(i64::MAX).saturating_mul(1_000_000)
}

/// XEP-0357 §7, from the bare JID: that is whom the app's server knows (§3.2). Not so soon after the last
/// time.
fn tell(turn: &mut Turn<'_>, at: usize, interval: i64) {
    let enabled = &mut turn.me.push[at];
    if enabled.told_at != 0 && turn.now.saturating_sub(enabled.told_at) < interval {
        return;
    }
    enabled.told_at = turn.now;
    let publish = Stanza::new(Kind::Iq(IqType::Set))
        .with_from(Some(turn.me.jid.clone()))
        .with_to(Some(enabled.service.clone()))
        .with_id(Some(id(enabled)))
        .with_inner(wire::publish(&enabled.node, &enabled.options));
    let to = enabled.service.clone();
    turn.route(Arc::new(publish), to);
}

/// Names a request for an enablement, so that the answer leads back to it.
fn id(enabled: &Enabled) -> Text {
    let text = format!("{}\0{}", enabled.service, enabled.node);
    let digest = xmpp::scram::Hash::Sha256.digest(text.as_bytes());
    Text::from(format!("push-{}", data_encoding::BASE32_NOPAD.encode(&digest[..10]).to_ascii_lowercase()))
}

/// The app's server answers (XEP-0357 §7.1). What it refuses for good is not tried again, and what fails too
/// often in a row neither.
pub fn answered(turn: &mut Turn<'_>, iq_type: IqType, stanza: &Stanza) {
    let of = |enabled: &Enabled| stanza.from.as_ref() == Some(&enabled.service) && stanza.id == Some(id(enabled));
    let Some(at) = turn.me.push.iter().position(of) else { return };
    let enabled = &mut turn.me.push[at];
    let before = enabled.errors;
    enabled.errors = if iq_type == IqType::Error { before.saturating_add(1) } else { 0 };
    let most = turn.service.limits.of(&ERRORS);
    if iq_type == IqType::Error && (is_final(stanza) || u64::from(enabled.errors) >= most) {
        let gone = enabled.clone();
        return remove(turn, &gone);
    }
    if enabled.errors != before {
        turn.out.run(table::NOTE_SQL, table::note(turn.me.id, enabled));
    }
}

/// RFC 6120 §8.3.2: an error that will not pass by itself. A server that is not reached today may be
/// tomorrow, whatever the type says.
fn is_final(stanza: &Stanza) -> bool {
    let Some(error) = stanza.child("error", ns::CLIENT) else { return false };
    let unreached = matches!(
        xmpp::error::condition_of(&error),
        Some(Condition::RemoteServerNotFound | Condition::RemoteServerTimeout | Condition::ServiceUnavailable)
    );
    let passing = error.attr("type").as_deref() == Some(ErrorType::Wait.name());
    !passing && !unreached
}
