//! A journey: what one mail led to, at one owner or several, until it is durable and let go.
//!
//! Each turn on the way adds the rows it wants written and the outputs it wants sent. When the last
//! turn is over, all rows go to the committer as one submission, and only its receipt lets the
//! outputs go (design: acknowledged means durable). What wrote nothing goes at once, unless
//! something before it at the same owner still waits for the committer: then it takes its place in
//! that queue, so that nothing overtakes.

use crate::cell::Cell;
use crate::outlet::Outlet;
use features::deed::Deed;
use features::query::Query;
use features::rooms::Later;
use features::turn::{Asker, Direction, Weight};
use parking_lot::Mutex;
use smallvec::SmallVec;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::AcqRel};
use store::Write;
use tokio::sync::oneshot;
use xmpp::{Delivery, Jid, Stanza};

/// A journey with turns still open.
pub struct Journey {
    open: AtomicU32,
    load: Mutex<Load>,
}

/// What a journey carries.
#[derive(Default)]
pub struct Load {
    /// Rows, in the order of the turns.
    pub writes: Vec<Write>,
    /// Outputs, in the order of the turns.
    pub releases: SmallVec<[Release; 2]>,
    /// Owners that took a turn.
    pub touched: SmallVec<[Arc<Cell>; 2]>,
    /// The client's stanza it began with.
    pub origin: Option<Origin>,
}

/// A stanza of a client or of another service, counted as handled when its journey is over.
pub struct Origin {
    /// The client's session, or the stream of the other service.
    pub outlet: Arc<Outlet>,
    /// The stanza's number there.
    pub number: u32,
    /// The stanza, to be answered if the disk refuses; none for those that nobody may answer.
    pub stanza: Option<Arc<Stanza>>,
    /// It came from another service, which is answered by its own owner.
    pub is_remote: bool,
}

/// Which archive row names a stanza: its place among the rows of the journey, and the archive.
#[derive(Clone)]
pub struct Stamped {
    /// Counted over the appended rows of the journey.
    pub index: usize,
    /// The archive's number in the store.
    pub archive: i64,
    /// Whose archive.
    pub by: Jid,
}

/// Something that leaves when the journey is durable.
pub enum Release {
    /// A stanza for a client.
    Deliver {
        /// Which client.
        outlet: Arc<Outlet>,
        /// What it gets.
        delivery: Delivery,
        /// Its row in the archive.
        stamp: Option<Stamped>,
        /// Whether a background client may wait.
        weight: Weight,
    },
    /// A stanza for another domain.
    Send {
        /// What waits for that domain.
        outlet: Arc<Outlet>,
        /// What it gets.
        delivery: Delivery,
    },
    /// A carbon copy for a client.
    Carbon {
        /// Which client.
        outlet: Arc<Outlet>,
        /// Its full JID.
        to: Jid,
        /// Whose copy.
        account: Jid,
        /// Sent or received.
        direction: Direction,
        /// The original.
        stanza: Arc<Stanza>,
        /// The original's row in the archive.
        stamp: Option<Stamped>,
        /// Whether a background client may wait.
        weight: Weight,
    },
    /// All that a client was given ends with this number of the archive.
    Given {
        /// Which client.
        outlet: Arc<Outlet>,
        /// The number.
        number: u64,
    },
    /// A client that does not acknowledge what it was given is to be woken.
    Watch {
        /// Which client.
        outlet: Arc<Outlet>,
    },
    /// Whoever waits for it learns that it is durable; if it is not, nobody answers.
    Told(oneshot::Sender<Result<(), String>>),
    /// A room goes on.
    Later {
        /// The room.
        cell: Arc<Cell>,
        /// With what.
        later: Box<Later>,
        /// The row whose number it gets.
        stamp: Option<Stamped>,
    },
    /// A slow read begins.
    Read {
        /// Whose owner gets the answer.
        cell: Arc<Cell>,
        /// Who asked.
        asker: Asker,
        /// What is read.
        query: Query,
    },
    /// Something is done to an account.
    Do {
        /// Whose owner gets the answer.
        cell: Arc<Cell>,
        /// Who asked.
        asker: Asker,
        /// What it answers.
        request: Box<Stanza>,
        /// What is done.
        deed: Box<Deed>,
    },
}

impl Journey {
    /// A journey on which one turn is open.
    pub fn new(load: Load) -> Journey {
        Journey { open: AtomicU32::new(1), load: Mutex::new(load) }
    }

    /// One more turn will be taken. Called before the mail for it is left.
    pub fn open(&self) {
        self.open.fetch_add(1, AcqRel);
    }

    /// A turn is over. Returns the whole load when it was the last.
    pub fn close(&self) -> Option<Load> {
        (self.open.fetch_sub(1, AcqRel) == 1).then(|| std::mem::take(&mut *self.load.lock()))
    }

    /// Adds what a turn gave.
    pub fn add<T>(&self, add: impl FnOnce(&mut Load) -> T) -> T {
        add(&mut self.load.lock())
    }
}

impl Load {
    /// Notes an owner that takes a turn.
    pub fn touch(&mut self, cell: &Arc<Cell>) {
        cell.touched();
        self.touched.push(cell.clone());
    }

    /// The number of rows appended to archives so far.
    pub fn appends(&self) -> usize {
        self.writes.iter().filter(|write| matches!(write, Write::Append(_))).count()
    }
}
