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
    let mut declared = Vec::new();
    for source in sources.iter().filter(|source| source.path.starts_with("crates/features/src/")) {
        declared.extend(declarations(source));
    }
    for declaration in &declared {
        check_declared(declaration, &declared, entries, report);
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

/// A document that a `FEATURE` declares: `Spec::xep(199, "2.0.1")`.
struct Declaration {
    path: String,
    line: usize,
    document: String,
    version: String,
    complete: bool,
}

fn declarations(source: &Source) -> Vec<Declaration> {
    let mut found = Vec::new();
    for (line, code) in source.product_code() {
        for (call, series) in [
            ("Spec::xep(", "XEP-"),
            ("Spec::xep_without(", "XEP-"),
            ("Document::Xep(", "XEP-"),
            ("Spec::rfc(", "RFC "),
            ("Document::Rfc(", "RFC "),
        ] {
            for nth in 0..code.matches(call).count() {
                // The declaration may go on over the next lines.
                let text = source.raw[line - 1..source.raw.len().min(line + 4)].join(" ");
                let Some((at, _)) = text.match_indices(call).nth(nth) else { continue };
                let rest = text[at + call.len()..].trim_start();
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                let Ok(number) = digits.parse::<u16>() else { continue };
                let quoted = rest.split('"').nth(1).unwrap_or_default();
                let version = if series == "RFC " { "-" } else { quoted };
                // The field `done` follows the document.
                let partial = rest.find("Done::Partial").is_some_and(|at| !rest[..at].contains("Spec"));
                let lacks = call.contains("without") || (call.starts_with("Document") && partial);
                let (path, document) = (source.path.clone(), format!("{series}{number:04}"));
                found.push(Declaration { path, line, document, version: version.to_owned(), complete: !lacks });
            }
        }
    }
    found
}

fn check_declared(declaration: &Declaration, all: &[Declaration], entries: &[Entry], report: &mut Report) {
    let Declaration { path, line, document, version, .. } = declaration;
    let Some(entry) = entries.iter().find(|entry| entry.document == *document) else {
        return report.find(path, *line, format!("{document} is declared here and not listed in {}", index::PATH));
    };
    // Several features may share a document; it is done when each has done its part.
    let complete = all.iter().filter(|other| other.document == *document).all(|other| other.complete);
    let status = if complete { Status::Done } else { Status::Partial };
    if entry.status != status {
        let word = if complete { "done" } else { "partial" };
        report.find(path, *line, format!("{document} is declared as {word}: set its line in {} to that", index::PATH));
    }
    if entry.version != *version {
        let message =
            format!("{document} is declared in version {version}, and {} says {}", index::PATH, entry.version);
        report.find(path, *line, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(document: &str, status: Status, place: &str) -> Entry {
        let [document, place] = [document, place].map(str::to_owned);
        let version = match document.as_str() {
            "XEP-0012" => "2",
            _ => "-",
        };
        let (version, title, reason) = (version.to_owned(), String::new(), String::new());
        Entry { line: 1, document, version, status, place, title, reason }
    }

    #[test]
    fn what_features_declare_is_what_the_index_says() {
        let text = "specs: &[Spec::xep(199, \"2\"), Spec::xep_without(\n    12,\n    \"2\", \"x\"), Spec::rfc(6121)],\n\
                    Spec { document: Document::Rfc(6120), version: \"\", done: Done::Partial(\"y\") }\n";
        let sources = [Source::new("crates/features/src/ping/mod.rs", text)];
        let entries = [
            entry("RFC 6120", Status::Partial, "ping"),
            entry("XEP-0012", Status::Planned, "ping"),
            entry("XEP-0199", Status::Done, "ping"),
        ];
        let mut report = Report::default();
        check(&sources, &entries, &mut report);
        let messages: Vec<&str> = report.findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(messages.len(), 3, "{messages:?}");
        assert!(messages[0].starts_with("XEP-0199 is declared in version 2, and"));
        assert!(messages[1].starts_with("XEP-0012 is declared as partial"));
        assert!(messages[2].starts_with("RFC 6121 is declared here and not listed"));
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
