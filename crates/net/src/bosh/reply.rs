//! The `<body/>` of an answer.

use bytes::Bytes;
use xmpp::ns;

/// Why a session is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Terminated {
    /// The client closed it (XEP-0124 §13).
    InPeace,
    /// A session or a request that is not known.
    ItemNotFound,
    /// A request that makes no sense.
    BadRequest,
    /// Too many sessions.
    PolicyViolation,
    /// A stream error, which goes with it (XEP-0206 §6).
    StreamError,
    /// The client was away for too long, or did not log in in time.
    Lost,
}

impl Terminated {
    /// XEP-0124 §17.2
    fn condition(self) -> Option<&'static str> {
        match self {
            Terminated::InPeace => None,
            Terminated::ItemNotFound => Some("item-not-found"),
            Terminated::BadRequest => Some("bad-request"),
            Terminated::PolicyViolation => Some("policy-violation"),
            Terminated::StreamError => Some("remote-stream-error"),
            Terminated::Lost => Some("undefined-condition"),
        }
    }
}

/// A body around `elements`. `terms` are attributes, written.
pub(super) fn body(terms: &str, elements: &[u8], over: Option<Terminated>) -> Bytes {
    let mut out = Vec::with_capacity(elements.len() + terms.len() + 192);
    out.extend_from_slice(b"<body xmlns='");
    out.extend_from_slice(ns::HTTP_BIND.as_bytes());
    out.extend_from_slice(b"' xmlns:stream='");
    out.extend_from_slice(ns::STREAMS.as_bytes());
    out.push(b'\'');
    out.extend_from_slice(terms.as_bytes());
    if let Some(over) = over {
        out.extend_from_slice(b" type='terminate'");
        if let Some(condition) = over.condition() {
            out.extend_from_slice(b" condition='");
            out.extend_from_slice(condition.as_bytes());
            out.push(b'\'');
        }
    }
    if elements.is_empty() {
        out.extend_from_slice(b"/>");
    } else {
        out.push(b'>');
        out.extend_from_slice(elements);
        out.extend_from_slice(b"</body>");
    }
    out.into()
}
