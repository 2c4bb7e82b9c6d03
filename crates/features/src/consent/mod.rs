//! Consent to the terms of the service. The operator numbers them; that an account agreed is a row with the number,
//! the time and the way.
//!
//! Who has not agreed to those in force is asked when one of their clients comes, and, where the operator says so,
//! reaches nothing but the service itself until then. One agrees at sign-up, by answering the message, or by a command.

pub mod table;

pub use table::{Way, give};

use crate::announce;
use crate::feature::Feature;
use crate::memory::SessionId;
use crate::order::{Flow, Passage};
use crate::service::Service;
use crate::turn::{Turn, Weight};
use std::sync::Arc;
use xmpp::{Condition, IqType, Jid, Kind, Stanza, StanzaError, ns};

/// Consent. No document is about it.
pub const FEATURE: Feature = Feature {
    name: "consent",
    summary: "Asks people to agree to the terms of the service, and again when those change, and keeps that they did.",
    specs: &[],
    disco: &[],
    limits: &[],
    tables: &[&table::CONSENT],
    iqs: &[],
};

/// The terms in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// Their number. Who agreed to a smaller one is asked again.
    pub version: u32,
    /// Where they are read.
    pub url: Arc<str>,
    /// What can be reached without.
    pub without: Without,
}

/// What people reach who have not agreed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Without {
    /// Everybody: they are asked, and no more.
    Everybody,
    /// The service, which tells them what to do.
    Service,
}

/// What somebody writes who agrees, in lower case, without the full stop.
const AGREES: [&str; 8] = ["agree", "i agree", "yes", "ja", "ich stimme zu", "oui", "j'accepte", "j’accepte"];

/// The terms that an account has still to agree to.
pub fn owed(service: &Service, agreed: u32) -> Option<&Terms> {
    service.sign_up.terms.as_ref().filter(|terms| terms.version > agreed)
}

/// A client of the account comes, for the first time in its session.
pub(crate) fn came(turn: &mut Turn<'_>, session: SessionId) {
    let Some(terms) = owed(turn.service, turn.me.agreed) else { return };
    let Some(known) = turn.me.session(session).filter(|known| !known.noticed) else { return };
    let since = if turn.me.agreed == 0 { "" } else { " They have changed since you agreed." };
    let until = match terms.without {
        Without::Everybody => "",
        Without::Service => " Until then you can reach nobody else.",
    };
    let text = format!(
        "Please read the terms of this service: {}{since} If you agree, answer this message with: I agree.{until}",
        terms.url
    );
    let message = announce::message(&turn.service.domain, &known.jid, turn.now, &text);
    turn.deliver(session, message, Weight::Urgent);
}

/// A message to the service that says yes to what [`came`] asked.
pub(crate) fn take_answer(turn: &mut Turn<'_>, passage: &mut Passage) -> Flow {
    let stanza = &passage.stanza;
    let Some(version) = owed(turn.service, turn.me.agreed).map(|terms| terms.version) else { return Flow::Go };
    if !stanza.to.as_ref().is_some_and(|to| turn.service.is_domain(to)) {
        return Flow::Go;
    }
    let said = stanza.child("body", ns::CLIENT).map(|body| body.text().trim().to_lowercase()).unwrap_or_default();
    if !AGREES.contains(&said.trim_end_matches(['.', '!'])) {
        return Flow::Go;
    }
    let write = give(turn.me.id, (version, turn.now), Way::Message);
    turn.out.writes.push(write);
    turn.me.agreed = version;
    if let Some(session) = passage.sender {
        let to = turn.me.session(session).map(|session| session.jid.clone()).unwrap_or_else(|| turn.me.jid.clone());
        let thanks = announce::message(&turn.service.domain, &to, turn.now, "Thank you. It is noted.");
        turn.deliver(session, thanks, Weight::Urgent);
    }
    Flow::Stop
}

/// What goes to others than the service, of somebody who has to agree first. True if it ends here.
pub(crate) fn stops_sent(turn: &mut Turn<'_>, session: SessionId, stanza: &Stanza) -> bool {
    let Some(terms) = owed(turn.service, turn.me.agreed).filter(|terms| terms.without == Without::Service) else {
        return false;
    };
    // An answer to what others ask helps nobody to reach them.
    let is_answer = matches!(stanza.kind, Kind::Iq(IqType::Result | IqType::Error));
    let own = |to: &Jid| turn.service.is_domain(to) || to.bare_str() == turn.me.jid.as_str();
    if is_answer || stanza.to.as_ref().is_none_or(own) {
        return false;
    }
    let why = format!(
        "Agree to the terms of this service first: {} Then write `I agree` to {}.",
        terms.url, turn.service.domain
    );
    // Not to the sender's address as it stands: subscriptions are stamped with the account's.
    let to = turn.me.session(session).map(|session| session.jid.clone());
    if let Some(answer) = stanza.error(&StanzaError::new(Condition::PolicyViolation).text(why)) {
        turn.deliver(session, answer.with_to(to), Weight::Urgent);
    }
    true
}
