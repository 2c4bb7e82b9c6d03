//! Which feature answers which request, and the rules common to all (RFC 6120 §8.2.3, RFC 6121 §8).

use crate::branch::BranchKind;
use crate::turn::{Asker, Effect, Turn};
use crate::{all, disco, offline, presence, query::Query};
use bytes::Bytes;
use std::sync::Arc;
use xmpp::{Condition, Element, IqType, Jid, Kind, Stanza, StanzaError, ns};

/// A request that a feature answers.
pub struct IqHandler {
    /// The namespace of the payload.
    pub ns: &'static str,
    /// The element name of the payload.
    pub name: &'static str,
    /// Asking, changing, or both.
    pub verb: Verb,
    /// Asked of whom, and by whom.
    pub at: At,
    /// The answer.
    pub run: fn(&mut Turn<'_>, &Request<'_>) -> Result<Reply, StanzaError>,
}

/// Which IQ types a handler takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the RFC")]
pub enum Verb {
    Get,
    Set,
    Either,
}

/// Of whom a request is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    /// Of the account, by its own sessions only.
    OwnAccount,
    /// Of the account, by those who may see its presence.
    Account,
    /// Of the account, by anybody: the handler sees to it that strangers learn nothing they should not.
    Anyone,
    /// Of the domain, by a local session.
    Domain,
    /// Of the domain, by anybody, from other services too.
    Public,
    /// The same of each branch as well.
    Everywhere,
    /// Of each branch, by anybody.
    Branches,
    /// Of branches of this kind, by anybody.
    Branch(BranchKind),
}

/// A request as a handler sees it.
pub struct Request<'a> {
    /// The whole stanza.
    pub stanza: &'a Arc<Stanza>,
    /// Its only child.
    pub payload: Element<'a>,
    /// Who asked.
    pub asker: Asker,
}

/// What a handler answers.
pub enum Reply {
    /// An empty result.
    Done,
    /// A result with these canonical children.
    Inner(Bytes),
    /// What the store says.
    Read(Query),
    /// The handler has answered, or will.
    Nothing,
}

/// A request by one of our own sessions to its account or to the domain.
pub fn own(turn: &mut Turn<'_>, session: crate::memory::SessionId, stanza: &Arc<Stanza>, at: At) {
    answer(turn, stanza, Asker::Session(session), at);
}

/// A request by somebody who may act in the account's name, to it or to the domain.
pub fn in_name(turn: &mut Turn<'_>, stanza: &Arc<Stanza>, at: At) {
    answer(turn, stanza, Asker::Itself, at);
}

/// A request by somebody else to this account's bare JID: answered here, never forwarded
/// (RFC 6121 §8.5.2.1.3). Who may not see the account's presence gets what an address without an
/// account answers, so that asking tells nobody which names are taken (RFC 6121 §8.5.1), unless a
/// feature has something for everybody.
pub fn foreign(turn: &mut Turn<'_>, stanza: &Arc<Stanza>, from: &Jid) {
    if presence::is_subscribed(turn.me, from) {
        return answer(turn, stanza, Asker::Other(from.clone()), At::Account);
    }
    let Kind::Iq(iq_type) = stanza.kind else { return };
    if stanza.payload().is_some_and(|payload| find(&payload, iq_type, At::Anyone).is_some()) {
        return answer(turn, stanza, Asker::Other(from.clone()), At::Anyone);
    }
    match disco::answer_for_nobody(stanza, &turn.me.jid) {
        Some(nothing) => turn.answer(Some(from), nothing),
        None => turn.refuse(stanza, &for_stranger(stanza, true)),
    }
}

/// A request to the domain from another service, or to a branch from anywhere.
pub fn visiting(turn: &mut Turn<'_>, stanza: &Arc<Stanza>, from: &Jid) {
    let at = turn.service.branch_of(&turn.me.jid).map_or(At::Public, |branch| At::Branch(branch.kind));
    answer(turn, stanza, Asker::Other(from.clone()), at);
}

/// What a stranger's request is refused with at an address, `bare` or full, whether or not there is
/// such an account.
pub fn for_stranger(stanza: &Stanza, bare: bool) -> StanzaError {
    // RFC 6121 §2.3.3
    let changes_roster = bare && stanza.kind == Kind::Iq(IqType::Set) && stanza.has("query", ns::ROSTER);
    // XEP-0012 §3, §4
    let asks_since_when = stanza.kind == Kind::Iq(IqType::Get) && stanza.has("query", ns::LAST);
    StanzaError::new(if changes_roster || asks_since_when {
        Condition::Forbidden
    } else {
        Condition::ServiceUnavailable
    })
}

fn answer(turn: &mut Turn<'_>, stanza: &Arc<Stanza>, asker: Asker, at: At) {
    let Kind::Iq(iq_type @ (IqType::Get | IqType::Set)) = stanza.kind else { return };
    let outcome = match stanza.payload() {
        None => Err(StanzaError::new(Condition::BadRequest).text("A request has exactly one child element.")),
        Some(payload) => match find(&payload, iq_type, at) {
            None => Err(StanzaError::new(Condition::ServiceUnavailable)),
            Some(handler) => (handler.run)(turn, &Request { stanza, payload, asker: asker.clone() }),
        },
    };
    match outcome {
        Ok(Reply::Done) => turn.reply(stanza, Bytes::new()),
        Ok(Reply::Inner(inner)) => turn.reply(stanza, inner),
        Ok(Reply::Read(query)) => {
            // XEP-0313 §6.1.1: who reads the archive needs nothing of it unasked.
            if let (Query::Archive(_), Asker::Session(session)) = (&query, &asker) {
                offline::reads_itself(turn, *session);
            }
            turn.out.effects.push(Effect::Read { asker, query });
        }
        Ok(Reply::Nothing) => {}
        Err(error) => turn.refuse(stanza, &error),
    }
}

fn find(payload: &Element<'_>, iq_type: IqType, at: At) -> Option<&'static IqHandler> {
    let fitting =
        || all::ALL.iter().flat_map(|feature| feature.iqs).filter(|handler| fits(handler, payload, iq_type, at));
    // What is said of one kind of place goes before what is said of many.
    fitting().find(|handler| handler.at == at).or_else(|| fitting().next())
}

fn fits(handler: &IqHandler, payload: &Element<'_>, iq_type: IqType, at: At) -> bool {
    let verb = match handler.verb {
        Verb::Either => true,
        Verb::Get => iq_type == IqType::Get,
        Verb::Set => iq_type == IqType::Set,
    };
    let place = match handler.at {
        At::Anyone => matches!(at, At::Anyone | At::Account | At::OwnAccount),
        At::Account => matches!(at, At::Account | At::OwnAccount),
        At::Public => matches!(at, At::Domain | At::Public),
        At::Everywhere => matches!(at, At::Domain | At::Public | At::Branch(_)),
        At::Branches => matches!(at, At::Branch(_)),
        At::OwnAccount | At::Domain | At::Branch(_) => handler.at == at,
    };
    verb && place && payload.is(handler.name, handler.ns)
}
