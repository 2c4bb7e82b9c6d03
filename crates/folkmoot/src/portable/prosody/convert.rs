//! What Prosody's stores say, in the words of XEP-0227.

use super::super::source::Found;
use super::Converter;
use super::lua::{Key, Table, Value};
use super::stanza::{self, clean};
use bytes::Bytes;
use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use std::collections::VecDeque;
use xmpp::scram::Hash;
use xmpp::{Writer, ns, time};

/// The stores that hold a table for each account.
pub const STORES: &[(&str, Converter)] = &[
    ("accounts", account),
    ("roster", roster),
    ("vcard", vcard),
    ("private", private),
    ("privacy", privacy),
    ("blocklist", blocklist),
    ("archive_prefs", preferences),
    ("pep", nodes),
];

/// Why a store is left behind; none if it is not.
pub fn left(store: &str) -> Option<&'static str> {
    let is_read = STORES.iter().any(|(known, _)| *known == store) || store.starts_with("pep_");
    Some(match store {
        _ if is_read => return None,
        "offline" | "archive" => return None,
        "cloud_notify" => "a phone asks for it anew when it connects",
        "tokens" | "auth_tokens" | "authtokens" => "a token opens an account only where it was made",
        "lastlog" | "lastlog2" | "account_activity" | "smacks_h" | "csi_state" => "it says only what happened last",
        "account_roles" | "roles" => "who may do what is for the configuration to say",
        "http_file_share" | "uploads" | "http_upload" => "files are not kept here",
        _ => "nothing here knows what it is",
    })
}

type Pieces = Result<VecDeque<Found>, &'static str>;

fn pieces(writers: impl IntoIterator<Item = Writer>) -> VecDeque<Found> {
    writers.into_iter().map(|w| Found::Child(w.finish())).collect()
}

/// Seconds, with a fraction, as microseconds.
#[expect(clippy::cast_possible_truncation, reason = "it is saturated")]
fn micros(seconds: f64) -> i64 {
    (seconds * 1e6).round() as i64
}

fn account(account: &Table) -> Pieces {
    let mut facts = Writer::new();
    facts.open("account", ns::PORTABLE);
    if let Some(created) = account.get("created").and_then(Value::number) {
        facts.attr("created", &time::write(micros(created)));
    }
    if account.get("disabled") == Some(&Value::Bool(true)) {
        facts.attr("state", "disabled");
    }
    let mut written = vec![facts];
    let has_password = account.text("password").is_some_and(|password| !password.is_empty());
    // Keys that Prosody did not make anew from a password that is there are of an older password.
    if !has_password && account.get("stored_key").is_some() {
        written.push(keys(account)?);
    }
    Ok(pieces(written))
}

/// XEP-0227 §4.3. Prosody keeps keys for one hash function, as hexadecimal digits.
fn keys(account: &Table) -> Result<Writer, &'static str> {
    let key = |name| HEXLOWER_PERMISSIVE.decode(account.text(name).unwrap_or_default().as_bytes()).unwrap_or_default();
    let (stored, server) = (key("stored_key"), key("server_key"));
    let hash = Hash::ALL.into_iter().find(|hash| hash.output_len() == stored.len());
    let hash = hash.ok_or("the keys in it are of no hash function that is known here")?;
    let Some(Value::Text(salt)) = account.get("salt") else { return Err("the keys in it have no salt") };
    let count =
        account.get("iteration_count").and_then(Value::number).ok_or("the keys in it have no iteration count")?;
    let mut w = Writer::new();
    w.open("scram-credentials", ns::PIE_SCRAM).attr("mechanism", hash.mechanism());
    w.leaf("iter-count", ns::PIE_SCRAM, &format!("{count:.0}"));
    w.leaf("salt", ns::PIE_SCRAM, &BASE64.encode(salt));
    w.leaf("server-key", ns::PIE_SCRAM, &BASE64.encode(&server));
    w.leaf("stored-key", ns::PIE_SCRAM, &BASE64.encode(&stored));
    Ok(w)
}

fn roster(roster: &Table) -> Pieces {
    let mut items = Writer::new();
    items.open("query", ns::ROSTER);
    let mut requests = VecDeque::new();
    // Where requests lie depends on how old the file is.
    let meta = roster.meta().and_then(Value::table).and_then(|meta| meta.get("pending")).and_then(Value::table);
    let old = roster.get("pending").and_then(Value::table).filter(|pending| pending.text("subscription").is_none());
    for (jid, request) in meta.into_iter().chain(old).flat_map(Table::named) {
        requests.push_back(Found::Child(contact_request(jid, request)?));
    }
    for (jid, item) in roster.named() {
        let Some(item) = item.table().filter(|item| item.text("subscription").is_some()) else { continue };
        items.open("item", ns::ROSTER).attr("jid", &clean(jid));
        for name in ["name", "subscription", "ask", "approved"] {
            items.attr_some(name, item.text(name).map(clean).as_deref());
        }
        let groups = item.get("groups").and_then(Value::table);
        for (group, _) in groups.iter().flat_map(|groups| groups.named()) {
            items.leaf("group", ns::ROSTER, &clean(group));
        }
        items.close();
    }
    requests.push_front(Found::Child(items.finish()));
    Ok(requests)
}

fn contact_request(from: &str, request: &Value) -> Result<Bytes, &'static str> {
    if let Some(stanza) = request.table().filter(|stanza| stanza.text("name") == Some("presence")) {
        return stanza::element(stanza);
    }
    let mut w = Writer::new();
    w.open("presence", ns::CLIENT).attr("type", "subscribe").attr("from", &clean(from));
    Ok(w.finish())
}

fn vcard(card: &Table) -> Pieces {
    // An empty table is a card that was taken away.
    if card.text("name").is_none() {
        return Ok(VecDeque::new());
    }
    Ok([Found::Child(stanza::element(card)?)].into())
}

fn private(elements: &Table) -> Pieces {
    let mut w = Writer::new();
    w.open("query", ns::PRIVATE);
    for (_, element) in elements.named() {
        if let Some(element) = element.table() {
            stanza::write(element, ns::PRIVATE, &mut w)?;
        }
    }
    Ok(pieces([w]))
}

fn blocklist(list: &Table) -> Pieces {
    let mut w = Writer::new();
    w.open("blocklist", ns::BLOCKING);
    for (jid, _) in list.named() {
        w.open("item", ns::BLOCKING).attr("jid", &clean(jid)).close();
    }
    Ok(pieces([w]))
}

/// Lists of a Prosody before 0.10, which made a block list of the default one.
fn privacy(stored: &Table) -> Pieces {
    let mut w = Writer::new();
    w.open("query", ns::PRIVACY);
    if let Some(default) = stored.text("default") {
        w.open("default", ns::PRIVACY).attr("name", &clean(default)).close();
    }
    let lists = stored.get("lists").and_then(Value::table);
    for (name, list) in lists.iter().flat_map(|lists| lists.named()) {
        w.open("list", ns::PRIVACY).attr("name", &clean(name));
        let items = list.table().and_then(|list| list.get("items")).and_then(Value::table);
        for item in items.iter().flat_map(|items| items.list.values()).filter_map(Value::table) {
            w.open("item", ns::PRIVACY);
            for name in ["type", "value", "action"] {
                w.attr_some(name, item.text(name).map(clean).as_deref());
            }
            for kind in ["message", "iq", "presence-in", "presence-out"] {
                if item.get(kind) == Some(&Value::Bool(true)) {
                    w.empty(kind, ns::PRIVACY);
                }
            }
            w.close();
        }
        w.close();
    }
    Ok(pieces([w]))
}

/// XEP-0441 §2.1: `false` is the name of the default, and each address has yes or no.
fn preferences(wishes: &Table) -> Pieces {
    let mut w = Writer::new();
    let default = match wishes.meta() {
        Some(Value::Bool(true)) => "always",
        Some(Value::Bool(false)) => "never",
        Some(Value::Text(_)) => "roster",
        _ => return Ok(VecDeque::new()),
    };
    w.open("prefs", ns::MAM).attr("default", default);
    for (name, wish) in [("always", true), ("never", false)] {
        w.open(name, ns::MAM);
        for (jid, _) in wishes.named().filter(|(_, wanted)| **wanted == Value::Bool(wish)) {
            w.leaf("jid", ns::MAM, &clean(jid));
        }
        w.close();
    }
    Ok(pieces([w]))
}

/// The fields of a node's configuration, as Prosody calls them and as XEP-0060 §16.4.4 does.
const FIELDS: &[(&str, &str)] = &[
    ("title", "pubsub#title"),
    ("description", "pubsub#description"),
    ("payload_type", "pubsub#type"),
    ("access_model", "pubsub#access_model"),
    ("max_items", "pubsub#max_items"),
    ("persist_items", "pubsub#persist_items"),
    ("send_last_published_item", "pubsub#send_last_published_item"),
    ("notify_items", "pubsub#deliver_notifications"),
    ("include_payload", "pubsub#deliver_payloads"),
    ("notify_delete", "pubsub#notify_delete"),
    ("notify_retract", "pubsub#notify_retract"),
];

/// XEP-0227 §4.10.1.
fn nodes(nodes: &Table) -> Pieces {
    let mut w = Writer::new();
    w.open("pubsub", ns::PUBSUB_OWNER);
    for (name, node) in nodes.named() {
        // Once there was only `true`, for a node like all others.
        let none = Table::default();
        let node = node.table().unwrap_or(&none);
        let config = node.get("config").and_then(Value::table).unwrap_or(&none);
        w.open("configure", ns::PUBSUB_OWNER).attr("node", &clean(name));
        w.open("x", ns::DATA_FORMS).attr("type", "form");
        for (field, var) in FIELDS {
            let value = match config.get(field) {
                Some(Value::Bool(flag)) => flag.to_string(),
                Some(Value::Number(number)) => format!("{number:.0}"),
                Some(Value::Text(text)) => String::from_utf8_lossy(text).into_owned(),
                _ => continue,
            };
            w.open("field", ns::DATA_FORMS).attr("var", var).leaf("value", ns::DATA_FORMS, &clean(&value)).close();
        }
        w.close().close();
        w.open("affiliations", ns::PUBSUB_OWNER).attr("node", &clean(name));
        let affiliations = node.get("affiliations").and_then(Value::table);
        for (jid, affiliation) in affiliations.iter().flat_map(|list| list.named()) {
            w.open("affiliation", ns::PUBSUB_OWNER).attr("jid", &clean(jid));
            w.attr_some("affiliation", affiliation.text().map(clean).as_deref()).close();
        }
        w.close();
        w.open("subscriptions", ns::PUBSUB_OWNER).attr("node", &clean(name));
        let subscribers = node.get("subscribers").and_then(Value::table);
        for (jid, _) in subscribers.iter().flat_map(|list| list.named()) {
            w.open("subscription", ns::PUBSUB_OWNER)
                .attr("jid", &clean(jid))
                .attr("subscription", "subscribed")
                .close();
        }
        w.close();
    }
    Ok(pieces([w]))
}

/// XEP-0227 §4.10.2.
pub fn items(node: &str, items: &[Value]) -> Result<Bytes, &'static str> {
    let mut w = Writer::new();
    w.open("pubsub", ns::PUBSUB).open("items", ns::PUBSUB).attr("node", &clean(node));
    for item in items.iter().filter_map(Value::table) {
        let attributes = item.get("attr").and_then(Value::table);
        let id = item.text("key").or_else(|| attributes.and_then(|attributes| attributes.text("id")));
        w.open("item", ns::PUBSUB).attr("id", &clean(id.unwrap_or_default()));
        if let Some(when) = item.get("when").and_then(Value::number) {
            w.attr("xmlns:a0", ns::PORTABLE).attr("a0:published", &time::write(micros(when)));
        }
        // The element that was published, or, in older files, what it stood in.
        let is_wrapped =
            item.text("name") == Some("item") && attributes.and_then(|found| found.text("xmlns")) == Some(ns::PUBSUB);
        if is_wrapped {
            for payload in item.list.values().filter_map(Value::table) {
                stanza::write(payload, ns::PUBSUB, &mut w)?;
            }
        } else {
            stanza::write(item, ns::PUBSUB, &mut w)?;
        }
        w.close();
    }
    Ok(w.finish())
}

/// XEP-0227 §4.11.
pub fn archived(item: &Value) -> Result<Bytes, &'static str> {
    let (message, stamp) = message(item)?;
    let mut w = Writer::new();
    w.open("result", ns::MAM).attr("id", &clean(message.text("key").unwrap_or_default()));
    w.open("forwarded", ns::FORWARD).open("delay", ns::DELAY).attr("stamp", &stamp).close();
    stanza::write(message, ns::CLIENT, &mut w)?;
    Ok(w.finish())
}

/// XEP-0227 §4.5.
pub fn waiting(item: &Value) -> Result<Bytes, &'static str> {
    let (message, stamp) = message(item)?;
    let mut delayed = message.clone();
    let next = delayed.list.keys().next_back().map_or(1, |last| last + 1);
    let text = |text: &str| Value::Text(text.as_bytes().to_vec());
    let attributes = Table {
        fields: vec![(Key::Name("xmlns".into()), text(ns::DELAY)), (Key::Name("stamp".into()), text(&stamp))],
        ..Table::default()
    };
    let delay = Table {
        fields: vec![(Key::Name("name".into()), text("delay")), (Key::Name("attr".into()), Value::Table(attributes))],
        ..Table::default()
    };
    delayed.list.insert(next, Value::Table(delay));
    stanza::element(&delayed)
}

/// The message of an item, and when it came.
fn message(item: &Value) -> Result<(&Table, String), &'static str> {
    let message = item.table().ok_or("an item is no table")?;
    let attributes = message.get("attr").and_then(Value::table);
    let when = message.get("when").and_then(Value::number).map(micros);
    let when = when.or_else(|| attributes?.text("stamp").and_then(time::parse));
    Ok((message, time::write(when.ok_or("a message has no date")?)))
}
