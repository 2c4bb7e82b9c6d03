//! Changing the roster: memory, rows and pushes together, and the stanzas that part contacts.

use super::contacts::Contact;
use super::state::{Signal, State};
use super::{BYTES, ITEMS, REMOVALS, table, wire};
use crate::feature::Limit;
use crate::memory::SessionId;
use crate::turn::{Effect, Turn, Weight};
use bytes::Bytes;
use smallvec::SmallVec;
use std::sync::Arc;
use store::Value;
use xmpp::{Condition, Delivery, IqType, Jid, Kind, PresenceType, Stanza, StanzaError, Text};

/// Whether the roster has room for the item `jid` with this name and these joined groups. What
/// makes it no larger is always allowed, so that a full one can be tidied.
///
/// # Errors
/// `policy-violation` with the sentence of the limit that is met.
pub fn fits(turn: &Turn<'_>, jid: &str, label: (&str, &str)) -> Result<(), StanzaError> {
    let met = |limit: &Limit| Err(StanzaError::new(Condition::PolicyViolation).text(limit.sentence));
    let contacts = &turn.me.contacts;
    let known = contacts.get(jid);
    if !known.is_some_and(Contact::is_listed) && contacts.items().count() >= turn.service.limits.count(&ITEMS) {
        return met(&ITEMS);
    }
    let (before, after) = (known.map_or(0, Contact::bytes), Contact::bytes_of(jid, label));
    if after > before && contacts.bytes() - before + after > turn.service.limits.count(&BYTES) {
        return met(&BYTES);
    }
    Ok(())
}

/// Makes an item or changes it, and pushes it (RFC 6121 §2.3.2, §2.4.2). `label` is the name and
/// the joined groups.
pub fn save_item(turn: &mut Turn<'_>, jid: &str, label: (&str, &str), state: State) {
    let (name, groups) = label;
    let account = turn.me.id;
    if turn.me.contacts.set_item(jid, name, groups, state) {
        turn.out.run(table::DELETE_REMOVED, vec![account.into(), jid.into()]);
    }
    turn.out.run(
        table::SAVE_ITEM,
        vec![
            account.into(),
            jid.into(),
            name.into(),
            groups.into(),
            state.subscription().into(),
            i64::from(state.has(State::ASKED)).into(),
            i64::from(state.has(State::APPROVED)).into(),
            turn.me.contacts.version().into(),
        ],
    );
    save_version(turn);
    if let Some(contact) = turn.me.contacts.get(jid) {
        let (version, inner) = (contact.version(), wire::pushed_item(account, contact));
        push(turn, version, inner);
    }
}

/// Removes an item and pushes that (RFC 6121 §2.5.2). An open request in `state` stays.
pub fn remove_item(turn: &mut Turn<'_>, jid: &str, state: State) {
    let account = turn.me.id;
    let rest = if state.has(State::REQUESTED) { State::REQUESTED } else { State::NONE };
    turn.me.contacts.remove_item(jid, rest);
    let version = turn.me.contacts.version();
    turn.out.run(table::DELETE_ITEM, vec![account.into(), jid.into()]);
    turn.out.run(table::SAVE_REMOVED, vec![account.into(), jid.into(), version.into()]);
    if let Some(forgotten) = turn.me.contacts.forget_removed(turn.service.limits.count(&REMOVALS)) {
        turn.out.run(table::FORGET_REMOVED, vec![account.into(), forgotten.into()]);
    }
    save_version(turn);
    push(turn, version, wire::pushed_removal(account, jid, version));
}

/// Notes what is now shared with a bare JID. A change that a roster item shows makes the item, if
/// there is none, and is pushed; one that it does not show (somebody asks) is no modification of
/// the roster (RFC 6121 §2.6.3, §3.1.3).
pub fn set_state(turn: &mut Turn<'_>, jid: &Jid, state: State) {
    let bare = jid.bare_str();
    let before = turn.me.contacts.state(bare);
    if before.has(State::REQUESTED) && !state.has(State::REQUESTED) {
        forget_request(turn, bare);
    }
    if before.shown() == state.shown() {
        turn.me.contacts.set_unshown(bare, state);
        return;
    }
    let (name, groups) = turn.me.contacts.get(bare).map_or_else(Default::default, |contact| {
        (Box::<str>::from(contact.name()), Box::<str>::from(contact.groups_joined()))
    });
    save_item(turn, bare, (&name, &groups), state);
}

/// A request was answered.
pub(super) fn forget_request(turn: &mut Turn<'_>, jid: &str) {
    turn.out.run(table::DELETE_REQUEST, vec![turn.me.id.into(), jid.into()]);
}

fn save_version(turn: &mut Turn<'_>) {
    let (version, forgotten) = (turn.me.contacts.version(), turn.me.contacts.oldest_known());
    let values: Vec<Value> = vec![turn.me.id.into(), version.into(), forgotten.into()];
    turn.out.run(table::SAVE_VERSION, values);
}

/// RFC 6121 §2.1.6: to every session that asked for the roster, and to components that may see it (XEP-0356
/// §4.4).
fn push(turn: &mut Turn<'_>, version: u32, inner: Bytes) {
    let interested: SmallVec<[SessionId; 4]> =
        turn.me.sessions.iter().filter(|session| session.interested).map(|session| session.id).collect();
    let service = turn.service;
    let mut watchers = service.roster_watchers().peekable();
    if interested.is_empty() && watchers.peek().is_none() {
        return;
    }
    let stanza = push_stanza(turn, version, inner);
    for watcher in watchers {
        turn.route(Arc::new(stanza.as_ref().clone().with_to(Some(watcher.clone()))), watcher.clone());
    }
    for session in interested {
        deliver_push(turn, session, &stanza);
    }
}

/// A push, which each session gets under its own address.
pub(super) fn push_stanza(turn: &Turn<'_>, version: u32, inner: Bytes) -> Arc<Stanza> {
    let id = Text::from(format!("roster-{version:x}"));
    let push = Stanza::new(Kind::Iq(IqType::Set)).with_from(Some(turn.me.jid.clone())).with_id(Some(id));
    Arc::new(push.with_inner(inner))
}

/// Gives a session a push.
pub(super) fn deliver_push(turn: &mut Turn<'_>, session: SessionId, push: &Arc<Stanza>) {
    let to = turn.me.session(session).map(|session| session.jid.clone());
    let delivery = Delivery { to, ..Delivery::from(push.clone()) };
    turn.out.effects.push(Effect::Deliver { session, delivery, stamp: None, weight: Weight::Urgent });
}

/// Sends a signal in the account's name, from bare JID to bare JID (RFC 6121 §3).
pub fn signal(turn: &mut Turn<'_>, to: &Jid, signal: Signal, id: Option<Text>) {
    let stanza = Stanza::new(Kind::Presence(signal.presence_type()));
    let stanza = stanza.with_from(Some(turn.me.jid.clone())).with_to(Some(to.clone())).with_id(id);
    turn.route(Arc::new(stanza), to.clone());
}

/// Tells a contact that every session it could see is gone, before or after its subscription is
/// cancelled (RFC 6121 §3.2.2, §3.3.3). What was directed at it is over as well (§4.6.1).
pub fn vanish(turn: &mut Turn<'_>, to: &Jid) {
    let mut seen: SmallVec<[Jid; 4]> = SmallVec::new();
    for session in &mut turn.me.sessions {
        let known = session.directed.len();
        session.directed.retain(|directed| directed.bare_str() != to.bare_str());
        if session.is_available() || session.directed.len() < known {
            seen.push(session.jid.clone());
        }
    }
    for session in seen {
        let gone = Stanza::new(Kind::Presence(PresenceType::Unavailable)).with_from(Some(session));
        turn.route(Arc::new(gone.with_to(Some(to.clone()))), to.clone());
    }
}

/// Ends whatever is shared with a contact (RFC 6121 §2.5.2).
pub fn farewell(turn: &mut Turn<'_>, to: &Jid, state: State) {
    if state.has(State::FROM) {
        vanish(turn, to);
    }
    if state.has(State::FROM) || state.has(State::REQUESTED) {
        signal(turn, to, Signal::Unsubscribed, None);
    }
    // The RFC names subscriptions only; a request that was not answered must not linger either.
    if state.has(State::TO) || state.has(State::ASKED) {
        signal(turn, to, Signal::Unsubscribe, None);
    }
}

/// The account is being deleted: its contacts learn that nothing is shared any more. The rows go
/// by [`table`]'s statements.
pub fn account_removed(turn: &mut Turn<'_>) {
    for contact in std::mem::take(&mut turn.me.contacts).iter() {
        if let Some(jid) = contact.jid() {
            farewell(turn, &jid, contact.state());
        }
    }
}
