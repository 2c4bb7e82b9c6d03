//! Roster get and set (RFC 6121 §2.1.3, §2.1.5), with versioning (§2.6).

use super::change;
use super::wire::{self, Item};
use super::{Contacts, State};
use crate::iq::{Reply, Request};
use crate::memory::{Account, SessionId};
use crate::turn::{Asker, Turn};
use bytes::Bytes;
use xmpp::{Condition, Element, Jid, StanzaError};

/// RFC 6121 §2.1.3. Whoever asks gets pushes from now on (§2.1.6).
pub fn get(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let Asker::Session(session) = request.asker else { return Err(StanzaError::new(Condition::ServiceUnavailable)) };
    if let Some(session) = turn.me.session_mut(session) {
        session.interested = true;
    }
    let version = request.payload.attr("ver").and_then(|ver| wire::read_version(turn.me.id, &ver));
    match version.and_then(|version| changes_since(turn.me.id, &turn.me.contacts, version)) {
        None => Ok(Reply::Inner(wire::roster(turn.me.id, &turn.me.contacts))),
        Some(changes) => {
            // §2.6.3: first the empty result, then one push for each modification, in order.
            turn.reply(request.stanza, Bytes::new());
            for (version, inner) in changes {
                push_to(turn, session, version, inner);
            }
            Ok(Reply::Nothing)
        }
    }
}

/// RFC 6121 §2.6.3: the pushes that bring a client of that version up to date. None if it takes
/// the whole roster: the version is unknown or forgotten, or there are more pushes than items.
fn changes_since(account: i64, contacts: &Contacts, version: u32) -> Option<Vec<(u32, Bytes)>> {
    if version < contacts.oldest_known() || version > contacts.version() {
        return None;
    }
    let mut changes: Vec<(u32, Bytes)> = contacts
        .items()
        .filter(|contact| contact.version() > version)
        .map(|contact| (contact.version(), wire::pushed_item(account, contact)))
        .collect();
    let removed = contacts.removed().iter().filter(|(_, removed_in)| *removed_in > version);
    changes.extend(removed.map(|(jid, removed_in)| (*removed_in, wire::pushed_removal(account, jid, *removed_in))));
    changes.sort_unstable_by_key(|(changed_in, _)| *changed_in);
    (changes.len() <= contacts.items().count()).then_some(changes)
}

fn push_to(turn: &mut Turn<'_>, session: SessionId, version: u32, inner: Bytes) {
    let push = change::push_stanza(turn, version, inner);
    change::deliver_push(turn, session, &push);
}

/// RFC 6121 §2.1.5, §2.3, §2.4, §2.5.
pub fn set(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let Asker::Session(_) = request.asker else { return Err(StanzaError::new(Condition::Forbidden)) };
    let item = wire::read_set(&request.payload, &turn.service.limits)?;
    apply(turn, item, None).map(|_| Reply::Done)
}

/// The whole roster, for who may see it (XEP-0356 §4.3).
pub fn whole(me: &Account) -> Bytes {
    wire::roster(me.id, &me.contacts)
}

/// A change that a component makes for the person (XEP-0356 §4.3), of any number of items: gateways bring a whole
/// address book. What is shared with the component's own addresses, at `domain`, is the component's to say; it
/// speaks for them anyway, and was allowed to speak for the person. Returns the contacts that see the person from now
/// on. What came before an item that is wrong stays.
///
/// # Errors
/// As for the person.
pub fn set_for(turn: &mut Turn<'_>, query: &Element<'_>, domain: &str) -> Result<Vec<Jid>, StanzaError> {
    let items = wire::read_items(query, &turn.service.limits)?;
    let mut gained = Vec::new();
    for (item, shared) in items {
        let Item::Set { jid, .. } = &item else {
            apply(turn, item, None)?;
            continue;
        };
        let (jid, shared) = (jid.clone(), shared.filter(|_| jid.domain() == domain));
        if apply(turn, item, shared)? == Sees::FromNowOn {
            gained.push(jid);
        }
    }
    Ok(gained)
}

/// Whether a contact begins to see the person's presence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sees {
    AsBefore,
    FromNowOn,
}

/// Changes an item; what is `shared` with the contact from then on, if that is said.
fn apply(turn: &mut Turn<'_>, item: Item, shared: Option<State>) -> Result<Sees, StanzaError> {
    match item {
        // One is subscribed to oneself anyway (§4.2.2).
        Item::Set { jid, .. } if jid == turn.me.jid => {
            return Err(StanzaError::new(Condition::NotAllowed).text("Nobody is a contact of their own."));
        }
        Item::Set { jid, name, groups } => {
            let bare = jid.as_str();
            let before = turn.me.contacts.state(bare);
            let state = shared.map_or(before, |shared| before.settled(shared));
            change::fits(turn, bare, (&name, &groups))?;
            change::save_item(turn, bare, (&name, &groups), state);
            if before.has(State::REQUESTED) && !state.has(State::REQUESTED) {
                change::forget_request(turn, bare);
            }
            match (before.has(State::FROM), state.has(State::FROM)) {
                (false, true) => return Ok(Sees::FromNowOn),
                (true, false) => change::vanish(turn, &jid),
                _ => {}
            }
        }
        Item::Remove { jid } => {
            let known = turn.me.contacts.get(jid.as_str()).filter(|contact| contact.is_listed());
            let state = known.map(|contact| contact.state());
            let Some(state) = state else { return Err(StanzaError::new(Condition::ItemNotFound)) };
            // §2.5.2. A request that waits for an answer still waits for it.
            change::farewell(turn, &jid, state.without(State::REQUESTED));
            change::remove_item(turn, jid.as_str(), state);
        }
    }
    Ok(Sees::AsBefore)
}
