//! `cargo xtask tidy`: the rules of this tree that a tool can see.
//!
//! Every finding names a file, a line and what to do. What is only worth knowing is a note.

mod citations;
mod comments;
mod crates;
mod documents;
mod features;
mod lexer;
mod licences;
mod paths;
pub mod shape;
mod source;
mod words;

use crate::call::{Outcome, root};
use source::Source;

/// Something that must be put right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The file, from the root of the repository.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

/// What the checks found.
#[derive(Default)]
pub struct Report {
    /// What fails.
    pub findings: Vec<Finding>,
    /// What is worth knowing.
    pub notes: Vec<String>,
}

impl Report {
    /// Adds a finding.
    pub fn find(&mut self, path: &str, line: usize, message: impl Into<String>) {
        self.findings.push(Finding { path: path.to_owned(), line, message: message.into() });
    }

    /// Adds a note.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }
}

/// Runs all checks.
///
/// # Errors
/// When there are findings (they are printed), or a file cannot be read.
pub fn run() -> Outcome {
    let sources = source::read_all(&root())?;
    let mut report = Report::default();
    shape::check(&sources, &mut report);
    words::check(&sources, &mut report);
    comments::check(&sources, &mut report);
    citations::check(&sources, &citations::read_sections()?, &mut report);
    crates::check(&root(), &mut report)?;
    features::check(&sources, crate::arrows::FEATURES, &mut report);
    features::check_transcripts(&root(), &mut report)?;
    documents::check(&sources, &crate::index::read()?, &mut report);
    paths::check(&root(), &mut report)?;
    documents::check_generated(&mut report)?;
    if let Err(trouble) = licences::check(&mut report) {
        report.find("Cargo.lock", 1, trouble);
    }
    conclude(&sources, report)
}

fn conclude(sources: &[Source], mut report: Report) -> Outcome {
    for note in &report.notes {
        println!("  note: {note}");
    }
    report.findings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    for finding in &report.findings {
        println!("{}:{}: {}", finding.path, finding.line, finding.message);
    }
    let lines: usize = sources.iter().map(|source| source.lines.len()).sum();
    let size = format!("{} files, {lines} lines", sources.len());
    if report.findings.is_empty() {
        Ok(format!("tidy: {size}"))
    } else {
        Err(format!("tidy: {} findings in {size}", report.findings.len()))
    }
}
