//! People whose account is erased: a room keeps nothing of what they were to it, neither lists nor
//! nicknames nor hats.
//!
//! Somebody has to own a room (XEP-0045 §10): where nobody else does, the first of its admins is its owner from then
//! on; where there is none either, those who run the service are told.

use super::change::{Change, Changed, apply};
use super::hats;
use super::role::Affiliation;
use super::room::{Room, Stage};
use crate::login::tombstone;
use crate::turn::{Effect, Turn};
use crate::{Fault, announce};
use hashbrown::HashSet;
use std::sync::Arc;
use store::Store;
use xmpp::Jid;

/// Person.
const ROOMS_OF: &str = "SELECT room.jid FROM room JOIN room_affiliation ON room.id = room_affiliation.room \
     WHERE room_affiliation.jid = ?1 \
     UNION SELECT room.jid FROM room JOIN room_hat ON room.id = room_hat.room WHERE bearer = ?1";
/// How an address at our domain ends.
const OURS: &str = "SELECT room.jid, room_affiliation.jid FROM room JOIN room_affiliation \
     ON room.id = room_affiliation.room WHERE room_affiliation.jid LIKE ?1 \
     UNION SELECT room.jid, bearer FROM room JOIN room_hat ON room.id = room_hat.room WHERE bearer LIKE ?1";
const ERASED: &str = "SELECT localpart FROM account WHERE state IN ('leaving', 'gone')";

/// The rooms to which somebody is anything.
///
/// # Errors
/// When the store says no.
pub async fn rooms_of(store: &Store, person: &Jid) -> Result<Vec<Jid>, Fault> {
    let rows = store.query(ROOMS_OF, vec![person.as_str().into()]).await?;
    rows.iter().map(|row| address(row.text(0)?)).collect()
}

/// Rooms that have not learned yet that the account of somebody is erased, each with whom: a crash came between.
///
/// # Errors
/// When the store says no.
pub async fn unaware(store: &Store, domain: &Jid) -> Result<Vec<(Jid, Jid)>, Fault> {
    let erased = store.query(ERASED, vec![]).await?;
    let erased: HashSet<String> = erased.iter().map(|row| row.text(0).map(str::to_owned)).collect::<Result<_, _>>()?;
    let mut found = Vec::new();
    for row in store.query(OURS, vec![format!("%@{domain}").into()]).await? {
        let (room, person) = (address(row.text(0)?)?, address(row.text(1)?)?);
        if person.local().is_some_and(|local| erased.contains(&tombstone(local))) {
            found.push((room, person));
        }
    }
    Ok(found)
}

fn address(text: &str) -> Result<Jid, Fault> {
    Jid::parse_tolerant(text).map_err(|error| Fault(format!("{text} in the lists of rooms is no address: {error}")))
}

/// The account of `gone` is erased.
pub fn depart(turn: &mut Turn<'_, Room>, gone: &Jid) {
    hats::take_all(turn, gone.as_str());
    let is = turn.me.affiliations.get(gone.as_str()).map(|known| known.affiliation);
    let (Some(is), Stage::Open) = (is, turn.me.stage) else { return };
    let to = |who: Jid, to| Change::Affiliation { who, to, nick: None, reason: Box::default() };
    let no_nick = Some(Box::default());
    let mut changes =
        vec![Change::Affiliation { who: gone.clone(), to: Affiliation::None, nick: no_nick, reason: Box::default() }];
    let has_another = turn.me.affiliations.list(Affiliation::Owner).any(|(owner, _)| *owner != *gone.as_str());
    if is == Affiliation::Owner && !has_another {
        let heir = turn.me.affiliations.list(Affiliation::Admin).find_map(|(jid, _)| Jid::parse_tolerant(jid).ok());
        match heir {
            Some(heir) => changes.push(to(heir, Affiliation::Owner)),
            None => tell_orphaned(turn),
        }
    }
    let room = turn.me.jid.clone();
    let changed = Changed::new(turn.me, &room, None);
    apply(turn, changes, &room, changed);
}

/// Nobody owns the room any more: those who run the service can take it over.
fn tell_orphaned(turn: &mut Turn<'_, Room>) {
    let room = &turn.me.jid;
    let text = format!(
        "Nobody owns the room {room} any more: its last owner removed their account. Name another one with \
         `folkmoot room take {room} OWNER`, or end it with `folkmoot room destroy {room}`."
    );
    for admin in &turn.service.admins {
        let message = announce::message(&turn.service.domain, admin, turn.now, &text);
        turn.out.effects.push(Effect::Route { stanza: Arc::new(message), to: admin.clone() });
    }
}
