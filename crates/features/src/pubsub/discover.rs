//! What of an account's nodes shows in service discovery (XEP-0060 §5), and to whom.

use super::request::discreet;
use super::request::{asker, visible};
use super::{access, publish};
use crate::iq::{Reply, Request};
use crate::turn::Turn;
use xmpp::form::FORM_TYPE;
use xmpp::{StanzaError, Writer, ns};

/// disco#items of the account (XEP-0163 §6.2) or of one node (XEP-0060 §5.5).
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
            for node in turn.me.nodes.iter().filter(|node| access::sees(turn.me, node, asker)) {
                w.open("item", ns::DISCO_ITEMS).attr("jid", account).attr("node", &node.name);
                w.attr_some("name", Some(node.config.title.as_ref()).filter(|title| !title.is_empty())).close();
            }
        }
    }
    Ok(Reply::Inner(w.finish()))
}

/// disco#info of a node (XEP-0060 §5.3, §5.4).
///
/// # Errors
/// As for reading the node.
pub fn info(turn: &Turn<'_>, request: &Request<'_>, node: &str) -> Result<Reply, StanzaError> {
    let known = visible(turn, request, node)?;
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
        ("pubsub#owner", turn.me.jid.as_str()),
        ("pubsub#num_items", &count),
    ] {
        if value.is_empty() {
            continue;
        }
        w.open("field", ns::DATA_FORMS).attr("var", name);
        w.attr_some("type", (name == FORM_TYPE).then_some("hidden"));
        w.leaf("value", ns::DATA_FORMS, value).close();
    }
    Ok(Reply::Inner(w.finish()))
}
