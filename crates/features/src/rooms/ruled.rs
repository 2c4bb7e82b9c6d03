//! What those who run the service do to a room: they give it an owner, or end it. It is written down who did it, and
//! everybody in the room is told; nobody owns a room in silence.

use super::change::{Change, Changed, apply, finish};
use super::message::{self, Said};
use super::owner;
use super::role::Affiliation;
use super::room::{Room, Stage};
use super::wire::Destroyed;
use crate::Fault;
use crate::turn::Turn;
use store::{Row, Store, Value};
use xmpp::{Jid, Kind, MessageType, Stanza, Writer, ns};

/// What is done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ruling {
    /// Somebody owns the room, beside those who do.
    Own(Jid),
    /// It ends, for a reason.
    End(Box<str>),
}

/// A room as those who run the service see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Its address.
    pub jid: Box<str>,
    /// What it is called.
    pub name: Box<str>,
    /// Whether it is shown in the list of rooms.
    pub is_public: bool,
    /// Whether it stays when everybody has left.
    pub is_persistent: bool,
    /// When it was used last, to the day, in microseconds since 1970.
    pub used_at: i64,
    /// How many owners it has.
    pub owners: i64,
}

/// After, how many.
const PAGE: &str = "SELECT jid, name, listed, persistent, used_at, (SELECT COUNT(*) FROM room_affiliation \
     WHERE room_affiliation.room = room.id AND affiliation = 'owner') FROM room WHERE jid > ?1 \
     ORDER BY jid LIMIT ?2";
/// Address.
const ONE: &str = "SELECT jid, name, listed, persistent, used_at, (SELECT COUNT(*) FROM room_affiliation \
     WHERE room_affiliation.room = room.id AND affiliation = 'owner') FROM room WHERE jid = ?1";
const PEOPLE: &str = "SELECT room_affiliation.jid, affiliation FROM room_affiliation JOIN room \
     ON room.id = room_affiliation.room WHERE room.jid = ?1 AND affiliation IN ('owner', 'admin') \
     ORDER BY affiliation DESC, room_affiliation.jid";

/// Rooms by address, behind `after`, `max` at most.
///
/// # Errors
/// When the store says no.
pub async fn list(store: &Store, after: &str, max: u32) -> Result<Vec<Listed>, Fault> {
    let values: Vec<Value> = vec![after.into(), i64::from(max).into()];
    store.query(PAGE, values).await?.iter().map(read).collect()
}

/// One room, and who runs it: address and affiliation, owners first. None if there is no such room.
///
/// # Errors
/// When the store says no.
pub async fn show(store: &Store, room: &Jid) -> Result<Option<(Listed, Vec<(Box<str>, Box<str>)>)>, Fault> {
    let found = store.query(ONE, vec![room.as_str().into()]).await?;
    let Some(listed) = found.first().map(read).transpose()? else { return Ok(None) };
    let people = store.query(PEOPLE, vec![room.as_str().into()]).await?;
    let people = people.iter().map(|row| Ok((row.text(0)?.into(), row.text(1)?.into())));
    Ok(Some((listed, people.collect::<Result<_, Fault>>()?)))
}

fn read(row: &Row) -> Result<Listed, Fault> {
    Ok(Listed {
        jid: row.text(0)?.into(),
        name: row.text(1)?.into(),
        is_public: row.int(2)? == 1,
        is_persistent: row.int(3)? == 1,
        used_at: row.int(4)?,
        owners: row.int(5)?,
    })
}

/// Does it.
///
/// # Errors
/// A sentence, when there is no such room.
pub fn rule(turn: &mut Turn<'_, Room>, ruling: Ruling) -> Result<(), String> {
    if turn.me.stage != Stage::Open {
        return Err(format!("There is no room {}.", turn.me.jid));
    }
    let service = turn.service.domain.clone();
    let mut changed = Changed::new(turn.me, &service, None);
    match ruling {
        Ruling::Own(owner) => {
            say(turn, &format!("Those who run this service made {} an owner of this room.", owner.bare_str()));
            let to = Affiliation::Owner;
            let change = Change::Affiliation { who: owner.bare(), to, nick: None, reason: Box::default() };
            apply(turn, vec![change], &service, changed);
        }
        Ruling::End(reason) => {
            let reason = Some(reason).filter(|reason| !reason.is_empty());
            owner::end(turn, &mut changed, &Destroyed { reason, ..Destroyed::default() });
            finish(turn, changed);
        }
    }
    Ok(())
}

/// The room says something to everybody, and keeps it.
fn say(turn: &mut Turn<'_, Room>, text: &str) {
    let mut w = Writer::new();
    w.leaf("body", ns::CLIENT, text);
    let message = Stanza::new(Kind::Message(MessageType::Groupchat)).with_from(Some(turn.me.jid.clone()));
    let said = Said::announcement(turn.me, message.with_inner(w.finish()), turn.now, None);
    let room = turn.me.jid.clone();
    message::announce(turn, said, &room);
}
