//! Comparing what came with what a transcript says: all of it, but for `*` (anything), `begin*`
//! (anything that begins so) and `{name}` (the same as the first time, also in the middle of a text).

use bytes::BytesMut;
use std::collections::HashMap;
use stream::xml::{Budget, Item, Scanner};
use xmpp::Element;

/// What `{name}`s stand for so far.
pub type Names = HashMap<String, String>;

/// Patterns in canonical bytes.
pub struct Patterns(String);

impl Patterns {
    /// Reads the elements of a transcript.
    ///
    /// # Errors
    /// When they are not well-formed.
    pub fn parse(xml: &str) -> Result<Patterns, String> {
        let mut scanner = Scanner::new(Budget::member(1 << 20));
        // Inside an element of its own nothing is taken for a stanza with addresses to be checked.
        let text = format!(
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>\
             <all xmlns='urn:folkmoot:transcript'>{}</all>",
            xml.replace("<message", "<message xmlns='jabber:client'")
                .replace("<presence", "<presence xmlns='jabber:client'")
                .replace("<iq", "<iq xmlns='jabber:client'")
                .replace("xmlns='jabber:client' xmlns='jabber:client'", "xmlns='jabber:client'")
        );
        let mut input = BytesMut::from(text.as_bytes());
        loop {
            match scanner.next(&mut input) {
                Ok(Some(Item::Open(_))) => {}
                Ok(Some(Item::Nonza(all))) => return Ok(Patterns(all.element().content().to_owned())),
                other => return Err(format!("the XML is not well-formed: {other:?}\n{xml}")),
            }
        }
    }

    /// The elements, in order.
    pub fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        let mut rest = Some(self.0.as_str());
        std::iter::from_fn(move || {
            let text = rest?;
            let start = text.find('<')?;
            let element = Element::first(&text[start..], "urn:folkmoot:transcript")?;
            rest = Some(&text[start + element.raw().len()..]);
            Some(element)
        })
    }
}

/// Whether `actual` is what the pattern says.
///
/// # Errors
/// Where they differ first.
pub fn compare(pattern: &Element<'_>, actual: &Element<'_>, names: &mut Names) -> Result<(), String> {
    let here = format!("<{} xmlns='{}'>", actual.name(), actual.ns());
    if !actual.is(pattern.name(), pattern.ns()) {
        return Err(format!("{here} instead of <{} xmlns='{}'>", pattern.name(), pattern.ns()));
    }
    for (name, _) in pattern.attributes() {
        let wanted = pattern.attr(name).unwrap_or_default();
        let Some(found) = actual.attr(name) else { return Err(format!("{here} lacks the attribute {name}")) };
        value(&wanted, &found, names).map_err(|why| format!("{here}, attribute {name}: {why}"))?;
    }
    for (name, _) in actual.attributes() {
        if name != "xml:lang" && pattern.attr(name).is_none() {
            return Err(format!("{here} has the attribute {name}='{}'", actual.attr(name).unwrap_or_default()));
        }
    }
    value(pattern.text().trim(), actual.text().trim(), names).map_err(|why| format!("{here}: {why}"))?;
    let (wanted, found): (Vec<_>, Vec<_>) = (pattern.children().collect(), actual.children().collect());
    for (wanted, found) in wanted.iter().zip(&found) {
        compare(wanted, found, names)?;
    }
    if let Some(extra) = found.get(wanted.len()) {
        return Err(format!("{here} also holds {}", extra.raw()));
    }
    wanted.get(found.len()).map_or(Ok(()), |lacking| Err(format!("{here} lacks {}", lacking.raw())))
}

/// Replaces `{name}`s by what they stand for.
pub fn fill_in(text: &str, names: &Names) -> String {
    names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// A `{name}` in the middle of a text that is new stands for what is between the same words.
fn learn(wanted: &str, found: &str, names: &mut Names) {
    let Some((before, rest)) = wanted.split_once('{') else { return };
    let Some((name, after)) = rest.split_once('}').filter(|(name, _)| !names.contains_key(*name)) else { return };
    let between = found.strip_prefix(before).and_then(|found| found.strip_suffix(after));
    if let Some(between) = between.filter(|between| !between.is_empty()) {
        names.insert(name.to_owned(), between.to_owned());
    }
}

fn value(wanted: &str, found: &str, names: &mut Names) -> Result<(), String> {
    if wanted == "*" {
        return if found.is_empty() { Err("nothing instead of something".into()) } else { Ok(()) };
    }
    if let Some(name) = wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
        let known = names.entry(name.to_owned()).or_insert_with(|| found.to_owned());
        return if known == found { Ok(()) } else { Err(format!("`{found}`, but {{{name}}} was `{known}`")) };
    }
    learn(wanted, found, names);
    let wanted = &fill_in(wanted, names);
    if wanted.strip_suffix('*').is_some_and(|begin| found.starts_with(begin)) {
        return Ok(());
    }
    if wanted == found { Ok(()) } else { Err(format!("`{found}` instead of `{wanted}`")) }
}
