//! A restart that clients do not notice but for a lost connection (XEP-0198 §5): at an orderly stop every session
//! that can be resumed is written down, and read again at the start.

use crate::Hub;
use crate::arrivals;
use crate::cell::{Cell, Resident};
use crate::mail::{Left, Mail};
use crate::outlet::Outlet;
use features::Fault;
use features::caps::Interests;
use features::memory::SessionId;
use features::resume::{self, Kept};
use features::turn::{End, Outbox, Turn};
use hashbrown::HashMap;
use std::sync::Arc;
use std::time::Duration;
use store::CommitError;
use tokio::sync::oneshot;
use tokio::time::sleep;
use xmpp::Jid;

/// How long owners may take to come to rest before their sessions are written down.
const REST_MILLIS: u64 = 2_000;

/// A device that is there again, what it wants to be told of, and who has to know.
pub type Device = (Jid, Arc<Interests>, Vec<Jid>);

impl Hub {
    /// Ends every connection, as before a restart, and every session that cannot outlive it. Returns how many
    /// clients are still to hear of it.
    pub fn hang_up(&self) -> usize {
        let mut connected = 0;
        self.sessions().each(|_, live| {
            match live.proof {
                Some(_) => live.outlet.hang_up(),
                None => live.outlet.end(End::SystemShutdown),
            }
            connected += usize::from(live.outlet.is_connected());
        });
        connected
    }

    /// Writes down the sessions that can be taken up after a restart; the others end. Nobody may be served any
    /// more. Returns how many there are.
    ///
    /// # Errors
    /// When the store says no; then all are lost, as in a crash.
    pub async fn put_down_sessions(&self) -> Result<usize, CommitError> {
        let mut cells: HashMap<Jid, Arc<Cell>> = HashMap::new();
        let mut over = Vec::new();
        let mut room = self.service().limits.count(&resume::SESSIONS);
        self.sessions().each(|session, live| {
            let epoch = live.outlet.let_go();
            match live.proof {
                Some(_) if room > 0 && !live.outlet.is_ending() => {
                    room -= 1;
                    cells.insert(live.cell.jid().clone(), live.cell.clone());
                }
                _ => over.push((live.cell.clone(), Left { session, epoch })),
            }
        });
        // Contacts that are written down see the others go.
        for (cell, left) in over {
            self.post(&cell, Mail::Gone(left));
        }
        self.rest().await;
        let mut all = Vec::new();
        for cell in cells.into_values() {
            let (reply, kept) = oneshot::channel();
            self.post(&cell, Mail::PutDown(reply));
            all.extend(kept.await.unwrap_or_default());
        }
        if !all.is_empty() {
            self.store().commit(resume::table::save(&all)).await?;
        }
        Ok(all.len())
    }

    /// Reads the sessions that were written down, before anybody is served. Returns how many there are.
    ///
    /// # Errors
    /// When the store says no.
    pub async fn take_up_sessions(&self) -> Result<usize, Fault> {
        let all = resume::table::read(self.store()).await?;
        if all.is_empty() {
            return Ok(0);
        }
        // First of all, so that none is taken up a second time.
        self.store().commit(resume::table::clear()).await.map_err(|error| Fault(error.to_string()))?;
        let deadlines: Vec<_> = all.iter().map(|kept| (kept.session.id, kept.ends_at)).collect();
        let mut accounts: HashMap<Jid, Vec<Kept>> = HashMap::new();
        for kept in all {
            self.no_session_before(kept.session.id);
            accounts.entry(kept.session.jid.bare()).or_default().push(kept);
        }
        let mut devices = Vec::new();
        for (account, kept) in accounts {
            let (reply, there) = oneshot::channel();
            self.post(&self.directory().get(&account), Mail::TakeUp(kept, reply));
            // An account that is gone has no sessions.
            devices.extend(there.await.unwrap_or_default());
        }
        for (session, ends_at) in &deadlines {
            self.sessions().lost(*session, *ends_at);
        }
        self.introduce(&devices);
        Ok(deadlines.len())
    }

    /// Owners that are awake know again what the devices of their contacts want to be told of.
    fn introduce(&self, devices: &[Device]) {
        for (device, interests, contacts) in devices {
            let awake = contacts.iter().filter(|contact| self.service().is_local(contact));
            for cell in awake.filter_map(|contact| self.directory().find(contact)) {
                self.post(&cell, Mail::Recall(device.clone(), interests.clone()));
            }
        }
    }

    /// Waits until what is under way is over, but not for ever: what is not handled by then is sent again.
    async fn rest(&self) {
        for _ in 0..REST_MILLIS / 5 {
            if self.is_quiet() {
                return;
            }
            sleep(Duration::from_millis(5)).await;
        }
        tracing::warn!("the service stops while stanzas are under way");
    }
}

/// The sessions of an account that go on after the restart leave it without a word.
pub fn put_down(
    hub: &Hub,
    turn: &mut Turn<'_>,
    outlets: &[(SessionId, Arc<Outlet>)],
    reply: oneshot::Sender<Vec<Kept>>,
) {
    arrivals::write_down(turn, outlets);
    let mut all = Vec::new();
    for (id, outlet) in outlets {
        let Some(output) = outlet.keep() else { continue };
        let Some((proof, deadline)) = hub.sessions().put_down(*id) else { continue };
        let Some(session) = resume::put_down(turn.me, *id) else { continue };
        let (interests, standing) = resume::shared(turn.me, &session);
        let now = hub.seconds();
        let ends_at = deadline.filter(|deadline| *deadline > now).unwrap_or(now + hub.resume_seconds());
        all.push(Kept { account: turn.me.id, session, proof, ends_at, output, interests, standing });
    }
    // Whoever asked waits for it, or the process ends.
    let _ = reply.send(all);
}

/// An account has its sessions back. The answer are their devices.
pub fn take_up(
    hub: &Hub,
    cell: &Arc<Cell>,
    resident: &mut Resident,
    (kept, reply): (Vec<Kept>, oneshot::Sender<Vec<Device>>),
) {
    let mut devices = Vec::new();
    for kept in kept {
        // The name of an account is never given out again, but nothing is lost by looking.
        if kept.account != resident.account.id {
            continue;
        }
        let (id, device) = (kept.session.id, kept.session.jid.clone());
        let outlet = Arc::new(Outlet::take_up(kept.output, hub.seconds()));
        resident.outlets.push((id, outlet.clone()));
        hub.sessions().add(id, cell.clone(), outlet);
        hub.sessions().make_resumable(id, kept.proof);
        resident.account.offline.take_up(kept.standing);
        let service = hub.service();
        let mut out = Outbox::default();
        let mut turn = Turn { me: &mut resident.account, service: &service, now: hub.clock().now(), out: &mut out };
        let contacts = resume::take_up(&mut turn, kept.session, kept.interests.clone());
        devices.extend(kept.interests.map(|interests| (device, interests, contacts)));
    }
    // Whoever asked waits for it.
    let _ = reply.send(devices);
}
