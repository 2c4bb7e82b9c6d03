//! Push (XEP-0357): when something worth waking a phone for comes and its client is not there, the
//! server of its app is told so, and nothing of what came.
//!
//! An enablement belongs to the client that made it: as long as that client is there and answers,
//! nothing is pushed, and when its tokens are revoked the enablement goes with them ([`forget`]). An app
//! server that refuses for good is not asked again ([`answered`]).

pub mod table;
mod wake;
mod wire;

pub use wake::{answered, look, notify, silent};

use crate::Fault;
use crate::feature::{Feature, Limit, Place, Spec};
use crate::iq::{At, IqHandler, Reply, Request, Verb};
use crate::memory::Session;
use crate::turn::{Asker, Turn};
use store::{Row, Write};
use xmpp::{Condition, Jid, StanzaError, ns};

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
    /// When its client was here, as far as the store knows, in microseconds.
    seen_at: i64,
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
            seen_at: row.int(6)?,
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
        seen_at: turn.now,
        told_at: 0,
    };
    let known = |known: &Enabled| known.service == enabled.service && known.node == enabled.node;
    if !turn.me.push.iter().any(known) && turn.me.push.len() >= turn.service.limits.count(&SERVICES) {
        return Err(StanzaError::new(Condition::ResourceConstraint).text(SERVICES.sentence));
    }
    turn.me.push.retain(|other| !known(other));
    turn.out.run(table::SAVE_SQL, table::values(turn.me.id, &enabled));
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

/// A client's tokens are revoked: so is its push.
pub fn forget(account: i64, agent: &str) -> Write {
    let values = vec![account.into(), agent.into()];
    Write::Run { sql: table::FORGET_SQL, values, expect: store::Expect::Any }
}

/// All clients of the account of that name are logged out but one, which changed the password (XEP-0484
/// §4.2): they have to log in anew, and then say anew where they want to be woken.
/// Its id is `agent`; one without is known by its resource.
pub fn forget_others(localpart: &str, agent: &str, resource: &str) -> Write {
    let values = vec![localpart.into(), agent.into(), resource.into()];
    Write::Run { sql: table::FORGET_OTHERS_SQL, values, expect: store::Expect::Any }
}

/// All clients of the account of that name are logged out.
pub fn forget_all(localpart: &str) -> Write {
    Write::Run { sql: table::FORGET_ALL_SQL, values: vec![localpart.into()], expect: store::Expect::Any }
}
