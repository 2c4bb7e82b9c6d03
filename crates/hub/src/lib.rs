//! Owners and their mail: who holds the memory of an address, in which order its turns are taken,
//! and when what came of them may be seen.
//!
//! Start at [`post`] (leaving mail, taking turns), then [`turns`] (mail to rules and back), then
//! [`journey`] and [`release`] (commit, then deliver). [`outlet`] is what a client gets, [`seat`] is
//! what its connection holds, [`restart`] is what of it outlives the process.

mod accounts;
mod arrivals;
mod attached;
mod bind;
mod broken;
mod cell;
mod clients;
pub mod clock;
mod counters;
mod deeds;
mod dials;
mod directory;
mod files;
mod given;
mod held;
mod inbound;
mod inventory;
pub mod invitations;
mod journey;
pub mod limits;
mod lines;
mod link;
mod login;
mod mail;
mod managed;
mod newcomers;
mod online;
mod orders;
mod outlet;
mod passage;
mod post;
mod prove;
mod release;
mod remote;
mod reports;
mod restart;
mod revoked;
mod room;
mod rules;
mod seat;
mod sessions;
#[cfg(test)]
mod sizes;
mod staff;
mod standing;
mod stranger;
mod sweep;
mod throttle;
mod timers;
mod turns;
mod wake;
mod watch;

pub use accounts::NotDone;
pub use attached::Attached;
pub use clock::Clock;
pub use counters::Counts;
pub use features::feature::{Limit, Limits};
pub use features::federation::{Trouble, Way};
pub use features::login::{Admitted, Agent, Denied, Login};
pub use features::terms::Demand;
pub use features::turn::End;
pub use features::watch::{Cause, Course, Failed};
pub use inventory::Holding;
pub use lines::{Cut, Heading, Line, OnLine};
pub use link::{Inlet, Link, Reach};

pub use outlet::{Sheet, Taken};
pub use passage::{Opened, Passage, RESUME_SECONDS, Terms};
pub use prove::{Proof, Unproved};
pub use revoked::Began;
pub use seat::{Bound, Inline, Proven, Resumed, Seat, Wish};
pub use standing::Standing;
pub use stranger::Stranger;
pub use throttle::Attempt;

use arc_swap::ArcSwap;
use broken::BrokenStreams;
use bytes::Bytes;
use cell::{Cell, Posted};
use counters::Counters;
use dials::Dials;
use directory::Directory;
use features::disco;
use features::memory::SessionId;
use features::service::Service;
use lines::Lines;
use mail::{Ending, Mail};
use outlet::Outlet;
use post::Work;
use revoked::Revoked;
use sessions::Sessions;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use store::{CommitError, Store};
use throttle::Throttle;
use timers::Timers;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, oneshot};
use xmpp::{Condition, Jid, StanzaError};

/// All owners of a service. Cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    store: Store,
    service: ArcSwap<Service>,
    clock: Clock,
    runtime: Handle,
    directory: Directory,
    sessions: Sessions,
    revoked: Revoked,
    throttle: Throttle,
    sign_ups: Throttle,
    dials: Dials,
    broken: BrokenStreams,
    lines: Lines,
    timers: Timers,
    counters: Counters,
    last_session: AtomicU64,
    deriving: Arc<Semaphore>,
}

impl Hub {
    /// A hub over an open store. Reads that take long run on `runtime`.
    pub fn new(store: Store, service: Service, clock: Clock, runtime: Handle) -> Hub {
        Hub(Arc::new(Inner {
            store,
            service: ArcSwap::from_pointee(service),
            clock,
            runtime,
            directory: Directory::default(),
            sessions: Sessions::default(),
            revoked: Revoked::default(),
            throttle: Throttle::default(),
            sign_ups: Throttle::default(),
            dials: Dials::default(),
            broken: BrokenStreams::default(),
            lines: Lines::default(),
            timers: Timers::default(),
            counters: Counters::default(),
            last_session: AtomicU64::new(0),
            deriving: Arc::new(Semaphore::new(limits::DERIVING_MAX)),
        }))
    }

    /// The facts of the service, as of now.
    pub fn service(&self) -> Arc<Service> {
        self.0.service.load_full()
    }

    /// From the next turn on, other facts.
    pub fn set_service(&self, service: Service) {
        self.0.service.store(Arc::new(service));
    }

    /// What the service offers after login, as stream features (canonical).
    pub fn stream_features(&self) -> Bytes {
        disco::stream_features(&self.service())
    }

    /// How often a password is hashed; accounts that do not exist show the same number.
    pub fn iterations(&self) -> u32 {
        features::login::ITERATIONS.get()
    }

    /// The store below.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The time and randomness of this hub.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Whether no owner has mail, takes a turn, is being read, has something read beside it, or waits for the
    /// committer: for tests, which let time pass only then.
    pub fn is_quiet(&self) -> bool {
        !self.0.counters.is_reading() && self.0.directory.all(|cell| cell.is_idle() && !cell.has_outstanding())
    }

    /// What was counted.
    pub fn counts(&self) -> Counts {
        self.0.counters.read(self.0.directory.len(), self.0.sessions.len())
    }

    /// A login begins: what it will be checked by is about to be read.
    pub fn login_begins(&self) -> Began {
        self.0.revoked.moment()
    }

    /// Gives a client that proved who it is a resource.
    ///
    /// # Errors
    /// RFC 6120 §7.6.2, §7.7.2: too many sessions, a resource that is none, or the account's logins
    /// were taken back meanwhile.
    pub async fn bind(&self, proven: &Proven, wish: Wish, inline: Inline) -> Result<Bound, StanzaError> {
        let (reply, answer) = oneshot::channel();
        let cell = self.0.directory.get(&proven.account);
        let (agent, began) = (proven.agent.clone(), proven.began);
        self.post(&cell, Mail::Bind { agent, began, wish, inline, reply });
        answer.await.unwrap_or_else(|_| Err(StanzaError::new(Condition::InternalServerError)))
    }

    /// Gives a client that proved who it is its session back (XEP-0198 §5).
    pub async fn resume(&self, proven: &Proven, previous: &str, h: u32) -> Resumed {
        let Some((session, secret)) = seat::parse_resume_id(previous) else { return Resumed::Failed(None) };
        let Some(live) = self.0.sessions.find(session, &secret) else {
            return Resumed::Failed(self.0.sessions.grave(session, &secret));
        };
        if live.cell.jid().bare_str() != proven.account.bare_str() {
            return Resumed::Failed(None);
        }
        let (reply, answer) = oneshot::channel();
        self.post(&live.cell, Mail::Resume { session, h, reply });
        answer.await.unwrap_or(Resumed::Failed(None))
    }

    /// Ends all sessions of an account: it was disabled, or got a new password. Returns how many there
    /// were; from then on none of them is heard, and no login that had begun before comes to one.
    pub async fn end_sessions(&self, account: &Jid, reason: End) -> usize {
        self.0.revoked.add(account, self.seconds());
        let ended = self.end_some(account, Ending::All, reason).await;
        if let Some(cell) = self.0.directory.find(account) {
            self.post(&cell, Mail::Reload);
        }
        ended
    }

    /// Ends sessions of an account; logins stay good. Returns how many there were.
    pub(crate) async fn end_some(&self, account: &Jid, which: Ending, reason: End) -> usize {
        let Some(cell) = self.0.directory.find(account) else { return 0 };
        let (reply, answer) = oneshot::channel();
        self.post(&cell, Mail::End(which, reason, reply));
        answer.await.unwrap_or(0)
    }

    /// Erases an account: sessions end, rows and archive go, contacts are told. Returns how many
    /// sessions there were.
    ///
    /// # Errors
    /// When there is no such account or the store refuses; then nothing is promised, and it can be
    /// tried again.
    pub async fn erase(&self, account: &Jid) -> Result<usize, CommitError> {
        self.erase_for(account, None).await
    }

    /// As [`Hub::erase`]; the client whose output `asked` is stays to be told what came of it.
    pub(crate) async fn erase_for(&self, account: &Jid, asked: Option<Arc<Outlet>>) -> Result<usize, CommitError> {
        let (reply, answer) = oneshot::channel();
        self.post(&self.0.directory.get(account), Mail::Erase { asked, reply });
        match answer.await.unwrap_or(Err(CommitError::Closed)) {
            // An account that is disabled has no owner, and its contacts see nothing of it already.
            Err(CommitError::Unmet) => bind::erase_rows(self, account).await.map(|()| 0),
            erased => erased,
        }
    }

    pub(crate) fn directory(&self) -> &Directory {
        &self.0.directory
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    pub(crate) fn revoked(&self) -> &Revoked {
        &self.0.revoked
    }

    pub(crate) fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    /// How often strangers tried to get an account.
    pub(crate) fn sign_ups(&self) -> &Throttle {
        &self.0.sign_ups
    }

    pub(crate) fn dials(&self) -> &Dials {
        &self.0.dials
    }

    pub(crate) fn broken(&self) -> &BrokenStreams {
        &self.0.broken
    }

    pub(crate) fn all_lines(&self) -> &Lines {
        &self.0.lines
    }

    pub(crate) fn timers(&self) -> &Timers {
        &self.0.timers
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.0.counters
    }

    /// Room for those who derive keys, which is slow on purpose.
    pub(crate) fn deriving(&self) -> &Arc<Semaphore> {
        &self.0.deriving
    }

    pub(crate) fn runtime(&self) -> &Handle {
        &self.0.runtime
    }

    /// A name that no session of this process had before.
    pub(crate) fn next_session(&self) -> SessionId {
        SessionId(self.0.last_session.fetch_add(1, Relaxed) + 1)
    }

    /// A session of that name is there from before: names go on behind it.
    pub(crate) fn no_session_before(&self, session: SessionId) {
        self.0.last_session.fetch_max(session.0, Relaxed);
    }

    /// Seconds since 1970, for deadlines.
    pub(crate) fn seconds(&self) -> u32 {
        u32::try_from(self.0.clock.now() / 1_000_000).unwrap_or(u32::MAX)
    }

    /// Leaves mail from a place that must not take turns, in the order of these calls: who finds the owner free
    /// has its turns taken elsewhere.
    pub(crate) fn leave_later(&self, cell: &Arc<Cell>, mail: Mail) {
        if let Posted::Mine(mail) = cell.post(mail) {
            let (hub, work) = (self.clone(), Work::from([(cell.clone(), mail)]));
            self.0.runtime.spawn(async move { hub.serve(work) });
        }
    }

    /// Leaves mail from a place that must not take turns: the committer, a turn.
    pub(crate) fn post_later(&self, cell: Arc<Cell>, mail: Mail) {
        let hub = self.clone();
        self.0.runtime.spawn(async move { hub.post(&cell, mail) });
    }
}
