//! Sizes, heads and names of files.

use super::Report;
use super::source::{Source, end_of_item};

/// A file may not be longer.
const FILE_LINES_MAX: usize = 600;

/// A longer file is counted: it should be split.
const FILE_LINES_WISHED: usize = 400;

/// A function may not be longer, its signature included.
const FUNCTION_LINES_MAX: usize = 70;

/// Files that may be longer, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// Names that say nothing: what has no home has a concept without a name yet.
const EMPTY_NAMES: &[&str] = &["util", "utils", "common", "helper", "helpers", "manager", "misc"];

/// Checks every file.
pub fn check(sources: &[Source], report: &mut Report) {
    let mut long = Vec::new();
    for source in sources {
        let lines = source.lines.len();
        if lines > FILE_LINES_MAX && !LONG_FILES.iter().any(|(path, _)| *path == source.path) {
            report.find(
                &source.path,
                lines,
                format!("{lines} lines, and {FILE_LINES_MAX} is the end: split it by what it is about"),
            );
        } else if lines > FILE_LINES_WISHED {
            long.push(format!("{} ({lines})", source.path));
        }
        head(source, report);
        names(source, report);
        functions(source, report);
    }
    if !long.is_empty() {
        report.note(format!("{} files over {FILE_LINES_WISHED} lines: {}", long.len(), long.join(", ")));
    }
}

/// Whether a name says nothing.
pub fn is_empty_name(name: &str) -> bool {
    EMPTY_NAMES.contains(&name)
}

fn head(source: &Source, report: &mut Report) {
    let opened = source.lines.first().is_some_and(|line| line.comment.starts_with("//! "));
    if !opened {
        report.find(&source.path, 1, "a file opens with `//!` and what it is for, in one to five lines");
    }
}

fn names(source: &Source, report: &mut Report) {
    for part in source.path.trim_end_matches(".rs").split('/') {
        if is_empty_name(part) {
            report.find(&source.path, 1, format!("`{part}` says nothing: name the file after its concept"));
        }
    }
    for (at, line) in source.lines.iter().enumerate() {
        let declared = line.code.trim_start().trim_start_matches("pub ").strip_prefix("mod ");
        if let Some(name) = declared.and_then(|rest| rest.split([' ', ';', '{']).next())
            && is_empty_name(name)
        {
            report.find(&source.path, at + 1, format!("`{name}` says nothing: name the module after its concept"));
        }
    }
}

fn functions(source: &Source, report: &mut Report) {
    for (at, line) in source.lines.iter().enumerate() {
        let Some(name) = function_name(&line.code) else { continue };
        let lines = end_of_item(&source.lines, at) - at + 1;
        if lines > FUNCTION_LINES_MAX {
            report.find(
                &source.path,
                at + 1,
                format!("`{name}` has {lines} lines, and {FUNCTION_LINES_MAX} is the end: branches in the parent, straight lines in the leaves"),
            );
        }
    }
}

/// The name of the function that a line begins, if it does.
fn function_name(code: &str) -> Option<&str> {
    let (before, rest) = code.split_once("fn ")?;
    let known = ["pub", "async", "const", "extern", "unsafe", "\"\""];
    let words = before.split_whitespace().all(|word| known.contains(&word) || word.starts_with("pub("));
    let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    (words && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<(usize, String)> {
        let mut report = Report::default();
        check(&[Source::new(path, text)], &mut report);
        report.findings.into_iter().map(|finding| (finding.line, finding.message)).collect()
    }

    #[test]
    fn a_long_file_is_refused() {
        let text = format!("//! Long.\n{}", "\n".repeat(FILE_LINES_MAX));
        assert!(findings("crates/a/src/b.rs", &text)[0].1.contains("601 lines"));
    }

    #[test]
    fn a_long_function_is_refused_where_it_begins() {
        let body = "    x();\n".repeat(FUNCTION_LINES_MAX - 1);
        let text = format!("//! One.\n\npub(crate) async fn long(\n) {{\n{body}}}\n\nfn short() {{\n}}\n");
        let found = findings("crates/a/src/b.rs", &text);
        assert_eq!(found.len(), 1);
        assert!(found[0].0 == 3 && found[0].1.contains("`long` has 72 lines"), "{found:?}");
    }

    #[test]
    fn heads_and_names() {
        assert!(findings("crates/a/src/b.rs", "use x;\n")[0].1.contains("//!"));
        assert!(findings("crates/a/src/util.rs", "//! A.\n")[0].1.contains("`util`"));
        assert_eq!(findings("crates/a/src/b.rs", "//! A.\npub mod helpers;\n")[0].0, 2);
    }

    #[test]
    fn pointers_to_functions_are_none() {
        assert_eq!(function_name("    pub run: fn() -> Outcome,"), None);
        assert_eq!(function_name("pub const fn a() {"), Some("a"));
        assert_eq!(function_name("let x = y; fn_call()"), None);
    }
}
