//! Sessions and their stanzas in the store, from a stop to the next start.

use super::{Kept, Output};
use crate::caps::Interests;
use crate::memory::{Session, SessionId};
use crate::{Fault, offline, presence};
use bytes::Bytes;
use hashbrown::HashMap;
use std::sync::Arc;
use store::{Erase, Expect, Export, Keep, Migration, Row, Store, Table, Value, Write};
use xmpp::{Delivery, Jid, Stanza, ns};

/// Sessions. The secret is hashed: who reads the table can take none up.
pub static SESSION: Table = Table {
    name: "resume_session",
    holds: "Sessions of clients that may come back to them after a restart, with their last presence.",
    migrations: &[Migration(
        "CREATE TABLE resume_session (id BIGINT PRIMARY KEY, account BIGINT NOT NULL, jid TEXT NOT NULL, \
         agent TEXT, proof BYTEA NOT NULL, ends_at BIGINT NOT NULL, flags BIGINT NOT NULL, presence BYTEA NOT NULL, \
         directed TEXT NOT NULL, interests TEXT, h BIGINT NOT NULL, acked BIGINT NOT NULL, given BIGINT NOT NULL, \
         arrived BIGINT NOT NULL, unkept_given BIGINT NOT NULL)",
    )],
    keep: Keep::Until("DELETE FROM resume_session WHERE ends_at < ?1 / 1000000"),
    export: Export::No("It says how far a connection had come, and lives for minutes."),
    erase: Erase::Sql("DELETE FROM resume_session WHERE account = ?1"),
};

/// What their clients have not acknowledged or not been sent yet.
pub static STANZA: Table = Table {
    name: "resume_stanza",
    holds: "What was on its way to the clients of these sessions.",
    migrations: &[Migration(
        "CREATE TABLE resume_stanza (session BIGINT NOT NULL, number BIGINT NOT NULL, account BIGINT NOT NULL, \
         ends_at BIGINT NOT NULL, sent BIGINT NOT NULL, body BYTEA NOT NULL, tail BYTEA NOT NULL, \
         PRIMARY KEY (session, number))",
    )],
    keep: Keep::Until("DELETE FROM resume_stanza WHERE ends_at < ?1 / 1000000"),
    export: Export::No("It is on its way to the person's own client; messages are in the archive, which is exported."),
    erase: Erase::Sql("DELETE FROM resume_stanza WHERE account = ?1"),
};

const SAVE_SESSION_SQL: &str = "INSERT INTO resume_session (id, account, jid, agent, proof, ends_at, flags, presence, \
     directed, interests, h, acked, given, arrived, unkept_given) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";

const SAVE_STANZA_SQL: &str = "INSERT INTO resume_stanza (session, number, account, ends_at, sent, body, tail) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// Ends those of the account of the name `?1`. They are still read, so that contacts see them go.
pub const END_SQL: &str =
    "UPDATE resume_session SET ends_at = 0 WHERE account IN (SELECT id FROM account WHERE localpart = ?1)";

const SESSIONS_SQL: &str = "SELECT id, account, jid, agent, proof, ends_at, flags, presence, directed, interests, h, \
     acked, given, arrived, unkept_given FROM resume_session ORDER BY ends_at, id";

const STANZAS_SQL: &str = "SELECT session, sent, body, tail FROM resume_stanza ORDER BY session, number";

// The flags of a session.
const INTERESTED: i64 = 1;
const SEES_BLOCKLIST: i64 = 2;
const CARBONS: i64 = 4;
const CAUGHT_UP: i64 = 8;
const READS_ITSELF: i64 = 16;
const PENDING: i64 = 32;
const WATCHED: i64 = 64;

/// The changes that write sessions down.
pub fn save(kept: &[Kept]) -> Vec<Write> {
    let mut writes = clear();
    for kept in kept {
        writes.push(run(SAVE_SESSION_SQL, values(kept)));
        let output = &kept.output;
        let sent = output.unacked.iter().map(|delivery| (1_i64, delivery));
        let all = sent.chain(output.queued.iter().map(|delivery| (0, delivery)));
        for (number, (sent, delivery)) in all.enumerate() {
            let mut body = Vec::with_capacity(delivery.len_estimate());
            let to = delivery.to.as_ref().or(delivery.stanza.to.as_ref());
            delivery.stanza.write_as(to, &[], Some(ns::CLIENT), &mut body);
            let values = vec![
                id(kept.session.id).into(),
                i64::try_from(number).unwrap_or(i64::MAX).into(),
                kept.account.into(),
                kept.ends_at.into(),
                sent.into(),
                Bytes::from(body).into(),
                delivery.tail.clone().into(),
            ];
            writes.push(run(SAVE_STANZA_SQL, values));
        }
    }
    writes
}

/// The changes that forget all of them.
pub fn clear() -> Vec<Write> {
    vec![run("DELETE FROM resume_stanza", vec![]), run("DELETE FROM resume_session", vec![])]
}

/// All that were written down, those that end first before the others. One that cannot be read is left out:
/// its client binds anew.
///
/// # Errors
/// When the store says no.
pub async fn read(store: &Store) -> Result<Vec<Kept>, Fault> {
    let rows = store.query_all(vec![(SESSIONS_SQL, vec![]), (STANZAS_SQL, vec![])]).await?;
    let mut all = Vec::with_capacity(rows[0].len());
    for row in &rows[0] {
        match session(row)? {
            Some(kept) => all.push(kept),
            None => tracing::error!(session = row.int(0)?, "a session that was written down cannot be read"),
        }
    }
    let at: HashMap<i64, usize> = all.iter().enumerate().map(|(at, kept)| (id(kept.session.id), at)).collect();
    for row in &rows[1] {
        let Some(kept) = at.get(&row.int(0)?).map(|at| &mut all[*at]) else { continue };
        let Some(stanza) = stanza(&row.blob(2)?) else {
            tracing::error!(session = row.int(0)?, "a stanza that was written down cannot be read");
            continue;
        };
        let delivery = Delivery { stanza: Arc::new(stanza), to: None, tail: row.blob(3)?, row: None };
        let list = if row.int(1)? == 1 { &mut kept.output.unacked } else { &mut kept.output.queued };
        list.push(delivery);
    }
    Ok(all)
}

fn values(kept: &Kept) -> Vec<Value> {
    let (session, output) = (&kept.session, &kept.output);
    let flag = |flag: i64, set: bool| if set { flag } else { 0 };
    let flags = flag(INTERESTED, session.interested)
        | flag(SEES_BLOCKLIST, session.sees_blocklist)
        | flag(CARBONS, session.carbons)
        | flag(CAUGHT_UP, session.catch_up == offline::CatchUp::Done)
        | flag(READS_ITSELF, session.catch_up == offline::CatchUp::Own)
        | flag(PENDING, kept.standing.pending)
        | flag(WATCHED, output.watched);
    let mut presence = Vec::new();
    if let Some(known) = &session.presence {
        known.write(Some(ns::CLIENT), &mut presence);
    }
    let directed: Vec<&str> = session.directed.iter().map(Jid::as_str).collect();
    vec![
        id(session.id).into(),
        kept.account.into(),
        session.jid.as_str().into(),
        session.agent.as_deref().into(),
        Bytes::copy_from_slice(&kept.proof).into(),
        kept.ends_at.into(),
        flags.into(),
        Bytes::from(presence).into(),
        // No address holds a line break.
        directed.join("\n").into(),
        kept.interests.as_ref().map(|interests| interests.to_text()).into(),
        output.h.into(),
        output.acked.into(),
        number(output.given).into(),
        number(output.arrived).into(),
        kept.standing.unkept_given.into(),
    ]
}

fn session(row: &Row) -> Result<Option<Kept>, Fault> {
    let (Ok(jid), Ok(proof)) = (Jid::parse_tolerant(row.text(2)?), <[u8; 16]>::try_from(&*row.blob(4)?)) else {
        return Ok(None);
    };
    let flags = row.int(6)?;
    let is = |flag: i64| flags & flag != 0;
    let small = |column: usize| Ok::<_, Fault>(u32::try_from(row.int(column)?).unwrap_or(0));
    let large = |column: usize| Ok::<_, Fault>(u64::try_from(row.int(column)?).unwrap_or(0));
    let agent = row.text_or_null(3)?.map(Box::from);
    let mut session = Session::new(SessionId(large(0)?), jid, agent);
    session.interested = is(INTERESTED);
    session.sees_blocklist = is(SEES_BLOCKLIST);
    session.carbons = is(CARBONS);
    session.catch_up = match (is(CAUGHT_UP), is(READS_ITSELF)) {
        (true, _) => offline::CatchUp::Done,
        (false, true) => offline::CatchUp::Own,
        // What was being read for it is read again.
        (false, false) => offline::CatchUp::Due,
    };
    session.presence = stanza(&row.blob(7)?).map(Arc::new);
    session.priority = session.presence.as_ref().and_then(|presence| presence::priority(presence).ok()).unwrap_or(0);
    session.directed = row.text(8)?.lines().filter_map(|jid| Jid::parse_tolerant(jid).ok()).collect();
    let interests = row.text_or_null(9)?.map(|text| Arc::new(Interests::from_text(text)));
    let output = Output {
        h: small(10)?,
        acked: small(11)?,
        given: large(12)?,
        arrived: large(13)?,
        watched: is(WATCHED),
        ..Output::default()
    };
    let standing = offline::Standing { pending: is(PENDING), unkept_given: row.int(14)? };
    Ok(Some(Kept { account: row.int(1)?, session, proof, ends_at: small(5)?, output, interests, standing }))
}

fn stanza(body: &[u8]) -> Option<Stanza> {
    std::str::from_utf8(body).ok().and_then(Stanza::read)
}

fn id(session: SessionId) -> i64 {
    number(session.0)
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn run(sql: &'static str, values: Vec<Value>) -> Write {
    Write::Run { sql, values, expect: Expect::Any }
}
