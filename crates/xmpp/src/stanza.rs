//! The stanza: a small head, canonical shared bytes, and an index of its direct children.

use crate::{Element, Jid, StanzaError, Text, Writer, element::Children, error, ns, writer::escape_attribute};
use bytes::Bytes;
use smallvec::SmallVec;
use std::{num::NonZeroU64, ops::Range, sync::Arc};

/// What a stanza is, with its `type` (RFC 6120 §8.1, RFC 6121 §4.7.1, §5.2.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `<message/>`
    Message(MessageType),
    /// `<presence/>`
    Presence(PresenceType),
    /// `<iq/>`
    Iq(IqType),
}

/// RFC 6121 §5.2.2. A missing or unknown type is `normal`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the RFC")]
pub enum MessageType {
    Normal,
    Chat,
    Groupchat,
    Headline,
    Error,
}

/// RFC 6121 §4.7.1. No type at all is `Available`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the RFC")]
pub enum PresenceType {
    Available,
    Unavailable,
    Subscribe,
    Subscribed,
    Unsubscribe,
    Unsubscribed,
    Probe,
    Error,
}

/// RFC 6120 §8.2.3.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the RFC")]
pub enum IqType {
    Get,
    Set,
    Result,
    Error,
}

impl Kind {
    /// The element name.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Message(_) => "message",
            Kind::Presence(_) => "presence",
            Kind::Iq(_) => "iq",
        }
    }

    /// The value of the `type` attribute; none where the default is meant.
    pub fn type_name(self) -> Option<&'static str> {
        Some(match self {
            Kind::Message(MessageType::Normal) | Kind::Presence(PresenceType::Available) => return None,
            Kind::Message(MessageType::Chat) => "chat",
            Kind::Message(MessageType::Groupchat) => "groupchat",
            Kind::Message(MessageType::Headline) => "headline",
            Kind::Presence(PresenceType::Unavailable) => "unavailable",
            Kind::Presence(PresenceType::Subscribe) => "subscribe",
            Kind::Presence(PresenceType::Subscribed) => "subscribed",
            Kind::Presence(PresenceType::Unsubscribe) => "unsubscribe",
            Kind::Presence(PresenceType::Unsubscribed) => "unsubscribed",
            Kind::Presence(PresenceType::Probe) => "probe",
            Kind::Iq(IqType::Get) => "get",
            Kind::Iq(IqType::Set) => "set",
            Kind::Iq(IqType::Result) => "result",
            Kind::Message(MessageType::Error) | Kind::Presence(PresenceType::Error) | Kind::Iq(IqType::Error) => {
                "error"
            }
        })
    }

    /// The kind of the element `name` with the attribute `type`; none where RFC 6120 §8.2.3 or
    /// RFC 6121 §4.7.1 forbid the value.
    pub fn parse(name: &str, type_name: Option<&str>) -> Option<Kind> {
        Some(match (name, type_name) {
            ("message", type_name) => Kind::Message(match type_name {
                Some("chat") => MessageType::Chat,
                Some("groupchat") => MessageType::Groupchat,
                Some("headline") => MessageType::Headline,
                Some("error") => MessageType::Error,
                _ => MessageType::Normal,
            }),
            ("presence", type_name) => Kind::Presence(match type_name {
                None => PresenceType::Available,
                Some("unavailable") => PresenceType::Unavailable,
                Some("subscribe") => PresenceType::Subscribe,
                Some("subscribed") => PresenceType::Subscribed,
                Some("unsubscribe") => PresenceType::Unsubscribe,
                Some("unsubscribed") => PresenceType::Unsubscribed,
                Some("probe") => PresenceType::Probe,
                Some("error") => PresenceType::Error,
                Some(_) => return None,
            }),
            ("iq", Some("get")) => Kind::Iq(IqType::Get),
            ("iq", Some("set")) => Kind::Iq(IqType::Set),
            ("iq", Some("result")) => Kind::Iq(IqType::Result),
            ("iq", Some("error")) => Kind::Iq(IqType::Error),
            _ => return None,
        })
    }

    /// Whether a stanza of this kind reports an error, so that none may answer it
    /// (RFC 6120 §8.3.1).
    pub fn is_error(self) -> bool {
        self.type_name() == Some("error")
    }

    /// The same kind of element as an error.
    fn as_error(self) -> Kind {
        match self {
            Kind::Message(_) => Kind::Message(MessageType::Error),
            Kind::Presence(_) => Kind::Presence(PresenceType::Error),
            Kind::Iq(_) => Kind::Iq(IqType::Error),
        }
    }
}

/// A stanza. Its children are canonical bytes, shared by all copies.
#[derive(Clone)]
pub struct Stanza {
    /// Element and type.
    pub kind: Kind,
    /// Who sent it; stamped by the server for its own clients (RFC 6120 §8.1.2.1).
    pub from: Option<Jid>,
    /// Whom it is for.
    pub to: Option<Jid>,
    /// The `id` attribute.
    pub id: Option<Text>,
    /// `xml:lang`.
    pub lang: Option<Text>,
    inner: Bytes,
    children: Index,
}

/// Where the direct children of a stanza lie in its bytes, in order.
pub type Index = SmallVec<[Child; 8]>;

/// Where a direct child lies in the bytes. Its name starts behind `<`, its namespace, where one is
/// declared, behind ` xmlns='`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Child {
    start: u32,
    end: u32,
    name_len: u16,
    ns_len: u16,
}

const DECLARATION: usize = " xmlns='".len();
/// The length of a namespace that is not declared but the stanza's own. No declared one is as long:
/// the scanner refuses names and namespaces far below.
const INHERITED: u16 = u16::MAX;

impl Child {
    /// The child at these bytes, whose name, and namespace where one is declared, have these lengths.
    pub fn new(place: Range<usize>, name_len: usize, ns_len: Option<usize>) -> Child {
        Child {
            start: place.start as u32,
            end: place.end as u32,
            name_len: name_len as u16,
            ns_len: ns_len.map_or(INHERITED, |len| len as u16),
        }
    }

    /// Says where the child ends, when that is known later than where it starts.
    pub fn set_end(&mut self, end: usize) {
        self.end = end as u32;
    }
}

impl Stanza {
    /// A stanza without content and addresses.
    pub fn new(kind: Kind) -> Stanza {
        Stanza { kind, from: None, to: None, id: None, lang: None, inner: Bytes::new(), children: SmallVec::new() }
    }

    /// The same head around other children, which must be canonical.
    pub fn with_inner(mut self, inner: Bytes) -> Stanza {
        self.children = index(&inner);
        self.inner = inner;
        self
    }

    /// The same head around canonical children that were indexed while they were scanned.
    pub fn with_indexed(mut self, inner: Bytes, children: Index) -> Stanza {
        debug_assert_eq!(children, index(&inner), "the scanner and the reader agree");
        self.children = children;
        self.inner = inner;
        self
    }

    /// The same stanza addressed to `to`.
    pub fn with_to(mut self, to: Option<Jid>) -> Stanza {
        self.to = to;
        self
    }

    /// The same stanza said to be sent by `from`.
    pub fn with_from(mut self, from: Option<Jid>) -> Stanza {
        self.from = from;
        self
    }

    /// The same stanza with the given `id`.
    pub fn with_id(mut self, id: Option<Text>) -> Stanza {
        self.id = id;
        self
    }

    /// The children as canonical bytes.
    pub fn inner(&self) -> &Bytes {
        &self.inner
    }

    /// The children as canonical text.
    pub fn inner_str(&self) -> &str {
        std::str::from_utf8(&self.inner).expect("canonical bytes are UTF-8")
    }

    /// The direct children in order.
    pub fn children(&self) -> impl Iterator<Item = Element<'_>> {
        self.children.iter().filter_map(|child| self.element(child))
    }

    /// The first direct child `name` of the namespace `ns` ([`ns::CLIENT`] for the content namespace).
    pub fn child(&self, name: &str, ns: &str) -> Option<Element<'_>> {
        self.children.iter().find(|child| self.child_is(child, name, ns)).and_then(|child| self.element(child))
    }

    /// Whether there is a direct child `name` of the namespace `ns`.
    pub fn has(&self, name: &str, ns: &str) -> bool {
        self.children.iter().any(|child| self.child_is(child, name, ns))
    }

    /// Whether there is a direct child of the namespace `ns`, whatever its name.
    pub fn has_ns(&self, ns: &str) -> bool {
        self.children.iter().any(|child| self.child_ns(child) == ns.as_bytes())
    }

    /// The first direct child of the namespace `ns`, whatever its name.
    pub fn child_of_ns(&self, ns: &str) -> Option<Element<'_>> {
        self.children.iter().find(|child| self.child_ns(child) == ns.as_bytes()).and_then(|child| self.element(child))
    }

    /// The only child of an IQ request (RFC 6120 §8.2.3).
    pub fn payload(&self) -> Option<Element<'_>> {
        match self.children.as_slice() {
            [only] => self.element(only),
            _ => None,
        }
    }

    /// The stanza without the direct children that `unwanted` picks. Nothing is copied when there
    /// are none.
    pub fn without(self, unwanted: impl Fn(&Element<'_>) -> bool) -> Stanza {
        if !self.children().any(|child| unwanted(&child)) {
            return self;
        }
        let mut kept = Vec::with_capacity(self.inner.len());
        let mut copied = 0;
        for child in &self.children {
            if self.element(child).is_some_and(|element| unwanted(&element)) {
                kept.extend_from_slice(&self.inner[copied..child.start as usize]);
                copied = child.end as usize;
            }
        }
        kept.extend_from_slice(&self.inner[copied..]);
        self.with_inner(Bytes::from(kept))
    }

    /// A copy whose bytes are its own, for what is kept longer than the buffer it arrived in.
    pub fn detached(&self) -> Stanza {
        let mut copy = self.clone();
        copy.inner = Bytes::copy_from_slice(&self.inner);
        copy.id = self.id.as_ref().map(|id| Text::copied(id.as_str()));
        copy.lang = self.lang.as_ref().map(|lang| Text::copied(lang.as_str()));
        copy
    }

    /// The answer to this IQ request (RFC 6120 §8.2.3): addresses turned round, same id.
    pub fn result(&self, inner: Bytes) -> Stanza {
        Stanza::new(Kind::Iq(IqType::Result))
            .with_id(self.id.clone())
            .with_from(self.to.clone())
            .with_to(self.from.clone())
            .with_inner(inner)
    }

    /// The error that answers this stanza (RFC 6120 §8.3): same id, content not echoed. None if
    /// this is an error itself, which nothing may answer (§8.3.1).
    pub fn error(&self, error: &StanzaError) -> Option<Stanza> {
        if self.kind.is_error() || self.kind == Kind::Iq(IqType::Result) {
            return None;
        }
        let mut w = Writer::new();
        error::write(error, &mut w);
        Some(
            Stanza::new(self.kind.as_error())
                .with_id(self.id.clone())
                .with_from(self.to.clone())
                .with_to(self.from.clone())
                .with_inner(w.finish()),
        )
    }

    /// Appends the stanza as it stands, addressed by its own head; `xmlns` is declared where the
    /// surrounding stream does not (RFC 7395 §3.3.3, forwarded copies).
    pub fn write(&self, xmlns: Option<&str>, out: &mut Vec<u8>) {
        self.write_as(self.to.as_ref(), &[], xmlns, out);
    }

    /// Appends the stanza with another `to` and with `tail` (canonical) behind its children.
    pub fn write_as(&self, to: Option<&Jid>, tail: &[u8], xmlns: Option<&str>, out: &mut Vec<u8>) {
        out.reserve(self.inner.len() + tail.len() + 192);
        out.push(b'<');
        out.extend_from_slice(self.kind.name().as_bytes());
        attribute("xmlns", xmlns, out);
        attribute("from", self.from.as_ref().map(Jid::as_str), out);
        attribute("to", to.map(Jid::as_str), out);
        attribute("id", self.id.as_ref().map(Text::as_str), out);
        attribute("type", self.kind.type_name(), out);
        attribute("xml:lang", self.lang.as_ref().map(Text::as_str), out);
        if self.inner.is_empty() && tail.is_empty() {
            out.extend_from_slice(b"/>");
            return;
        }
        out.push(b'>');
        out.extend_from_slice(&self.inner);
        out.extend_from_slice(tail);
        out.extend_from_slice(b"</");
        out.extend_from_slice(self.kind.name().as_bytes());
        out.push(b'>');
    }

    /// Reads a stanza back from the bytes [`Stanza::write`] made, whatever its `xmlns`.
    pub fn read(canonical: &str) -> Option<Stanza> {
        let element = Element::first(canonical, ns::CLIENT)?;
        let jid = |name: &str| element.attr(name).and_then(|jid| Jid::parse_tolerant(&jid).ok());
        let text = |name: &str| element.attr(name).map(|text| Text::copied(&text));
        let stanza = Stanza {
            kind: Kind::parse(element.name(), element.attr("type").as_deref())?,
            from: jid("from"),
            to: jid("to"),
            id: text("id"),
            lang: text("xml:lang"),
            inner: Bytes::new(),
            children: SmallVec::new(),
        };
        Some(stanza.with_inner(Bytes::copy_from_slice(element.content().as_bytes())))
    }

    fn child_is(&self, child: &Child, name: &str, ns: &str) -> bool {
        let start = child.start as usize + 1;
        &self.inner[start..start + child.name_len as usize] == name.as_bytes() && self.child_ns(child) == ns.as_bytes()
    }

    fn child_ns(&self, child: &Child) -> &[u8] {
        if child.ns_len == INHERITED {
            return ns::CLIENT.as_bytes();
        }
        let start = child.start as usize + 1 + child.name_len as usize + DECLARATION;
        &self.inner[start..start + child.ns_len as usize]
    }

    fn element(&self, child: &Child) -> Option<Element<'_>> {
        let bytes = &self.inner[child.start as usize..child.end as usize];
        let text = std::str::from_utf8(bytes).expect("canonical bytes are UTF-8");
        Element::first(text, ns::CLIENT)
    }
}

impl std::fmt::Debug for Stanza {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut bytes = Vec::new();
        self.write(None, &mut bytes);
        out.write_str(&String::from_utf8_lossy(&bytes))
    }
}

/// A stanza on its way to one recipient: a body shared by all, an address of its own, and what is
/// added for this recipient alone (a stanza id, say).
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The shared stanza.
    pub stanza: Arc<Stanza>,
    /// Where this copy goes, if not where the stanza says.
    pub to: Option<Jid>,
    /// Canonical bytes behind the children.
    pub tail: Bytes,
    /// Its row in the outbox, where it waits for a domain that may be away; crossed off when that has it.
    pub row: Option<NonZeroU64>,
}

impl Delivery {
    /// Appends the copy as it goes over the wire.
    pub fn write(&self, xmlns: Option<&str>, out: &mut Vec<u8>) {
        let to = self.to.as_ref().or(self.stanza.to.as_ref());
        self.stanza.write_as(to, &self.tail, xmlns, out);
    }

    /// About how many bytes it will be on the wire.
    pub fn len_estimate(&self) -> usize {
        self.stanza.inner.len() + self.tail.len() + 160
    }
}

impl From<Arc<Stanza>> for Delivery {
    fn from(stanza: Arc<Stanza>) -> Delivery {
        Delivery { stanza, to: None, tail: Bytes::new(), row: None }
    }
}

impl From<Stanza> for Delivery {
    fn from(stanza: Stanza) -> Delivery {
        Delivery::from(Arc::new(stanza))
    }
}

fn attribute(name: &str, value: Option<&str>, out: &mut Vec<u8>) {
    if let Some(value) = value {
        out.push(b' ');
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"='");
        escape_attribute(value, out);
        out.push(b'\'');
    }
}

fn index(inner: &Bytes) -> Index {
    let text = std::str::from_utf8(inner).expect("canonical bytes are UTF-8");
    let base = text.as_ptr() as usize;
    Children::of_stanza(text)
        .map(|element| {
            let start = element.raw().as_ptr() as usize - base;
            let declared = element.raw()[1 + element.name().len()..].starts_with(" xmlns='");
            let place = start..start + element.raw().len();
            Child::new(place, element.name().len(), declared.then(|| element.ns().len()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Stanza {
        let mut w = Writer::new();
        w.leaf("body", ns::CLIENT, "hi <there>");
        w.open("stanza-id", ns::STANZA_ID).attr("by", "a@b").attr("id", "1").close();
        w.empty("store", ns::HINTS);
        Stanza::new(Kind::Message(MessageType::Chat)).with_id(Some("x'1".into())).with_inner(w.finish())
    }

    #[test]
    fn finds_children_by_name_and_namespace() {
        let stanza = sample();
        assert_eq!(stanza.child("body", ns::CLIENT).unwrap().text(), "hi <there>");
        assert!(stanza.has("store", ns::HINTS));
        assert!(!stanza.has("store", ns::CLIENT));
        assert!(stanza.has_ns(ns::STANZA_ID));
        assert_eq!(stanza.payload(), None);
    }

    #[test]
    fn leaves_out_unwanted_children_and_keeps_the_rest() {
        let stanza = sample().without(|child| child.ns() == ns::STANZA_ID);
        assert_eq!(stanza.inner_str(), "<body>hi &lt;there&gt;</body><store xmlns='urn:xmpp:hints'/>");
        assert!(stanza.has("store", ns::HINTS));
    }

    #[test]
    fn reads_what_it_wrote() {
        let stanza = sample().with_to(Some(Jid::parse("juliet@example.org/balcony").unwrap()));
        let mut bytes = Vec::new();
        stanza.write(Some(ns::CLIENT), &mut bytes);
        let back = Stanza::read(std::str::from_utf8(&bytes).unwrap()).unwrap();
        assert_eq!(format!("{back:?}"), format!("{stanza:?}"));
    }

    #[test]
    fn an_error_is_never_answered() {
        let ping = Stanza::new(Kind::Iq(IqType::Get)).with_id(Some("1".into()));
        let error = ping.error(&StanzaError::new(crate::Condition::ServiceUnavailable)).unwrap();
        assert_eq!(error.kind, Kind::Iq(IqType::Error));
        assert!(error.error(&StanzaError::new(crate::Condition::BadRequest)).is_none());
    }
}
