//! What the machine asks of whoever drives it, and what it is told.
//!
//! The machine never calls out: it yields an [`Event`], and where that is an [`Ask`] it waits for
//! the [`Answer`] before it looks at further input. The order of asks of one login is fixed:
//! credentials, `Admit`, then `Resume` and, unless that succeeded, `Bind`.

use bytes::Bytes;
pub use xmpp::Token;
use xmpp::{Jid, Stanza, StanzaError, Text, scram};

/// What happened, for the driver to act on.
#[derive(Debug)]
pub enum Event {
    /// A stanza of the bound session, `from` stamped with its full JID (RFC 6120 §8.1.2.1).
    Stanza(Stanza),
    /// A stanza of the bound session that went no further: it could not be processed (RFC 6120
    /// §8.3), or it was one of the requests that the stream settles itself. It counts as handled
    /// (XEP-0198 §4). What answers it, if anything may, goes the way of all stanzas of the session.
    Refused(Option<Stanza>),
    /// The machine needs something and stands still until `Machine::answer`.
    Ask(Ask),
    /// Send the output, then do the TLS handshake and call `Machine::secured`. Input that
    /// arrived in plain text behind `<starttls/>` is already discarded (RFC 6120 §5.4.3.3).
    StartTls,
    /// The client asks how far we are: `<r/>` (XEP-0198 §4). Answer with
    /// [`xmpp::acks::write`].
    AckRequested,
    /// The client has handled this many stanzas: `<a h=''/>` (XEP-0198 §4).
    Acked(u32),
    /// The client came to the foreground or left it (XEP-0352 §4).
    ClientState(ClientState),
    /// Send the output and close. `graceful` is true when the client closed its stream, which ends
    /// a managed session (XEP-0198 §7).
    Close {
        /// The client sent `</stream:stream>`.
        graceful: bool,
    },
}

/// XEP-0352 §4.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub enum ClientState {
    Active,
    Inactive,
}

/// What the machine needs to know or to have done.
#[derive(Debug)]
pub enum Ask {
    /// Somebody who has no account yet asks for one (XEP-0077 §3.1.1, XEP-0445 §4). Answer: [`Answer::Replied`].
    Register(Stanza),
    /// The stored keys of an account for one hash function. Answer: [`Answer::Keys`]. For unknown
    /// and disabled accounts the answer is none, and the machine goes on with keys that nobody has.
    Keys {
        /// The normalised localpart.
        user: Text,
        /// Of which mechanism.
        hash: scram::Hash,
    },
    /// The tokens issued to a client (XEP-0484). Answer: [`Answer::Tokens`].
    Tokens {
        /// The normalised localpart.
        user: Text,
        /// The `id` of the client's `<user-agent/>`.
        agent: Text,
    },
    /// Somebody proved who they are. Answer: [`Answer::Admitted`] or [`Answer::Denied`].
    Admit(Login),
    /// Store these keys of the account just admitted (XEP-0480). Answer: [`Answer::Done`].
    Upgrade(scram::Keys),
    /// Give the session a resource. Answer: [`Answer::Bound`] or [`Answer::BindRefused`].
    Bind(Bind),
    /// Turn on stream management for the bound session (XEP-0198 §3). Answer: [`Answer::Enabled`]
    /// or [`Answer::EnableRefused`].
    Enable {
        /// The client wants to be able to resume.
        resume: bool,
    },
    /// Take up an earlier session (XEP-0198 §5). Answer: [`Answer::Resumed`] or
    /// [`Answer::ResumeFailed`].
    Resume {
        /// The id given when it was enabled.
        previous: Text,
        /// How many of our stanzas the client has handled.
        h: u32,
    },
}

/// How somebody proved who they are.
#[derive(Debug)]
pub struct Login {
    /// The bare JID.
    pub account: Jid,
    /// The mechanism by name.
    pub mechanism: &'static str,
    /// What the client says it is (XEP-0388 §2.2): id, software, device.
    pub agent: Option<Agent>,
    /// The token used, and what the client wants done about tokens.
    pub fast: Fast,
    /// The client is ready to make keys for these, best first (XEP-0480 §2.2).
    pub upgrades: Vec<scram::Hash>,
}

/// A client's own description (XEP-0388 §2.2). Its id is never shown to others.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub struct Agent {
    pub id: Option<Text>,
    pub software: Option<Text>,
    pub device: Option<Text>,
}

/// XEP-0484 as far as one login is concerned.
#[derive(Debug, Default)]
pub struct Fast {
    /// The token that was used to log in.
    pub used: Option<UsedToken>,
    /// A new token is wanted for this mechanism.
    pub request: Option<&'static str>,
    /// The used token is to be forgotten (XEP-0484 §4.2).
    pub invalidate: bool,
}

/// A token that was used, for its bookkeeping.
#[derive(Debug)]
pub struct UsedToken {
    /// The row of the store it came from.
    pub id: i64,
    /// The client's counter, if it sent one (XEP-0484 §3.4).
    pub count: Option<u32>,
}

/// What a session is to be bound to.
#[derive(Debug)]
pub struct Bind {
    /// RFC 6120 §7: the resource the client asks for. XEP-0386: its tag.
    pub wish: Wish,
    /// Features to turn on with the bind (XEP-0386 §3).
    pub inline: Inline,
}

/// How the resource is chosen.
#[derive(Debug, Clone)]
pub enum Wish {
    /// The server chooses.
    Any,
    /// RFC 6120 §7.7: this one, if it can be had.
    Resource(Text),
    /// XEP-0386 §3: `tag/random`.
    Tag(Option<Text>),
}

/// Features turned on while binding (XEP-0386 §3).
#[derive(Debug, Default, Clone, Copy)]
pub struct Inline {
    /// This is a Bind 2 request: offline messages are dropped unsent, the archive's extent is told.
    pub bind2: bool,
    /// XEP-0280.
    pub carbons: bool,
    /// XEP-0352: the client starts inactive.
    pub inactive: bool,
    /// XEP-0198: `Some(resume)`.
    pub sm: Option<bool>,
}

/// What the machine is told.
pub enum Answer {
    /// To [`Ask::Register`]: what is said to the request.
    Replied(Stanza),
    /// To [`Ask::Keys`].
    Keys(Option<scram::Keys>),
    /// To [`Ask::Tokens`].
    Tokens(Vec<Token>),
    /// To [`Ask::Admit`]: come in, with a new token if one was asked for.
    Admitted {
        /// XEP-0484: the new token and when it expires (an XEP-0082 date).
        token: Option<(Text, Text)>,
        /// XEP-0480: the mechanism for which keys are wanted, one of [`Login::upgrades`], with the
        /// salt and the count to use.
        upgrade: Option<(scram::Hash, Bytes, u32)>,
    },
    /// To [`Ask::Admit`]: the account may not log in. To [`Ask::Keys`]: it may not try now.
    Denied(Denial),
    /// To [`Ask::Upgrade`].
    Done,
    /// To [`Ask::Bind`].
    Bound(Bound),
    /// To [`Ask::Bind`] (RFC 6120 §7.6.2, §7.7.2). With Bind 2 the client is logged in and left to
    /// bind by itself.
    BindRefused(StanzaError),
    /// To [`Ask::Enable`].
    Enabled(Enabled),
    /// To [`Ask::Enable`].
    EnableRefused,
    /// To [`Ask::Resume`]: taken up, as this full JID; `h` of the client's stanzas were handled.
    Resumed {
        /// The full JID of the session.
        jid: Jid,
        /// Stanzas handled.
        h: u32,
    },
    /// To [`Ask::Resume`]: `h` is given if it is still known (XEP-0198 §5).
    ResumeFailed {
        /// Stanzas handled.
        h: Option<u32>,
    },
}

impl std::fmt::Debug for Answer {
    /// Names the answer only: some hold secrets, which do not belong into logs.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Answer::Replied(_) => "Replied",
            Answer::Keys(_) => "Keys",
            Answer::Tokens(_) => "Tokens",
            Answer::Admitted { .. } => "Admitted",
            Answer::Denied(_) => "Denied",
            Answer::Done => "Done",
            Answer::Bound(_) => "Bound",
            Answer::BindRefused(_) => "BindRefused",
            Answer::Enabled(_) => "Enabled",
            Answer::EnableRefused => "EnableRefused",
            Answer::Resumed { .. } => "Resumed",
            Answer::ResumeFailed { .. } => "ResumeFailed",
        })
    }
}

/// Why a proven identity may not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// RFC 6120 §6.5.1.
    Disabled,
    /// RFC 6120 §6.5.1: somebody applied for the account, and nobody has decided; it says so.
    Waiting,
    /// RFC 6120 §6.5.11: something of ours failed; try again later.
    Temporary,
    /// RFC 6120 §6.5.11, §13.12: too many were wrong before; the password is not even looked at.
    TooMany,
    /// RFC 6120 §6.5.10: the token was used up or replaced while it was being checked.
    Spent,
}

/// A session that has its resource.
#[derive(Debug)]
pub struct Bound {
    /// The full JID.
    pub jid: Jid,
    /// Stream management, if it was asked for inline.
    pub sm: Option<Enabled>,
    /// XEP-0386 §3: the extent of the archive at this instant, if asked for with Bind 2: id and
    /// stamp (XEP-0082) of the first and the last entry; none for an empty archive.
    pub archive: Option<((Text, Text), (Text, Text))>,
}

/// Stream management is on (XEP-0198 §3).
#[derive(Debug)]
pub struct Enabled {
    /// For resuming; none if resumption was not asked for.
    pub id: Option<Text>,
    /// How long the session waits for its client, in seconds.
    pub max_seconds: u32,
}
