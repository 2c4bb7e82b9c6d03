//! Dumps of SQL databases, read as data: rows by table, wherever they stand in the file.
//!
//! Understood is what `sqlite3 .dump`, `mysqldump`, `pg_dump` (with COPY or INSERT) and ejabberd's own
//! `export2sql` write. A dump goes table by table and an account lies in many, so the file is read once
//! for the places of rows, and then row by row.

use super::super::bytes::{Bytes, Clause, ENDS};
use super::super::source::Trouble;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// Values within each other: `replace(replace('…', …), …)`.
const DEPTH_MAX: usize = 8;
/// Columns of one table; ejabberd has twenty-four at most.
const COLUMNS_MAX: usize = 200;

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    offset: u64,
    line: u64,
    shape: u32,
}

/// How rows are written in one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shape {
    table: String,
    columns: Vec<String>,
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `(1, 'x')`
    Values,
    /// A line of `COPY`.
    Copied,
}

/// A row: values by their columns.
#[derive(Debug)]
pub struct Row {
    columns: Vec<String>,
    values: Vec<Option<Vec<u8>>>,
    /// The line it begins in.
    pub line: u64,
}

impl Row {
    /// The text in a column; empty if there is none.
    pub fn text(&self, column: &str) -> std::borrow::Cow<'_, str> {
        let at = self.columns.iter().position(|known| known == column);
        let value = at.and_then(|at| self.values.get(at)).and_then(Option::as_ref);
        value.map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default()
    }
}

/// A dump.
pub struct Dump {
    bytes: Bytes,
    /// Whether a backslash means something in a text.
    escapes: bool,
    /// The columns of tables, as they were created.
    tables: BTreeMap<String, Vec<String>>,
    shapes: Vec<Shape>,
}

impl Dump {
    /// Opens a dump.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(path: &Path) -> Result<Dump, Trouble> {
        let unreadable = |error: std::io::Error| Trouble::rest(path, None, format!("it cannot be read: {error}"));
        let mut head = Vec::new();
        std::fs::File::open(path).map_err(unreadable)?.take(512).read_to_end(&mut head).map_err(unreadable)?;
        let head = String::from_utf8_lossy(&head).into_owned();
        // In the standard a backslash is a backslash.
        let escapes = !head.contains("PRAGMA") && !head.contains("PostgreSQL database dump");
        let bytes = Bytes::open(path).map_err(unreadable)?;
        Ok(Dump { bytes, escapes, tables: BTreeMap::new(), shapes: Vec::new() })
    }

    /// Reads the dump and shows each row with the name of its table and its place.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn index(&mut self, mut show: impl FnMut(&str, &Row, Place)) -> Result<(), Trouble> {
        let read = self.statements(&mut show);
        read.map_err(|clause| Trouble::rest(&self.bytes.path, Some(self.bytes.line), clause))
    }

    /// Reads one row again.
    ///
    /// # Errors
    /// When it cannot be read any more.
    pub fn row(&mut self, place: Place) -> Result<Row, Trouble> {
        let shape = self.shapes[place.shape as usize].clone();
        let read = self.bytes.go_to(place.offset, place.line).and_then(|()| self.read_row(&shape));
        read.map_err(|clause| Trouble::rest(&self.bytes.path, Some(self.bytes.line), clause))
    }

    fn statements(&mut self, show: &mut impl FnMut(&str, &Row, Place)) -> Result<(), Clause> {
        loop {
            self.bytes.begin();
            self.space()?;
            match self.bytes.next {
                None => return Ok(()),
                Some(b';') => drop(self.bytes.take()?),
                // A command of psql.
                Some(b'\\') => self.to_line_end()?,
                Some(byte) if byte.is_ascii_alphabetic() => match self.bytes.word()?.to_ascii_uppercase().as_str() {
                    "INSERT" | "REPLACE" => self.insert(show)?,
                    "COPY" => self.copy(show)?,
                    "CREATE" => self.create()?,
                    _ => self.to_end()?,
                },
                Some(other) => return Err(format!("{:?} begins no statement of SQL", char::from(other))),
            }
        }
    }

    fn insert(&mut self, show: &mut impl FnMut(&str, &Row, Place)) -> Result<(), Clause> {
        loop {
            self.space()?;
            match self.bytes.word()?.to_ascii_uppercase().as_str() {
                "INTO" => break,
                "IGNORE" | "LOW_PRIORITY" | "DELAYED" => {}
                other => return Err(format!("{other:?} stands where INTO should")),
            }
        }
        let table = self.name()?;
        self.space()?;
        let columns = match self.bytes.next {
            Some(b'(') => self.columns()?,
            _ => self.tables.get(&table).cloned().unwrap_or_default(),
        };
        self.space()?;
        if !self.bytes.word()?.eq_ignore_ascii_case("VALUES") {
            return self.to_end();
        }
        let shape = self.shape(Shape { table, columns, form: Form::Values });
        loop {
            self.bytes.begin();
            self.space()?;
            self.show(shape, show)?;
            self.space()?;
            if !self.bytes.skip(b',')? {
                return self.to_end();
            }
        }
    }

    fn copy(&mut self, show: &mut impl FnMut(&str, &Row, Place)) -> Result<(), Clause> {
        let table = self.name()?;
        self.space()?;
        let columns = self.columns()?;
        self.to_end()?;
        self.to_line_end()?;
        let shape = self.shape(Shape { table, columns, form: Form::Copied });
        loop {
            self.bytes.begin();
            if self.bytes.next == Some(b'\\') {
                let (offset, line) = (self.bytes.offset, self.bytes.line);
                self.bytes.take()?;
                if self.bytes.next == Some(b'.') {
                    return self.to_line_end();
                }
                self.bytes.go_to(offset, line)?;
            }
            self.show(shape, show)?;
        }
    }

    fn create(&mut self) -> Result<(), Clause> {
        let mut word;
        loop {
            self.space()?;
            word = self.bytes.word()?.to_ascii_uppercase();
            match word.as_str() {
                "TABLE" => break,
                "TEMPORARY" | "TEMP" | "UNLOGGED" => {}
                _ => return self.to_end(),
            }
        }
        let mut table = self.name()?;
        while ["if", "not", "exists"].contains(&table.as_str()) {
            table = self.name()?;
        }
        self.space()?;
        if self.bytes.next != Some(b'(') {
            return self.to_end();
        }
        let columns = self.columns()?;
        self.tables.insert(table, columns);
        self.to_end()
    }

    /// The first names of the parts of a list in brackets, but for those of constraints.
    fn columns(&mut self) -> Result<Vec<String>, Clause> {
        const CONSTRAINTS: &[&str] =
            &["primary", "unique", "key", "constraint", "index", "foreign", "check", "fulltext"];
        self.bytes.expect(b'(')?;
        let mut columns = Vec::new();
        loop {
            let quoted = {
                self.space()?;
                matches!(self.bytes.next, Some(b'"' | b'`' | b'['))
            };
            let name = self.name()?;
            if quoted || !CONSTRAINTS.contains(&name.as_str()) {
                columns.push(name);
            }
            if columns.len() > COLUMNS_MAX {
                return Err("a table has too many columns".to_owned());
            }
            if self.to_next_part()? == b')' {
                return Ok(columns);
            }
        }
    }

    /// Passes over the rest of a part; returns the comma or bracket behind it.
    fn to_next_part(&mut self) -> Result<u8, Clause> {
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

    fn shape(&mut self, shape: Shape) -> u32 {
        let known = self.shapes.iter().position(|known| *known == shape);
        let at = known.unwrap_or_else(|| {
            self.shapes.push(shape);
            self.shapes.len() - 1
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    fn show(&mut self, shape: u32, show: &mut impl FnMut(&str, &Row, Place)) -> Result<(), Clause> {
        let place = Place { offset: self.bytes.offset, line: self.bytes.line, shape };
        let shape = self.shapes[shape as usize].clone();
        let row = self.read_row(&shape)?;
        show(&shape.table, &row, place);
        Ok(())
    }

    fn read_row(&mut self, shape: &Shape) -> Result<Row, Clause> {
        let line = self.bytes.line;
        let values = match shape.form {
            Form::Values => self.values()?,
            Form::Copied => self.copied()?,
        };
        Ok(Row { columns: shape.columns.clone(), values, line })
    }

    fn values(&mut self) -> Result<Vec<Option<Vec<u8>>>, Clause> {
        self.bytes.expect(b'(')?;
        let mut values = Vec::new();
        loop {
            values.push(self.value(0)?);
            self.space()?;
            match self.bytes.take()? {
                b',' if values.len() < COLUMNS_MAX => {}
                b')' => return Ok(values),
                other => return Err(format!("{:?} stands between the values of a row", char::from(other))),
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Option<Vec<u8>>, Clause> {
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

    /// A line of COPY.
    fn copied(&mut self) -> Result<Vec<Option<Vec<u8>>>, Clause> {
        let mut values = Vec::new();
        let mut value = Some(Vec::new());
        loop {
            match self.bytes.take()? {
                end @ (b'\t' | b'\n') => {
                    values.push(value.replace(Vec::new()));
                    if end == b'\n' {
                        return Ok(values);
                    }
                    if values.len() == COLUMNS_MAX {
                        return Err("a row has too many values".to_owned());
                    }
                }
                b'\\' => match self.bytes.take()? {
                    b'N' => value = None,
                    byte => value.get_or_insert_default().push(match byte {
                        b'b' => 8,
                        b'f' => 12,
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'v' => 11,
                        byte => byte,
                    }),
                },
                byte => value.get_or_insert_default().push(byte),
            }
        }
    }

    /// A name, without its quotes and without the schema in front of it, in small letters.
    fn name(&mut self) -> Result<String, Clause> {
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
    fn to_end(&mut self) -> Result<(), Clause> {
        loop {
            self.bytes.begin();
            match self.bytes.next {
                None => return Err(ENDS.to_owned()),
                Some(b';') => return self.bytes.take().map(drop),
                Some(quote @ (b'\'' | b'"' | b'`')) => drop(self.quoted(quote)?),
                Some(b'-') => {
                    self.bytes.take()?;
                    if self.bytes.skip(b'-')? {
                        self.to_line_end()?;
                    }
                }
                Some(_) => drop(self.bytes.take()?),
            }
        }
    }

    fn to_line_end(&mut self) -> Result<(), Clause> {
        while self.bytes.next.is_some_and(|byte| byte != b'\n') {
            self.bytes.take()?;
        }
        self.bytes.skip(b'\n').map(drop)
    }

    /// White space and comments.
    fn space(&mut self) -> Result<(), Clause> {
        loop {
            match self.bytes.next {
                Some(byte) if byte.is_ascii_whitespace() => drop(self.bytes.take()?),
                Some(b'#') => self.to_line_end()?,
                Some(b'-') => {
                    let (offset, line) = (self.bytes.offset, self.bytes.line);
                    self.bytes.take()?;
                    if self.bytes.next != Some(b'-') {
                        return self.bytes.go_to(offset, line);
                    }
                    self.to_line_end()?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(String, Vec<Option<String>>)>, Trouble> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.sql");
        std::fs::write(&path, text).unwrap();
        let mut dump = Dump::open(&path)?;
        let mut places = Vec::new();
        dump.index(|table, _, place| places.push((table.to_owned(), place)))?;
        let text = |value: Option<Vec<u8>>| value.map(|bytes| String::from_utf8(bytes).unwrap());
        let mut row = |place| dump.row(place).map(|row| row.values.into_iter().map(text).collect());
        places.into_iter().map(|(table, place)| Ok((table, row(place)?))).collect()
    }

    fn some(values: &[&str]) -> Vec<Option<String>> {
        values.iter().map(|value| Some((*value).to_owned())).collect()
    }

    #[test]
    fn rows_are_read_as_each_program_writes_them() {
        let sqlite = "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t (a text, PRIMARY KEY (a));\n\
                      INSERT INTO \"t\" VALUES('a\\'' ;',-1,NULL,X'6162',replace('x\\ny','\\n',char(10)));\nCOMMIT;\n";
        let mut wanted = some(&["a\\' ;", "-1", "", "ab", "x\ny"]);
        wanted[2] = None;
        assert_eq!(read(sqlite).unwrap(), [("t".to_owned(), wanted)]);
        let mysql =
            "-- MySQL dump 10.13\n/*!40101 SET x=1 */;\nINSERT INTO `t` VALUES (1,'a\\'\\n''b'),(2,_binary 'c');\n";
        assert_eq!(read(mysql).unwrap(), [("t".into(), some(&["1", "a'\n'b"])), ("t".into(), some(&["2", "c"]))]);
        let postgres = "--\n-- PostgreSQL database dump\n--\n\\restrict x\nCOPY public.t (a, b) FROM stdin;\n1\tx\\ty\\\\\n\\\\.\tz\n\\.\n\
                        INSERT INTO public.t (a) VALUES (E'a\\nb'), ('c\\'::text);\n";
        let rows = [some(&["1", "x\ty\\"]), some(&["\\.", "z"]), some(&["a\nb"]), some(&["c\\"])];
        assert_eq!(read(postgres).unwrap(), rows.map(|row| ("t".to_owned(), row)));
    }

    #[test]
    fn what_is_damaged_is_told_with_its_line() {
        let whole = "CREATE TABLE t (a text);\nINSERT INTO t (a) VALUES ('x', replace('y', 'z', char(10)));\n";
        for end in 1..whole.len() - 2 {
            if let Err(trouble) = read(&whole[..end]) {
                assert!(trouble.to_string().contains("x.sql, line "), "{trouble}");
            }
        }
        let deep = format!("INSERT INTO t VALUES ({}", "replace(".repeat(100_000));
        for odd in
            ["(", "INSERT INTO", "INSERT INTO t VALUES (a)", "INSERT INTO t VALUES ('x' 'y')", "\u{0}", "/x", &deep]
        {
            assert!(read(odd).is_err(), "{odd:.40}");
        }
    }
}
