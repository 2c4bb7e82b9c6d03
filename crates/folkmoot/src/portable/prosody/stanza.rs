//! Prosody's stanzas: tables with `name`, `attr` and children, as canonical bytes.

use super::lua::{Table, Value};
use bytes::Bytes;
use xmpp::{Writer, ns};

/// What Prosody adds to what it archives, as attributes of the stanza.
const STAMPS: &[&str] = &["stamp", "stamp_legacy"];

/// The element of a table.
///
/// # Errors
/// A clause that says what is wrong with it.
pub fn element(table: &Table) -> Result<Bytes, &'static str> {
    let mut w = Writer::new();
    write(table, ns::CLIENT, &mut w)?;
    Ok(w.finish())
}

/// Writes the element of a table into an open one; `inherited` is the namespace of what has none.
///
/// # Errors
/// As [`element`].
pub fn write(table: &Table, inherited: &str, w: &mut Writer) -> Result<(), &'static str> {
    let name = table.text("name").filter(|name| is_name(name)).ok_or("an element in it has no name")?;
    let attributes = table.get("attr").and_then(Value::table);
    let namespace = attributes.and_then(|attributes| attributes.text("xmlns")).unwrap_or(inherited);
    w.open(name, &clean(namespace));
    let mut foreign = 0;
    for (name, value) in attributes.iter().flat_map(|attributes| attributes.named()) {
        let Some(value) = value.text() else { continue };
        // Prosody joins a namespace and a name by one or the other.
        match name.split_once(['|', '\u{1}']) {
            Some((ns::XML, name)) if is_name(name) => drop(w.attr(&format!("xml:{name}"), &clean(value))),
            Some((namespace, name)) if is_name(name) => {
                w.attr(&format!("xmlns:a{foreign}"), &clean(namespace));
                w.attr(&format!("a{foreign}:{name}"), &clean(value));
                foreign += 1;
            }
            Some(_) => return Err("an attribute in it has no name"),
            None if name == "xmlns" || STAMPS.contains(&name) && table.get("when").is_some() => {}
            None if name == "xml:lang" || is_name(name) => drop(w.attr(name, &clean(value))),
            // A prefix without the namespace that it stood for says nothing.
            None => {}
        }
    }
    for child in table.list.values() {
        match child {
            Value::Table(child) => write(child, namespace, w)?,
            Value::Text(bytes) => drop(w.text(&clean(&String::from_utf8_lossy(bytes)))),
            Value::Nil | Value::Bool(_) | Value::Number(_) => return Err("a child in it is no element and no text"),
        }
    }
    w.close();
    Ok(())
}

/// Without what XML cannot carry (XML 1.0 §2.2).
pub fn clean(text: &str) -> std::borrow::Cow<'_, str> {
    let is_bad = |c: char| {
        c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{7f}'..='\u{9f}') || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    if text.contains(is_bad) { text.replace(is_bad, "\u{fffd}").into() } else { text.into() }
}

/// Whether it can be the name of an element: the usual letters, and whatever is not ASCII.
fn is_name(name: &str) -> bool {
    let begins = |c: char| c.is_ascii_alphabetic() || c == '_' || c >= '\u{c0}';
    name.starts_with(begins)
        && name
            .chars()
            .all(|c| begins(c) && c.is_alphanumeric() || c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
