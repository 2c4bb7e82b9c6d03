//! Whose nodes they are. A person's belong to the account (XEP-0163), and contacts are told of them. The service's
//! belong to whoever made them (XEP-0060 §4.1), and who subscribed is told. What follows from that is here; all
//! else is the same.
//!
//! The service is an owner like any other, whose row nobody logs in to ([`table::SERVICE`]). What a person of this
//! domain is there names the account, so that it goes with the account and can be shown to the person.

use super::bounce;
use super::config::{Access, Config, Publish, Refused, SendLast};
use super::{MADE, NODES, Nodes, SERVICE_NODES, approve, request, table};
use crate::Fault;
use crate::feature::Limit;
use crate::iq::Request;
use crate::memory::Account;
use crate::turn::{Asker, Turn};
use store::{Store, Value};
use xmpp::{Condition, Jid, Stanza, StanzaError, ns};

/// Whose nodes they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Host {
    /// An account's.
    Person,
    /// Those of the service, at its own domain.
    Service,
}

impl Host {
    /// Whose the nodes in that memory are.
    pub fn of(me: &Account) -> Host {
        if me.id == table::SERVICE { Host::Service } else { Host::Person }
    }

    /// How a node is configured as long as nobody says otherwise.
    pub(super) fn usual(self) -> Config {
        match self {
            Host::Person => Config::default(),
            Host::Service => {
                Config { access: Access::Open, send_last: SendLast::OnSub, max_items: None, ..Config::default() }
            }
        }
    }

    /// Whether a configuration has such a field, or such a choice in it.
    pub(super) fn has(self, field: &str, choice: &str) -> bool {
        match self {
            Host::Person => field != "publish_model" || matches!(choice, "" | "publishers"),
            Host::Service => field != "roster_groups_allowed" && !matches!(choice, "presence" | "roster"),
        }
    }

    /// Whether a node may be configured so: the service knows nobody's contacts, and what a person's nodes hold is
    /// the person's.
    ///
    /// # Errors
    /// What XEP-0060 §8.1.2 answers.
    pub(super) fn permits(self, config: &Config) -> Result<(), StanzaError> {
        if self == Host::Person && config.publish != Publish::Publishers {
            return Err(Refused::Value.error());
        }
        if self.has("access_model", config.access.name()) {
            return Ok(());
        }
        let error = StanzaError::new(Condition::NotAcceptable).text("The service knows nobody's contacts.");
        Err(error.specific("unsupported-access-model", ns::PUBSUB_ERRORS))
    }
}

/// The memory of the service at the domain `jid`.
///
/// # Errors
/// When the store says no.
pub async fn load(store: &Store, jid: &Jid) -> Result<Account, Fault> {
    let queries =
        [table::NODES_SQL, table::MAKERS_SQL, table::PUBLISHERS_SQL].map(|sql| (sql, vec![table::SERVICE.into()]));
    let rows = store.query_all(queries.into()).await?;
    let mut nodes = Nodes::read(Host::Service, &rows[0])?;
    for row in &rows[1] {
        if let Some(node) = nodes.get_mut(row.text(0)?) {
            node.people.made_by(row.text(1)?);
        }
    }
    for row in &rows[2] {
        let node = nodes.get_mut(row.text(0)?);
        if let Some(item) = node.and_then(|node| node.items.iter_mut().find(|item| Ok(item.number) == row.int(1))) {
            item.publisher = Some(row.text(2)?.into());
        }
    }
    Ok(Account { id: table::SERVICE, nodes, ..Account::of_service(jid.clone()) })
}

/// A message to the service: an answer to its question, or a notification that comes back. Whether it was one.
pub fn take_message(turn: &mut Turn<'_>, stanza: &Stanza, from: &Jid) -> bool {
    Host::of(turn.me) == Host::Service
        && if stanza.kind.is_error() {
            bounce::take(turn, stanza, from)
        } else {
            approve::take_from(turn, stanza, from)
        }
}

/// Whether who asks may make nodes: the person, and at the service everybody with an account here.
///
/// # Errors
/// What XEP-0060 §8.1 answers to others.
pub(super) fn check_maker(turn: &Turn<'_>, request: &Request<'_>) -> Result<(), StanzaError> {
    let may = match (Host::of(turn.me), &request.asker) {
        (Host::Person, asker) => matches!(asker, Asker::Session(_)),
        (Host::Service, _) => account_of(turn, request::asker(turn, request)).is_some(),
    };
    if may { Ok(()) } else { Err(StanzaError::new(Condition::Forbidden)) }
}

/// Whether there is a place for one more node of that person.
///
/// # Errors
/// When not; the condition is that of XEP-0060 §8.1.
pub(super) fn check_place(turn: &Turn<'_>, maker: &Jid) -> Result<(), StanzaError> {
    let (has, most) = match Host::of(turn.me) {
        Host::Person => (turn.me.nodes.count(), &NODES),
        Host::Service => {
            check_whole(turn, &SERVICE_NODES, turn.me.nodes.count())?;
            (turn.me.nodes.made_by(maker.local().unwrap_or_default()), &MADE)
        }
    };
    if has < turn.service.limits.count(most) {
        return Ok(());
    }
    let error = StanzaError::new(Condition::PolicyViolation).text(most.sentence);
    Err(error.specific("max-nodes-exceeded", ns::PUBSUB_ERRORS))
}

/// Whether the service as a whole has room for one more of what there are `count`.
///
/// # Errors
/// When not.
pub(super) fn check_whole(turn: &Turn<'_>, limit: &Limit, count: usize) -> Result<(), StanzaError> {
    if Host::of(turn.me) == Host::Person || count < turn.service.limits.count(limit) {
        return Ok(());
    }
    Err(StanzaError::new(Condition::ResourceConstraint).text(limit.sentence))
}

/// Somebody has made a node at the service.
pub(super) fn made(turn: &mut Turn<'_>, node: &str, maker: &Jid) {
    tie(turn, table::TIE_NODE, node, (node, maker));
    if let Some(known) = turn.me.nodes.get_mut(node) {
        known.people.made_by(maker.local().unwrap_or_default());
    }
}

/// Somebody has published an item at the service: who is shown with it.
pub(super) fn published(turn: &mut Turn<'_>, node: &str, id: &str, who: &Jid) {
    let name = account_of(turn, who).map_or(Value::Null, Value::from);
    let values = vec![table::SERVICE.into(), node.into(), id.into(), who.bare_str().into(), name];
    turn.out.run(table::TIE_ITEM, values);
    if let Some(item) = turn.me.nodes.get_mut(node).and_then(|known| known.item_mut(id)) {
        item.publisher = Some(who.bare_str().into());
    }
}

/// Names in a row the account of whom it is about, if that is one here. A row is known by the service, the node
/// and `what`.
pub(super) fn tie(turn: &mut Turn<'_>, sql: &'static str, node: &str, (what, who): (&str, &Jid)) {
    if Host::of(turn.me) == Host::Person {
        return;
    }
    if let Some(name) = account_of(turn, who).map(Value::from) {
        turn.out.run(sql, vec![table::SERVICE.into(), node.into(), what.into(), name]);
    }
}

/// The name of the account here that an address is of.
fn account_of<'a>(turn: &Turn<'_>, who: &'a Jid) -> Option<&'a str> {
    who.local().filter(|_| turn.service.is_local(who))
}
