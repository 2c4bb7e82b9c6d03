//! Rooms in the store: how they are configured, what they are about, and who is what to them.

use super::affiliations::Standing;
use super::config::Config;
use super::role::Affiliation;
use super::room::{Room, Stage, Subject};
use super::{card, disco, hats, limits, message};
use crate::service::Service;
use crate::turn::{Asker, Effect, Turn};
use crate::{Fault, archive, deed::Deed};
use store::{Erase, Export, Keep, Migration, PageError, PageRequest, Store, Table, Value};
use xmpp::{IqType, Jid, Kind, Stanza};

/// Rooms that are configured.
pub static ROOM: Table = Table {
    name: "room",
    holds: "Rooms: their configuration and their subject.",
    migrations: &[Migration(
        "CREATE TABLE room (id BIGINT PRIMARY KEY, jid TEXT NOT NULL UNIQUE, listed BIGINT NOT NULL, \
         persistent BIGINT NOT NULL, name TEXT NOT NULL, config TEXT NOT NULL, subject TEXT NOT NULL, \
         subject_by TEXT NOT NULL, subject_at BIGINT NOT NULL, used_at BIGINT NOT NULL)",
    )],
    // A temporary room goes with the last who leaves it; one that a crash emptied goes after a week.
    keep: Keep::Until("DELETE FROM room WHERE persistent = 0 AND used_at + 604800000000 < ?1"),
    export: Export::No("A room is of all who talk in it, not of one account."),
    erase: Erase::No("A room stays for the others when one of them goes."),
};

/// Who is what to a room.
pub static AFFILIATION: Table = Table {
    name: "room_affiliation",
    holds: "Who owns, runs and belongs to a room, and who is banned from it, with the reason that was given.",
    migrations: &[Migration(
        "CREATE TABLE room_affiliation (room BIGINT NOT NULL, jid TEXT NOT NULL, affiliation TEXT NOT NULL, \
         nick TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (room, jid))",
    )],
    keep: Keep::Until("DELETE FROM room_affiliation WHERE ?1 > 0 AND room NOT IN (SELECT id FROM room)"),
    export: Export::No("The lists of a room are of the room; it shows them to those who run it."),
    erase: Erase::No("A room's lists are kept by those who run it: a ban has to outlive the account."),
};

const FIND: &str = "SELECT id, config, subject, subject_by, subject_at, used_at FROM room WHERE jid = ?1";
const LISTED: &str = "SELECT jid, affiliation, nick, reason FROM room_affiliation WHERE room = ?1";
const SAVE: &str = "INSERT INTO room (id, jid, listed, persistent, name, config, subject, subject_by, subject_at, used_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (id) DO UPDATE SET listed = ?3, persistent = ?4, \
     name = ?5, config = ?6, subject = ?7, subject_by = ?8, subject_at = ?9, used_at = ?10";
const SAVE_AFFILIATION: &str = "INSERT INTO room_affiliation (room, jid, affiliation, nick, reason) \
     VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (room, jid) DO UPDATE SET affiliation = ?3, nick = ?4, reason = ?5";
const DROP_AFFILIATION: &str = "DELETE FROM room_affiliation WHERE room = ?1 AND jid = ?2";
const DROP: &str = "DELETE FROM room WHERE id = ?1";
const DROP_AFFILIATIONS: &str = "DELETE FROM room_affiliation WHERE room = ?1";

/// How much has to pass for a room to be noted as used again, in microseconds: a day.
const USE_MICROS: i64 = 86_400_000_000;

/// A room as it is in the store; where there is none, one that would get the number `fresh`.
///
/// # Errors
/// When the store says no.
pub async fn load(store: &Store, service: &Service, jid: &Jid, (fresh, now): (i64, i64)) -> Result<Room, Fault> {
    let found = store.query(FIND, vec![jid.as_str().into()]).await?;
    let Some(row) = found.first() else { return Ok(Room::absent(jid.clone(), fresh)) };
    let mut room = Room::absent(jid.clone(), row.int(0)?);
    room.stage = Stage::Open;
    room.config = Config::decode(row.text(1)?);
    room.subject = Subject { text: row.text(2)?.into(), by: row.text(3)?.into(), at: row.int(4)? };
    room.used_at = row.int(5)?;
    room.pictures = card::load(store, room.id).await?;
    room.hats = hats::table::load(store, room.id).await?;
    for row in store.query(LISTED, vec![room.id.into()]).await? {
        let affiliation = Affiliation::parse(row.text(1)?).unwrap_or(Affiliation::None);
        let standing = Standing { affiliation, nick: row.text(2)?.into(), reason: row.text(3)?.into() };
        room.affiliations.set(row.text(0)?, standing);
    }
    let last = PageRequest {
        archive: room.archive(),
        class: archive::ROOMS,
        from_end: true,
        max: service.limits.count(&limits::HISTORY),
        bytes_max: Some(service.limits.count(&limits::HISTORY_BYTES)),
        cutoff_micros: archive::cutoff(service, now),
        ..PageRequest::default()
    };
    match store.page(last).await {
        Ok(page) => {
            let mut history = std::mem::take(&mut room.history);
            message::remember(&room, &mut history, page.rows, service);
            room.history = history;
        }
        Err(PageError::Unknown) => {}
        Err(PageError::Fault(fault)) => return Err(fault),
    }
    Ok(room)
}

/// Writes down a room that was just configured for the first time.
pub(super) fn create(turn: &mut Turn<'_, Room>) {
    turn.me.used_at = turn.now;
    save(turn);
    let known: Vec<String> = turn.me.affiliations.list(Affiliation::Owner).map(|(jid, _)| jid.to_owned()).collect();
    for jid in known {
        save_affiliation(turn, &jid);
    }
}

/// Writes down the configuration and the subject.
pub(super) fn save(turn: &mut Turn<'_, Room>) {
    let subject = turn.me.subject.clone();
    save_subject(turn, &subject);
}

/// The same with a subject that is to be.
pub(super) fn save_subject(turn: &mut Turn<'_, Room>, subject: &Subject) {
    let room = &*turn.me;
    let values: Vec<Value> = vec![
        room.id.into(),
        room.jid.as_str().into(),
        i64::from(room.config.is_public).into(),
        i64::from(room.config.is_persistent).into(),
        disco::name(room).into(),
        room.config.encode().into(),
        (&*subject.text).into(),
        (&*subject.by).into(),
        subject.at.into(),
        room.used_at.into(),
    ];
    turn.out.run(SAVE, values);
}

/// Writes down what somebody is to the room.
pub(super) fn save_affiliation(turn: &mut Turn<'_, Room>, jid: &str) {
    let room = turn.me.id;
    match turn.me.affiliations.get(jid) {
        Some(standing) => {
            let words = [standing.affiliation.name(), &*standing.nick, &*standing.reason];
            let values = [room.into(), jid.into()].into_iter().chain(words.map(Value::from));
            turn.out.run(SAVE_AFFILIATION, values.collect());
        }
        None => turn.out.run(DROP_AFFILIATION, vec![room.into(), jid.into()]),
    }
}

/// Somebody entered an empty room.
pub(super) fn note_use(turn: &mut Turn<'_, Room>) {
    if turn.now - turn.me.used_at >= USE_MICROS {
        turn.me.used_at = turn.now;
        save(turn);
    }
}

/// Takes a room out of the store, and what was said in it. One that was never configured is not there.
pub(super) fn destroy(turn: &mut Turn<'_, Room>) {
    if turn.me.stage != Stage::Open {
        return;
    }
    for sql in [DROP, DROP_AFFILIATIONS, card::DROP, hats::table::DROP] {
        turn.out.run(sql, vec![turn.me.id.into()]);
    }
    let jid = turn.me.jid.clone();
    turn.out.effects.push(Effect::Do {
        asker: Asker::Other(jid.clone()),
        // There is nobody to be answered.
        request: Box::new(Stanza::new(Kind::Iq(IqType::Set)).with_from(Some(jid))),
        deed: Box::new(Deed::ForgetRoom { archive: turn.me.archive() }),
    });
}
