//! `specs/index.txt`: every document that concerns us, and what became of it.

use crate::call::root;
use std::fs;

/// Where it lies.
pub const PATH: &str = "specs/index.txt";

/// One line of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The line's number, from 1.
    pub line: usize,
    /// `RFC 6120` or `XEP-0280`.
    pub document: String,
    /// The version that was read, or `-`.
    pub version: String,
    /// How far we are.
    pub status: Status,
    /// A folder of features or a crate; `-` for what we do not do.
    pub place: String,
    /// What the document is called.
    pub title: String,
    /// Why it is not done, or a remark.
    pub reason: String,
}

/// How far we are with a document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Status {
    /// All server duties.
    Done,
    /// Some.
    Partial,
    /// None yet.
    Planned,
    /// None, and that stays so.
    No,
}

impl Status {
    fn parse(word: &str) -> Option<Status> {
        match word {
            "done" => Some(Status::Done),
            "partial" => Some(Status::Partial),
            "planned" => Some(Status::Planned),
            "no" => Some(Status::No),
            _ => None,
        }
    }
}

/// Reads the file.
///
/// # Errors
/// The lines that are no entries, with what is wrong.
pub fn read() -> Result<Vec<Entry>, String> {
    let text = fs::read_to_string(root().join(PATH)).map_err(|error| format!("{PATH}: {error}"))?;
    parse(&text)
}

fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let mut entries: Vec<Entry> = Vec::new();
    for (at, text) in text.lines().enumerate() {
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let entry = parse_line(at + 1, text).map_err(|trouble| format!("{PATH}:{}: {trouble}", at + 1))?;
        if entries.last().is_some_and(|last| last.document >= entry.document) {
            return Err(format!("{PATH}:{}: {} stands out of order", at + 1, entry.document));
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn parse_line(line: usize, text: &str) -> Result<Entry, String> {
    let fields: Vec<&str> = text.split('|').map(str::trim).collect();
    let [document, version, status, place, title, rest @ ..] = &fields[..] else {
        return Err("a line is `number | version | status | where | title | reason`".to_owned());
    };
    let status = Status::parse(status).ok_or("the status is done, partial, planned or no")?;
    let reason = rest.join(" ");
    if status == Status::No && reason.is_empty() {
        return Err("what is not done has a reason".to_owned());
    }
    if (status == Status::No) != (*place == "-") {
        return Err("what is done or will be has a place; what is not has `-`".to_owned());
    }
    let [document, version, place, title] = [document, version, place, title].map(|field| (*field).to_owned());
    Ok(Entry { line, document, version, status, place, title, reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_all() {
        let entries =
            parse("# head\n\nRFC 6120 | - | partial | stream | Core\nXEP-0016 | 1.7 | no | - | Lists | old\n");
        let entries = entries.unwrap();
        assert_eq!(entries[0].line, 3);
        assert_eq!(entries[0].status, Status::Partial);
        assert_eq!(entries[1].reason, "old");
    }

    #[test]
    fn a_line_that_lacks_something_is_refused() {
        for bad in [
            "RFC 6120",
            "XEP-0016 | 1 | no | - | Lists",
            "XEP-0016 | 1 | maybe | x | Lists",
            "XEP-0016 | 1 | done | - | L",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert!(parse("XEP-0002 | 1 | done | a | B\nXEP-0001 | 1 | done | a | B").unwrap_err().contains("order"));
    }
}
