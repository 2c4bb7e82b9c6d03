//! Reading and changing the list (XEP-0191 §3.2 to §3.5).

use super::{BLOCKED, Blocklist, table, wire};
use crate::iq::{Reply, Request};
use crate::reports;
use crate::roster::State;
use crate::turn::{Asker, Turn, Weight};
use smallvec::SmallVec;
use std::sync::Arc;
use xmpp::{Condition, IqType, Jid, Kind, PresenceType, Stanza, StanzaError, Text};

/// §3.2. Whoever asks gets pushes from now on.
pub(super) fn get(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    if let Asker::Session(session) = request.asker
        && let Some(session) = turn.me.session_mut(session)
    {
        session.sees_blocklist = true;
    }
    Ok(Reply::Inner(wire::write("blocklist", &turn.me.blocked)))
}

/// §3.3. All of it is done, or nothing.
pub(super) fn block(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let items = wire::items(&request.payload)?;
    if items.is_empty() {
        return Err(StanzaError::new(Condition::BadRequest).text("A block names at least one address."));
    }
    // §5: nobody blocks one of their own devices.
    if items.iter().any(|item| item.jid.bare_str() == turn.me.jid.as_str()) {
        return Err(StanzaError::new(Condition::NotAllowed).text("Nobody blocks their own account."));
    }
    let all = Blocklist::new(items.iter().map(|item| item.jid.as_str().into()));
    let new = all.without(&turn.me.blocked);
    if !new.is_empty() && turn.me.blocked.len() + new.len() > turn.service.limits.count(&BLOCKED) {
        return Err(StanzaError::new(Condition::PolicyViolation).text(BLOCKED.sentence));
    }
    // While it can still be sent.
    vanish(turn, &new);
    turn.me.blocked = turn.me.blocked.with(&new);
    for jid in new.iter() {
        turn.out.run(table::BLOCK_SQL, vec![turn.me.id.into(), jid.into()]);
    }
    push(turn, "block", &new);
    // XEP-0377 §6: the block holds whatever becomes of the report.
    for item in &items {
        reports::file(turn, &item.jid, &item.element);
    }
    Ok(Reply::Done)
}

/// §3.4; §3.5 if it names nobody.
pub(super) fn unblock(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let items = wire::items(&request.payload)?;
    let before = turn.me.blocked.clone();
    if items.is_empty() {
        turn.me.blocked = Blocklist::default();
        turn.out.run(table::UNBLOCK_ALL_SQL, vec![turn.me.id.into()]);
        push(turn, "unblock", &Blocklist::default());
        reappear(turn, &before);
        return Ok(Reply::Done);
    }
    let named = Blocklist::new(items.iter().map(|item| item.jid.as_str().into()));
    turn.me.blocked = before.without(&named);
    let gone = before.without(&turn.me.blocked);
    for jid in gone.iter() {
        turn.out.run(table::UNBLOCK_SQL, vec![turn.me.id.into(), jid.into()]);
    }
    if !gone.is_empty() {
        push(turn, "unblock", &gone);
        reappear(turn, &gone);
    }
    Ok(Reply::Done)
}

/// §3.3: to all resources that requested the list.
fn push(turn: &mut Turn<'_>, name: &str, list: &Blocklist) {
    if list.is_empty() && name == "block" {
        return;
    }
    let takers: SmallVec<[_; 4]> = turn
        .me
        .sessions
        .iter()
        .filter(|session| session.sees_blocklist)
        .map(|session| (session.id, session.jid.clone()))
        .collect();
    let push = Stanza::new(Kind::Iq(IqType::Set))
        .with_from(Some(turn.me.jid.clone()))
        .with_id(Some(Text::from(format!("blocking-{}", turn.now))))
        .with_inner(wire::write(name, list));
    for (session, jid) in takers {
        turn.deliver(session, push.clone().with_to(Some(jid)), Weight::Urgent);
    }
}

/// The addresses in `list` that share the given subscription with the account: contacts it covers, and
/// single devices of contacts.
fn concerned(turn: &Turn<'_>, list: &Blocklist, state: State) -> Vec<Jid> {
    let mut concerned: Vec<Jid> = turn.me.contacts.jids(state).filter(|contact| list.covers(contact)).collect();
    let devices = list.iter().filter_map(|jid| Jid::parse_tolerant(jid).ok()).filter(Jid::is_full);
    concerned.extend(devices.filter(|jid| turn.me.contacts.state(jid.bare_str()).has(state)));
    concerned
}

/// §3.3: who saw the account, by subscription or by directed presence, sees it go.
fn vanish(turn: &mut Turn<'_>, list: &Blocklist) {
    let subscribers = concerned(turn, list, State::FROM);
    let mut farewells: Vec<(Arc<Stanza>, Jid)> = Vec::new();
    for session in &mut turn.me.sessions {
        let gone = Stanza::new(Kind::Presence(PresenceType::Unavailable)).with_from(Some(session.jid.clone()));
        let gone = Arc::new(gone);
        if session.is_available() {
            farewells.extend(subscribers.iter().map(|to| (gone.clone(), to.clone())));
        }
        session.directed.retain(|to| {
            let stays = !list.covers(to);
            if !stays {
                farewells.push((gone.clone(), to.clone()));
            }
            stays
        });
    }
    for (gone, to) in farewells {
        turn.route(gone, to);
    }
}

/// §3.4: who is subscribed sees the account again, and the account asks what they are doing.
fn reappear(turn: &mut Turn<'_>, list: &Blocklist) {
    let shown: SmallVec<[Arc<Stanza>; 4]> =
        turn.me.sessions.iter().filter_map(|session| session.presence.clone()).collect();
    if shown.is_empty() {
        return;
    }
    for to in concerned(turn, list, State::FROM) {
        for presence in &shown {
            turn.route(presence.clone(), to.clone());
        }
    }
    let probe = Stanza::new(Kind::Presence(PresenceType::Probe)).with_from(Some(turn.me.jid.clone()));
    let probe = Arc::new(probe);
    for to in concerned(turn, list, State::TO) {
        turn.route(probe.clone(), to);
    }
}
