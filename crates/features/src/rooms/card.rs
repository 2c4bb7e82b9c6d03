//! The card of a room, for the picture on it (XEP-0486): for everybody who looks for it, inside or not.
//!
//! It is kept as it was sent and read beside the owner; in memory are the hashes of its pictures alone.

use super::change::{Changed, finish};
use super::iq::Asked;
use super::limits;
use super::owner::owns;
use super::room::{Room, Stage};
use crate::iq::Reply;
use crate::query::Query;
use crate::turn::Turn;
use crate::{Fault, avatars};
use bytes::Bytes;
use std::sync::Arc;
use store::{Erase, Export, Keep, Migration, Store, Table};
use xmpp::{Condition, Jid, Kind, PresenceType, Stanza, StanzaError, Writer, ns};

/// The cards.
pub static CARD: Table = Table {
    name: "room_card",
    holds: "The cards of rooms, with the pictures that are shown of them.",
    migrations: &[Migration(
        "CREATE TABLE room_card (room BIGINT PRIMARY KEY, hashes TEXT NOT NULL, card BYTEA NOT NULL)",
    )],
    keep: Keep::Until("DELETE FROM room_card WHERE ?1 > 0 AND room NOT IN (SELECT id FROM room)"),
    export: Export::No("The picture of a room is of the room, not of whoever put it there."),
    erase: Erase::No("A room stays as it is when one of its people goes."),
};

/// Room, hashes, card.
const SAVE: &str = "INSERT INTO room_card (room, hashes, card) VALUES (?1, ?2, ?3) \
     ON CONFLICT (room) DO UPDATE SET hashes = ?2, card = ?3";
/// Room.
pub(super) const DROP: &str = "DELETE FROM room_card WHERE room = ?1";

/// The pictures on a card by their SHA-1 (XEP-0153 §4.1), with blanks between them; empty for none.
pub type Pictures = Box<str>;

/// A card that was asked for, waiting for the store.
#[derive(Debug)]
pub struct CardFetch {
    /// The request.
    pub request: Stanza,
    room: i64,
}

/// The pictures of a room that wakes.
///
/// # Errors
/// When the store says no.
pub(super) async fn load(store: &Store, room: i64) -> Result<Pictures, Fault> {
    let rows = store.query("SELECT hashes FROM room_card WHERE room = ?1", vec![room.into()]).await?;
    rows.first().map_or(Ok(Pictures::default()), |row| Ok(row.text(0)?.into()))
}

/// §3.4.
pub(super) fn get(turn: &mut Turn<'_, Room>, asked: &Asked<'_>) -> Result<Reply, StanzaError> {
    if turn.me.stage != Stage::Open {
        return Err(StanzaError::new(Condition::ItemNotFound).text("There is no such room."));
    }
    let fetch = CardFetch { request: asked.stanza.detached(), room: turn.me.id };
    Ok(Reply::Read(Query::RoomCard(Box::new(fetch))))
}

/// §3.2: owners put the picture there, and take it away with an empty card.
pub(super) fn set(turn: &mut Turn<'_, Room>, asked: &Asked<'_>) -> Result<Reply, StanzaError> {
    owns(turn.me, asked.from)?;
    if turn.me.stage != Stage::Open {
        return Err(StanzaError::new(Condition::ItemNotFound).text("Configure the room first."));
    }
    let card = Bytes::copy_from_slice(asked.payload.raw().as_bytes());
    if card.len() > turn.service.limits.count(&limits::CARD_BYTES) {
        return Err(StanzaError::new(Condition::NotAcceptable).text(limits::CARD_BYTES.sentence));
    }
    let hashes = avatars::hashes(&asked.payload).join(" ");
    match asked.payload.children().next() {
        Some(_) => turn.out.run(SAVE, vec![turn.me.id.into(), hashes.as_str().into(), card.into()]),
        None => turn.out.run(DROP, vec![turn.me.id.into()]),
    }
    turn.me.pictures = hashes.into();
    let answer = asked.stanza.result(Bytes::new()).with_from(Some(turn.me.jid.clone()));
    let mut changed = Changed::new(turn.me, asked.from, Some(answer));
    changed.notice = vec![104];
    changed.is_new_picture = true;
    finish(turn, changed);
    Ok(Reply::Nothing)
}

/// Everybody in the room learns of another picture.
pub(super) fn show_all(turn: &mut Turn<'_, Room>) {
    let presence = Arc::new(presence(turn.me));
    let clients: Vec<Jid> = turn.me.occupants.clients().cloned().collect();
    for client in clients {
        turn.send(presence.clone(), client);
    }
}

/// What somebody who enters is told of the picture; nothing if there is none.
pub(super) fn shown(room: &Room) -> Option<Arc<Stanza>> {
    (!room.pictures.is_empty()).then(|| Arc::new(presence(room)))
}

/// Compat: §5.2: Dino and Gajim look for the picture in presence of the room itself, which Prosody and ejabberd
/// send, too. Until they read it where §3.3 has it.
fn presence(room: &Room) -> Stanza {
    let mut w = Writer::new();
    w.open("x", ns::VCARD_UPDATE).leaf("photo", ns::VCARD_UPDATE, room.pictures.split(' ').next().unwrap_or_default());
    let presence = Stanza::new(Kind::Presence(PresenceType::Available));
    presence.with_from(Some(room.jid.clone())).with_inner(w.finish())
}

impl CardFetch {
    /// Reads the card, and answers.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn run(self, store: &Store) -> Result<Vec<Stanza>, Fault> {
        let rows = store.query("SELECT card FROM room_card WHERE room = ?1", vec![self.room.into()]).await?;
        let answer = match rows.first() {
            Some(row) => Some(self.request.result(row.blob(0)?)),
            // XEP-0054 §3.3
            None => self.request.error(&StanzaError::new(Condition::ItemNotFound).text("This room has no card.")),
        };
        Ok(answer.into_iter().collect())
    }
}
