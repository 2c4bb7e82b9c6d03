//! `specs/index.txt` against the code, and generated documents against their sources.

use super::Report;
use super::source::Source;
use crate::docs;
use crate::index::{self, Entry, Status};

/// Checks that what is said to be done has a place, and that what features declare is listed.
pub fn check(sources: &[Source], entries: &[Entry], report: &mut Report) {
    for entry in entries {
        if matches!(entry.status, Status::Done | Status::Partial) && !has_place(sources, &entry.place) {
            report.find(
                index::PATH,
                entry.line,
                format!(
                    "{} is said to be in `{}`, which is neither a feature nor a crate",
                    entry.document, entry.place
                ),
            );
        }
    }
    for source in sources.iter().filter(|source| source.path.starts_with("crates/features/src/")) {
        for (line, code) in source.product_code() {
            for document in declared(code) {
                check_declared(&document, entries, report, &source.path, line);
            }
        }
    }
    let count = |status| entries.iter().filter(|entry| entry.status == status).count();
    report.note(format!(
        "documents: {} done, {} partial, {} planned, {} not to be done",
        count(Status::Done),
        count(Status::Partial),
        count(Status::Planned),
        count(Status::No)
    ));
}

/// Checks that `cargo xtask docs` would change nothing.
///
/// # Errors
/// When a source of it is broken.
pub fn check_generated(report: &mut Report) -> Result<(), String> {
    for path in docs::stale()? {
        report.find(path, 1, "stale: run `cargo xtask docs` and commit the result");
    }
    Ok(())
}

fn has_place(sources: &[Source], place: &str) -> bool {
    let folders = [format!("crates/features/src/{place}/"), format!("crates/{place}/")];
    sources.iter().any(|source| folders.iter().any(|folder| source.path.starts_with(folder)))
}

/// The documents that a line of a `FEATURE` declares: `Spec::xep(199, …)`.
fn declared(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (call, series) in [
        ("Spec::xep(", "XEP-"),
        ("Spec::xep_without(", "XEP-"),
        ("Document::Xep(", "XEP-"),
        ("Spec::rfc(", "RFC "),
        ("Document::Rfc(", "RFC "),
    ] {
        for (at, _) in code.match_indices(call) {
            let digits: String = code[at + call.len()..].chars().take_while(char::is_ascii_digit).collect();
            if let Ok(number) = digits.parse::<u16>() {
                found.push(format!("{series}{number:04}"));
            }
        }
    }
    found
}

fn check_declared(document: &str, entries: &[Entry], report: &mut Report, path: &str, line: usize) {
    let entry = entries.iter().find(|entry| entry.document == document);
    match entry.map(|entry| entry.status) {
        None => report.find(path, line, format!("{document} is declared here and not listed in {}", index::PATH)),
        Some(Status::Planned | Status::No) => {
            report.find(
                path,
                line,
                format!("{document} is declared here: set its line in {} to partial or done", index::PATH),
            );
        }
        Some(Status::Done | Status::Partial) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(document: &str, status: Status, place: &str) -> Entry {
        let [document, place] = [document, place].map(str::to_owned);
        let (version, title, reason) = (String::new(), String::new(), String::new());
        Entry { line: 1, document, version, status, place, title, reason }
    }

    #[test]
    fn what_features_declare_is_listed() {
        let text = "    specs: &[Spec::xep(199, \"2\"), Spec::xep_without(12, \"2\", \"x\"), Spec::rfc(6121)],\n";
        let sources = [Source::new("crates/features/src/ping/mod.rs", text)];
        let entries = [entry("XEP-0012", Status::Planned, "ping"), entry("XEP-0199", Status::Done, "ping")];
        let mut report = Report::default();
        check(&sources, &entries, &mut report);
        assert_eq!(report.findings.len(), 2);
        assert!(report.findings[0].message.starts_with("XEP-0012 is declared here: set"));
        assert!(report.findings[1].message.starts_with("RFC 6121 is declared here and not"));
    }

    #[test]
    fn what_is_done_has_a_place() {
        let sources = [Source::new("crates/stream/src/lib.rs", "")];
        let entries = [entry("XEP-0001", Status::Done, "stream"), entry("XEP-0002", Status::Partial, "nowhere")];
        let mut report = Report::default();
        check(&sources, &entries, &mut report);
        assert!(report.findings.len() == 1 && report.findings[0].message.contains("nowhere"));
    }
}
