//! Dumps of SQL databases, read as data: rows by table, wherever they stand in the file.
//!
//! Understood is what `sqlite3 .dump`, `mysqldump`, `pg_dump` (with COPY or INSERT) and ejabberd's own
//! `export2sql` write. A dump goes table by table and an account lies in many, so the file is read once
//! for the places of rows, and then row by row.

mod words;

use super::super::bytes::{Bytes, Clause};
use super::super::source::Trouble;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use words::Words;

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
    words: Words,
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
        Ok(Dump { words: Words { bytes, escapes }, tables: BTreeMap::new(), shapes: Vec::new() })
    }

    /// Reads the dump and shows each row with the name of its table and its place.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn index(&mut self, mut show: impl FnMut(&str, &Row, Place)) -> Result<(), Trouble> {
        let read = self.statements(&mut show);
        read.map_err(|clause| Trouble::rest(&self.words.bytes.path, Some(self.words.bytes.line), clause))
    }

    /// Reads one row again.
    ///
    /// # Errors
    /// When it cannot be read any more.
    pub fn row(&mut self, place: Place) -> Result<Row, Trouble> {
        let shape = self.shapes[place.shape as usize].clone();
        let read = self.words.bytes.go_to(place.offset, place.line).and_then(|()| self.read_row(&shape));
        read.map_err(|clause| Trouble::rest(&self.words.bytes.path, Some(self.words.bytes.line), clause))
    }

    fn statements(&mut self, show: &mut impl FnMut(&str, &Row, Place)) -> Result<(), Clause> {
        loop {
            self.words.bytes.begin();
            self.words.space()?;
            match self.words.bytes.next {
                None => return Ok(()),
                Some(b';') => drop(self.words.bytes.take()?),
                // A command of psql.
                Some(b'\\') => self.words.skip_line()?,
                Some(byte) if byte.is_ascii_alphabetic() => {
                    match self.words.bytes.word()?.to_ascii_uppercase().as_str() {
                        "INSERT" | "REPLACE" => self.insert(show)?,
                        "COPY" => self.copy(show)?,
                        "CREATE" => self.create()?,
                        _ => self.words.skip_statement()?,
                    }
                }
                Some(other) => return Err(format!("{:?} begins no statement of SQL", char::from(other))),
            }
        }
    }

    fn insert(&mut self, show: &mut impl FnMut(&str, &Row, Place)) -> Result<(), Clause> {
        loop {
            self.words.space()?;
            match self.words.bytes.word()?.to_ascii_uppercase().as_str() {
                "INTO" => break,
                "IGNORE" | "LOW_PRIORITY" | "DELAYED" => {}
                other => return Err(format!("{other:?} stands where INTO should")),
            }
        }
        let table = self.words.name()?;
        self.words.space()?;
        let columns = match self.words.bytes.next {
            Some(b'(') => self.columns()?,
            _ => self.tables.get(&table).cloned().unwrap_or_default(),
        };
        self.words.space()?;
        if !self.words.bytes.word()?.eq_ignore_ascii_case("VALUES") {
            return self.words.skip_statement();
        }
        let shape = self.shape(Shape { table, columns, form: Form::Values });
        loop {
            self.words.bytes.begin();
            self.words.space()?;
            self.show(shape, show)?;
            self.words.space()?;
            if !self.words.bytes.skip(b',')? {
                return self.words.skip_statement();
            }
        }
    }

    fn copy(&mut self, show: &mut impl FnMut(&str, &Row, Place)) -> Result<(), Clause> {
        let table = self.words.name()?;
        self.words.space()?;
        let columns = self.columns()?;
        self.words.skip_statement()?;
        self.words.skip_line()?;
        let shape = self.shape(Shape { table, columns, form: Form::Copied });
        loop {
            self.words.bytes.begin();
            if self.words.bytes.next == Some(b'\\') {
                let (offset, line) = (self.words.bytes.offset, self.words.bytes.line);
                self.words.bytes.take()?;
                if self.words.bytes.next == Some(b'.') {
                    return self.words.skip_line();
                }
                self.words.bytes.go_to(offset, line)?;
            }
            self.show(shape, show)?;
        }
    }

    fn create(&mut self) -> Result<(), Clause> {
        let mut word;
        loop {
            self.words.space()?;
            word = self.words.bytes.word()?.to_ascii_uppercase();
            match word.as_str() {
                "TABLE" => break,
                "TEMPORARY" | "TEMP" | "UNLOGGED" => {}
                _ => return self.words.skip_statement(),
            }
        }
        let mut table = self.words.name()?;
        while ["if", "not", "exists"].contains(&table.as_str()) {
            table = self.words.name()?;
        }
        self.words.space()?;
        if self.words.bytes.next != Some(b'(') {
            return self.words.skip_statement();
        }
        let columns = self.columns()?;
        self.tables.insert(table, columns);
        self.words.skip_statement()
    }

    /// The first names of the parts of a list in brackets, but for those of constraints.
    fn columns(&mut self) -> Result<Vec<String>, Clause> {
        const CONSTRAINTS: &[&str] =
            &["primary", "unique", "key", "constraint", "index", "foreign", "check", "fulltext"];
        self.words.bytes.expect(b'(')?;
        let mut columns = Vec::new();
        loop {
            let quoted = {
                self.words.space()?;
                matches!(self.words.bytes.next, Some(b'"' | b'`' | b'['))
            };
            let name = self.words.name()?;
            if quoted || !CONSTRAINTS.contains(&name.as_str()) {
                columns.push(name);
            }
            if columns.len() > COLUMNS_MAX {
                return Err("a table has too many columns".to_owned());
            }
            if self.words.next_part()? == b')' {
                return Ok(columns);
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
        let place = Place { offset: self.words.bytes.offset, line: self.words.bytes.line, shape };
        let shape = self.shapes[shape as usize].clone();
        let row = self.read_row(&shape)?;
        show(&shape.table, &row, place);
        Ok(())
    }

    fn read_row(&mut self, shape: &Shape) -> Result<Row, Clause> {
        let line = self.words.bytes.line;
        let values = match shape.form {
            Form::Values => self.values()?,
            Form::Copied => self.copied()?,
        };
        Ok(Row { columns: shape.columns.clone(), values, line })
    }

    fn values(&mut self) -> Result<Vec<Option<Vec<u8>>>, Clause> {
        self.words.bytes.expect(b'(')?;
        let mut values = Vec::new();
        loop {
            values.push(self.words.value(0)?);
            self.words.space()?;
            match self.words.bytes.take()? {
                b',' if values.len() < COLUMNS_MAX => {}
                b')' => return Ok(values),
                other => return Err(format!("{:?} stands between the values of a row", char::from(other))),
            }
        }
    }

    /// A line of COPY.
    fn copied(&mut self) -> Result<Vec<Option<Vec<u8>>>, Clause> {
        let mut values = Vec::new();
        let mut value = Some(Vec::new());
        loop {
            match self.words.bytes.take()? {
                end @ (b'\t' | b'\n') => {
                    values.push(value.replace(Vec::new()));
                    if end == b'\n' {
                        return Ok(values);
                    }
                    if values.len() == COLUMNS_MAX {
                        return Err("a row has too many values".to_owned());
                    }
                }
                b'\\' => match self.words.bytes.take()? {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read = (String, Vec<Option<String>>);

    fn read(text: &str) -> Result<Vec<Read>, Trouble> {
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
