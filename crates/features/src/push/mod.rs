//! Push (XEP-0357): when something worth waking a phone for comes and its client is not there, the
//! server of its app is told so, and nothing of what came.
//!
//! An enablement belongs to the client that made it: as long as that client is there and answers,
//! nothing is pushed, and when its tokens are revoked the enablement goes with them ([`forget`]). An app
//! server that refuses for good is not asked again ([`answered`]).

pub mod table;
mod wire;

use crate::Fault;
use crate::feature::{Feature, Limit, Place, Spec};
use crate::iq::{At, IqHandler, Reply, Request, Verb};
use crate::memory::{Account, Session, SessionId};
use crate::order::{Flow, Passage};
use crate::turn::{Asker, Turn};
use store::{Row, Write};
use xmpp::{Condition, ErrorType, IqType, Jid, Kind, MessageType, Stanza, StanzaError, Text, ns};

/// XEP-0357.
pub const FEATURE: Feature = Feature {
    name: "push",
    summary: "Wakes a phone for a message, and tells the app's server nothing but that there is one.",
    specs: &[Spec::xep_without(357, "0.4.1", "summaries, which would tell the app's server more than it needs")],
    disco: &[(Place::Account, ns::PUSH)],
    limits: &[&SERVICES, &OPTIONS_BYTES, &INTERVAL, &ERRORS],
    tables: &[&table::PUSH],
    iqs: &[
        IqHandler { ns: ns::PUSH, name: "enable", verb: Verb::Set, at: At::OwnAccount, run: enable },
        IqHandler { ns: ns::PUSH, name: "disable", verb: Verb::Set, at: At::OwnAccount, run: disable },
    ],
};

/// Enablements of one account.
pub const SERVICES: Limit = Limit {
    name: "push-services",
    default: 20,
    unit: "services",
    reason: "Each may be told of every message; as many as an account may have sessions.",
    sentence: "Push is on for too many devices. Turn it off on one of them first.",
};

/// Bytes of one enablement: node and options.
pub const OPTIONS_BYTES: Limit = Limit {
    name: "push-bytes",
    default: 4096,
    unit: "bytes",
    reason: "They are kept in memory with the account and sent along each time.",
    sentence: "The settings for push are too long.",
};

/// Seconds between two notifications to one client that did not come.
pub const INTERVAL: Limit = Limit {
    name: "push-interval",
    default: 30,
    unit: "seconds",
    reason: "A phone that was just woken need not be woken again; app servers and phone makers count.",
    sentence: "This device was woken a moment ago.",
};

/// Failures one after the other that are taken to be passing.
pub const ERRORS: Limit = Limit {
    name: "push-errors",
    default: 20,
    unit: "errors",
    reason: "An app server may be down for a while; one that always fails is not there any more.",
    sentence: "The app's server was not reached for too long, so push was turned off.",
};

/// One enablement.
#[derive(Clone, Debug)]
pub struct Enabled {
    /// The app's server.
    pub service: Jid,
    /// The node there.
    pub node: Box<str>,
    /// The form to be sent along, canonical; empty if there is none.
    options: Box<str>,
    /// The client that made it: the id of its agent, and its resource for one without.
    agent: Box<str>,
    resource: Box<str>,
    errors: u32,
    /// When it was last used since its client was there, in microseconds; 0 for never.
    told_at: i64,
}

impl Enabled {
    fn is_of(&self, session: &Session) -> bool {
        match (&session.agent, self.agent.is_empty()) {
            (Some(agent), false) => **agent == *self.agent,
            _ => session.jid.resource() == Some(&self.resource),
        }
    }
}

/// The enablements in the rows of [`table::ENABLED_SQL`].
///
/// # Errors
/// When a row does not hold what the query asks for.
pub fn read(rows: &[Row]) -> Result<Vec<Enabled>, Fault> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let Ok(service) = Jid::parse(row.text(0)?) else { continue };
        all.push(Enabled {
            service,
            node: row.text(1)?.into(),
            options: row.text(2)?.into(),
            agent: row.text(3)?.into(),
            resource: row.text(4)?.into(),
            errors: u32::try_from(row.int(5)?).unwrap_or(0),
            told_at: 0,
        });
    }
    Ok(all)
}

/// XEP-0357 §5. The same service and node again replaces what was there.
fn enable(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let Asker::Session(asker) = request.asker else { return Err(StanzaError::new(Condition::NotAllowed)) };
    let asked = wire::Enable::read(&request.payload, &turn.me.jid, turn.service.limits.count(&OPTIONS_BYTES))?;
    let Some(session) = turn.me.session(asker) else { return Err(StanzaError::new(Condition::NotAllowed)) };
    let enabled = Enabled {
        service: asked.service,
        node: asked.node,
        options: asked.options,
        agent: session.agent.clone().unwrap_or_default(),
        resource: session.jid.resource().unwrap_or_default().into(),
        errors: 0,
        told_at: 0,
    };
    let known = |known: &Enabled| known.service == enabled.service && known.node == enabled.node;
    if !turn.me.push.iter().any(known) && turn.me.push.len() >= turn.service.limits.count(&SERVICES) {
        return Err(StanzaError::new(Condition::ResourceConstraint).text(SERVICES.sentence));
    }
    turn.me.push.retain(|other| !known(other));
    turn.out.run(table::SAVE_SQL, table::values(turn.me.id, &enabled, turn.now));
    turn.me.push.push(enabled);
    Ok(Reply::Done)
}

/// XEP-0357 §6. Without a node: all of that service.
fn disable(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let (service, node) = wire::disabled(&request.payload)?;
    let gone: Vec<Enabled> = turn.me.push.iter().filter(|known| known.service == service).cloned().collect();
    for enabled in gone.iter().filter(|known| node.as_ref().is_none_or(|node| *node == known.node)) {
        remove(turn, enabled);
    }
    Ok(Reply::Done)
}

fn remove(turn: &mut Turn<'_>, gone: &Enabled) {
    turn.me.push.retain(|known| known.service != gone.service || known.node != gone.node);
    let values = vec![turn.me.id.into(), gone.service.as_str().into(), gone.node.as_ref().into()];
    turn.out.run(table::REMOVE_SQL, values);
}

/// A message came: clients that are not there are woken, if it is worth it.
pub fn notify(turn: &mut Turn<'_>, passage: &mut Passage) -> Flow {
    if turn.me.push.is_empty() {
        return Flow::Go;
    }
    let own = passage.stanza.from.as_ref().is_some_and(|from| from.bare_str() == turn.me.jid.as_str());
    let call = is_call(&passage.stanza);
    let ordinary = matches!(passage.class.message_type, MessageType::Normal | MessageType::Chat);
    if own || !ordinary || !(passage.class.archive || call) {
        return Flow::Go;
    }
    let away =
        |me: &Account, enabled: &Enabled| !me.sessions.iter().any(|session| enabled.is_of(session) && !session.away);
    let woken: Vec<usize> = (0..turn.me.push.len()).filter(|at| away(turn.me, &turn.me.push[*at])).collect();
    let interval = if call { 0 } else { interval_micros(turn) };
    tell(turn, &woken, interval);
    Flow::Go
}

/// XEP-0353: somebody calls, or stops calling.
fn is_call(stanza: &Stanza) -> bool {
    stanza.has("propose", ns::JINGLE_MESSAGE) || stanza.has("retract", ns::JINGLE_MESSAGE)
}

/// A client in the background does not acknowledge what it was sent: it is woken as if it were gone.
pub fn silent(turn: &mut Turn<'_>, session: SessionId) {
    let Some(session) = turn.me.session(session) else { return };
    let all = turn.me.push.iter().enumerate();
    let woken: Vec<usize> = all.filter(|(_, enabled)| enabled.is_of(session)).map(|(at, _)| at).collect();
    let interval = interval_micros(turn);
    tell(turn, &woken, interval);
}

/// The client is there: the next time it is away it is woken at once.
pub fn is_here(me: &mut Account, session: SessionId) {
    let Some(session) = me.sessions.iter().find(|known| known.id == session) else { return };
    for enabled in me.push.iter_mut().filter(|enabled| enabled.is_of(session)) {
        enabled.told_at = 0;
    }
}

fn interval_micros(turn: &Turn<'_>) -> i64 {
    i64::try_from(turn.service.limits.of(&INTERVAL)).unwrap_or(i64::MAX).saturating_mul(1_000_000)
}

/// XEP-0357 §7: publishes from the bare JID, which is who made the enablement for the app's server.
fn tell(turn: &mut Turn<'_>, woken: &[usize], interval: i64) {
    for at in woken {
        let enabled = &mut turn.me.push[*at];
        if enabled.told_at != 0 && turn.now.saturating_sub(enabled.told_at) < interval {
            continue;
        }
        enabled.told_at = turn.now;
        let publish = Stanza::new(Kind::Iq(IqType::Set))
            .with_from(Some(turn.me.jid.clone()))
            .with_to(Some(enabled.service.clone()))
            .with_id(Some(id(enabled)))
            .with_inner(wire::publish(&enabled.node, &enabled.options));
        let to = enabled.service.clone();
        turn.route(std::sync::Arc::new(publish), to);
    }
}

/// Names a request for an enablement, so that the answer leads back to it.
fn id(enabled: &Enabled) -> Text {
    let text = format!("{}\0{}", enabled.service, enabled.node);
    let digest = xmpp::scram::Hash::Sha256.digest(text.as_bytes());
    Text::from(format!("push-{}", data_encoding::BASE32_NOPAD.encode(&digest[..10]).to_ascii_lowercase()))
}

/// The app's server answers (XEP-0357 §7). What it refuses for good is not tried again.
pub fn answered(turn: &mut Turn<'_>, iq_type: IqType, stanza: &Stanza) {
    let of = |enabled: &&Enabled| stanza.from.as_ref() == Some(&enabled.service) && stanza.id == Some(id(enabled));
    let Some(enabled) = turn.me.push.iter().find(of).cloned() else { return };
    let errors = match iq_type {
        IqType::Result if enabled.errors == 0 => return,
        IqType::Result => 0,
        _ => enabled.errors.saturating_add(1),
    };
    if iq_type == IqType::Error && (is_final(stanza) || u64::from(errors) >= turn.service.limits.of(&ERRORS)) {
        return remove(turn, &enabled);
    }
    let known = turn.me.push.iter_mut().find(|known| known.service == enabled.service && known.node == enabled.node);
    let Some(known) = known else { return };
    known.errors = errors;
    let values = table::values(turn.me.id, known, turn.now);
    turn.out.run(table::SAVE_SQL, values);
}

/// RFC 6120 §8.3.2: an error that will not pass by itself. A server that is not reached today may be
/// tomorrow, whatever the type says.
fn is_final(stanza: &Stanza) -> bool {
    let Some(error) = stanza.child("error", ns::CLIENT) else { return false };
    let unreached = matches!(
        xmpp::error::condition_of(&error),
        Some(Condition::RemoteServerNotFound | Condition::RemoteServerTimeout | Condition::ServiceUnavailable)
    );
    let passing = error.attr("type").as_deref() == Some(ErrorType::Wait.name());
    !passing && !unreached
}

/// A client's tokens are revoked: so is its push.
pub fn forget(account: i64, agent: &str) -> Write {
    let values = vec![account.into(), agent.into()];
    Write::Run { sql: table::FORGET_SQL, values, expect: store::Expect::Any }
}
