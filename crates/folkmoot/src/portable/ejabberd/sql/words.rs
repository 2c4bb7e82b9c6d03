//! The words of SQL: names, values, and what may be passed over.

use super::super::super::bytes::{Bytes, Clause, ENDS};

/// Values within each other: `replace(replace('…', …), …)`.
const DEPTH_MAX: usize = 8;

/// A dump, word by word.
pub(super) struct Words {
    pub(super) bytes: Bytes,
    /// Whether a backslash means something in a text.
    pub(super) escapes: bool,
}

impl Words {
    pub(super) fn value(&mut self, depth: usize) -> Result<Option<Vec<u8>>, Clause> {
        if depth > DEPTH_MAX {
            return Err("values lie too deep within each other".to_owned());
        }
        self.space()?;
        let value = match self.bytes.next.ok_or(ENDS)? {
            b'\'' => Some(self.quoted(b'\'')?),
            b'-' | b'+' | b'.' | b'0'..=b'9' => Some(self.number()?),
            byte if byte.is_ascii_alphabetic() || byte == b'_' => self.spoken(depth)?,
            other => return Err(format!("{:?} begins no value", char::from(other))),
        };
        // PostgreSQL says what kind of value it is.
        while self.bytes.skip(b':')? {
            self.bytes.skip(b':')?;
            self.bytes.word()?;
        }
        Ok(value)
    }

    /// A value that begins with a word.
    fn spoken(&mut self, depth: usize) -> Result<Option<Vec<u8>>, Clause> {
        let word = self.bytes.word()?.to_ascii_lowercase();
        self.space()?;
        match (word.as_str(), self.bytes.next) {
            ("null" | "default", _) => Ok(None),
            ("true", _) => Ok(Some(b"1".to_vec())),
            ("false", _) => Ok(Some(b"0".to_vec())),
            ("x", Some(b'\'')) => Ok(Some(unhex(&self.quoted(b'\'')?))),
            ("e", Some(b'\'')) => {
                let before = std::mem::replace(&mut self.escapes, true);
                let text = self.quoted(b'\'');
                self.escapes = before;
                text.map(Some)
            }
            // The character set of a text in MySQL.
            (_, Some(b'\'')) => Ok(Some(self.quoted(b'\'')?)),
            ("replace", Some(b'(')) => self.replaced(depth).map(Some),
            ("char", Some(b'(')) => {
                self.bytes.expect(b'(')?;
                let code = self.value(depth + 1)?.unwrap_or_default();
                self.space()?;
                self.bytes.expect(b')')?;
                let code = std::str::from_utf8(&code).ok().and_then(|code| code.parse::<u8>().ok());
                Ok(Some(vec![code.ok_or("char() makes no character of that")?]))
            }
            (other, _) => Err(format!("{other:?} is no value that is understood here")),
        }
    }

    /// How SQLite writes a text of several lines.
    fn replaced(&mut self, depth: usize) -> Result<Vec<u8>, Clause> {
        self.bytes.expect(b'(')?;
        let mut parts = Vec::new();
        for end in [b',', b',', b')'] {
            parts.push(self.value(depth + 1)?.unwrap_or_default());
            self.space()?;
            self.bytes.expect(end)?;
        }
        let [text, from, to] = &parts[..] else { return Ok(Vec::new()) };
        if from.is_empty() {
            return Ok(text.clone());
        }
        let mut out = Vec::with_capacity(text.len());
        let mut rest = &text[..];
        while let Some(at) = memchr::memmem::find(rest, from) {
            out.extend_from_slice(&rest[..at]);
            out.extend_from_slice(to);
            rest = &rest[at + from.len()..];
        }
        out.extend_from_slice(rest);
        Ok(out)
    }

    fn number(&mut self) -> Result<Vec<u8>, Clause> {
        let mut number = Vec::new();
        while let Some(byte) = self.bytes.next.filter(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)) {
            number.push(byte);
            self.bytes.take()?;
        }
        Ok(match number.strip_prefix(b"0x") {
            Some(digits) => unhex(digits),
            None => number,
        })
    }

    fn quoted(&mut self, quote: u8) -> Result<Vec<u8>, Clause> {
        self.bytes.expect(quote)?;
        let escapes = self.escapes && quote == b'\'';
        let mut text = Vec::new();
        loop {
            match self.bytes.take()? {
                byte if byte == quote => {
                    if !self.bytes.skip(quote)? {
                        return Ok(text);
                    }
                    text.push(quote);
                }
                b'\\' if escapes => text.push(match self.bytes.take()? {
                    b'0' => 0,
                    b'b' => 8,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'Z' => 26,
                    byte => byte,
                }),
                byte => text.push(byte),
            }
        }
    }

    /// Passes over the rest of a part; returns the comma or bracket behind it.
    pub(super) fn next_part(&mut self) -> Result<u8, Clause> {
        let mut depth = 0;
        loop {
            match self.bytes.next.ok_or(ENDS)? {
                quote @ (b'\'' | b'"' | b'`') => drop(self.quoted(quote)?),
                b'(' => {
                    depth += 1;
                    self.bytes.take()?;
                }
                b')' if depth > 0 => {
                    depth -= 1;
                    self.bytes.take()?;
                }
                end @ (b',' | b')') if depth == 0 => {
                    self.bytes.take()?;
                    return Ok(end);
                }
                _ => drop(self.bytes.take()?),
            }
        }
    }

    /// A name, without its quotes and without the schema in front of it, in small letters.
    pub(super) fn name(&mut self) -> Result<String, Clause> {
        loop {
            self.space()?;
            let name = match self.bytes.next {
                Some(quote @ (b'"' | b'`')) => String::from_utf8_lossy(&self.quoted(quote)?).into_owned(),
                Some(b'[') => {
                    self.bytes.take()?;
                    let name = self.bytes.word()?;
                    self.bytes.expect(b']')?;
                    name
                }
                _ => self.bytes.word()?,
            };
            if name.is_empty() {
                return Err("a name is missing".to_owned());
            }
            if !self.bytes.skip(b'.')? {
                return Ok(name.to_ascii_lowercase());
            }
        }
    }

    /// Passes over the rest of a statement.
    pub(super) fn skip_statement(&mut self) -> Result<(), Clause> {
        loop {
            self.bytes.begin();
            match self.bytes.next {
                None => return Err(ENDS.to_owned()),
                Some(b';') => return self.bytes.take().map(drop),
                Some(quote @ (b'\'' | b'"' | b'`')) => drop(self.quoted(quote)?),
                Some(b'-') => {
                    self.bytes.take()?;
                    if self.bytes.skip(b'-')? {
                        self.skip_line()?;
                    }
                }
                Some(_) => drop(self.bytes.take()?),
            }
        }
    }

    pub(super) fn skip_line(&mut self) -> Result<(), Clause> {
        while self.bytes.next.is_some_and(|byte| byte != b'\n') {
            self.bytes.take()?;
        }
        self.bytes.skip(b'\n').map(drop)
    }

    /// White space and comments.
    pub(super) fn space(&mut self) -> Result<(), Clause> {
        loop {
            match self.bytes.next {
                Some(byte) if byte.is_ascii_whitespace() => drop(self.bytes.take()?),
                Some(b'#') => self.skip_line()?,
                Some(b'-') => {
                    let (offset, line) = (self.bytes.offset, self.bytes.line);
                    self.bytes.take()?;
                    if self.bytes.next != Some(b'-') {
                        return self.bytes.go_to(offset, line);
                    }
                    self.skip_line()?;
                }
                Some(b'/') => {
                    self.bytes.take()?;
                    self.bytes.expect(b'*')?;
                    let mut last = 0;
                    loop {
                        let byte = self.bytes.take()?;
                        if (last, byte) == (b'*', b'/') {
                            break;
                        }
                        last = byte;
                    }
                }
                _ => return Ok(()),
            }
        }
    }
}

/// Bytes of hexadecimal digits; what is none ends them.
fn unhex(digits: &[u8]) -> Vec<u8> {
    let even = &digits[..digits.len() / 2 * 2];
    data_encoding::HEXLOWER_PERMISSIVE.decode(even).unwrap_or_default()
}
