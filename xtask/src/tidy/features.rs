//! Arrows between features: leaves that do not know one another, but for a few that are listed.

use super::Report;
use super::source::Source;
use crate::arrows::Need;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const HOME: &str = "crates/features/src/";

/// Where an import stands.
type Places = BTreeMap<(String, String), (String, usize)>;

/// Checks the imports in code that is not there for tests only.
pub fn check(sources: &[Source], needs: &[Need], report: &mut Report) {
    let found = arrows(sources);
    for ((from, to), (path, line)) in &found {
        if !needs.iter().any(|need| need.from == from && need.to == to) {
            report.find(
                path,
                *line,
                format!("{from} imports {to}: features meet in the trunk, or the arrow is listed in xtask/src/arrows.rs with its reason"),
            );
        }
    }
    for need in needs {
        debug_assert!(!need.why.is_empty());
        if !found.contains_key(&(need.from.to_owned(), need.to.to_owned())) {
            report
                .note(format!("{} does not import {}: take the arrow out of xtask/src/arrows.rs", need.from, need.to));
        }
        if reaches(needs, need.to, need.from, needs.len()) {
            report.find(
                "xtask/src/arrows.rs",
                1,
                format!("{} and {} import each other in a circle", need.from, need.to),
            );
        }
    }
    let list: Vec<String> = found.keys().map(|(from, to)| format!("{from} -> {to}")).collect();
    report.note(format!("{} arrows between features: {}", list.len(), list.join(", ")));
}

/// Notes the features that nobody can watch yet.
///
/// # Errors
/// When a folder cannot be read.
pub fn check_transcripts(root: &Path, report: &mut Report) -> Result<(), String> {
    let says = |error: std::io::Error| format!("{HOME}: {error}");
    let mut without = Vec::new();
    for entry in fs::read_dir(root.join(HOME)).map_err(says)? {
        let path = entry.map_err(says)?.path();
        let Ok(files) = fs::read_dir(&path) else { continue };
        let mut files = files.filter_map(Result::ok).map(|file| file.path());
        if !files.any(|file| file.extension().is_some_and(|extension| extension == "xmpp")) {
            without.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    without.sort();
    if !without.is_empty() {
        report.note(format!("{} features without a transcript: {}", without.len(), without.join(", ")));
    }
    Ok(())
}

fn arrows(sources: &[Source]) -> Places {
    let folders: Vec<&str> = sources.iter().filter_map(|source| folder(&source.path)).collect();
    let mut found = Places::new();
    for source in sources {
        let Some(from) = folder(&source.path) else { continue };
        for (line, to) in imports(source) {
            if to != from && folders.contains(&to.as_str()) {
                found.entry((from.to_owned(), to)).or_insert((source.path.clone(), line));
            }
        }
    }
    found
}

/// The feature a file belongs to; none for the trunk.
fn folder(path: &str) -> Option<&str> {
    path.strip_prefix(HOME)?.split_once('/').map(|(folder, _)| folder)
}

/// The first names after `crate::`, groups in braces taken apart.
fn imports(source: &Source) -> Vec<(usize, String)> {
    let mut code = String::new();
    let mut starts = Vec::new();
    for (line, text) in source.product_code() {
        starts.push((code.len(), line));
        code.push_str(text);
        code.push('\n');
    }
    let line_of = |at: usize| starts.iter().rfind(|(start, _)| *start <= at).map_or(1, |(_, line)| *line);
    let mut names = Vec::new();
    for (at, prefix) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        let heads = match rest.strip_prefix('{') {
            Some(group) => group_heads(group),
            None => vec![ident(rest)],
        };
        names.extend(heads.into_iter().map(|name| (line_of(at), name)));
    }
    names
}

/// The names that begin the parts of a group: `a, b::{c, d}` gives a and b.
fn group_heads(group: &str) -> Vec<String> {
    let mut depth = 1;
    let mut heads = Vec::new();
    let mut part = String::new();
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && c == ',') {
            heads.push(ident(part.trim()));
            part.clear();
        } else {
            part.push(c);
        }
        if depth == 0 {
            break;
        }
    }
    heads
}

fn ident(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn reaches(needs: &[Need], from: &str, to: &str, steps: usize) -> bool {
    from == to || (steps > 0 && needs.iter().any(|need| need.from == from && reaches(needs, need.to, to, steps - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources() -> Vec<Source> {
        let blocking =
            "use crate::{archive::{Row, Page}, turn::Turn};\n#[cfg(test)]\nmod tests {\n    use crate::roster;\n}\n";
        vec![
            Source::new("crates/features/src/blocking/mod.rs", blocking),
            Source::new("crates/features/src/archive/mod.rs", "fn a() {\n    crate::roster::b();\n}\n"),
            Source::new("crates/features/src/roster/mod.rs", "use crate::turn;\n"),
            Source::new("crates/features/src/turn.rs", "use crate::roster;\n"),
        ]
    }

    #[test]
    fn arrows_are_found_in_groups_and_paths() {
        let mut report = Report::default();
        check(&sources(), &[], &mut report);
        let found: Vec<(String, usize)> = report
            .findings
            .iter()
            .map(|finding| (finding.message.split(':').next().unwrap_or_default().to_owned(), finding.line))
            .collect();
        assert_eq!(found, [("archive imports roster".to_owned(), 2), ("blocking imports archive".to_owned(), 1)]);
    }

    #[test]
    fn listed_arrows_pass_and_circles_do_not() {
        let needs =
            [Need { from: "blocking", to: "archive", why: "x" }, Need { from: "archive", to: "roster", why: "x" }];
        let mut report = Report::default();
        check(&sources(), &needs, &mut report);
        assert!(report.findings.is_empty());
        let circle = [Need { from: "a", to: "b", why: "x" }, Need { from: "b", to: "a", why: "x" }];
        check(&[], &circle, &mut report);
        assert!(report.findings[0].message.contains("circle"));
    }
}
