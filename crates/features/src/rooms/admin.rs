//! What moderators and admins change, and the lists they read (XEP-0045 §8.2 to §9.8, §10.3 to §10.8): items
//! of which all are allowed, or none is made.

use super::change::{Change, Changed, apply};
use super::iq::Asked;
use super::limits;
use super::role::{Affiliation, Role};
use super::room::{Room, Stage};
use crate::iq::Reply;
use crate::turn::Turn;
use bytes::Bytes;
use hashbrown::HashMap;
use xmpp::{Condition, Element, Jid, StanzaError, Writer, ns};

/// Who asks, and what they are to the room.
struct Actor<'a> {
    jid: &'a Jid,
    affiliation: Affiliation,
    role: Role,
}

fn actor<'a>(room: &Room, jid: &'a Jid) -> Actor<'a> {
    Actor { jid, affiliation: room.affiliation(jid), role: room.role(jid) }
}

fn refuse<T>(condition: Condition, why: &'static str) -> Result<T, StanzaError> {
    Err(StanzaError::new(condition).text(why))
}

/// A list by affiliation or role (§8.5, §9.2, §9.5, §9.8, §10.5, §10.8).
pub(super) fn list(turn: &mut Turn<'_, Room>, asked: &Asked<'_>) -> Result<Reply, StanzaError> {
    let wanted = asked.payload.child("item", ns::MUC_ADMIN);
    let attr = |name: &str| wanted.as_ref().and_then(|item| item.attr(name));
    let affiliation = attr("affiliation").and_then(|word| Affiliation::parse(&word));
    let role = attr("role").and_then(|word| Role::parse(&word));
    let who = actor(turn.me, asked.from);
    let mut w = Writer::new();
    w.open("query", ns::MUC_ADMIN);
    match (affiliation, role) {
        (Some(affiliation), None) => {
            may_see_list(turn.me, &who, affiliation)?;
            write_affiliations(&mut w, turn.me, affiliation);
        }
        (None, Some(role)) => {
            may_see_roles(&who, role)?;
            write_roles(&mut w, turn.me, role);
        }
        _ => return refuse(Condition::BadRequest, "Ask for one list, by its affiliation or its role."),
    }
    Ok(Reply::Inner(w.finish()))
}

fn may_see_list(room: &Room, who: &Actor<'_>, affiliation: Affiliation) -> Result<(), StanzaError> {
    // §9.5: members may, even when they are not there; then they may what participants may.
    let role = if who.affiliation >= Affiliation::Member { who.role.max(Role::Participant) } else { who.role };
    let is_inside = role > Role::None && room.config.lists_for.has(role);
    let is_open = room.config.is_non_anonymous() && is_inside && affiliation != Affiliation::Outcast;
    let least = if affiliation >= Affiliation::Admin { Affiliation::Owner } else { Affiliation::Admin };
    match who.affiliation >= least || is_open {
        true => Ok(()),
        false => refuse(Condition::Forbidden, "You may not see this list."),
    }
}

fn may_see_roles(who: &Actor<'_>, role: Role) -> Result<(), StanzaError> {
    let allowed = match role {
        Role::Moderator => who.affiliation >= Affiliation::Admin,
        _ => who.role == Role::Moderator || who.affiliation >= Affiliation::Admin,
    };
    if allowed { Ok(()) } else { refuse(Condition::Forbidden, "You may not see this list.") }
}

fn write_affiliations(w: &mut Writer, room: &Room, affiliation: Affiliation) {
    for (jid, standing) in room.affiliations.list(affiliation) {
        w.open("item", ns::MUC_ADMIN).attr("affiliation", affiliation.name()).attr("jid", jid);
        w.attr_some("nick", Some(&*standing.nick).filter(|nick| !nick.is_empty()));
        if !standing.reason.is_empty() {
            w.leaf("reason", ns::MUC_ADMIN, &standing.reason);
        }
        w.close();
    }
}

fn write_roles(w: &mut Writer, room: &Room, role: Role) {
    for occupant in room.occupants.iter().filter(|occupant| occupant.role == role) {
        w.open("item", ns::MUC_ADMIN).attr("affiliation", room.affiliation(&occupant.bare).name());
        w.attr("role", role.name()).attr("nick", occupant.nick());
        w.attr_some("jid", occupant.shown().map(|session| session.jid.as_str())).close();
    }
}

/// Changes (§17.4: by nickname those of roles, by address those of affiliations).
pub(super) fn set(turn: &mut Turn<'_, Room>, asked: &Asked<'_>) -> Result<Reply, StanzaError> {
    let items: Vec<_> = asked.payload.children().filter(|child| child.is("item", ns::MUC_ADMIN)).collect();
    if items.is_empty() || items.len() > turn.service.limits.count(&limits::CHANGES) {
        return refuse(Condition::BadRequest, limits::CHANGES.sentence);
    }
    if turn.me.stage == Stage::Locked {
        return refuse(Condition::ItemNotFound, "Configure the room first.");
    }
    let who = actor(turn.me, asked.from);
    let changes: Vec<Change> = items.iter().map(|item| read(turn.me, item)).collect::<Result<_, _>>()?;
    changes.iter().try_for_each(|change| allow(turn.me, &who, change))?;
    check(turn, &changes)?;
    let answer = asked.stanza.result(Bytes::new()).with_from(Some(turn.me.jid.clone()));
    let changed = Changed::new(turn.me, asked.from, Some(answer));
    apply(turn, changes, asked.from, changed);
    Ok(Reply::Nothing)
}

fn read(room: &Room, item: &Element<'_>) -> Result<Change, StanzaError> {
    let reason: Box<str> = item.child("reason", ns::MUC_ADMIN).map(|reason| reason.text().into()).unwrap_or_default();
    let nick = item.attr("nick");
    match (item.attr("affiliation"), item.attr("role")) {
        (None, Some(word)) => {
            let to = Role::parse(&word);
            let (Some(nick), Some(to)) = (nick, to) else {
                return refuse(Condition::BadRequest, "A role is given to a nickname.");
            };
            match Change::role(room, &nick, to, reason) {
                Some(change) => Ok(change),
                None => refuse(Condition::ItemNotFound, "Nobody here has that nickname."),
            }
        }
        (Some(word), None) => {
            let Some(to) = Affiliation::parse(&word) else {
                return refuse(Condition::BadRequest, "There is no such affiliation.");
            };
            let Some(jid) = item.attr("jid") else {
                return refuse(Condition::BadRequest, "An affiliation is given to an address.");
            };
            let malformed = || StanzaError::new(Condition::JidMalformed).text("That is no address.");
            let who = Jid::parse(&jid).map_err(|_| malformed())?.bare();
            Ok(Change::Affiliation { who, to, nick: nick.map(Into::into), reason })
        }
        // §17.4
        _ => refuse(Condition::BadRequest, "An item changes either a role or an affiliation."),
    }
}

fn allow(room: &Room, who: &Actor<'_>, change: &Change) -> Result<(), StanzaError> {
    match change {
        Change::Affiliation { who: whom, to, .. } => allow_affiliation(room, who, whom, *to),
        Change::Role { client, to, .. } => allow_role(room, who, client, *to),
    }
}

/// §5.2.2, §9.1 to §9.5, §10.3 to §10.8.
fn allow_affiliation(room: &Room, who: &Actor<'_>, whom: &Jid, to: Affiliation) -> Result<(), StanzaError> {
    let is = room.affiliation(whom);
    if who.affiliation < Affiliation::Admin {
        return refuse(Condition::Forbidden, "Only admins of the room may do that.");
    }
    if to == Affiliation::Outcast && whom.as_str() == who.jid.bare_str() {
        return refuse(Condition::Conflict, "You cannot ban yourself.");
    }
    if who.affiliation == Affiliation::Owner {
        return Ok(());
    }
    if to == Affiliation::Outcast && is >= Affiliation::Admin {
        return refuse(Condition::NotAllowed, "You cannot ban admins and owners of the room.");
    }
    if to >= Affiliation::Admin || is >= Affiliation::Admin {
        return refuse(Condition::Forbidden, "Only owners of the room may do that.");
    }
    Ok(())
}

/// §5.1.3, §8.2 to §8.5, §9.6 to §9.8. Where §8.4 has "at or above" and §8.5 "higher", the latter counts: else no
/// moderator who is nothing else could take voice from somebody who is nothing.
fn allow_role(room: &Room, who: &Actor<'_>, client: &Jid, to: Role) -> Result<(), StanzaError> {
    let Some(whom) = room.occupants.of(client) else { return Ok(()) };
    let is = room.affiliation(&whom.bare);
    let is_admin = who.affiliation >= Affiliation::Admin;
    if who.role != Role::Moderator && !is_admin {
        return refuse(Condition::Forbidden, "Only moderators may do that.");
    }
    if is > who.affiliation || (to != Role::Moderator && to != Role::None && is >= Affiliation::Admin) {
        return refuse(Condition::NotAllowed, "That cannot be done to admins and owners of the room.");
    }
    if to == Role::None && whom.bare.as_str() == who.jid.bare_str() {
        return refuse(Condition::Conflict, "You cannot kick yourself.");
    }
    let concerns_moderators = to == Role::Moderator || whom.role == Role::Moderator;
    match concerns_moderators && !is_admin {
        true => refuse(Condition::Forbidden, "Only admins of the room say who moderates it."),
        false => Ok(()),
    }
}

/// What has to hold when all changes are made: somebody owns the room (§10.4), the lists are not too long, no
/// nickname is kept for two.
pub(super) fn check(turn: &Turn<'_, Room>, changes: &[Change]) -> Result<(), StanzaError> {
    let room = &*turn.me;
    let mut after: HashMap<&str, Affiliation> = HashMap::new();
    let mut added = 0;
    for change in changes {
        let Change::Affiliation { who, to, nick, .. } = change else { continue };
        if let Some(nick) = nick.as_deref().filter(|nick| !nick.is_empty()) {
            if nick.len() > turn.service.limits.count(&limits::NICK_BYTES) {
                return refuse(Condition::NotAcceptable, limits::NICK_BYTES.sentence);
            }
            if room.affiliations.keeps_for_another(nick, who) {
                return refuse(Condition::Conflict, "That nickname is kept for somebody else.");
            }
        }
        added += usize::from(room.affiliations.get(who.as_str()).is_none());
        after.insert(who.as_str(), *to);
    }
    let stays = room.affiliations.list(Affiliation::Owner).any(|(jid, _)| !after.contains_key(jid));
    if !after.is_empty() && !stays && !after.values().any(|to| *to == Affiliation::Owner) {
        return refuse(Condition::Conflict, "Somebody has to own the room.");
    }
    if added > 0 && room.affiliations.len() + added > turn.service.limits.count(&limits::AFFILIATIONS) {
        return refuse(Condition::ResourceConstraint, limits::AFFILIATIONS.sentence);
    }
    Ok(())
}
