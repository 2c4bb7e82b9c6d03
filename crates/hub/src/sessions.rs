//! The sessions of the process by name: to take one up again (XEP-0198 §5), and to notice clients
//! that fell silent.

use crate::cell::Cell;
use crate::limits;
use crate::outlet::Outlet;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use features::memory::SessionId;
use hashbrown::HashMap;
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::Arc;
use xmpp::scram::Hash;

/// All sessions.
#[derive(Default)]
pub struct Sessions {
    live: Mutex<HashMap<u64, Live>>,
    /// Sessions that wait for their client, oldest first: when they stop waiting, in seconds.
    lost: Mutex<VecDeque<(u32, u64)>>,
    graves: Mutex<VecDeque<Grave>>,
}

/// A session that exists.
#[derive(Clone)]
pub struct Live {
    /// Its owner.
    pub cell: Arc<Cell>,
    /// Its output.
    pub outlet: Arc<Outlet>,
    /// What its client must know to take it up, hashed; none if it may not.
    pub proof: Option<Proof>,
    /// Until when it waits for a lost client, in seconds.
    deadline: u32,
}

/// A session that ended: its client may come back for the count (XEP-0198 §5).
struct Grave {
    session: u64,
    proof: Proof,
    h: u32,
}

/// The hash of a secret: whoever reads it can take no session up. Half of SHA-256 is as long as the secret.
pub type Proof = [u8; 16];

/// The hash of `secret`.
pub fn proof(secret: &[u8]) -> Proof {
    let digest = Hash::Sha256.digest(secret);
    *digest.first_chunk().expect("SHA-256 has 32 bytes")
}

impl Sessions {
    /// A new session.
    pub fn add(&self, session: SessionId, cell: Arc<Cell>, outlet: Arc<Outlet>) {
        self.live.lock().insert(session.0, Live { cell, outlet, proof: None, deadline: 0 });
    }

    /// The session may be taken up by whoever knows the secret behind `proof`.
    pub fn make_resumable(&self, session: SessionId, proof: Proof) {
        if let Some(live) = self.live.lock().get_mut(&session.0) {
            live.proof = Some(proof);
        }
    }

    /// The session of that name and secret.
    pub fn find(&self, session: SessionId, secret: &[u8]) -> Option<Live> {
        let live = self.live.lock().get(&session.0).cloned()?;
        let known = live.proof?;
        verify_slices_are_equal(&known, &proof(secret)).is_ok().then_some(live)
    }

    /// Whether the session can be taken up again.
    pub fn is_resumable(&self, session: SessionId) -> bool {
        self.live.lock().get(&session.0).is_some_and(|live| live.proof.is_some())
    }

    /// How far a session that is no more had come, for whoever knows its secret.
    pub fn grave(&self, session: SessionId, secret: &[u8]) -> Option<u32> {
        let graves = self.graves.lock();
        let grave = graves.iter().find(|grave| grave.session == session.0)?;
        verify_slices_are_equal(&grave.proof, &proof(secret)).is_ok().then_some(grave.h)
    }

    /// The session is gone.
    pub fn remove(&self, session: SessionId) {
        let Some(live) = self.live.lock().remove(&session.0) else { return };
        let Some(proof) = live.proof else { return };
        let mut graves = self.graves.lock();
        if graves.len() >= limits::GRAVES_MAX {
            graves.pop_front();
        }
        graves.push_back(Grave { session: session.0, proof, h: live.outlet.h() });
    }

    /// The session goes without a grave: it is written down. What it takes to take it up, and until when that may
    /// be, if it waits for its client already.
    pub fn put_down(&self, session: SessionId) -> Option<(Proof, Option<u32>)> {
        let live = self.live.lock().remove(&session.0)?;
        Some((live.proof?, (live.deadline > 0).then_some(live.deadline)))
    }

    /// The session waits for its client until `deadline`.
    pub fn lost(&self, session: SessionId, deadline: u32) {
        if let Some(live) = self.live.lock().get_mut(&session.0) {
            live.deadline = deadline;
        }
        self.lost.lock().push_back((deadline, session.0));
    }

    /// Sessions that waited long enough and are still without a client, with their last connection.
    pub fn overdue(&self, now: u32) -> Vec<(SessionId, Arc<Cell>, u32)> {
        let mut due = Vec::new();
        let mut lost = self.lost.lock();
        while let Some((deadline, session)) = lost.front().copied() {
            if deadline > now {
                break;
            }
            lost.pop_front();
            let live = self.live.lock().get(&session).cloned();
            // One that was taken up and lost again has a later deadline.
            if let Some(live) = live
                && live.deadline == deadline
                && !live.outlet.is_connected()
            {
                due.push((SessionId(session), live.cell, live.outlet.epoch()));
            }
        }
        due
    }

    /// Calls `look` on every session.
    pub fn each(&self, mut look: impl FnMut(SessionId, &Live)) {
        for (session, live) in self.live.lock().iter() {
            look(SessionId(*session), live);
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.live.lock().len()
    }
}
