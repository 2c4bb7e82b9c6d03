//! Nodes that move: configurations, items, and whom they have beside their owner (XEP-0227 §4.10).

use super::config::{Access, Config, Publish, Refused};
use super::people::{Affiliation, State};
use super::{Host, known, table};
use crate::Fault;
use crate::arrival::Arrival;
use crate::portable::{Going, Part, show};
use bytes::Bytes;
use store::{Row, Value};
use xmpp::form::Form;
use xmpp::{Element, Jid, Writer, ns, time};

/// Nodes with what lies in them.
pub const PART: Part = Part {
    name: "nodes",
    tables: &[&table::NODE, &table::ITEM, &table::SUBSCRIPTION, &table::AFFILIATION],
    takes: &[("pubsub", ns::PUBSUB_OWNER), ("pubsub", ns::PUBSUB)],
    write,
    read,
};

/// What somebody has at the service, to be seen. It stays there.
pub const AT_SERVICE: Part =
    Part { name: "nodes of the service", tables: &[], takes: &[], write: write_at_service, read: |_, _| {} };

const ITEMS: &str = "items of nodes";

/// When an item was published, which XEP-0060 has no word for. `a0` is what canonical bytes call the
/// first foreign namespace.
const PUBLISHED: &str = "a0:published";

/// Whether a subscriber wants to be told just now, in the same way.
const DELIVER: &str = "a0:deliver";

fn write(going: &Going<'_>, w: &mut Writer) -> Result<(), Fault> {
    let (nodes, items) = (&going.rows[0], &going.rows[1]);
    if nodes.is_empty() {
        return Ok(());
    }
    // What XEP-0227 has another place for is not shown as a node.
    let nodes: Vec<&Row> = nodes.iter().filter(|node| node.text(0) != Ok(ns::PRIVATE)).collect();
    w.open("pubsub", ns::PUBSUB_OWNER);
    for node in &nodes {
        w.open("configure", ns::PUBSUB_OWNER).attr("node", node.text(0)?);
        Config::decode(node.text(1)?).write(w, Host::Person, "form");
        w.close();
        write_people(going, node.text(0)?, w)?;
    }
    w.close();
    w.open("pubsub", ns::PUBSUB);
    for node in &nodes {
        let name = node.text(0)?;
        w.open("items", ns::PUBSUB).attr("node", name);
        for item in items.iter().filter(|item| item.text(0) == Ok(name)) {
            w.open("item", ns::PUBSUB).attr("id", item.text(1)?);
            w.attr("xmlns:a0", ns::PORTABLE).attr(PUBLISHED, &time::write(item.int(2)?));
            w.raw(&item.blob(3)?).close();
        }
        w.close();
    }
    w.close();
    Ok(())
}

fn write_at_service(going: &Going<'_>, w: &mut Writer) -> Result<(), Fault> {
    for (table, sql) in PART.tables.iter().zip(table::AT_SERVICE) {
        show(table, &going.view.query(sql, vec![going.account.into()])?, w);
    }
    Ok(())
}

/// §4.10.1: whom a node has beside its owner.
fn write_people(going: &Going<'_>, node: &str, w: &mut Writer) -> Result<(), Fault> {
    let of = |table: usize| going.rows[table].iter().filter(|row| row.text(0) == Ok(node)).peekable();
    let (mut subscriptions, mut affiliations) = (of(2), of(3));
    if affiliations.peek().is_some() {
        w.open("affiliations", ns::PUBSUB_OWNER).attr("node", node);
        for row in affiliations {
            w.open("affiliation", ns::PUBSUB_OWNER).attr("jid", row.text(1)?).attr("affiliation", row.text(2)?).close();
        }
        w.close();
    }
    if subscriptions.peek().is_some() {
        w.open("subscriptions", ns::PUBSUB_OWNER).attr("node", node);
        for row in subscriptions {
            w.open("subscription", ns::PUBSUB_OWNER).attr("jid", row.text(1)?).attr("subscription", row.text(2)?);
            if row.int(3)? == 0 {
                w.attr("xmlns:a0", ns::PORTABLE).attr(DELIVER, "false");
            }
            w.close();
        }
        w.close();
    }
    Ok(())
}

fn read(arrival: &mut Arrival<'_>, pubsub: &Element<'_>) {
    for child in pubsub.children() {
        let node = child.attr("node").unwrap_or_default();
        match (child.name(), child.ns()) {
            _ if node.is_empty() => arrival.tally.leave("node", "it has no name"),
            // For whoever keeps it in another form.
            _ if known::is_elsewhere(&node) => {}
            ("configure", ns::PUBSUB_OWNER) => configure(arrival, &node, &child),
            ("items", ns::PUBSUB) => items(arrival, &node, &child),
            // Nobody but the owner has to do with what is for the owner alone.
            ("affiliations" | "subscriptions", ns::PUBSUB_OWNER) if known::is_private(Host::Person, &node) => {}
            ("affiliations", ns::PUBSUB_OWNER) => affiliations(arrival, &node, &child),
            ("subscriptions", ns::PUBSUB_OWNER) => subscriptions(arrival, &node, &child),
            (name, _) => arrival.tally.leave(format!("<{name}/> of a node"), "nothing here knows what it is"),
        }
    }
}

/// §4.10.1: what is not known is passed over, but never so that somebody sees more than before.
fn configure(arrival: &mut Arrival<'_>, node: &str, configure: &Element<'_>) {
    let mut config = Config::default();
    let form = Form::within(configure);
    for field in form.iter().flat_map(Form::fields) {
        let values: Vec<_> = field.values().collect();
        let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
        match config.set(&field.name(), &values) {
            Err(Refused::Value) if field.name() == "pubsub#access_model" => {
                config.access = Access::Whitelist;
                let why = format!("{:?} is not known here, so that the owner alone sees the node", values.join(" "));
                arrival.tally.leave("access model of a node", why);
            }
            Ok(()) | Err(_) => {}
        }
    }
    config.publish = Publish::Publishers;
    if known::is_private(Host::Person, node) {
        config.access = Access::Whitelist;
    }
    arrival.run(table::SAVE_NODE, [node.into(), config.encode().into(), config.item_micros()]);
    arrival.tally.carry(PART.name);
}

/// Makes a node that nobody configured (yet): as it usually is, or for its owner alone.
fn make_room(arrival: &mut Arrival<'_>, node: &str) {
    let config = match known::find(Host::Person, node) {
        Some(_) => known::usual(Host::Person, node),
        None => Config { access: Access::Whitelist, max_items: None, ..Config::default() },
    };
    arrival.run(table::NODE_ARRIVED, [node.into(), config.encode().into()]);
}

/// Puts something into a node that came as something else, unless the node has it already.
pub fn put(arrival: &mut Arrival<'_>, node: &str, id: &str, at: i64, payload: Bytes) {
    make_room(arrival, node);
    let number = arrival.next_number();
    arrival.run(table::ITEM_ARRIVED, item(node, id, number, at, payload));
}

/// When an item on its way in was published, as far as that is known.
pub fn published(arrival: &Arrival<'_>, item: &Element<'_>) -> i64 {
    item.attr(PUBLISHED).and_then(|stamp| time::parse(&stamp)).unwrap_or(arrival.now).min(arrival.now)
}

/// What lies in a node of an account on its way out, by the moment it was published.
///
/// # Errors
/// When the store says no.
pub fn payloads(going: &Going<'_>, node: &str) -> Result<Vec<Bytes>, Fault> {
    let values = vec![going.account.into(), node.into(), 0i64.into(), i64::MAX.into()];
    going.view.query(table::READ_ITEMS, values)?.iter().map(|row| row.blob(3)).collect()
}

/// The parameters of a statement that keeps an item, behind the account.
fn item(node: &str, id: &str, number: i64, at: i64, payload: Bytes) -> [Value; 6] {
    let bytes = i64::try_from(payload.len()).unwrap_or(i64::MAX);
    [node.into(), id.into(), number.into(), bytes.into(), at.into(), payload.into()]
}

/// §4.10.2.
fn items(arrival: &mut Arrival<'_>, node: &str, items: &Element<'_>) {
    make_room(arrival, node);
    for item in items.children().filter(|item| item.is("item", ns::PUBSUB)) {
        let id = item.attr("id").unwrap_or_default();
        let payload = item.children().next();
        if id.is_empty() || payload.is_some_and(|payload| payload.ns() == ns::PUBSUB) {
            arrival.tally.leave("item of a node", "it has no id, or content that cannot stand by itself");
            continue;
        }
        let payload = payload.map_or("", |payload| payload.raw());
        let at = published(arrival, &item);
        let payload = Bytes::copy_from_slice(payload.as_bytes());
        let number = arrival.next_number();
        arrival.run(table::SAVE_ITEM, self::item(node, &id, number, at, payload));
        arrival.tally.carry(ITEMS);
    }
}

/// The account owns its nodes, and that is not said.
fn affiliations(arrival: &mut Arrival<'_>, node: &str, list: &Element<'_>) {
    for entry in list.children() {
        let said = entry.attr("affiliation").unwrap_or_default();
        match (person(arrival, &entry), Affiliation::parse(&said)) {
            (None, _) => {}
            (Some(jid), Some(affiliation @ (Affiliation::Publisher | Affiliation::Member | Affiliation::Outcast))) => {
                make_room(arrival, node);
                let values = [node.into(), jid.bare_str().into(), affiliation.name().into()];
                arrival.run(table::SAVE_AFFILIATION, values);
                arrival.tally.carry("affiliations with nodes");
            }
            (Some(_), Some(Affiliation::Owner) | None) => {
                arrival.tally.leave("affiliation with a node", format!("{said:?} is not known here"))
            }
        }
    }
}

fn subscriptions(arrival: &mut Arrival<'_>, node: &str, list: &Element<'_>) {
    for entry in list.children() {
        let said = entry.attr("subscription").unwrap_or_default();
        let state = [State::Subscribed, State::Pending].into_iter().find(|state| state.name() == said);
        match (person(arrival, &entry), state) {
            (None, _) => {}
            (Some(jid), Some(state)) => {
                make_room(arrival, node);
                let deliver = entry.attr(DELIVER).is_none_or(|deliver| deliver != "false");
                let values = [node.into(), jid.as_str().into(), state.name().into(), i64::from(deliver).into()];
                arrival.run(table::SAVE_SUBSCRIPTION, values);
                arrival.tally.carry("subscriptions to nodes");
            }
            (Some(_), None) => arrival.tally.leave("subscription to a node", format!("{said:?} is not known here")),
        }
    }
}

/// Whom an entry is about, if not the owner.
fn person(arrival: &mut Arrival<'_>, entry: &Element<'_>) -> Option<Jid> {
    let address = entry.attr("jid").unwrap_or_default();
    match Jid::parse(address.trim()) {
        Ok(jid) if jid.bare_str() == arrival.jid.as_str() => None,
        Ok(jid) => Some(jid),
        Err(_) => {
            arrival.tally.leave("person of a node", format!("{address:?} is no address"));
            None
        }
    }
}
