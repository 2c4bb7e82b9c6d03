//! What is wrong with a configuration: where, what was found, and what to do about it.

use serde::Serialize;
use std::fmt::{self, Display, Formatter};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One thing that is wrong.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// Where in it, counted from 1; none when it concerns the file as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What was found.
    pub found: String,
    /// What to do.
    pub advice: String,
}

/// A place in a text.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

/// Everything that is wrong with a configuration, in the order of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problems(pub Vec<Problem>);

impl Display for Problem {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file.display())?;
        if let Some(place) = self.place {
            write!(out, ":{}:{}", place.line, place.column)?;
        }
        write!(out, ": {}", self.found)?;
        if !self.advice.is_empty() {
            write!(out, "\n  {}", self.advice)?;
        }
        Ok(())
    }
}

impl Display for Problems {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index > 0 { "\n" } else { "" };
            write!(out, "{separator}{problem}")?;
        }
        Ok(())
    }
}

/// A file being read: turns offsets into places and collects what is wrong.
pub(super) struct Reading<'a> {
    file: &'a Path,
    text: &'a str,
    problems: Vec<(usize, Problem)>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(file: &'a Path, text: &'a str) -> Reading<'a> {
        Reading { file, text, problems: Vec::new() }
    }

    /// Notes a problem at a range of bytes.
    pub(super) fn note(&mut self, span: Range<usize>, found: impl Into<String>, advice: impl Into<String>) {
        let place = Some(place(self.text, span.start));
        let problem = Problem { file: self.file.into(), place, found: found.into(), advice: advice.into() };
        self.problems.push((span.start, problem));
    }

    /// Notes what the TOML reader found, with advice where the message allows it.
    pub(super) fn note_toml(&mut self, error: &toml::de::Error) {
        let span = error.span().unwrap_or(0..0);
        let message = error.message().lines().next().unwrap_or_default();
        let advice = advice_on(message);
        self.note(span, message, advice);
    }

    /// The problems in the order of the file, if there are any.
    pub(super) fn finish(mut self) -> Result<(), Problems> {
        self.problems.sort_by_key(|(offset, _)| *offset);
        let problems: Vec<Problem> = self.problems.into_iter().map(|(_, problem)| problem).collect();
        if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
    }
}

fn place(text: &str, offset: usize) -> Place {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Place { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

/// Advice on a message of serde, of the form "unknown field `x`, expected one of `a`, `b`".
/// Its words are not promised: where they change, the message stands without advice.
fn advice_on(message: &str) -> String {
    if !message.starts_with("unknown ") {
        return String::new();
    }
    let mut names = message.split('`').skip(1).step_by(2);
    let Some(found) = names.next() else { return String::new() };
    let known: Vec<&str> = names.collect();
    did_you_mean(found, &known)
}

/// "Did you mean `x`?", or the list of what is known.
pub(super) fn did_you_mean(found: &str, known: &[&str]) -> String {
    let close = known.iter().map(|name| (distance(found, name), name)).min();
    match close {
        None => String::new(),
        Some((distance, name)) if distance <= found.chars().count().max(3) / 3 => format!("Did you mean `{name}`?"),
        Some(_) => format!("Known here: {}.", known.join(", ")),
    }
}

/// The edit distance (Levenshtein) of two words.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}
