//! What a stream between servers tells whoever drives it.

use crate::{
    Crime,
    peer::{By, Dialback, Doubt},
};
use std::fmt;
use xmpp::{Jid, Stanza, Text};

/// Two domains between which stanzas travel.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Pair {
    /// The one served here.
    pub here: Jid,
    /// The other.
    pub there: Jid,
}

/// What happened, for the driver to act on.
#[derive(Debug)]
pub enum Event {
    /// Find out what the certificate of this connection, and the TLSA records, say of this domain,
    /// and which policy holds for it, then call `examined`. The machine stands still until then.
    Examine(Jid),
    /// Send the output, then do the TLS handshake and call `secured`. Input that arrived in plain
    /// text is already discarded (RFC 6120 §5.4.3.3).
    StartTls,
    /// The other side may send stanzas of this pair, or we may.
    Ready(Ready),
    /// Ask the domain `there`, on a stream that we open to it, whether it knows the key
    /// (XEP-0220 §2.1.2), then call `called_back`. The machine goes on meanwhile.
    CallBack(Claim),
    /// What the domain that we called says of a key, or that it says nothing any more.
    CalledBack(Claim, Dialback),
    /// A domain was not let in. For the operator to know.
    Doubted(Pair, Doubt),
    /// A stanza of a proved pair.
    Stanza(Stanza),
    /// A stanza that could not be processed (RFC 6120 §8.3). It counts as handled (XEP-0198 §4); what
    /// answers it, if anything may, goes back to where it came from.
    Refused(Option<Stanza>),
    /// Stream management was turned on by the peer (XEP-0198 §3); by this name it may take the stream up
    /// again when the connection breaks.
    Managed(Option<Text>),
    /// The peer wants to go on with a stream that broke, of which it has so much (XEP-0198 §5): call
    /// `resumed` or `not_resumed`. The machine stands still until then.
    Resume(Broken),
    /// `<r/>` (XEP-0198 §4). Answer with [`xmpp::acks::write`].
    AckRequested,
    /// `<a h=''/>` (XEP-0198 §4).
    Acked(u32),
    /// Send the output and close. Nothing comes after.
    Close(End),
}

/// A pair of domains was proved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ready {
    /// The pair.
    pub pair: Pair,
    /// By what the other side proved who it is.
    pub by: By,
    /// Stanzas go both ways (XEP-0288).
    pub bidi: bool,
    /// Whether what is sent on this stream is acknowledged. A stream that somebody opened to us is managed
    /// from [`Event::Managed`] or [`Event::Resume`] on.
    pub acks: Acks,
    /// What the other side told of its limits.
    pub limits: Limits,
}

/// Whether what is sent on a stream is acknowledged (XEP-0198).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Acks {
    /// It is not, or not yet.
    None,
    /// It is, from here on.
    New {
        /// By what the stream may be taken up when the connection breaks.
        again: Option<Text>,
        /// How much the peer has of a stream that it did not let us go on with, if it says so.
        had: Option<Broken>,
    },
    /// A stream that broke goes on: the peer has so much of it.
    Resumed(Broken),
}

/// A stream of which the connection broke.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken {
    /// Its name.
    pub id: Text,
    /// How many stanzas whoever speaks of it has handled.
    pub h: u32,
}

/// What a peer is willing to take (XEP-0478 §3.1).
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Limits {
    /// Bytes of one stanza.
    pub bytes: Option<u64>,
    /// Silent seconds after which it may close the stream.
    pub idle_seconds: Option<u32>,
}

/// Somebody says to be a domain, and has a key to show for it (XEP-0220).
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// The domain that is claimed is `there`.
    pub pair: Pair,
    /// The id of the stream on which it is claimed.
    pub id: Text,
    /// The key.
    pub key: Text,
}

impl fmt::Debug for Claim {
    /// Leaves the key out: it does not belong into logs.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Claim({:?}, {})", self.pair, self.id)
    }
}

/// What a stream is opened for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Errand {
    /// To send stanzas.
    Send,
    /// To ask about keys (XEP-0220 §2.1.2); nobody has to prove anything for that.
    Ask,
}

/// Why a stream ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// The peer closed its side.
    Closed,
    /// The peer ended it with an error (RFC 6120 §4.9).
    Error {
        /// The defined condition.
        condition: Text,
        /// What it says, cut short.
        text: Option<Text>,
    },
    /// We ended it, for something that the peer did or that we must.
    Crime(Crime),
    /// We called a domain, and do not believe that this is it.
    Doubted(Doubt),
    /// There is no TLS to be had (RFC 7590 §3.1).
    NoTls,
    /// The other side does not believe that we are who we are; by which condition, if it says so.
    Rejected(Option<Text>),
}
