//! What can wake an owner: a closed list.

use crate::journey::{Journey, Origin};
use crate::link::{Link, Reach};
use crate::revoked::Began;
use crate::seat::{Bound, Inline, Resumed, Wish};
use features::Fault;
use features::federation::Trouble;
use features::memory::SessionId;
use features::query::Found;
use features::turn::{Asker, End};
use std::num::NonZeroU64;
use std::sync::Arc;
use tokio::sync::oneshot;
use xmpp::{Jid, Stanza, StanzaError};

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
    Gone(SessionId),
    /// All sessions of the account end; how many there were is the answer.
    EndAll(End, oneshot::Sender<usize>),
    /// The account is erased: its contacts are told, its rows go.
    Erase(oneshot::Sender<Result<usize, store::CommitError>>),
    /// Another domain's: what waited for it when the server stopped.
    Restored(Vec<(NonZeroU64, Stanza)>),
    /// Another domain's: a stream may carry what is sent to it.
    Linked {
        /// How it is accounted for.
        reach: Reach,
        /// Where the answer goes.
        reply: oneshot::Sender<Option<Link>>,
    },
    /// Another domain's: the stream is gone.
    Unlinked,
    /// Another domain's: no stream could be had.
    Unreachable(Trouble),
    /// The time has come that the owner asked for.
    Wake,
    /// What is in memory may not be what is in the store: read it again.
    Reload,
    /// The memory that was asked for.
    Loaded(Result<Option<Box<features::memory::Account>>, Fault>),
}
