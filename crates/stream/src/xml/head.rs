//! What the top tag says: the head of a stanza, the header of a stream.

use super::{
    Header, Item, Nonza, chars,
    scope::{Root, Span, Uri},
    work::{Attribute, AttributeKind, Flow, Work},
};
use crate::Crime;
use bytes::Bytes;
use xmpp::{Condition, Framing, IqType, Jid, Kind, MessageType, PresenceType, Stanza, Text, ns};

/// The head of the stanza being read.
pub(super) struct Head {
    kind: Kind,
    from: Option<Jid>,
    to: Option<Jid>,
    id: Option<Span>,
    lang: Option<Span>,
    unfit: Option<Condition>,
    /// Where the head ends in the output and the children begin.
    pub(super) end: usize,
}

impl Head {
    /// The head, if the top tag that was just read is that of a stanza.
    pub(super) fn read(work: &mut Work, ns: Uri) -> Option<Head> {
        let name = &work.out[work.tag_name.range()];
        let local = if work.tag_prefix_len == 0 { name } else { &name[usize::from(work.tag_prefix_len) + 1..] };
        let fallback = match local {
            b"message" => Kind::Message(MessageType::Normal),
            b"presence" => Kind::Presence(PresenceType::Available),
            b"iq" => Kind::Iq(IqType::Get),
            _ => return None,
        };
        if !matches!(ns, Uri::Content) {
            return None;
        }
        let mut head =
            Head { kind: fallback, from: None, to: None, id: None, lang: None, unfit: None, end: work.out.len() };
        let mut type_name = None;
        let mut malformed = false;
        for attribute in &work.attributes {
            let value = attribute.value;
            match plain_name(work, attribute) {
                b"from" => match Jid::parse(chars::text(&work.out[value.range()])) {
                    Ok(jid) => head.from = Some(jid),
                    Err(_) => malformed = true,
                },
                b"to" => match address(&work.out[value.range()], work.recent.as_ref()) {
                    Some(jid) => head.to = Some(jid),
                    None => malformed = true,
                },
                b"id" => head.id = Some(value),
                b"type" => type_name = Some(value),
                b"xml:lang" => head.lang = Some(value),
                _ => {}
            }
        }
        let type_name = type_name.map(|span| chars::text(&work.out[span.range()]));
        let kind = Kind::parse(fallback.name(), type_name);
        head.kind = kind.unwrap_or(fallback);
        // RFC 6120 §8.2.3: an IQ has an id. §8.3.3.8: what is no address.
        let lacks_id = matches!(fallback, Kind::Iq(_)) && head.id.is_none();
        if malformed {
            head.unfit = Some(Condition::JidMalformed);
        } else if kind.is_none() || lacks_id {
            head.unfit = Some(Condition::BadRequest);
        }
        if head.to.is_some() {
            work.recent.clone_from(&head.to);
        }
        Some(head)
    }
}

impl Work {
    /// The stream's own tag was read (RFC 6120 §4.8.1).
    pub(super) fn end_of_header(&mut self, ns: Uri, closed: bool, root: &Root) -> Result<Flow, Crime> {
        let name = &self.out[self.tag_name.range()];
        let local = name.rsplit(|byte| *byte == b':').next();
        let (wanted, of) = match self.framing {
            Framing::Bodies => (&b"body"[..], ns::HTTP_BIND),
            Framing::Stream | Framing::Frames => (&b"stream"[..], ns::STREAMS),
        };
        if self.scope.text(ns, root) != of.as_bytes() || local != Some(wanted) {
            return Err(Crime::InvalidNamespace);
        }
        Ok(Flow::Opened { closed })
    }

    /// What the stream's own tag said, and what it left behind.
    pub(super) fn header(&mut self) -> (Header, Root) {
        let root = std::mem::take(&mut self.scope).into_root(&self.out[self.tag_name.range()]);
        let mut header = Header { content: Text::copied(chars::text(root.content())), ..Header::default() };
        for attribute in &self.attributes {
            let value = || Some(Text::copied(chars::text(&self.out[attribute.value.range()])));
            match plain_name(self, attribute) {
                b"to" => header.to = value(),
                b"from" => header.from = value(),
                b"id" => header.id = value(),
                b"version" => header.version = value(),
                b"xml:lang" => header.lang = value(),
                _ => {}
            }
        }
        self.out.clear();
        (header, root)
    }

    /// The complete element. The output starts anew behind it.
    pub(super) fn item(&mut self) -> Item {
        let whole = self.out.split().freeze();
        let Some(head) = self.head.take() else { return Item::Nonza(Nonza::new(whole)) };
        let text = |span: Span| Text::new(whole.slice(span.range())).expect("what was taken in is UTF-8");
        let mut stanza = Stanza::new(head.kind);
        stanza.from = head.from;
        stanza.to = head.to;
        stanza.id = head.id.map(text);
        stanza.lang = head.lang.map(text);
        let children = std::mem::take(&mut self.children);
        let inner = if head.end == whole.len() { Bytes::new() } else { whole.slice(head.end..) };
        let stanza = stanza.with_indexed(inner, children);
        match head.unfit {
            None => Item::Stanza(stanza),
            Some(condition) => Item::Unfit(stanza, condition),
        }
    }
}

/// The name of an attribute that has a meaning of the protocol's; nothing for the others.
fn plain_name<'a>(work: &'a Work, attribute: &Attribute) -> &'a [u8] {
    match attribute.kind {
        AttributeKind::Plain | AttributeKind::Xml => &work.out[attribute.name.range()],
        _ => b"",
    }
}

fn address(text: &[u8], recent: Option<&Jid>) -> Option<Jid> {
    match recent {
        Some(recent) if recent.as_str().as_bytes() == text => Some(recent.clone()),
        _ => Jid::parse(chars::text(text)).ok(),
    }
}
