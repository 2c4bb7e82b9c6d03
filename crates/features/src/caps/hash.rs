//! The text that a set of features is hashed as, by both documents.

use xmpp::{Element, form, ns};

/// XEP-0115 §5.1. Nothing for an answer that §5.4 calls ill-formed.
pub(super) fn first(query: &Element<'_>) -> Option<Vec<u8>> {
    let mut text = String::new();
    let mut identities: Vec<_> = query.children().filter(|child| is(child, "identity")).map(identity).collect();
    identities.sort_unstable();
    if has_repeats(&identities) {
        return None;
    }
    for parts in &identities {
        text.push_str(&parts.join("/"));
        text.push('<');
    }
    let mut features: Vec<String> = query.children().filter(|child| is(child, "feature")).map(var).collect();
    features.sort_unstable();
    if has_repeats(&features) {
        return None;
    }
    for feature in &features {
        text.push_str(feature);
        text.push('<');
    }
    let mut forms: Vec<(String, String)> = Vec::new();
    for x in query.children().filter(|child| child.is("x", ns::DATA_FORMS)) {
        forms.extend(first_form(&x)?);
    }
    forms.sort_unstable();
    if forms.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return None;
    }
    let parts = identities.iter().flatten().chain(&features);
    // The text ends each part with this sign: one that holds it could be read as two.
    if parts.into_iter().any(|part| part.contains('<')) {
        return None;
    }
    text.extend(forms.into_iter().map(|(_, text)| text));
    Some(text.into_bytes())
}

/// A form's type and its part of the text; the inner `None` for one that is passed over, the outer
/// for one that spoils the whole answer (XEP-0115 §5.4).
fn first_form(x: &Element<'_>) -> Option<Option<(String, String)>> {
    let mut fields: Vec<(String, Vec<String>, bool)> = fields(x);
    let Some(at) = fields.iter().position(|(name, ..)| name == form::FORM_TYPE) else { return Some(None) };
    let (_, types, hidden) = fields.swap_remove(at);
    if types.windows(2).any(|pair| pair[0] != pair[1]) {
        return None;
    }
    let Some(form_type) = types.into_iter().next().filter(|_| hidden) else { return Some(None) };
    fields.sort_unstable();
    let mut text = format!("{form_type}<");
    for (name, values, _) in &fields {
        text.push_str(name);
        text.push('<');
        for value in values {
            text.push_str(value);
            text.push('<');
        }
    }
    Some(Some((form_type, text)))
}

/// XEP-0390 §4.1. Nothing where the algorithm ends with an error.
pub(super) fn second(query: &Element<'_>, lang: Option<&str>) -> Option<Vec<u8>> {
    let known = |child: Element<'_>| is(&child, "identity") || is(&child, "feature") || child.is("x", ns::DATA_FORMS);
    if !query.children().all(known) {
        return None;
    }
    let features = query.children().filter(|child| is(child, "feature")).map(|child| part(&[var(child)], b""));
    let identities = query.children().filter(|child| is(child, "identity")).map(|child| {
        let mut parts = identity(child);
        if child.attr("xml:lang").is_none() {
            parts[2] = query.attr("xml:lang").as_deref().or(lang).unwrap_or_default().to_owned();
        }
        part(&parts, b"\x1e")
    });
    let forms = query.children().filter(|child| child.is("x", ns::DATA_FORMS)).map(|x| second_form(&x));
    let forms: Vec<Vec<u8>> = forms.collect::<Option<_>>()?;
    let mut input = joined(features.collect(), b"\x1c");
    input.extend(joined(identities.collect(), b"\x1c"));
    input.extend(joined(forms, b"\x1c"));
    Some(input)
}

fn second_form(x: &Element<'_>) -> Option<Vec<u8>> {
    if x.child("reported", ns::DATA_FORMS).is_some() || x.child("item", ns::DATA_FORMS).is_some() {
        return None;
    }
    let fields = fields(x);
    fields.iter().find(|(name, values, hidden)| name == form::FORM_TYPE && values.len() == 1 && *hidden)?;
    let field = |(name, values, _): (String, Vec<String>, bool)| {
        let mut bytes = part(&[name], b"");
        bytes.extend(part(&values, b"\x1e"));
        bytes
    };
    Some(joined(fields.into_iter().map(field).collect(), b"\x1d"))
}

/// Each text with a unit separator behind it, and `end` behind all.
fn part(texts: &[String], end: &[u8]) -> Vec<u8> {
    let mut bytes: Vec<u8> = texts.iter().flat_map(|text| text.bytes().chain([0x1f])).collect();
    bytes.extend_from_slice(end);
    bytes
}

fn joined(mut parts: Vec<Vec<u8>>, end: &[u8]) -> Vec<u8> {
    parts.sort_unstable();
    let mut bytes = parts.concat();
    bytes.extend_from_slice(end);
    bytes
}

/// The fields of a form with their values in order, and whether each is hidden.
fn fields(x: &Element<'_>) -> Vec<(String, Vec<String>, bool)> {
    let fields = x.children().filter(|child| child.is("field", ns::DATA_FORMS));
    let read = |field: Element<'_>| {
        let values = field.children().filter(|child| child.is("value", ns::DATA_FORMS));
        let mut values: Vec<String> = values.map(|value| value.text().into_owned()).collect();
        values.sort_unstable();
        (var(field), values, field.attr("type").as_deref() == Some("hidden"))
    };
    fields.map(read).collect()
}

fn is(child: &Element<'_>, name: &str) -> bool {
    child.is(name, ns::DISCO_INFO)
}

fn var(element: Element<'_>) -> String {
    element.attr("var").unwrap_or_default().into_owned()
}

fn identity(identity: Element<'_>) -> [String; 4] {
    ["category", "type", "xml:lang", "name"].map(|name| identity.attr(name).unwrap_or_default().into_owned())
}

fn has_repeats<T: PartialEq>(sorted: &[T]) -> bool {
    sorted.windows(2).any(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::BASE64;
    use xmpp::scram::Hash;

    fn query(text: &str) -> String {
        format!("<query xmlns='http://jabber.org/protocol/disco#info'>{text}</query>")
    }

    fn ver(text: &str) -> Option<String> {
        let text = query(text);
        first(&Element::first(&text, ns::CLIENT).unwrap()).map(|input| BASE64.encode(&Hash::Sha1.digest(&input)))
    }

    /// XEP-0115 §5.2 and §5.3, the examples.
    #[test]
    fn hashes_the_examples_of_the_first_document() {
        let features = "<feature var='http://jabber.org/protocol/caps'/>\
            <feature var='http://jabber.org/protocol/disco#info'/>\
            <feature var='http://jabber.org/protocol/disco#items'/>\
            <feature var='http://jabber.org/protocol/muc'/>";
        let simple = format!("<identity category='client' type='pc' name='Exodus 0.9.1'/>{features}");
        assert_eq!(ver(&simple).unwrap(), "QgayPKawpkPSDYmwT/WM94uAlu0=");
        let complex = format!(
            "<identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>\
             <identity xml:lang='el' category='client' name='Ψ 0.11' type='pc'/>{features}\
             <x xmlns='jabber:x:data' type='result'>\
             <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>\
             <field var='ip_version' type='text-multi'><value>ipv4</value><value>ipv6</value></field>\
             <field var='os'><value>Mac</value></field><field var='os_version'><value>10.5.1</value></field>\
             <field var='software'><value>Psi</value></field><field var='software_version'><value>0.11</value></field>\
             </x>"
        );
        assert_eq!(ver(&complex).unwrap(), "q07IKJEyjvHSyhy//CH0CxmKi8w=");
    }

    #[test]
    fn what_is_said_twice_proves_nothing() {
        assert!(ver("<feature var='a'/><feature var='a'/>").is_none());
        assert!(ver("<identity category='c' type='t'/><identity category='c' type='t'/>").is_none());
        let form = "<x xmlns='jabber:x:data'><field var='FORM_TYPE' type='hidden'><value>t</value></field></x>";
        assert!(ver(&format!("{form}{form}")).is_none());
    }

    /// XEP-0390 §4.5.1, the example.
    #[test]
    fn hashes_the_example_of_the_second_document() {
        let features = [
            "http://jabber.org/protocol/si",
            "http://jabber.org/protocol/bytestreams",
            "http://jabber.org/protocol/chatstates",
            "http://jabber.org/protocol/disco#info",
            "http://jabber.org/protocol/disco#items",
            "urn:xmpp:ping",
            "jabber:iq:time",
            "jabber:iq:privacy",
            "jabber:iq:version",
            "http://jabber.org/protocol/rosterx",
            "urn:xmpp:time",
            "jabber:x:oob",
            "http://jabber.org/protocol/ibb",
            "http://jabber.org/protocol/si/profile/file-transfer",
            "urn:xmpp:receipts",
            "jabber:iq:roster",
            "jabber:iq:last",
        ];
        let features: String = features.iter().map(|name| format!("<feature var='{name}'/>")).collect();
        let text = query(&format!("<identity category='client' name='BombusMod' type='mobile'/>{features}"));
        let input = second(&Element::first(&text, ns::CLIENT).unwrap(), None).unwrap();
        let digest = BASE64.encode(&Hash::Sha256.digest(&input));
        assert_eq!(digest, "kzBZbkqJ3ADrj7v08reD1qcWUwNGHaidNUgD7nHpiw8=");
    }
}
