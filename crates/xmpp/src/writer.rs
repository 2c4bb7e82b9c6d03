//! Writing canonical XML into a buffer.
//!
//! Canonical means: no prefixes (but `xml:`), a namespace declared only where it changes and then
//! as the first attribute, single quotes, `<x/>` for what is empty, and the fewest escapes that
//! survive a parser: `&`, `<`, `>`, quotes and line ends in attributes, carriage returns. The rare
//! attribute in a namespace of its own is `a0:name`, with `xmlns:a0='..'` in front of it.

use crate::ns;
use bytes::Bytes;
use smallvec::SmallVec;

/// Builds the children of a stanza. Elements are opened and closed in turn; whatever is still open
/// is closed by [`Writer::finish`].
pub struct Writer {
    out: Vec<u8>,
    open: SmallVec<[Open; 6]>,
    /// The last open tag still lacks its `>`.
    pending: bool,
}

#[derive(Clone, Copy)]
struct Open {
    name: (u32, u32),
    ns: Namespace,
}

#[derive(Clone, Copy, PartialEq)]
enum Namespace {
    /// The stream's content namespace, never declared.
    Content,
    Declared(u32, u32),
}

impl Default for Writer {
    fn default() -> Writer {
        Writer::new()
    }
}

impl Writer {
    /// A writer for the children of a stanza in the stream's content namespace.
    pub fn new() -> Writer {
        Writer { out: Vec::with_capacity(128), open: SmallVec::new(), pending: false }
    }

    /// Opens an element. `ns::CLIENT` at the top stands for the content namespace of whatever
    /// stream the stanza leaves on and is not declared.
    pub fn open(&mut self, name: &str, namespace: &str) -> &mut Writer {
        self.end_tag();
        let inherited = self.open.last().map_or(Namespace::Content, |open| open.ns);
        self.out.push(b'<');
        let name_at = self.out.len() as u32;
        self.out.extend_from_slice(name.as_bytes());
        let mut namespace_here = inherited;
        if !self.is(inherited, namespace) {
            self.out.extend_from_slice(b" xmlns='");
            let at = self.out.len() as u32;
            escape_attribute(namespace, &mut self.out);
            namespace_here = Namespace::Declared(at, self.out.len() as u32 - at);
            self.out.push(b'\'');
        }
        self.open.push(Open { name: (name_at, name.len() as u32), ns: namespace_here });
        self.pending = true;
        self
    }

    /// Adds an attribute to the element just opened.
    ///
    /// # Panics
    /// When text or a child was already written into it: that is a mistake of ours.
    pub fn attr(&mut self, name: &str, value: &str) -> &mut Writer {
        assert!(self.pending, "attributes come before content");
        self.out.push(b' ');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"='");
        escape_attribute(value, &mut self.out);
        self.out.push(b'\'');
        self
    }

    /// Adds an attribute if there is a value for it.
    pub fn attr_some(&mut self, name: &str, value: Option<&str>) -> &mut Writer {
        if let Some(value) = value {
            self.attr(name, value);
        }
        self
    }

    /// Adds character data.
    pub fn text(&mut self, text: &str) -> &mut Writer {
        if !text.is_empty() {
            self.end_tag();
            escape_text(text, &mut self.out);
        }
        self
    }

    /// Adds canonical bytes as they are: an element read elsewhere whose namespace is declared on
    /// itself, or children that inherit the namespace of the element just opened.
    pub fn raw(&mut self, canonical: &[u8]) -> &mut Writer {
        if !canonical.is_empty() {
            self.end_tag();
            self.out.extend_from_slice(canonical);
        }
        self
    }

    /// Closes the innermost open element.
    pub fn close(&mut self) -> &mut Writer {
        let open = self.open.pop().expect("close matches an open");
        if self.pending {
            self.out.extend_from_slice(b"/>");
            self.pending = false;
        } else {
            let (at, len) = (open.name.0 as usize, open.name.1 as usize);
            self.out.extend_from_slice(b"</");
            self.out.extend_from_within(at..at + len);
            self.out.push(b'>');
        }
        self
    }

    /// Writes an element that holds only text.
    pub fn leaf(&mut self, name: &str, namespace: &str, text: &str) -> &mut Writer {
        self.open(name, namespace).text(text).close()
    }

    /// Writes an element without attributes or content.
    pub fn empty(&mut self, name: &str, namespace: &str) -> &mut Writer {
        self.open(name, namespace).close()
    }

    /// Closes what is open and returns the bytes.
    pub fn finish(mut self) -> Bytes {
        while !self.open.is_empty() {
            self.close();
        }
        Bytes::from(self.out)
    }

    fn end_tag(&mut self) {
        if std::mem::take(&mut self.pending) {
            self.out.push(b'>');
        }
    }

    fn is(&self, known: Namespace, namespace: &str) -> bool {
        match known {
            Namespace::Content => namespace == ns::CLIENT,
            Namespace::Declared(at, len) => {
                let (at, len) = (at as usize, len as usize);
                &self.out[at..at + len] == namespace.as_bytes()
            }
        }
    }
}

/// Appends `text` as the value of a single-quoted attribute.
pub fn escape_attribute(text: &str, out: &mut Vec<u8>) {
    escape(text, out, |byte| match byte {
        b'&' => Some(b"&amp;"),
        b'<' => Some(b"&lt;"),
        b'>' => Some(b"&gt;"),
        b'\'' => Some(b"&apos;"),
        b'\t' => Some(b"&#9;"),
        b'\n' => Some(b"&#10;"),
        b'\r' => Some(b"&#13;"),
        _ => None,
    });
}

/// Appends `text` as character data.
pub fn escape_text(text: &str, out: &mut Vec<u8>) {
    escape(text, out, |byte| match byte {
        b'&' => Some(b"&amp;"),
        b'<' => Some(b"&lt;"),
        b'>' => Some(b"&gt;"),
        b'\r' => Some(b"&#13;"),
        _ => None,
    });
}

fn escape(text: &str, out: &mut Vec<u8>, entity: fn(u8) -> Option<&'static [u8]>) {
    let bytes = text.as_bytes();
    let mut copied = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if let Some(escaped) = entity(byte) {
            out.extend_from_slice(&bytes[copied..at]);
            out.extend_from_slice(escaped);
            copied = at + 1;
        }
    }
    out.extend_from_slice(&bytes[copied..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declares_a_namespace_only_where_it_changes() {
        let mut w = Writer::new();
        w.leaf("body", ns::CLIENT, "a<b & \"c\"]]>");
        w.open("query", "jabber:iq:roster").attr("ver", "it's");
        w.open("item", "jabber:iq:roster").attr("jid", "a@b").close();
        w.empty("x", "other:ns");
        let bytes = w.finish();
        assert_eq!(
            std::str::from_utf8(&bytes).unwrap(),
            "<body>a&lt;b &amp; \"c\"]]&gt;</body>\
             <query xmlns='jabber:iq:roster' ver='it&apos;s'><item jid='a@b'/><x xmlns='other:ns'/></query>"
        );
    }

    #[test]
    fn a_child_in_the_content_namespace_below_a_foreign_one_says_so() {
        let mut w = Writer::new();
        w.open("forwarded", "urn:xmpp:forward:0").open("message", ns::CLIENT).attr("to", "a@b");
        w.leaf("body", ns::CLIENT, "hi");
        assert_eq!(
            w.finish(),
            "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' to='a@b'><body>hi</body></message></forwarded>"
        );
    }
}
