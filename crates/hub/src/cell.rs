//! Where an owner lives: its memory, a small queue, a flag. An idle owner has no task and no channel.

use crate::limits;
use crate::mail::Mail;
use crate::outlet::Outlet;
use crate::remote::Neighbour;
use features::memory::{Account, SessionId};
use features::rooms::Room;
use parking_lot::{Mutex, MutexGuard};
use smallvec::SmallVec;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::AcqRel, Ordering::Acquire, Ordering::SeqCst};
use xmpp::Jid;

/// The place of one owner.
pub struct Cell {
    jid: Jid,
    inbox: Mutex<Inbox>,
    memory: Mutex<Memory>,
    /// Journeys through here that were handed to the committer and are not yet released.
    outstanding: AtomicU32,
    /// Journeys that took a turn here and are not over.
    open: AtomicU32,
    /// The memory is to be read again as soon as none is open.
    stale: AtomicBool,
}

#[derive(Default)]
struct Inbox {
    /// Somebody holds the owner.
    held: bool,
    queue: VecDeque<Mail>,
}

/// What the owner has in memory.
pub enum Memory {
    /// Nothing.
    Asleep,
    /// There is no such account, or it could not be read; true until the queue is empty.
    Absent,
    /// An account, or an address of the service that nobody logs in to.
    Awake(Box<Resident>),
    /// Another domain.
    Remote(Box<Neighbour>),
    /// A room, or an address where one could be.
    Room(Box<Room>),
}

/// An account in memory with the outputs of its sessions.
pub struct Resident {
    /// What the rules see.
    pub account: Account,
    /// The output of each of its sessions.
    pub outlets: Outlets,
}

/// The outputs of an account's sessions.
pub type Outlets = SmallVec<[(SessionId, Arc<Outlet>); 1]>;

impl Resident {
    /// The output of a session.
    pub fn outlet(&self, session: SessionId) -> Option<&Arc<Outlet>> {
        self.outlets.iter().find(|(id, _)| *id == session).map(|(_, outlet)| outlet)
    }
}

/// What became of mail.
pub enum Posted {
    /// The caller holds the owner now and takes the turn.
    Mine(Mail),
    /// Whoever holds it takes it.
    Queued,
    /// Too much waits.
    Full(Mail),
}

impl Cell {
    /// A place where nobody is awake.
    pub fn new(jid: Jid) -> Cell {
        Cell {
            jid,
            inbox: Mutex::default(),
            memory: Mutex::new(Memory::Asleep),
            outstanding: AtomicU32::new(0),
            open: AtomicU32::new(0),
            stale: AtomicBool::new(false),
        }
    }

    /// The bare JID; the name of the way, to another domain.
    pub fn jid(&self) -> &Jid {
        &self.jid
    }

    /// Leaves mail. Whoever finds the owner free holds it from then on.
    pub fn post(&self, mail: Mail) -> Posted {
        let mut inbox = self.inbox.lock();
        if !inbox.held {
            inbox.held = true;
            return Posted::Mine(mail);
        }
        // Only what strangers can pile up is refused. All else is bounded where it comes from, and
        // losing it would leave a session without its end or a stanza without its count.
        if inbox.queue.len() >= limits::MAIL_MAX && matches!(mail, Mail::Stanza { .. }) {
            return Posted::Full(mail);
        }
        inbox.queue.push_back(mail);
        Posted::Queued
    }

    /// The holder's next mail; none sets the owner free.
    pub fn next(&self) -> Option<Mail> {
        let mut inbox = self.inbox.lock();
        let next = inbox.queue.pop_front();
        if next.is_none() {
            inbox.held = false;
            // An idle owner keeps no buffer.
            inbox.queue = VecDeque::new();
        }
        next
    }

    /// The holder puts mail back for later, before all other.
    pub fn put_back(&self, mail: Mail) {
        self.inbox.lock().queue.push_front(mail);
    }

    /// The memory, for the holder.
    pub fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock()
    }

    /// Whether nobody holds the owner and no mail waits.
    pub fn is_idle(&self) -> bool {
        let inbox = self.inbox.lock();
        !inbox.held && inbox.queue.is_empty()
    }

    /// Whether something through here waits for the committer.
    pub fn has_outstanding(&self) -> bool {
        self.outstanding.load(Acquire) > 0
    }

    /// A journey through here went to the committer.
    pub fn submitted(&self) {
        self.outstanding.fetch_add(1, AcqRel);
    }

    /// It was released.
    pub fn released(&self) {
        self.outstanding.fetch_sub(1, AcqRel);
    }

    /// Whether a journey that took a turn here is not over: what it writes may not be in the store yet.
    pub fn has_open(&self) -> bool {
        self.open.load(SeqCst) > 0
    }

    /// A journey takes a turn here.
    pub fn touched(&self) {
        self.open.fetch_add(1, SeqCst);
    }

    /// A journey that took a turn here is over. True if the memory is to be read again now.
    pub fn over(&self) -> bool {
        self.open.fetch_sub(1, SeqCst) == 1 && self.stale.swap(false, SeqCst)
    }

    /// The memory is to be read again. True if that can be now; otherwise the last open journey says
    /// when, for until then the store does not know what the turns have decided.
    pub fn is_readable(&self) -> bool {
        self.stale.store(true, SeqCst);
        self.open.load(SeqCst) == 0 && self.stale.swap(false, SeqCst)
    }
}
