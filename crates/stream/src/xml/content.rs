//! Between tags: text, references, CDATA sections, and what `<` begins.

use super::{
    chars, declaration,
    reference::Reference,
    work::{At, Flow, Work},
};
use crate::Crime;

const CDATA: &[u8] = b"[CDATA[";

/// The escape that text needs in the canonical form, if any.
pub(super) fn text_escape(byte: u8) -> Option<&'static [u8]> {
    Some(match byte {
        b'&' => b"&amp;",
        b'<' => b"&lt;",
        b'>' => b"&gt;",
        b'\r' => b"&#13;",
        _ => return None,
    })
}

impl Work {
    pub(super) fn content(&mut self, bytes: &mut &[u8]) -> Result<Flow, Crime> {
        if bytes.first() == Some(&b'<') {
            *bytes = &bytes[1..];
            self.brackets = 0;
            self.after_return = false;
            return self.go(At::Less);
        }
        if self.at_line_feed_to_skip(bytes) {
            *bytes = &bytes[1..];
        }
        if !self.shift_text(bytes)? {
            return Ok(Flow::Starved);
        }
        let Some((&byte, rest)) = bytes.split_first() else { return Ok(Flow::Starved) };
        if byte == b'<' {
            return Ok(Flow::On);
        }
        *bytes = rest;
        match byte {
            b'&' => {
                self.brackets = 0;
                self.reference = Reference::default();
                return self.go(At::Reference);
            }
            b']' => self.put_text(b"]"),
            // XML 1.0 §2.4
            b'>' if self.brackets == 2 => return Err(Crime::NotWellFormed),
            b'>' => self.put_text(b"&gt;"),
            // XML 1.0 §2.11
            b'\r' => self.put_text(b"\n"),
            _ => return Err(Crime::NotWellFormed),
        }
        self.after_return = byte == b'\r';
        self.brackets = if byte == b']' { 2.min(self.brackets + 1) } else { 0 };
        Ok(Flow::On)
    }

    /// Whether the line feed in front belongs to the carriage return before it (XML 1.0 §2.11).
    pub(super) fn at_line_feed_to_skip(&mut self, bytes: &[u8]) -> bool {
        if !self.after_return || bytes.is_empty() {
            return false;
        }
        self.after_return = false;
        bytes[0] == b'\n'
    }

    /// Moves plain text to the output. Not if the input ends within a character.
    fn shift_text(&mut self, bytes: &mut &[u8]) -> Result<bool, Crime> {
        let run = chars::long_run(bytes, chars::TEXT);
        let whole = chars::legal(&bytes[..run], run == bytes.len())?;
        if whole > 0 {
            self.brackets = 0;
            self.put_text(&bytes[..whole]);
            *bytes = &bytes[whole..];
        }
        Ok(whole == run)
    }

    /// Appends text, escaped already.
    fn put_text(&mut self, canonical: &[u8]) {
        self.end_tag();
        self.put(canonical);
    }

    pub(super) fn reference(&mut self, bytes: &mut &[u8]) -> Result<Flow, Crime> {
        loop {
            let Some((&byte, rest)) = bytes.split_first() else { return Ok(Flow::Starved) };
            *bytes = rest;
            let Some(c) = self.reference.push(byte)? else { continue };
            let mut buffer = [0; 4];
            let text = c.encode_utf8(&mut buffer).as_bytes();
            if self.quote != 0 {
                self.note_escape(text[0]);
                self.put(text);
                return self.go(At::Value);
            }
            self.put_text(text_escape(text[0]).unwrap_or(text));
            return self.go(At::Content);
        }
    }

    pub(super) fn cdata(&mut self, bytes: &mut &[u8]) -> Result<Flow, Crime> {
        if self.at_line_feed_to_skip(bytes) {
            *bytes = &bytes[1..];
        }
        // `]` may end the section: it is held back until what follows is known.
        if self.brackets == 0 && !self.shift_text(bytes)? {
            return Ok(Flow::Starved);
        }
        let Some((&byte, rest)) = bytes.split_first() else { return Ok(Flow::Starved) };
        match byte {
            b']' if self.brackets == 2 => self.put_text(b"]"),
            b']' => self.brackets += 1,
            b'>' if self.brackets == 2 => {
                *bytes = rest;
                self.brackets = 0;
                return self.go(At::Content);
            }
            _ if self.brackets > 0 => {
                self.put_text(&b"]]"[..usize::from(self.brackets)]);
                self.brackets = 0;
                return Ok(Flow::On);
            }
            b'\r' => {
                self.after_return = true;
                self.put_text(b"\n");
            }
            _ => self.put_text(text_escape(byte).ok_or(Crime::NotWellFormed)?),
        }
        *bytes = rest;
        Ok(Flow::On)
    }

    pub(super) fn less(&mut self, bytes: &mut &[u8]) -> Result<Flow, Crime> {
        let Some((&byte, rest)) = bytes.split_first() else { return Ok(Flow::Starved) };
        match byte {
            b'/' if self.is_header => Err(Crime::NotWellFormed),
            b'/' => {
                *bytes = rest;
                self.tag = self.out.len();
                self.go(At::CloseName)
            }
            b'?' if self.may_declare => {
                *bytes = rest;
                self.put(b"<?");
                self.go(At::Declaration)
            }
            b'?' => Err(Crime::RestrictedXml),
            b'!' => {
                *bytes = rest;
                self.go(At::Bang(0))
            }
            byte if chars::is(byte, chars::NAME) => {
                self.end_tag();
                self.tag = self.out.len();
                self.put(b"<");
                self.go(At::OpenName)
            }
            _ => Err(Crime::NotWellFormed),
        }
    }

    pub(super) fn declaration(&mut self, bytes: &mut &[u8]) -> Result<Flow, Crime> {
        loop {
            let Some((&byte, rest)) = bytes.split_first() else { return Ok(Flow::Starved) };
            *bytes = rest;
            self.put(&[byte]);
            if declaration::complete(&self.out)? {
                self.out.clear();
                return Ok(Flow::Declared);
            }
        }
    }

    pub(super) fn bang(&mut self, bytes: &mut &[u8], matched: u8) -> Result<Flow, Crime> {
        let Some((&byte, rest)) = bytes.split_first() else { return Ok(Flow::Starved) };
        let matched = usize::from(matched);
        if byte != CDATA[matched] {
            // A comment or a DTD, if it is anything.
            return Err(if matched == 0 { Crime::RestrictedXml } else { Crime::NotWellFormed });
        }
        if self.is_header {
            return Err(Crime::NotWellFormed);
        }
        if self.open.is_empty() {
            return Err(Crime::TextBetweenStanzas);
        }
        *bytes = rest;
        self.go(if matched + 1 == CDATA.len() { At::Cdata } else { At::Bang(matched as u8 + 1) })
    }
}
