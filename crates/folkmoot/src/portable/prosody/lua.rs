//! Prosody's files: Lua tables as its serializer writes them, read as data and never run.
//!
//! A file is `return {…};`, or `item({…});` for each entry of a list, of which one is in memory at a
//! time. Whatever else Lua can say is refused.

use super::super::bytes::{Bytes, Clause, ENDS};
use super::super::source::Trouble;
use std::collections::BTreeMap;
use std::path::Path;

/// Tables within each other; Prosody writes 127 at most.
const DEPTH_MAX: usize = 130;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Nil,
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Bytes, usually of text.
    Text(Vec<u8>),
    /// More of it.
    Table(Table),
}

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// What has a name: a text or, in some of Prosody's tables, `false`.
    pub fields: Vec<(Key, Value)>,
    /// What has a number.
    pub list: BTreeMap<i64, Value>,
}

/// A name in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A text.
    Name(String),
    /// `true` or `false`.
    Bool(bool),
}

impl Value {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The table, if it is one.
    pub fn table(&self) -> Option<&Table> {
        match self {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }
}

impl Table {
    /// What has this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|(key, _)| matches!(key, Key::Name(known) if known == name)).map(|(_, value)| value)
    }

    /// What is called `false`, where Prosody keeps what is not an entry.
    pub fn meta(&self) -> Option<&Value> {
        self.fields.iter().find(|(key, _)| *key == Key::Bool(false)).map(|(_, value)| value)
    }

    /// The text of this name.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::text)
    }

    /// What has a text for a name.
    pub fn named(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.fields.iter().filter_map(|(key, value)| match key {
            Key::Name(name) => Some((name.as_str(), value)),
            Key::Bool(_) => None,
        })
    }
}

/// A file that is being read.
pub struct Lua(Bytes);

impl Lua {
    /// Opens a file; none if there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(path: &Path) -> Result<Option<Lua>, Trouble> {
        match Bytes::open(path) {
            Ok(bytes) => Ok(Some(Lua(bytes))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Trouble::account(path, None, format!("it cannot be read: {error}"))),
        }
    }

    /// The value of a file that returns one.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn value(&mut self) -> Result<Value, Trouble> {
        let value = self.returned();
        value.map_err(|clause| self.trouble(clause))
    }

    /// The next item of a list; none at its end.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn item(&mut self) -> Result<Option<Value>, Trouble> {
        let item = self.listed();
        item.map_err(|clause| self.trouble(clause))
    }

    /// The line that was read last.
    pub fn trouble(&self, clause: impl Into<String>) -> Trouble {
        Trouble::account(&self.0.path, Some(self.0.line), clause)
    }

    fn returned(&mut self) -> Result<Value, Clause> {
        self.0.begin();
        self.space()?;
        self.word("return")?;
        let value = self.parse(0)?;
        self.space()?;
        self.0.skip(b';')?;
        self.space()?;
        if self.0.next.is_some() { Err("there is more behind the value".to_owned()) } else { Ok(value) }
    }

    fn listed(&mut self) -> Result<Option<Value>, Clause> {
        self.0.begin();
        self.space()?;
        if self.0.next.is_none() {
            return Ok(None);
        }
        self.word("item")?;
        self.space()?;
        self.0.expect(b'(')?;
        let value = self.parse(0)?;
        self.space()?;
        self.0.expect(b')')?;
        self.space()?;
        self.0.skip(b';')?;
        Ok(Some(value))
    }

    fn parse(&mut self, depth: usize) -> Result<Value, Clause> {
        if depth > DEPTH_MAX {
            return Err("tables lie too deep within each other".to_owned());
        }
        self.space()?;
        match self.0.next {
            Some(b'{') => self.table(depth).map(Value::Table),
            Some(quote @ (b'"' | b'\'')) => self.quoted(quote).map(Value::Text),
            Some(b'-' | b'0'..=b'9' | b'.') => self.number().map(Value::Number),
            Some(b'a'..=b'z') => match self.0.word()?.as_str() {
                "nil" => Ok(Value::Nil),
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                other => Err(format!("{other:?} is no value")),
            },
            // Infinities and what is no number are written as divisions.
            Some(b'(') => self.division(),
            Some(other) => Err(format!("{:?} begins no value", char::from(other))),
            None => Err(ENDS.to_owned()),
        }
    }

    fn table(&mut self, depth: usize) -> Result<Table, Clause> {
        self.0.expect(b'{')?;
        let mut table = Table::default();
        let mut numbered = 0;
        loop {
            self.space()?;
            match self.0.next {
                Some(b'}') => {
                    self.0.take()?;
                    return Ok(table);
                }
                Some(b'[') => {
                    self.0.take()?;
                    let key = self.parse(depth + 1)?;
                    self.space()?;
                    self.0.expect(b']')?;
                    self.space()?;
                    self.0.expect(b'=')?;
                    let value = self.parse(depth + 1)?;
                    put(&mut table, key, value)?;
                }
                Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => self.named(depth, &mut table, &mut numbered)?,
                _ => {
                    numbered += 1;
                    let value = self.parse(depth + 1)?;
                    table.list.insert(numbered, value);
                }
            }
            self.space()?;
            match self.0.next {
                Some(b';' | b',') => drop(self.0.take()?),
                Some(b'}') => {}
                Some(other) => return Err(format!("{:?} stands between the entries of a table", char::from(other))),
                None => return Err(ENDS.to_owned()),
            }
        }
    }

    /// `name = value`, or a value that is a word.
    fn named(&mut self, depth: usize, table: &mut Table, numbered: &mut i64) -> Result<(), Clause> {
        let name = self.0.word()?;
        self.space()?;
        if self.0.next == Some(b'=') {
            self.0.take()?;
            let value = self.parse(depth + 1)?;
            table.fields.push((Key::Name(name), value));
            return Ok(());
        }
        *numbered += 1;
        let value = match name.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "nil" => return Ok(()),
            other => return Err(format!("{other:?} is no value")),
        };
        table.list.insert(*numbered, value);
        Ok(())
    }

    fn quoted(&mut self, quote: u8) -> Result<Vec<u8>, Clause> {
        self.0.expect(quote)?;
        let mut text = Vec::new();
        loop {
            match self.0.take()? {
                byte if byte == quote => return Ok(text),
                b'\n' => return Err("a text runs over the end of its line".to_owned()),
                b'\\' => self.escape(&mut text)?,
                byte => text.push(byte),
            }
        }
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Result<(), Clause> {
        let byte = self.0.take()?;
        text.push(match byte {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' | b'\n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'\\' | b'"' | b'\'' => byte,
            b'x' => {
                let digits = [self.0.take()?, self.0.take()?].map(char::from);
                let digit = |at: usize| digits[at].to_digit(16).ok_or("an escape is not hexadecimal");
                u8::try_from(digit(0)? * 16 + digit(1)?).unwrap_or_default()
            }
            b'0'..=b'9' => {
                let mut number = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'9') = self.0.next else { break };
                    number = number * 10 + u32::from(digit - b'0');
                    self.0.take()?;
                }
                u8::try_from(number).map_err(|_| format!("\\{number} is no byte"))?
            }
            other => return Err(format!("\\{} is no escape", char::from(other))),
        });
        Ok(())
    }

    fn number(&mut self) -> Result<f64, Clause> {
        let mut text = String::new();
        while let Some(byte @ (b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'-' | b'+')) = self.0.next {
            text.push(char::from(byte));
            self.0.take()?;
            if text.len() > 64 {
                return Err("a number is too long".to_owned());
            }
        }
        let hexadecimal = text.strip_prefix("0x").and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let number = hexadecimal.map(f64::from).or_else(|| text.parse().ok());
        number.filter(|number: &f64| number.is_finite()).ok_or_else(|| format!("{text:?} is no number"))
    }

    /// `(1/0)` and its like, of which nothing here makes use.
    fn division(&mut self) -> Result<Value, Clause> {
        self.0.expect(b'(')?;
        let mut text = String::new();
        loop {
            match self.0.take()? {
                b')' => break,
                byte if text.len() < 8 => text.push(char::from(byte)),
                _ => return Err("a bracket is no value".to_owned()),
            }
        }
        match text.as_str() {
            "1/0" | "-1/0" | "0/0" => Ok(Value::Nil),
            other => Err(format!("({other}) is no value")),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), Clause> {
        let name = self.0.word()?;
        if name == word { Ok(()) } else { Err(format!("a file of Prosody has `{word}` here, not {name:?}")) }
    }

    /// White space and comments.
    fn space(&mut self) -> Result<(), Clause> {
        loop {
            match self.0.next {
                Some(byte) if byte.is_ascii_whitespace() => drop(self.0.take()?),
                _ => return Ok(()),
            }
        }
    }
}

fn put(table: &mut Table, key: Value, value: Value) -> Result<(), Clause> {
    match key {
        Value::Text(name) => {
            let name = String::from_utf8(name).map_err(|_| "a name is not UTF-8")?;
            table.fields.push((Key::Name(name), value));
        }
        Value::Bool(flag) => table.fields.push((Key::Bool(flag), value)),
        #[expect(clippy::cast_possible_truncation, reason = "numbers of lists are whole and small")]
        Value::Number(number) => drop(table.list.insert(number as i64, value)),
        Value::Nil | Value::Table(_) => return Err("something in a table has a name that is none".to_owned()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Value, Trouble> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.dat");
        std::fs::write(&path, text).unwrap();
        Lua::open(&path).unwrap().unwrap().value()
    }

    #[test]
    fn tables_are_read_as_prosody_writes_them() {
        let text = b"return {\n\t[\"a\\\"\\195\\164\"] = \"x\\ny\\0\";\n\t[false] = {\n\t\t[\"n\"] = -1.5e3;\n\t};\n\tb = true, 'one';\n\t{};\n\t[5] = (1/0);\n};\n";
        let value = read(text).unwrap();
        let table = value.table().unwrap();
        assert_eq!(table.get("a\"\u{e4}"), Some(&Value::Text(b"x\ny\0".to_vec())));
        assert_eq!(table.meta().and_then(Value::table).and_then(|meta| meta.get("n")), Some(&Value::Number(-1500.0)));
        assert_eq!(table.get("b"), Some(&Value::Bool(true)));
        assert_eq!(table.list[&1], Value::Text(b"one".to_vec()));
        assert_eq!(table.list[&5], Value::Nil);
    }

    #[test]
    fn nothing_is_run_and_nothing_panics() {
        let deep = [b"return ".as_slice(), &b"{".repeat(100_000)].concat();
        for text in [
            b"".as_slice(),
            b"return",
            b"return {",
            b"return os.exit()",
            b"return (function() end)()",
            b"return {} .. {}",
            b"return \"\\999\"",
            b"return \"x\ny\"",
            b"return 1e999",
            b"return {[{}]=1}",
            b"return {[\"\\255\"]=1}",
            b"return 99999999999999999999999999999999999999999999999999999999999999999999",
            b"x = 1",
            b"\xff\xfe",
            &deep,
        ] {
            let trouble = read(text).unwrap_err().to_string();
            assert!(trouble.contains("x.dat, line "), "{trouble}");
        }
        let whole = b"return { [\"a\"] = { \"b\\n\"; 1.5; true; }; };\n";
        for end in 0..whole.len() - 3 {
            assert!(read(&whole[..end]).is_err());
        }
    }
}
