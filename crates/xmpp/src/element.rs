//! A borrowed view of one element in canonical bytes.
//!
//! The bytes were validated and canonicalised at the edge (see [`crate::writer`] for the form), so
//! reading is a matter of finding quotes and brackets; nothing is allocated unless a value holds
//! an escape.

use crate::ns;
use std::borrow::Cow;

/// One element: its name, its namespace, and what lies inside. Copying it is free.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Element<'a> {
    ns: &'a str,
    name: &'a str,
    /// Between the name (and the namespace declaration) and the end of the open tag.
    attributes: &'a str,
    /// Between the open and the close tag.
    content: &'a str,
    raw: &'a str,
}

impl<'a> Element<'a> {
    /// The first element of `canonical`, whose parent is in the namespace `inherited`.
    pub fn first(canonical: &'a str, inherited: &'a str) -> Option<Element<'a>> {
        Children { rest: canonical, inherited }.next()
    }

    /// The local name.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The namespace, in its escaped form (no namespace of ours holds an escape).
    pub fn ns(&self) -> &'a str {
        self.ns
    }

    /// Whether this is the element `name` of the namespace `ns`.
    pub fn is(&self, name: &str, ns: &str) -> bool {
        self.name == name && self.ns == ns
    }

    /// The element with its tags. It may inherit its namespace from where it stood.
    pub fn raw(&self) -> &'a str {
        self.raw
    }

    /// What lies between the tags, canonical.
    pub fn content(&self) -> &'a str {
        self.content
    }

    /// The value of an attribute, unescaped. `xml:lang` is asked for by that name.
    pub fn attr(&self, name: &str) -> Option<Cow<'a, str>> {
        self.attributes().find(|(known, _)| *known == name).map(|(_, raw)| unescape(raw))
    }

    /// The attributes: names as written and values still escaped. An attribute in a namespace shows
    /// as `xmlns:a0='..'` and `a0:name='..'`.
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes { rest: self.attributes }
    }

    /// The child elements in order.
    pub fn children(&self) -> Children<'a> {
        Children { rest: self.content, inherited: self.ns }
    }

    /// The first child `name` of the namespace `ns`.
    pub fn child(&self, name: &str, ns: &str) -> Option<Element<'a>> {
        self.children().find(|child| child.is(name, ns))
    }

    /// The text directly inside, without that of children.
    pub fn text(&self) -> Cow<'a, str> {
        if memchr::memchr(b'<', self.content.as_bytes()).is_none() {
            return unescape(self.content);
        }
        let mut text = String::new();
        let mut rest = self.content;
        while !rest.is_empty() {
            let end = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
            text.push_str(&unescape(&rest[..end]));
            rest = &rest[end..];
            rest = split_element(rest).map_or("", |(_, after)| after);
        }
        Cow::Owned(text)
    }

    fn read(raw: &'a str, inherited: &'a str) -> Element<'a> {
        let tag_end = tag_end(raw);
        let tag = raw[1..tag_end].trim_end_matches('/');
        let name_end = tag.find(' ').unwrap_or(tag.len());
        let name = &tag[..name_end];
        let mut attributes = &tag[name_end..];
        let mut ns = inherited;
        if let Some(declared) = attributes.strip_prefix(" xmlns='") {
            let end = declared.find('\'').unwrap_or(declared.len());
            ns = &declared[..end];
            attributes = declared.get(end + 1..).unwrap_or("");
        }
        let content =
            if raw.as_bytes()[tag_end - 1] == b'/' { "" } else { &raw[tag_end + 1..raw.len() - name.len() - 3] };
        Element { ns, name, attributes, content, raw }
    }
}

/// The child elements of an element, in order; text between them is passed over.
#[derive(Clone)]
pub struct Children<'a> {
    rest: &'a str,
    inherited: &'a str,
}

impl<'a> Children<'a> {
    /// The elements at the top of the children of a stanza.
    pub fn of_stanza(inner: &'a str) -> Children<'a> {
        Children { rest: inner, inherited: ns::CLIENT }
    }
}

impl<'a> Iterator for Children<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let start = memchr::memchr(b'<', self.rest.as_bytes())?;
        let (raw, after) = split_element(&self.rest[start..])?;
        self.rest = after;
        Some(Element::read(raw, self.inherited))
    }
}

/// The attributes of an element, values still escaped.
pub struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let (name, rest) = self.rest.trim_start().split_once("='")?;
        let (value, rest) = rest.split_once('\'')?;
        self.rest = rest;
        Some((name, value))
    }
}

/// Undoes the escapes of canonical text.
pub fn unescape(raw: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', raw.as_bytes()) else {
        return Cow::Borrowed(raw);
    };
    let mut text = String::with_capacity(raw.len());
    text.push_str(&raw[..first]);
    let mut rest = &raw[first..];
    while let Some(end) = rest.find(';') {
        text.push(match &rest[..end] {
            "&amp" => '&',
            "&lt" => '<',
            "&gt" => '>',
            "&apos" => '\'',
            "&quot" => '"',
            "&#9" => '\t',
            "&#10" => '\n',
            _ => '\r',
        });
        rest = &rest[end + 1..];
        let next = memchr::memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
        text.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(text)
}

/// Splits `text`, which starts with an element, behind that element.
fn split_element(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut at = 0;
    loop {
        at += memchr::memchr(b'<', bytes.get(at..)?)?;
        let end = at + tag_end(text.get(at..)?);
        if bytes.get(at + 1) == Some(&b'/') {
            depth = depth.checked_sub(1)?;
        } else if bytes.get(end.checked_sub(1)?) != Some(&b'/') {
            depth += 1;
        }
        at = end + 1;
        if depth == 0 {
            return Some((text.get(..at)?, text.get(at..)?));
        }
    }
}

/// Where the `>` of the tag at the start of `text` stands. Canonical values hold no bare `>`.
fn tag_end(text: &str) -> usize {
    memchr::memchr(b'>', text.as_bytes()).unwrap_or(text.len())
}

impl std::fmt::Debug for Element<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{{{}}}{}", self.ns, self.raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "<query xmlns='jabber:iq:roster' ver='a&apos;b'>x<item jid='a@b'><group>G &amp; H</group></item>y&lt;<item/></query><body>hi</body>";

    #[test]
    fn reads_names_namespaces_attributes_children_and_text() {
        let query = Element::first(SAMPLE, ns::CLIENT).unwrap();
        assert!(query.is("query", "jabber:iq:roster"));
        assert_eq!(query.attr("ver").unwrap(), "a'b");
        assert_eq!(query.attr("xmlns"), None);
        assert_eq!(query.text(), "xy<");
        let items: Vec<_> = query.children().collect();
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].child("group", "jabber:iq:roster").unwrap().text(), "G & H");
        assert_eq!(items[1].raw(), "<item/>");
        let body = Children::of_stanza(SAMPLE).nth(1).unwrap();
        assert!(body.is("body", ns::CLIENT));
        assert_eq!(body.text(), "hi");
    }
}
