//! What ejabberd's tables say, in the words of XEP-0227.

use super::super::prosody::clean;
use super::super::source::Found;
use super::super::xml::canonical;
use super::sql::Row;
use super::term;
use bytes::Bytes;
use xmpp::scram::Hash;
use xmpp::{Element, Writer, ns, time};

/// Makes pieces of the rows of some tables.
pub type Converter = fn(&[Vec<Row>]) -> Vec<Found>;

/// The parts of an account and the tables they are in.
pub const PARTS: &[(&[&str], Converter)] = &[
    (&["users", "last"], account),
    (&["rosterusers", "rostergroups"], roster),
    (&["vcard"], vcard),
    (&["private_storage"], private),
    (&["privacy_default_list", "privacy_list", "privacy_list_data"], privacy),
    (&["archive_prefs"], preferences),
    (&["pubsub_node", "pubsub_node_option", "pubsub_item", "pubsub_state"], nodes),
];

/// Why a table is left behind; none if it says nothing that was not said elsewhere.
pub fn unread(table: &str) -> Option<&'static str> {
    Some(match table {
        "vcard_search" | "roster_version" | "caps_features" | "sm" | "route" | "sqlite_sequence" | "bosh"
        | "proxy65" | "pubsub_node_owner" | "schema_version" | "schema_migrations" | "muc_online_room"
        | "muc_online_users" => return None,
        "push_session" => "a phone asks for it anew when it connects",
        "oauth_token" | "oauth_client" => "a token opens an account only where it was made",
        "muc_room" | "muc_registered" | "muc_room_subscribers" => "rooms are not kept here",
        "sr_group" | "sr_user" => "contact lists of groups are not kept here",
        "motd" => "announcements are made anew",
        "pubsub_subscription_opt" => "nodes have no options of their subscribers here",
        _ => "nothing here knows what it is",
    })
}

/// What cannot be read, with its line.
pub fn broken(what: &'static str, row: &Row, clause: &str) -> Found {
    Found::Left(what.into(), format!("the one in line {} is damaged: {clause}", row.line).into())
}

fn piece(w: Writer) -> Found {
    Found::Child(w.finish())
}

/// The password, where it was kept as it is: then there are no rounds.
pub fn password(user: &Row) -> Option<String> {
    let password = user.text("password");
    (is_plain(user) && !password.is_empty()).then(|| password.into_owned())
}

fn is_plain(user: &Row) -> bool {
    matches!(user.text("iterationcount").as_ref(), "" | "0")
}

fn account(rows: &[Vec<Row>]) -> Vec<Found> {
    let (users, last) = (&rows[0], &rows[1]);
    let mut facts = Writer::new();
    facts.open("account", ns::PORTABLE);
    let created = users.first().map(|user| user.text("created_at").replacen(' ', "T", 1));
    if let Some(created) = created.and_then(|date| time::parse(&format!("{}Z", date.get(..19)?))) {
        facts.attr("created", &time::write(created));
    }
    if let Some(seconds) = last.first().and_then(|last| last.text("seconds").parse::<i64>().ok()) {
        facts.attr("last-login", &time::write(seconds.saturating_mul(1_000_000))[..10]);
    }
    let keys = users.iter().filter(|user| !is_plain(user)).map(keys);
    std::iter::once(piece(facts)).chain(keys).collect()
}

/// XEP-0227 §4.3. A key of another function than SHA-1 says so in front.
fn keys(user: &Row) -> Found {
    let stored = user.text("password");
    let (name, stored) = stored.split_once(':').unwrap_or(("sha", stored.as_ref()));
    let hash = match name {
        "sha" => Hash::Sha1,
        "sha256" => Hash::Sha256,
        "sha512" => Hash::Sha512,
        other => return Found::Left("keys".into(), format!("{other:?} is no hash function that is known here").into()),
    };
    let mut w = Writer::new();
    w.open("scram-credentials", ns::PIE_SCRAM).attr("mechanism", hash.mechanism());
    w.leaf("iter-count", ns::PIE_SCRAM, &clean(&user.text("iterationcount")));
    w.leaf("salt", ns::PIE_SCRAM, &clean(&user.text("salt")));
    w.leaf("server-key", ns::PIE_SCRAM, &clean(&user.text("serverkey")));
    w.leaf("stored-key", ns::PIE_SCRAM, &clean(stored));
    piece(w)
}

fn roster(rows: &[Vec<Row>]) -> Vec<Found> {
    let mut items = Writer::new();
    items.open("query", ns::ROSTER);
    let mut requests = Vec::new();
    for row in &rows[0] {
        let (jid, ask) = (row.text("jid"), row.text("ask"));
        let subscription = match row.text("subscription").as_ref() {
            "B" => "both",
            "T" => "to",
            "F" => "from",
            _ => "none",
        };
        if matches!(ask.as_ref(), "I" | "B") {
            requests.push(contact_request(&jid, &row.text("askmessage")));
        }
        // Who asks and is nothing else is no contact (RFC 6121 §3.1.3).
        if ask == "I" && subscription == "none" && row.text("nick").is_empty() {
            continue;
        }
        items.open("item", ns::ROSTER).attr("jid", &clean(&jid)).attr("subscription", subscription);
        items.attr("name", &clean(&row.text("nick")));
        if matches!(ask.as_ref(), "O" | "B" | "S") {
            items.attr("ask", "subscribe");
        }
        for group in rows[1].iter().filter(|group| group.text("jid") == jid) {
            items.leaf("group", ns::ROSTER, &clean(&group.text("grp")));
        }
        items.close();
    }
    std::iter::once(piece(items)).chain(requests).collect()
}

fn contact_request(from: &str, words: &str) -> Found {
    let mut w = Writer::new();
    w.open("presence", ns::CLIENT).attr("type", "subscribe").attr("from", &clean(from));
    if !words.is_empty() {
        w.leaf("status", ns::CLIENT, &clean(words));
    }
    piece(w)
}

fn vcard(rows: &[Vec<Row>]) -> Vec<Found> {
    let card = |row: &Row| match canonical(&row.text("vcard")) {
        Ok(card) => Found::Child(card),
        Err(clause) => broken("card", row, &clause),
    };
    rows[0].iter().map(card).collect()
}

fn private(rows: &[Vec<Row>]) -> Vec<Found> {
    let mut w = Writer::new();
    w.open("query", ns::PRIVATE);
    let mut left = Vec::new();
    for row in &rows[0] {
        match canonical(&row.text("data")) {
            Ok(element) => drop(w.raw(&element)),
            Err(clause) => left.push(broken("private element", row, &clause)),
        }
    }
    left.push(piece(w));
    left
}

/// XEP-0016, in which ejabberd keeps what is blocked.
fn privacy(rows: &[Vec<Row>]) -> Vec<Found> {
    let mut w = Writer::new();
    w.open("query", ns::PRIVACY);
    if let Some(default) = rows[0].first() {
        w.open("default", ns::PRIVACY).attr("name", &clean(&default.text("name"))).close();
    }
    for list in &rows[1] {
        w.open("list", ns::PRIVACY).attr("name", &clean(&list.text("name")));
        for item in rows[2].iter().filter(|item| item.text("id") == list.text("id")) {
            let is = |column: &str| matches!(item.text(column).as_ref(), "1" | "t" | "true");
            w.open("item", ns::PRIVACY).attr("action", if item.text("action") == "d" { "deny" } else { "allow" });
            let kind = match item.text("t").as_ref() {
                "j" => Some("jid"),
                "g" => Some("group"),
                "s" => Some("subscription"),
                _ => None,
            };
            if let Some(kind) = kind {
                w.attr("type", kind).attr("value", &clean(&item.text("value")));
            }
            let kinds = [
                ("match_iq", "iq"),
                ("match_message", "message"),
                ("match_presence_in", "presence-in"),
                ("match_presence_out", "presence-out"),
            ];
            for (_, name) in kinds.into_iter().filter(|(column, _)| !is("match_all") && is(column)) {
                w.empty(name, ns::PRIVACY);
            }
            w.close();
        }
        w.close();
    }
    vec![piece(w)]
}

fn preferences(rows: &[Vec<Row>]) -> Vec<Found> {
    let mut found = Vec::new();
    for row in &rows[0] {
        let mut w = Writer::new();
        w.open("prefs", ns::MAM).attr("default", &clean(&row.text("def")));
        for name in ["always", "never"] {
            w.open(name, ns::MAM);
            // Addresses in three parts.
            for parts in term::texts(&row.text(name)).chunks_exact(3) {
                let (local, domain, resource) = (&parts[0], &parts[1], &parts[2]);
                let at = if local.is_empty() { "" } else { "@" };
                let slash = if resource.is_empty() { "" } else { "/" };
                w.leaf("jid", ns::MAM, &clean(&format!("{local}{at}{domain}{slash}{resource}")));
            }
            w.close();
        }
        found.push(piece(w));
    }
    found
}

fn nodes(rows: &[Vec<Row>]) -> Vec<Found> {
    let mut left = Vec::new();
    let (mut configured, mut published) = (Writer::new(), Writer::new());
    configured.open("pubsub", ns::PUBSUB_OWNER);
    published.open("pubsub", ns::PUBSUB);
    for node in &rows[0] {
        let (name, id) = (node.text("node"), node.text("nodeid"));
        configured.open("configure", ns::PUBSUB_OWNER).attr("node", &clean(&name));
        configured.open("x", ns::DATA_FORMS).attr("type", "form");
        for option in rows[1].iter().filter(|option| option.text("nodeid") == id) {
            let field = format!("pubsub#{}", clean(&option.text("name")));
            configured.open("field", ns::DATA_FORMS).attr("var", &field);
            for value in term::values(&option.text("val")) {
                configured.leaf("value", ns::DATA_FORMS, &clean(&value));
            }
            configured.close();
        }
        configured.close().close();
        write_people(&name, rows[3].iter().filter(|person| person.text("nodeid") == id), &mut configured);
        let mut items: Vec<&Row> = rows[2].iter().filter(|item| item.text("nodeid") == id).collect();
        items.sort_by_key(|item| moment(&item.text("modification")));
        published.open("items", ns::PUBSUB).attr("node", &clean(&name));
        for item in items {
            match canonical(&item.text("payload")) {
                Ok(payload) => write_item(item, &payload, &mut published),
                Err(clause) => left.push(broken("item of a node", item, &clause)),
            }
        }
        published.close();
    }
    left.extend([piece(configured), piece(published)]);
    left
}

/// Whom a node has beside its owner, each with a letter for what they are and one for each subscription.
fn write_people<'r>(node: &str, people: impl Iterator<Item = &'r Row>, w: &mut Writer) {
    let (mut affiliations, mut subscriptions) = (Vec::new(), Vec::new());
    for person in people {
        let jid = person.text("jid");
        let affiliation = match person.text("affiliation").as_ref() {
            "p" => Some("publisher"),
            "u" => Some("publish-only"),
            "m" => Some("member"),
            "c" => Some("outcast"),
            _ => None,
        };
        affiliations.extend(affiliation.map(|affiliation| (jid.clone(), affiliation)));
        let subscription = match person.text("subscriptions").chars().next() {
            Some('s') => Some("subscribed"),
            Some('p') => Some("pending"),
            _ => None,
        };
        subscriptions.extend(subscription.map(|subscription| (jid, subscription)));
    }
    for (lists, list, name) in
        [("affiliations", affiliations, "affiliation"), ("subscriptions", subscriptions, "subscription")]
    {
        w.open(lists, ns::PUBSUB_OWNER).attr("node", &clean(node));
        for (jid, what) in list {
            w.open(name, ns::PUBSUB_OWNER).attr("jid", &clean(&jid)).attr(name, what).close();
        }
        w.close();
    }
}

fn write_item(item: &Row, payload: &[u8], w: &mut Writer) {
    w.open("item", ns::PUBSUB).attr("id", &clean(&item.text("itemid")));
    if let Some(at) = moment(&item.text("modification")) {
        w.attr("xmlns:a0", ns::PORTABLE).attr("a0:published", &time::write(at));
    }
    w.raw(payload).close();
}

/// Erlang's moments: millions of seconds, seconds, microseconds.
fn moment(text: &str) -> Option<i64> {
    let mut parts = text.split(':').map(|part| part.parse::<i64>().ok());
    let (mega, seconds, micros) = (parts.next()??, parts.next()??, parts.next()??);
    mega.checked_mul(1_000_000)?.checked_add(seconds)?.checked_mul(1_000_000)?.checked_add(micros)
}

/// XEP-0227 §4.5.
pub fn waiting(row: &Row) -> Result<Bytes, String> {
    canonical(&row.text("xml"))
}

/// XEP-0227 §4.11.
pub fn archived(row: &Row) -> Result<Bytes, String> {
    let message = canonical(&row.text("xml"))?;
    let at: i64 = row.text("timestamp").parse().map_err(|_| "it has no date")?;
    let text = std::str::from_utf8(&message).map_err(|error| error.to_string())?;
    let message = Element::first(text, ns::CLIENT).ok_or("it is no message")?;
    let mut w = Writer::new();
    w.open("result", ns::MAM).attr("id", &clean(&row.text("timestamp")));
    w.open("forwarded", ns::FORWARD).open("delay", ns::DELAY).attr("stamp", &time::write(at)).close();
    w.open("message", ns::CLIENT);
    for (name, value) in message.attributes().filter(|(name, _)| *name != "xmlns") {
        w.attr(name, &xmpp::element::unescape(value));
    }
    // Its children stand in the namespace that they are in.
    w.raw(message.content().as_bytes());
    Ok(w.finish())
}
