//! Inside tags, byte for byte. The tag is written to the output as it comes, canonically if it
//! comes that way; what is left to do is done at its end (see `resolve`).

use super::{
    chars,
    scope::{NAME_BYTES_MAX, Root, Span, Uri},
    work::{At, Attribute, AttributeKind, Flow, Work},
};
use crate::Crime;

/// The escape that a byte needs in a value in the canonical form, if any.
pub(super) fn value_escape(byte: u8) -> Option<&'static [u8]> {
    Some(match byte {
        b'&' => b"&amp;",
        b'<' => b"&lt;",
        b'>' => b"&gt;",
        b'\'' => b"&apos;",
        b'\t' => b"&#9;",
        b'\n' => b"&#10;",
        b'\r' => b"&#13;",
        _ => return None,
    })
}

impl Work {
    pub(super) fn open_name(&mut self, bytes: &mut &[u8]) -> Result<Flow, Crime> {
        if !self.shift_name(bytes)? {
            return Ok(Flow::Starved);
        }
        self.tag_name = Span::new(self.tag + 1, self.out.len());
        self.tag_prefix_len = checked_prefix(&self.out[self.tag_name.range()])?;
        self.elements += 1;
        if self.open.len() >= self.budget.depth {
            return Err(Crime::TooDeep);
        }
        if self.elements > self.budget.elements {
            return Err(Crime::TooManyElements);
        }
        self.attributes.clear();
        self.declared = 0;
        self.go(At::AfterPart)
    }

    pub(super) fn after_part(&mut self, bytes: &mut &[u8], root: &Root) -> Result<Flow, Crime> {
        let Some((&byte, rest)) = bytes.split_first() else { return Ok(Flow::Starved) };
        *bytes = rest;
        match byte {
            b'>' => self.end_of_open_tag(false, root),
            b'/' => self.go(At::Slash),
            byte if chars::is(byte, chars::SPACE) => self.before_part(bytes, root),
            _ => Err(Crime::NotWellFormed),
        }
    }

    pub(super) fn before_part(&mut self, bytes: &mut &[u8], root: &Root) -> Result<Flow, Crime> {
        self.at = At::BeforePart;
        skip_space(bytes);
        match bytes.first() {
            None => Ok(Flow::Starved),
            Some(b'>' | b'/') => self.after_part(bytes, root),
            Some(byte) if chars::is(*byte, chars::NAME) => {
                self.put(b" ");
                let start = self.out.len();
                self.attributes.push(Attribute {
                    name: Span::new(start, start),
                    prefix_len: 0,
                    kind: AttributeKind::Plain,
                    escaped: false,
                    value: Span::new(start, start),
                    ns: Uri::None,
                });
                self.at = At::AttributeName;
                self.whole_attribute(bytes)
            }
            Some(_) => Err(Crime::NotWellFormed),
        }
    }

    pub(super) fn attribute_name(&mut self, bytes: &mut &[u8]) -> Result<Flow, Crime> {
        if !self.shift_name(bytes)? {
            return Ok(Flow::Starved);
        }
        self.end_of_attribute_name(self.out.len())?;
        self.before_equals(bytes)
    }

    /// Takes an attribute that is all there and ASCII, without frills, in one piece: most are.
    fn whole_attribute(&mut self, bytes: &mut &[u8]) -> Result<Flow, Crime> {
        let name_len = chars::run(bytes, chars::NAME);
        let Some([b'=', quote @ (b'\'' | b'"')]) = bytes.get(name_len..name_len + 2) else { return Ok(Flow::On) };
        let value = name_len + 2;
        let end = value + chars::long_run(&bytes[value..], chars::VALUE);
        if bytes.get(end) != Some(quote) || !bytes[..end].is_ascii() {
            return Ok(Flow::On);
        }
        let start = self.out.len();
        self.shift(bytes, end + 1);
        self.out[start + value - 1] = b'\'';
        self.out[start + end] = b'\'';
        self.end_of_attribute_name(start + name_len)?;
        let attribute = self.attributes.last_mut().expect("the name is that of an attribute");
        attribute.value = Span::new(start + value, start + end);
        self.go(At::AfterPart)
    }

    fn end_of_attribute_name(&mut self, end: usize) -> Result<(), Crime> {
        let attribute = self.attributes.last_mut().expect("the name is that of an attribute");
        attribute.name = Span::new(attribute.name.range().start, end);
        let name = &self.out[attribute.name.range()];
        attribute.prefix_len = checked_prefix(name)?;
        attribute.kind = match &name[..attribute.prefix_len.into()] {
            b"" if name == b"xmlns" => AttributeKind::Default,
            b"" => AttributeKind::Plain,
            b"xmlns" => AttributeKind::Prefix,
            b"xml" => AttributeKind::Xml,
            _ => AttributeKind::Foreign,
        };
        self.declared += usize::from(matches!(attribute.kind, AttributeKind::Default | AttributeKind::Prefix));
        if self.attributes.len() - self.declared > self.budget.attributes {
            return Err(Crime::TooManyAttributes);
        }
        if self.scope.len() + self.declared > self.budget.namespaces {
            return Err(Crime::TooManyNamespaces);
        }
        Ok(())
    }

    pub(super) fn before_equals(&mut self, bytes: &mut &[u8]) -> Result<Flow, Crime> {
        self.at = At::BeforeEquals;
        skip_space(bytes);
        let Some((&byte, rest)) = bytes.split_first() else { return Ok(Flow::Starved) };
        if byte != b'=' {
            return Err(Crime::NotWellFormed);
        }
        *bytes = rest;
        self.before_value(bytes)
    }

    pub(super) fn before_value(&mut self, bytes: &mut &[u8]) -> Result<Flow, Crime> {
        self.at = At::BeforeValue;
        skip_space(bytes);
        let Some((&byte, rest)) = bytes.split_first() else { return Ok(Flow::Starved) };
        if !matches!(byte, b'\'' | b'"') {
            return Err(Crime::NotWellFormed);
        }
        *bytes = rest;
        self.quote = byte;
        self.put(b"='");
        let start = self.out.len();
        self.attributes.last_mut().expect("the value is that of an attribute").value = Span::new(start, start);
        self.value(bytes)
    }

    pub(super) fn value(&mut self, bytes: &mut &[u8]) -> Result<Flow, Crime> {
        self.at = At::Value;
        loop {
            if self.at_line_feed_to_skip(bytes) {
                *bytes = &bytes[1..];
            }
            let run = chars::long_run(bytes, chars::VALUE);
            let whole = chars::legal(&bytes[..run], run == bytes.len())?;
            self.shift(bytes, whole);
            if whole < run {
                return Ok(Flow::Starved);
            }
            let Some((&byte, rest)) = bytes.split_first() else { return Ok(Flow::Starved) };
            *bytes = rest;
            match byte {
                byte if byte == self.quote => return self.end_of_value(),
                b'&' => {
                    self.reference = Default::default();
                    return self.go(At::Reference);
                }
                b'\'' | b'>' => {
                    self.note_escape(byte);
                    self.put(&[byte]);
                }
                b'"' => self.put(b"\""),
                // XML 1.0 §3.3.3, and §2.11 for the line end of two bytes.
                b'\t' | b'\n' | b'\r' => {
                    self.after_return = byte == b'\r';
                    self.put(b" ");
                }
                _ => return Err(Crime::NotWellFormed),
            }
        }
    }

    /// Remembers that the value being read holds what the canonical form escapes.
    pub(super) fn note_escape(&mut self, byte: u8) {
        if value_escape(byte).is_some() {
            self.attributes.last_mut().expect("the value is that of an attribute").escaped = true;
        }
    }

    fn end_of_value(&mut self) -> Result<Flow, Crime> {
        let end = self.out.len();
        let attribute = self.attributes.last_mut().expect("the value is that of an attribute");
        attribute.value = Span::new(attribute.value.range().start, end);
        self.quote = 0;
        self.after_return = false;
        self.put(b"'");
        self.go(At::AfterPart)
    }

    pub(super) fn slash(&mut self, bytes: &mut &[u8], root: &Root) -> Result<Flow, Crime> {
        match bytes.split_first() {
            None => Ok(Flow::Starved),
            Some((b'>', rest)) => {
                *bytes = rest;
                self.end_of_open_tag(true, root)
            }
            Some(_) => Err(Crime::NotWellFormed),
        }
    }

    pub(super) fn close_name(&mut self, bytes: &mut &[u8], root: &Root) -> Result<Flow, Crime> {
        if self.out.len() == self.tag && self.closes_plainly(bytes) {
            return self.close();
        }
        if !self.shift_name(bytes)? {
            return Ok(Flow::Starved);
        }
        let name = &self.out[self.tag..];
        let matches = match self.open.last() {
            None => name == root.name(),
            Some(open) => {
                let prefix_len = usize::from(open.prefix_len);
                let local = if prefix_len == 0 { Some(name) } else { name.get(prefix_len + 1..) };
                local == Some(&self.out[open.name.range()])
                    && name[..prefix_len] == *self.scope.prefix(open.mark, prefix_len)
                    && (prefix_len == 0 || name[prefix_len] == b':')
            }
        };
        if !matches {
            return Err(Crime::NotWellFormed);
        }
        self.out.truncate(self.tag);
        self.go(At::AfterClose)
    }

    /// Takes the close tag if it is all there, of an element without a prefix, and without frills.
    fn closes_plainly(&mut self, bytes: &mut &[u8]) -> bool {
        let Some(open) = self.open.last() else { return false };
        let len = open.name.len();
        let fits = open.prefix_len == 0 && bytes.get(len) == Some(&b'>') && bytes[..len] == self.out[open.name.range()];
        if fits {
            *bytes = &bytes[len + 1..];
        }
        fits
    }

    pub(super) fn after_close(&mut self, bytes: &mut &[u8]) -> Result<Flow, Crime> {
        skip_space(bytes);
        match bytes.split_first() {
            None => Ok(Flow::Starved),
            Some((b'>', rest)) => {
                *bytes = rest;
                if self.open.is_empty() { Ok(Flow::Closed) } else { self.close() }
            }
            Some(_) => Err(Crime::NotWellFormed),
        }
    }
}

fn skip_space(bytes: &mut &[u8]) {
    *bytes = &bytes[chars::run(bytes, chars::SPACE)..];
}

fn checked_prefix(name: &[u8]) -> Result<u16, Crime> {
    if name.len() > NAME_BYTES_MAX {
        return Err(Crime::TooManyBytes);
    }
    chars::split(name).map(|len| len as u16)
}
