//! Blocking (XEP-0191): nothing goes to a blocked address, and nothing of it comes in.
//!
//! What a blocked address sends ends before anything looks at it ([`stops_received`]), and so does
//! what a client sends to one ([`stops_sent`]). What the server itself would send, presence to
//! subscribers for one, is held back where all of it leaves, in [`crate::turn::Turn::route`].
//!
//! Parts: [`list`] (the memory), [`table`] (the rows), [`wire`] (the items), [`request`] (get, block,
//! unblock).

pub mod list;
pub mod portable;
mod request;
pub mod table;
mod wire;

pub use list::Blocklist;

use crate::feature::{Feature, Limit, Place, Spec};
use crate::iq::{At, IqHandler, Verb};
use crate::memory::{Account, SessionId};
use crate::turn::{Turn, Weight};
use xmpp::{Condition, ErrorType, IqType, Jid, Kind, MessageType, Stanza, StanzaError, ns};

/// XEP-0191.
pub const FEATURE: Feature = Feature {
    name: "blocking",
    summary: "Lets a person be left alone by somebody, or by a whole service.",
    specs: &[Spec::xep(191, "1.3")],
    disco: &[(Place::Domain, ns::BLOCKING), (Place::Account, ns::BLOCKING)],
    limits: &[&BLOCKED],
    tables: &[&table::BLOCKED],
    iqs: &[
        IqHandler { ns: ns::BLOCKING, name: "blocklist", verb: Verb::Get, at: At::OwnAccount, run: request::get },
        IqHandler { ns: ns::BLOCKING, name: "block", verb: Verb::Set, at: At::OwnAccount, run: request::block },
        IqHandler { ns: ns::BLOCKING, name: "unblock", verb: Verb::Set, at: At::OwnAccount, run: request::unblock },
    ],
};

/// How many addresses an account may block.
pub const BLOCKED: Limit = Limit {
    name: "blocked-addresses",
    default: 1000,
    unit: "addresses",
    reason: "An online account has its list in memory. A flood of spam is blocked by its domains, which are few.",
    sentence: "Your block list is full. Unblock somebody first, or block a whole service.",
};

/// Whether nothing may pass between the account and `peer`. Never true of the account itself (XEP-0191
/// §5), nor of its own server, which speaks for the account.
pub fn stops(me: &Account, peer: &Jid) -> bool {
    let is_own = || peer.bare_str() == me.jid.as_str() || peer.bare_str() == me.jid.domain();
    me.blocked.covers(peer) && !is_own()
}

/// What a client sends to an address its account blocks goes nowhere (XEP-0191 §3.3). True if it ends
/// here.
pub fn stops_sent(turn: &mut Turn<'_>, session: SessionId, stanza: &Stanza) -> bool {
    if !stanza.to.as_ref().is_some_and(|to| stops(turn.me, to)) {
        return false;
    }
    let error = StanzaError::new(Condition::NotAcceptable)
        .of_type(ErrorType::Cancel)
        .specific("blocked", ns::BLOCKING_ERRORS)
        .text("You have blocked this address.");
    // Not to the sender's address as it stands: subscriptions are stamped with the account's.
    let to = turn.me.session(session).map(|session| session.jid.clone());
    if let Some(answer) = stanza.error(&error) {
        turn.deliver(session, answer.with_to(to), Weight::Urgent);
    }
    true
}

/// What a blocked address sends is answered as if nobody were there (XEP-0191 §3.3). True if it ends
/// here. `to` is where this copy goes.
pub fn stops_received(turn: &mut Turn<'_>, stanza: &Stanza, to: &Jid) -> bool {
    if !stanza.from.as_ref().is_some_and(|from| stops(turn.me, from)) {
        return false;
    }
    let answered = match stanza.kind {
        Kind::Presence(_) | Kind::Iq(IqType::Result | IqType::Error) => false,
        Kind::Iq(IqType::Get | IqType::Set) => true,
        // Deviates: XEP-0191 §3.3 would have an error for each. A room takes one for the end of its
        // occupant, who only blocked somebody in it; headlines are answered by nobody (RFC 6121
        // §8.5.1).
        Kind::Message(message_type) => matches!(message_type, MessageType::Normal | MessageType::Chat),
    };
    if answered {
        let asked = stanza.clone().with_to(Some(to.clone()));
        turn.refuse(&asked, &StanzaError::new(Condition::ServiceUnavailable));
    }
    true
}
