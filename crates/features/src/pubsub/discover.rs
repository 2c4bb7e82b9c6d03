//! What of the nodes of an account or of the service shows in service discovery (XEP-0060 §5), and to whom.

use super::nodes::Node;
use super::request::discreet;
use super::request::{asker, visible};
use super::{Host, PAGE, access, publish};
use crate::iq::{Reply, Request};
use crate::turn::Turn;
use xmpp::form::FORM_TYPE;
use xmpp::page::{self, Place, Wanted};
use xmpp::{StanzaError, Writer, ns};

/// disco#items of the account (XEP-0163 §6.2), of the service (XEP-0060 §5.2) or of one node (§5.5).
///
/// # Errors
/// As for reading the node.
pub fn items(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    publish::expire(turn);
    let outcome = list(turn, request);
    discreet(turn, request, outcome)
}

fn list(turn: &Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let (node, account) = (request.payload.attr("node"), turn.me.jid.as_str());
    let mut w = Writer::new();
    w.open("query", ns::DISCO_ITEMS).attr_some("node", node.as_deref());
    match &node {
        Some(node) => {
            for item in &visible(turn, request, node)?.items {
                w.open("item", ns::DISCO_ITEMS).attr("jid", account).attr("name", &item.id).close();
            }
        }
        None => {
            let asker = asker(turn, request);
            let shown = turn.me.nodes.iter().filter(|node| access::knows(turn.me, node, asker)).collect();
            let (nodes, is_page) = match Host::of(turn.me) {
                Host::Person => (shown, false),
                Host::Service => page_of(turn, request, shown)?,
            };
            for node in &nodes {
                w.open("item", ns::DISCO_ITEMS).attr("jid", account).attr("node", &node.name);
                w.attr_some("name", Some(node.config.title.as_ref()).filter(|title| !title.is_empty())).close();
            }
            if is_page {
                let edges = nodes.first().zip(nodes.last());
                page::write(&mut w, edges.map(|(first, last)| (first.name.as_ref(), last.name.as_ref())));
            }
        }
    }
    Ok(Reply::Inner(w.finish()))
}

/// A page of nodes in the order of their names, and whether the answer says that it is one (XEP-0059 §2.2).
fn page_of<'a>(
    turn: &Turn<'_>,
    request: &Request<'_>,
    mut nodes: Vec<&'a Node>,
) -> Result<(Vec<&'a Node>, bool), StanzaError> {
    let wanted = Wanted::read(&request.payload)?;
    let (all, most) = (nodes.len(), wanted.max.unwrap_or(usize::MAX).min(turn.service.limits.count(&PAGE)));
    nodes.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    match &wanted.place {
        Place::First | Place::Last => {}
        Place::After(name) => nodes.retain(|node| *node.name > **name),
        Place::Before(name) => nodes.retain(|node| *node.name < **name),
    }
    let surplus = nodes.len().saturating_sub(most);
    match wanted.is_backwards() {
        true => drop(nodes.drain(..surplus)),
        false => nodes.truncate(most),
    }
    let is_page = request.payload.child("set", ns::RSM).is_some() || nodes.len() < all;
    Ok((nodes, is_page))
}

/// disco#info of a node (XEP-0060 §5.3, §5.4).
///
/// # Errors
/// As for reading the node.
pub fn info(turn: &Turn<'_>, request: &Request<'_>, node: &str) -> Result<Reply, StanzaError> {
    let found = turn.me.nodes.get(node).filter(|known| access::knows(turn.me, known, asker(turn, request)));
    let known = found.map_or_else(|| visible(turn, request, node), Ok)?;
    let mut w = Writer::new();
    w.open("query", ns::DISCO_INFO).attr("node", node);
    w.open("identity", ns::DISCO_INFO).attr("category", "pubsub").attr("type", "leaf").close();
    w.open("feature", ns::DISCO_INFO).attr("var", ns::PUBSUB).close();
    w.open("x", ns::DATA_FORMS).attr("type", "result");
    let config = &known.config;
    let count = known.items.len().to_string();
    for (name, value) in [
        (FORM_TYPE, ns::PUBSUB_META),
        ("pubsub#title", &config.title),
        ("pubsub#description", &config.description),
        ("pubsub#type", &config.payload),
        ("pubsub#access_model", config.access.name()),
        ("pubsub#num_items", &count),
    ] {
        if value.is_empty() {
            continue;
        }
        w.open("field", ns::DATA_FORMS).attr("var", name);
        w.attr_some("type", (name == FORM_TYPE).then_some("hidden"));
        w.leaf("value", ns::DATA_FORMS, value).close();
    }
    w.open("field", ns::DATA_FORMS).attr("var", "pubsub#owner");
    let person = (Host::of(turn.me) == Host::Person).then_some(turn.me.jid.as_str());
    for owner in person.into_iter().chain(known.people.owners()) {
        w.leaf("value", ns::DATA_FORMS, owner);
    }
    Ok(Reply::Inner(w.finish()))
}
