//! Giving a client its resource, or its earlier session back; taking an account away.

use crate::cell::{Cell, Outlets, Resident};
use crate::mail::Mail;
use crate::outlet::Outlet;
use crate::post::Work;
use crate::seat::{Bound, Inline, Resumed, Seat, Wish};
use crate::{Hub, limits};
use data_encoding::BASE32_NOPAD;
use features::branch::BranchKind;
use features::memory::{Session, SessionId};
use features::turn::{Effect, End, Outbox};
use features::{login, offline};
use std::sync::Arc;
use store::CommitError;
use tokio::sync::oneshot;
use xmpp::{Condition, Jid, StanzaError, scram};

/// RFC 6120 §7, XEP-0386 §3. Returns the sessions that the new one replaces; they are still to be
/// taken out of the account.
pub fn bind(
    hub: &Hub,
    cell: &Arc<Cell>,
    resident: &mut Resident,
    (agent, wish, inline): (Option<Box<str>>, Wish, Inline),
    reply: oneshot::Sender<Result<Bound, StanzaError>>,
) -> Outlets {
    let mut replaced = Outlets::new();
    // XEP-0386 §3: the same client is back, its earlier session is no use to anybody.
    if agent.is_some() {
        let earlier =
            resident.account.sessions.iter().filter(|session| session.agent == agent).map(|session| session.id);
        let earlier: Vec<_> = earlier.collect();
        replaced.extend(earlier.into_iter().filter_map(|session| replace(resident, session)));
    }
    let outcome = resource(hub, cell, resident, agent.as_deref(), &wish).and_then(|(jid, holder)| {
        replaced.extend(holder.and_then(|holder| replace(resident, holder)));
        let bound = seat(hub, cell, resident, (jid, agent), inline)?;
        if matches!(wish, Wish::Tag(_)) {
            // XEP-0386 §3: what waits is in the archive, and this client reads it there.
            offline::bound(&mut resident.account, hub.clock().now());
        }
        Ok(bound)
    });
    // An asker that has gone drops the seat, which ends the session.
    let _ = reply.send(outcome);
    replaced
}

fn seat(
    hub: &Hub,
    cell: &Arc<Cell>,
    resident: &mut Resident,
    (jid, agent): (Jid, Option<Box<str>>),
    inline: Inline,
) -> Result<Bound, StanzaError> {
    let alive = resident.outlets.iter().filter(|(_, outlet)| !outlet.is_ending()).count();
    if alive >= hub.service().limits.count(&limits::SESSIONS) {
        return Err(StanzaError::new(Condition::ResourceConstraint).text(limits::SESSIONS.sentence));
    }
    let id = hub.next_session();
    let outlet = Arc::new(Outlet::new(hub.seconds()));
    let mut session = Session::new(id, jid.clone(), agent);
    session.carbons = inline.carbons;
    outlet.set_inactive(inline.inactive);
    resident.account.sessions.push(session);
    resident.outlets.push((id, outlet.clone()));
    hub.sessions().add(id, cell.clone(), outlet.clone());
    let seat = Seat::new(hub.clone(), cell.clone(), id, jid, (outlet, 0));
    Ok(Bound { seat, account: resident.account.id })
}

/// RFC 6120 §7.7.2.2: of two clients that want the same resource the newer one gets another, unless
/// the older one is gone already and only waits: then that is the second thing returned.
fn resource(
    hub: &Hub,
    cell: &Arc<Cell>,
    resident: &Resident,
    agent: Option<&str>,
    wish: &Wish,
) -> Result<(Jid, Option<SessionId>), StanzaError> {
    let malformed = |_| StanzaError::new(Condition::BadRequest).text("This resource cannot be part of an address.");
    let random = || BASE32_NOPAD.encode(&hub.clock().random::<10>()).to_ascii_lowercase();
    let wanted = match wish {
        Wish::Any => random(),
        Wish::Resource(resource) => resource.as_str().to_owned(),
        Wish::Tag(tag) => {
            let tag = tag.as_ref().map_or("client", |tag| tag.as_str());
            format!("{tag}/{}", agent.map_or_else(random, |agent| steady(hub, cell.jid(), tag, agent)))
        }
    };
    let jid = cell.jid().with_resource(&wanted).map_err(malformed)?;
    let Some(holder) = resident.account.session_of(&jid).map(|session| session.id) else { return Ok((jid, None)) };
    // One that was replaced has no output any more.
    let gone = resident.outlet(holder).is_none_or(|outlet| !outlet.is_connected());
    if gone {
        return Ok((jid, Some(holder)));
    }
    let jid = cell.jid().with_resource(&format!("{wanted}.{}", &random()[..6])).map_err(malformed)?;
    Ok((jid, None))
}

/// XEP-0386 §3: the same for one client each time, and telling nothing of its id.
fn steady(hub: &Hub, account: &Jid, tag: &str, agent: &str) -> String {
    let text = format!("resource\0{account}\0{tag}\0{agent}");
    let mac = scram::Hash::Sha256.hmac(&hub.service().secrets.decoy, text.as_bytes());
    BASE32_NOPAD.encode(&mac[..10]).to_ascii_lowercase()
}

/// Ends a session in favour of another.
fn replace(resident: &mut Resident, session: SessionId) -> Option<(SessionId, Arc<Outlet>)> {
    let at = resident.outlets.iter().position(|(id, _)| *id == session)?;
    let replaced = resident.outlets.remove(at);
    replaced.1.end(End::Conflict);
    Some(replaced)
}

/// XEP-0198 §5. All that the client sent over its lost connection is handled first, so that the count
/// it is told is the final one and nothing is taken twice.
pub fn resume(
    hub: &Hub,
    cell: &Arc<Cell>,
    resident: &mut Resident,
    (session, h): (SessionId, u32),
    reply: oneshot::Sender<Resumed>,
) {
    let known = resident.account.session(session).map(|session| session.jid.clone());
    let (Some(outlet), Some(jid)) = (resident.outlet(session).cloned(), known) else {
        let _ = reply.send(Resumed::Failed(None));
        return;
    };
    if outlet.is_ending() {
        let _ = reply.send(Resumed::Failed(Some(outlet.h())));
        return;
    }
    let Some(epoch) = outlet.resume(h, hub.seconds()) else {
        let _ = reply.send(Resumed::Failed(Some(outlet.h())));
        return;
    };
    let seat = Seat::new(hub.clone(), cell.clone(), session, jid, (outlet.clone(), epoch));
    let counted = outlet.clone();
    outlet.when_all_handled(Box::new(move || {
        let h = counted.h();
        // If the asker is gone, the seat goes with it and the session waits again.
        let _ = reply.send(Resumed::Seat(seat, h));
    }));
}

/// Takes away an account whose `sessions` were ended: its rows and its archive go, and then its
/// contacts are told.
pub fn erase(
    hub: &Hub,
    cell: &Arc<Cell>,
    sessions: usize,
    farewells: Outbox,
    reply: oneshot::Sender<Result<usize, CommitError>>,
) {
    let (hub, cell) = (hub.clone(), cell.clone());
    let runtime = hub.runtime().clone();
    runtime.spawn(async move {
        let erased = erase_rows(&hub, cell.jid()).await;
        if erased.is_ok() {
            let mut work = Work::new();
            for effect in farewells.effects {
                if let Effect::Route { stanza, to } = effect {
                    hub.route(stanza, to, None, &mut work);
                }
            }
            hub.serve(work);
        }
        hub.post(&cell, Mail::Reload);
        // Whoever asked may have gone; the account is erased all the same.
        let _ = reply.send(erased.map(|()| sessions));
    });
}

/// Erases an account's rows and its archive.
pub async fn erase_rows(hub: &Hub, account: &Jid) -> Result<(), CommitError> {
    let found = login::find(hub.store(), account.local().unwrap_or_default()).await;
    let row = found.map_err(|fault| CommitError::Disk(fault.0))?.ok_or(CommitError::Unmet)?;
    let erased = login::erase(hub.store(), &row).await;
    // Its files are nobody's by now, and overdue.
    hub.sweep_files();
    if erased.is_ok() {
        hub.leave_rooms_of(account).await;
    }
    // What it had at the service of nodes went with it.
    if let Some(branch) = hub.service().branch(BranchKind::Pubsub) {
        hub.post(&hub.0.directory.get(&branch.domain), Mail::Reload);
    }
    erased
}
