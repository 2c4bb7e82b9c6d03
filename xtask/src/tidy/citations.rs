//! Citations: `RFC 6120 §4.9.1.3` and `XEP-0280 §6.1` must exist in `specs/sections.txt`.

use super::Report;
use super::source::Source;
use crate::call::root;
use crate::specs;
use std::collections::{HashMap, HashSet};
use std::fs;

/// Sections by document.
pub type Sections = HashMap<String, HashSet<String>>;

/// Documents of other series: a `§` behind them is theirs.
const OTHERS: &[&str] = &["XML 1.", "UTS ", "FIPS ", "design.md"];

/// One section cited in a comment.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Citation {
    document: String,
    section: String,
}

/// Reads the list of sections.
///
/// # Errors
/// When it cannot be read.
pub fn read_sections() -> Result<Sections, String> {
    let text = fs::read_to_string(root().join(specs::PATH)).map_err(|error| format!("{}: {error}", specs::PATH))?;
    Ok(parse_sections(&text))
}

fn parse_sections(text: &str) -> Sections {
    let mut sections = Sections::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["RFC", number, section, ..] => {
                sections.entry(format!("RFC {number}")).or_default().insert(section.to_owned());
            }
            [document, section, ..] => {
                sections.entry(document.to_owned()).or_default().insert(section.to_owned());
            }
            _ => {}
        }
    }
    sections
}

/// Checks every citation in comments. Those of documents whose text is not in the list are counted.
pub fn check(sources: &[Source], sections: &Sections, report: &mut Report) {
    let mut checked = 0;
    let mut unknown: HashSet<String> = HashSet::new();
    for source in sources.iter().filter(|source| source.path.starts_with("crates/")) {
        let mut document = None;
        for (at, line) in source.lines.iter().enumerate() {
            for citation in citations(&line.comment, &mut document) {
                match sections.get(&citation.document) {
                    None => drop(unknown.insert(citation.document)),
                    Some(known) if known.contains(&citation.section) => checked += 1,
                    Some(_) => {
                        let Citation { document, section } = citation;
                        report.find(&source.path, at + 1, format!("{document} has no §{section}: see {}", specs::PATH));
                    }
                }
            }
        }
    }
    report.note(format!("{checked} citations exist"));
    if !unknown.is_empty() {
        let mut names: Vec<String> = unknown.into_iter().collect();
        names.sort();
        report.note(format!("cited, but their sections are not in {}: {}", specs::PATH, names.join(", ")));
    }
}

/// The citations of a comment line. A `§` belongs to the document named last before it on the
/// line, or at the very end of the line before (`document`).
fn citations(comment: &str, document: &mut Option<String>) -> Vec<Citation> {
    let mut current = document.take();
    let mut found = Vec::new();
    let mut rest = comment.trim_start_matches(['/', '!', '*', ' ']);
    if !rest.starts_with('§') {
        current = None;
    }
    while let Some(c) = rest.chars().next() {
        if let Some((name, after)) = document_at(rest) {
            *document = after.trim().is_empty().then(|| name.clone());
            current = Some(name);
            rest = after;
        } else if let Some(after) = OTHERS.iter().find_map(|other| rest.strip_prefix(other)) {
            current = None;
            rest = after;
        } else if let Some(after) = rest.strip_prefix('§') {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(after.len());
            let section = after[..end].trim_end_matches('.').to_owned();
            if let (Some(document), false) = (&current, section.is_empty()) {
                found.push(Citation { document: document.clone(), section });
            }
            rest = &after[end..];
        } else {
            rest = &rest[c.len_utf8()..];
        }
    }
    found
}

/// A document's name at the front of the text, and what follows it.
fn document_at(text: &str) -> Option<(String, &str)> {
    let (series, rest) = match (text.strip_prefix("RFC "), text.strip_prefix("XEP-")) {
        (Some(rest), _) => ("RFC ", rest),
        (_, Some(rest)) => ("XEP-", rest),
        _ => return None,
    };
    let number = rest.get(..4).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some((format!("{series}{number}"), &rest[4..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(comment: &str) -> Vec<String> {
        let found = citations(comment, &mut None);
        found.into_iter().map(|citation| format!("{} {}", citation.document, citation.section)).collect()
    }

    #[test]
    fn a_line_may_cite_much() {
        let line = "/// (RFC 6120 §8.1, RFC 6121 §4.7.1, §5.2.2; XEP-0198 §5.)";
        assert_eq!(all(line), ["RFC 6120 8.1", "RFC 6121 4.7.1", "RFC 6121 5.2.2", "XEP-0198 5"]);
        assert!(all("// §3 of nothing, RFC 6120").is_empty());
        assert_eq!(all("// RFC 6121 §A.2.1"), ["RFC 6121 A.2.1"]);
        assert_eq!(all("// (RFC 6120 §11.5, XML 1.0 §2.8)"), ["RFC 6120 11.5"]);
    }

    #[test]
    fn a_document_at_the_end_of_a_line_goes_on() {
        let mut document = None;
        assert!(citations("/// as in RFC 6121", &mut document).is_empty());
        assert_eq!(citations("/// §8.5 says", &mut document)[0].section, "8.5");
        citations("/// as in RFC 6121", &mut document);
        assert!(citations("/// and in §8.5", &mut document).is_empty());
    }

    #[test]
    fn a_section_that_is_not_there_is_found() {
        let sections = parse_sections("# head\nRFC 6120 4.9 Errors\nXEP-0198 5 Resumption\n");
        let source = Source::new("crates/a/src/b.rs", "// RFC 6120 §4.9, XEP-0198 §99\n// RFC 9999 §1\n");
        let mut report = Report::default();
        check(&[source], &sections, &mut report);
        assert_eq!(report.findings.len(), 1);
        assert!(report.findings[0].message.contains("XEP-0198 has no §99"));
        assert!(report.notes[1].contains("RFC 9999"));
    }
}
