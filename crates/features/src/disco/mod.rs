//! Service discovery (XEP-0030) for the domain, its branches and accounts, and the server's own capabilities
//! hash (XEP-0115 §6.3), all computed from what the features declare.

use crate::all;
use crate::branch::{Branch, BranchKind};
use crate::feature::{Feature, Place, Spec};
use crate::info_form::InfoForm;
use crate::iq::{At, IqHandler, Reply, Request, Verb};
use crate::service::Service;
use crate::turn::{Asker, Turn};
use crate::{commands, contact, data_policy, outage, presence, pubsub, roster, upload};
use bytes::Bytes;
use xmpp::{Condition, Element, IqType, Jid, Kind, Stanza, StanzaError, Writer, ns};

/// XEP-0030; the hash of the server itself is computed here too (XEP-0115 §6.3).
pub const FEATURE: Feature = Feature {
    name: "disco",
    summary: "Tells clients what the service and an account can do.",
    specs: &[Spec::xep(30, "2.5.0")],
    disco: &[
        (Place::Domain, ns::DISCO_INFO),
        (Place::Domain, ns::DISCO_ITEMS),
        (Place::Domain, ns::CAPS),
        (Place::Account, ns::DISCO_INFO),
        (Place::Account, ns::DISCO_ITEMS),
        (Place::Branches, ns::DISCO_INFO),
        (Place::Branches, ns::DISCO_ITEMS),
    ],
    limits: &[],
    tables: &[],
    iqs: &[
        IqHandler { ns: ns::DISCO_INFO, name: "query", verb: Verb::Get, at: At::Public, run: domain_info },
        IqHandler { ns: ns::DISCO_ITEMS, name: "query", verb: Verb::Get, at: At::Public, run: domain_items },
        IqHandler { ns: ns::DISCO_INFO, name: "query", verb: Verb::Get, at: At::Account, run: account_info },
        IqHandler { ns: ns::DISCO_INFO, name: "query", verb: Verb::Get, at: At::Branches, run: branch_info },
        IqHandler { ns: ns::DISCO_ITEMS, name: "query", verb: Verb::Get, at: At::Branches, run: branch_items },
        IqHandler { ns: ns::DISCO_ITEMS, name: "query", verb: Verb::Get, at: At::Account, run: account_items },
    ],
};

/// The node of our capabilities (XEP-0115 §4): `node#ver` must be answered like no node.
pub const CAPS_NODE: &str = "https://folkmoot.invalid";

/// What an address says of itself: category and type (XEP-0030 §3.1).
fn identity(place: Place) -> (&'static str, &'static str) {
    match place {
        Place::Domain => ("server", "im"),
        Place::Account => ("account", "registered"),
        Place::Branch(kind) => kind.identity(),
        Place::Branches => ("component", "generic"),
        Place::Room => ("conference", "text"),
    }
}

/// The namespaces shown at a place, sorted and without repeats.
pub fn namespaces(place: Place) -> Vec<&'static str> {
    let is_shown = |declared: Place| match (declared, place) {
        (Place::Branches, Place::Branch(_)) => true,
        _ => declared == place,
    };
    let declared = all::ALL.iter().flat_map(|feature| feature.disco);
    let mut shown: Vec<_> = declared.filter(|(known, _)| is_shown(*known)).map(|(_, ns)| *ns).collect();
    shown.sort_unstable();
    shown.dedup();
    shown
}

/// The verification string of the domain (XEP-0115 §5.1), for stream features.
pub fn caps_ver(service: &Service) -> String {
    let (category, kind) = identity(Place::Domain);
    let mut text = format!("{category}/{kind}//Folkmoot<");
    for namespace in namespaces(Place::Domain) {
        text.push_str(namespace);
        text.push('<');
    }
    for form in forms(service, Place::Domain) {
        form.add_to_caps(&mut text);
    }
    data_encoding::BASE64.encode(&xmpp::scram::Hash::Sha1.digest(text.as_bytes()))
}

/// What a client learns before it asks: the server's own capabilities (XEP-0115 §6.3) and what the
/// roster can do. Canonical.
pub fn stream_features(service: &Service) -> Bytes {
    let mut w = Writer::new();
    w.open("c", ns::CAPS).attr("hash", "sha-1").attr("node", CAPS_NODE).attr("ver", &caps_ver(service)).close();
    w.raw(roster::STREAM_FEATURES.as_bytes());
    w.finish()
}

fn domain_info(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let node = request.payload.attr("node");
    if let Some(command) = node.as_deref().and_then(|node| commands::info(turn, &request.asker, Place::Domain, node)) {
        return command.map(Reply::Inner);
    }
    let own = format!("{CAPS_NODE}#{}", caps_ver(turn.service));
    if node.as_ref().is_some_and(|node| *node != own) {
        return Err(StanzaError::new(Condition::ItemNotFound));
    }
    Ok(info(turn, request, Place::Domain))
}

/// XEP-0030 §8: only those who may see the account's presence learn what it is.
fn account_info(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    if !knows(turn, request) {
        return Err(StanzaError::new(Condition::ServiceUnavailable));
    }
    if let Some(node) = request.payload.attr("node") {
        if let Some(command) = commands::info(turn, &request.asker, Place::Account, &node) {
            return command.map(Reply::Inner);
        }
        return pubsub::info(turn, request, &node);
    }
    Ok(info(turn, request, Place::Account))
}

/// A branch tells anybody what it is. Only that of nodes has some.
fn branch_info(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    match (turn.service.branch_of(&turn.me.jid), request.payload.attr("node")) {
        (Some(Branch { kind: BranchKind::Pubsub, .. }), Some(node)) => pubsub::info(turn, request, &node),
        (Some(branch), None) => Ok(info(turn, request, Place::Branch(branch.kind))),
        _ => Err(StanzaError::new(Condition::ItemNotFound)),
    }
}

/// What a branch lists.
fn branch_items(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    if let Some(Branch { kind: BranchKind::Pubsub, .. }) = turn.service.branch_of(&turn.me.jid) {
        return pubsub::items(turn, request);
    }
    Ok(Reply::Inner(no_items(&request.payload)))
}

/// The domain has commands and branches.
fn domain_items(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    if asks_for_commands(request) {
        return Ok(Reply::Inner(commands::items(turn, &request.asker, Place::Domain)));
    }
    let mut w = Writer::new();
    let node = request.payload.attr("node");
    w.open("query", ns::DISCO_ITEMS).attr_some("node", node.as_deref());
    for branch in turn.service.branches.iter().filter(|_| node.is_none()) {
        // A component says itself what it is.
        let name = (branch.kind != BranchKind::Component).then(|| branch.kind.name());
        w.open("item", ns::DISCO_ITEMS).attr("jid", branch.domain.as_str()).attr_some("name", name).close();
    }
    Ok(Reply::Inner(w.finish()))
}

/// An account has commands and nodes.
fn account_items(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    match asks_for_commands(request) {
        true => Ok(Reply::Inner(commands::items(turn, &request.asker, Place::Account))),
        false => pubsub::items(turn, request),
    }
}

fn asks_for_commands(request: &Request<'_>) -> bool {
    request.payload.attr("node").as_deref() == Some(ns::COMMANDS)
}

/// What an address that has no account answers: to whoever asks what it has, the same as an account
/// (XEP-0030 §8). None for every other question.
pub fn answer_for_nobody(stanza: &Stanza, to: &Jid) -> Option<Stanza> {
    let asked = stanza.payload().filter(|payload| payload.is("query", ns::DISCO_ITEMS))?;
    let answered = to.is_bare() && stanza.kind == Kind::Iq(IqType::Get);
    answered.then(|| stanza.result(no_items(&asked)))
}

fn no_items(query: &Element<'_>) -> Bytes {
    let mut w = Writer::new();
    w.open("query", ns::DISCO_ITEMS).attr_some("node", query.attr("node").as_deref());
    w.finish()
}

fn knows(turn: &Turn<'_>, request: &Request<'_>) -> bool {
    match &request.asker {
        Asker::Session(_) | Asker::Itself => true,
        Asker::Other(from) => presence::is_subscribed(turn.me, from),
    }
}

/// What the service adds to what an address is, in the order of their purposes (XEP-0115 §5.1).
fn forms(service: &Service, place: Place) -> Vec<InfoForm> {
    let contact = if place == Place::Account { None } else { contact::form(service) };
    let outage = if place == Place::Domain { outage::form(service) } else { None };
    [contact, data_policy::form(service, place), outage].into_iter().flatten().collect()
}

fn info(turn: &Turn<'_>, request: &Request<'_>, place: Place) -> Reply {
    let (category, kind) = identity(place);
    let mut w = Writer::new();
    w.open("query", ns::DISCO_INFO).attr_some("node", request.payload.attr("node").as_deref());
    w.open("identity", ns::DISCO_INFO).attr("category", category).attr("type", kind);
    match place {
        Place::Domain => drop(w.attr("name", "Folkmoot")),
        Place::Branch(kind) => drop(w.attr("name", kind.name())),
        Place::Account | Place::Branches | Place::Room => {}
    }
    w.close();
    if place == Place::Account {
        // XEP-0163 §6.1: each account is a service for its nodes.
        w.open("identity", ns::DISCO_INFO).attr("category", "pubsub").attr("type", "pep").close();
    }
    for namespace in namespaces(place) {
        // The one that an operator can turn off (XEP-0424 §4).
        if namespace == ns::RETRACT_TOMBSTONE && !turn.service.tombstones {
            continue;
        }
        w.open("feature", ns::DISCO_INFO).attr("var", namespace).close();
    }
    for form in forms(turn.service, place) {
        form.write(&mut w);
    }
    if place == Place::Branch(BranchKind::Upload) {
        upload::write_form(turn.service, &mut w);
    }
    Reply::Inner(w.finish())
}
