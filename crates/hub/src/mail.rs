//! What can wake an owner: a closed list.

use crate::journey::{Journey, Origin};
use crate::link::{Broke, Link, Reach};
use crate::outlet::Outlet;
use crate::restart::Device;
use crate::revoked::Began;
use crate::seat::{Bound, Inline, Resumed, Wish};
use crate::standing::Held;
use features::Fault;
use features::caps::Interests;
use features::federation::{Made, Trouble};
use features::login::Live;
use features::memory::{Session, SessionId};
use features::order::Moment;
use features::query::Found;
use features::resume::Kept;
use features::rooms::ruled::Ruling;
use features::rooms::{Later, Room};
use features::turn::{Asker, End};
use std::num::NonZeroU64;
use std::sync::Arc;
use tokio::sync::oneshot;
use xmpp::{Delivery, Jid, Stanza, StanzaError};

/// One thing for an owner to take a turn about.
pub enum Mail {
    /// One of the account's own clients sends a stanza, its `number` on that session.
    Sent {
        /// Which client.
        session: SessionId,
        /// For counting what is handled.
        number: u32,
        /// The stanza.
        stanza: Stanza,
    },
    /// A stanza for this address, on a journey that began elsewhere.
    Stanza {
        /// The stanza.
        stanza: Arc<Stanza>,
        /// Where this copy goes.
        to: Jid,
        /// What commits and is released together with it.
        journey: Arc<Journey>,
    },
    /// What a slow read found.
    Answer {
        /// Who asked.
        asker: Asker,
        /// The answer.
        found: Found,
        /// The request it answers.
        origin: Option<Origin>,
    },
    /// A client that proved who it is wants a resource.
    Bind {
        /// The `id` of its user agent.
        agent: Option<Box<str>>,
        /// When its login began.
        began: Began,
        /// Which resource.
        wish: Wish,
        /// What to turn on with it.
        inline: Inline,
        /// Where the answer goes.
        reply: oneshot::Sender<Result<Bound, StanzaError>>,
    },
    /// A client wants its session back.
    Resume {
        /// Which.
        session: SessionId,
        /// How much it has.
        h: u32,
        /// Where the answer goes; nothing if it cannot be had.
        reply: oneshot::Sender<Resumed>,
    },
    /// Clients have got more of what they were given (XEP-0160).
    Arrived,
    /// A client in the background does not acknowledge what it was sent (XEP-0357).
    Silent(SessionId),
    /// A session is gone for good.
    Gone(Left),
    /// The service stops: what is kept of the account's sessions is the answer.
    PutDown(oneshot::Sender<Vec<Kept>>),
    /// The service has started again: the account has its sessions back, whose devices are the answer.
    TakeUp(Vec<Kept>, oneshot::Sender<Vec<Device>>),
    /// A contact's device is there again, and wants to be told of these.
    Recall(Jid, Arc<Interests>),
    /// Sessions of the account end; how many there were is the answer.
    End(Ending, End, oneshot::Sender<usize>),
    /// The account is erased: its contacts are told, its rows go.
    Erase {
        /// The output of who asked for it. Its session ends like all others, but its client is still to be
        /// told what came of it.
        asked: Option<Arc<Outlet>>,
        /// How many sessions there were.
        reply: oneshot::Sender<Result<usize, store::CommitError>>,
    },
    /// Something happened to the account that is nobody's stanza.
    Moment(Moment),
    /// The sessions are the answer.
    WhoIsHere(oneshot::Sender<Vec<Live>>),
    /// Another domain's: what waited for it when the server stopped.
    Restored(Vec<(NonZeroU64, Stanza)>),
    /// Another domain's: a stream may carry what is sent to it.
    Linked {
        /// How it was made.
        made: Made,
        /// How it is accounted for.
        reach: Reach,
        /// Where the answer goes.
        reply: oneshot::Sender<Option<Link>>,
    },
    /// Another domain's: the stream is gone.
    Unlinked(Broke),
    /// Another domain's: it takes stanzas of so many bytes, and these are larger.
    TooLarge(Vec<Delivery>, u64),
    /// Another domain's: no stream could be had.
    Unreachable(Trouble),
    /// Another domain's: operators decided something about it.
    Ruled,
    /// Another domain's: how it stands is the answer.
    HowIsIt(oneshot::Sender<Held>),
    /// The time has come that the owner asked for.
    Wake,
    /// What is in memory may not be what is in the store: read it again.
    Reload,
    /// The memory that was asked for.
    Loaded(Result<Option<Box<features::memory::Account>>, Fault>),
    /// A room's: the same.
    RoomLoaded(Result<Box<Room>, Fault>),
    /// A room's: what a turn wrote is durable, and this is the number that its archive row got.
    Durable(Box<Later>, Option<u64>),
    /// A room's: those who run the service decide something about it. The answer comes when it is durable.
    Rule(Ruling, oneshot::Sender<Result<(), String>>),
    /// A room's: the service stops. The answer comes when everybody in it is told.
    ShutDown(oneshot::Sender<()>),
}

/// Which sessions of an account end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ending {
    /// All of them.
    All,
    /// All but this one: who changes the password stays.
    AllBut(SessionId),
    /// The one bound to this full JID.
    One(Jid),
    /// Those of the client with this id.
    OfAgent(Box<str>),
}

impl Ending {
    /// Whether the session of that name is one of them, of which this is `known`.
    pub fn ends(&self, session: SessionId, known: Option<&Session>) -> bool {
        match self {
            Ending::All => true,
            Ending::AllBut(spared) => session != *spared,
            Ending::One(one) => known.is_some_and(|known| known.jid == *one),
            Ending::OfAgent(agent) => known.is_some_and(|known| known.agent.as_ref() == Some(agent)),
        }
    }
}

/// A session that its client has left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Left {
    /// Which.
    pub session: SessionId,
    /// The number of the connection that was the last. If there has been another since, the client came
    /// back.
    pub epoch: u32,
}
