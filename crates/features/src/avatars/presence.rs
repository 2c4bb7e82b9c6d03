//! Which picture is shown, said in presence (XEP-0398 §4) for clients that look for it on the card.

use super::{image::Hash, shown};
use crate::memory::{Account, Session, SessionId};
use crate::pubsub::{self, Access};
use crate::turn::Turn;
use std::sync::Arc;
use xmpp::{Element, Jid, PresenceType, Stanza, Writer, ns};

/// What a client says itself of its picture (XEP-0153 §4.1).
enum Said<'a> {
    /// Nothing, or that it does not know yet.
    Nothing,
    /// That there is none.
    None,
    /// That it is this one.
    Hash(std::borrow::Cow<'a, str>),
}

/// XEP-0398 §4: presence of a session with the picture that is shown, to be broadcast or on its way to one
/// address. What a client says of having none is left alone.
pub fn show(turn: &mut Turn<'_>, session: SessionId, presence_type: PresenceType, stanza: Arc<Stanza>) -> Arc<Stanza> {
    if presence_type != PresenceType::Available {
        return stanza;
    }
    let hides = matches!(said(&stanza), Said::None);
    if stanza.to.is_none()
        && let Some(session) = turn.me.session_mut(session)
    {
        session.hides_avatar = hides;
    }
    match picture_for(turn.me, stanza.to.as_ref()) {
        Some(hash) if !hides => with(&stanza, &hash.hex()).unwrap_or(stanza),
        _ => stanza,
    }
}

/// The picture that is shown has changed: who sees the sessions is told. Who got directed presence is
/// not; that is the client's to do (XEP-0398 §5.1).
pub(super) fn renew(turn: &mut Turn<'_>) {
    crate::presence::renew(turn, renewed);
}

fn renewed(me: &Account, session: &Session) -> Option<Arc<Stanza>> {
    let presence = session.presence.as_ref().filter(|_| !session.hides_avatar)?;
    match (picture_for(me, None), said(presence)) {
        (Some(hash), _) => with(presence, &hash.hex()),
        (None, Said::Hash(_)) => with(presence, ""),
        (None, Said::Nothing | Said::None) => None,
    }
}

/// The picture, for those who may fetch it (XEP-0398 §7): without an address all who are subscribed. To
/// others its hash would only say that two addresses are the same person (XEP-0398 §8).
fn picture_for<'a>(me: &'a Account, to: Option<&Jid>) -> Option<&'a Hash> {
    let hash = shown(me)?;
    let all_may = [ns::AVATAR_DATA, ns::AVATAR_METADATA].iter().all(|node| {
        let Some(node) = me.nodes.get(node) else { return false };
        match to {
            Some(to) => pubsub::sees(me, node, to),
            None => matches!(node.config.access, Access::Open | Access::Presence),
        }
    });
    all_may.then_some(hash)
}

/// The presence with that hash in the place of what it said; none if it says so already.
fn with(stanza: &Stanza, hash: &str) -> Option<Arc<Stanza>> {
    if matches!(said(stanza), Said::Hash(known) if known == hash) {
        return None;
    }
    let rest = stanza.clone().without(is_update);
    let mut w = Writer::new();
    w.raw(rest.inner());
    w.open("x", ns::VCARD_UPDATE).leaf("photo", ns::VCARD_UPDATE, hash);
    Some(Arc::new(rest.with_inner(w.finish())))
}

fn said(stanza: &Stanza) -> Said<'_> {
    let update = stanza.child("x", ns::VCARD_UPDATE);
    match update.and_then(|x| x.child("photo", ns::VCARD_UPDATE)).map(|photo| photo.text()) {
        None => Said::Nothing,
        Some(hash) if hash.is_empty() => Said::None,
        Some(hash) => Said::Hash(hash),
    }
}

fn is_update(child: &Element<'_>) -> bool {
    child.is("x", ns::VCARD_UPDATE)
}
