//! Hats in the store.

use super::{Hat, Hats};
use crate::Fault;
use crate::rooms::Room;
use crate::turn::Turn;
use store::{Erase, Export, Keep, Migration, Store, Table};

/// The hats of rooms, and who wears them: a row without a bearer says that there is the hat.
pub static HAT: Table = Table {
    name: "room_hat",
    holds: "Hats that rooms give: their titles and colours, and who wears which.",
    migrations: &[Migration(
        "CREATE TABLE room_hat (room BIGINT NOT NULL, uri TEXT NOT NULL, bearer TEXT NOT NULL, title TEXT NOT NULL, \
         hue TEXT NOT NULL, PRIMARY KEY (room, uri, bearer))",
    )],
    keep: Keep::Until("DELETE FROM room_hat WHERE ?1 > 0 AND room NOT IN (SELECT id FROM room)"),
    export: Export::No("Hats are of the room; it shows them to those who are in it."),
    erase: Erase::No("Each room takes its hats off the person when it learns that the account is gone."),
};

/// Room, URI, bearer, title, hue.
const SAVE: &str = "INSERT INTO room_hat (room, uri, bearer, title, hue) VALUES (?1, ?2, ?3, ?4, ?5) \
     ON CONFLICT (room, uri, bearer) DO UPDATE SET title = ?4, hue = ?5";
/// Room, URI.
const DROP_HAT: &str = "DELETE FROM room_hat WHERE room = ?1 AND uri = ?2";
/// Room, URI, bearer.
const TAKE: &str = "DELETE FROM room_hat WHERE room = ?1 AND uri = ?2 AND bearer = ?3";
/// Room, bearer.
const TAKE_ALL: &str = "DELETE FROM room_hat WHERE room = ?1 AND bearer = ?2";
/// Room.
pub const DROP: &str = "DELETE FROM room_hat WHERE room = ?1";

/// The hats of a room that wakes.
///
/// # Errors
/// When the store says no.
pub async fn load(store: &Store, room: i64) -> Result<Hats, Fault> {
    let sql = "SELECT uri, bearer, title, hue FROM room_hat WHERE room = ?1";
    let mut hats = Hats::default();
    for row in store.query(sql, vec![room.into()]).await? {
        match (row.text(0)?, row.text(1)?) {
            (uri, "") => hats.put(uri, Hat { title: row.text(2)?.into(), hue: row.text(3)?.into() }),
            (uri, bearer) => hats.give(bearer, uri),
        }
    }
    Ok(hats)
}

/// Writes down that there is a hat.
pub(super) fn save(turn: &mut Turn<'_, Room>, uri: &str, hat: &Hat) {
    let values = vec![turn.me.id.into(), uri.into(), "".into(), (&*hat.title).into(), (&*hat.hue).into()];
    turn.out.run(SAVE, values);
}

/// Writes down that there is none any more.
pub(super) fn drop_hat(turn: &mut Turn<'_, Room>, uri: &str) {
    turn.out.run(DROP_HAT, vec![turn.me.id.into(), uri.into()]);
}

/// Writes down that somebody wears it.
pub(super) fn give(turn: &mut Turn<'_, Room>, bare: &str, uri: &str) {
    turn.out.run(SAVE, vec![turn.me.id.into(), uri.into(), bare.into(), "".into(), "".into()]);
}

/// Writes down that they do not any more.
pub(super) fn take(turn: &mut Turn<'_, Room>, bare: &str, uri: &str) {
    turn.out.run(TAKE, vec![turn.me.id.into(), uri.into(), bare.into()]);
}

/// Writes down that somebody wears none.
pub(super) fn take_all(turn: &mut Turn<'_, Room>, bare: &str) {
    turn.out.run(TAKE_ALL, vec![turn.me.id.into(), bare.into()]);
}
