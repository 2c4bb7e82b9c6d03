//! The Rust files of the tree, read once, and where in it each stands.

use super::lexer::{Line, take_apart};
use std::fs;
use std::path::Path;

/// One file.
pub struct Source {
    /// From the root of the repository, with `/`.
    pub path: String,
    /// Its lines.
    pub lines: Vec<Line>,
    /// For each line, whether it is there for tests only.
    pub test: Vec<bool>,
}

impl Source {
    /// A file's text, taken apart.
    pub fn new(path: &str, text: &str) -> Source {
        let lines = take_apart(text);
        let test = if is_test_path(path) { vec![true; lines.len()] } else { test_lines(&lines) };
        Source { path: path.to_owned(), lines, test }
    }

    /// The crate it belongs to; `xtask` for the automation.
    pub fn crate_name(&self) -> &str {
        let mut parts = self.path.split('/');
        match parts.next() {
            Some("crates") => parts.next().unwrap_or_default(),
            other => other.unwrap_or_default(),
        }
    }

    /// Lines of code that are not there for tests only, with their numbers.
    pub fn product_code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.lines.iter().zip(&self.test).enumerate();
        lines.filter(|(_, (_, test))| !**test).map(|(at, (line, _))| (at + 1, line.code.as_str()))
    }
}

/// Reads every `.rs` file under `crates/` and `xtask/`.
///
/// # Errors
/// When a file cannot be read.
pub fn read_all(root: &Path) -> Result<Vec<Source>, String> {
    let mut sources = Vec::new();
    for folder in ["crates", "xtask"] {
        read_folder(root, &root.join(folder), &mut sources)?;
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

fn read_folder(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> Result<(), String> {
    let says = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(says)? {
        let path = entry.map_err(says)?.path();
        if path.is_dir() {
            if !path.ends_with("target") {
                read_folder(root, &path, sources)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let relative = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            sources.push(Source::new(&relative, &text));
        }
    }
    Ok(())
}

fn is_test_path(path: &str) -> bool {
    let folders = ["/tests/", "/benches/", "/examples/", "/fuzz/"];
    folders.iter().any(|folder| path.contains(folder)) || path.ends_with("/tests.rs")
}

/// Marks what stands under `#[cfg(test)]`, up to the end of the item.
fn test_lines(lines: &[Line]) -> Vec<bool> {
    let mut marks = vec![false; lines.len()];
    let mut at = 0;
    while at < lines.len() {
        if !lines[at].code.trim_start().starts_with("#[cfg(test)]") {
            at += 1;
            continue;
        }
        let end = end_of_item(lines, at);
        marks[at..=end].fill(true);
        at = end + 1;
    }
    marks
}

/// The last line of the item that begins at `start`: the one with its closing brace or semicolon.
pub fn end_of_item(lines: &[Line], start: usize) -> usize {
    let mut depth = 0_usize;
    for (at, line) in lines.iter().enumerate().skip(start) {
        for c in line.code.chars() {
            match c {
                '{' | '(' | '[' => depth += 1,
                '}' if depth == 1 => return at,
                '}' | ')' | ']' => depth = depth.saturating_sub(1),
                ';' if depth == 0 => return at,
                _ => {}
            }
        }
    }
    lines.len() - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_for_tests_is_marked() {
        let source =
            Source::new("crates/a/src/b.rs", "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n");
        assert_eq!(source.test, [false, true, true, true, true, false]);
        assert!(Source::new("crates/a/tests/b.rs", "fn a() {}\n").test[0]);
        let elsewhere = Source::new("crates/a/src/b.rs", "#[cfg(test)]\nmod tests;\nfn c() {}\n");
        assert_eq!(elsewhere.test, [true, true, false]);
    }

    #[test]
    fn a_file_knows_its_crate() {
        assert_eq!(Source::new("crates/hub/src/clock.rs", "").crate_name(), "hub");
        assert_eq!(Source::new("xtask/src/main.rs", "").crate_name(), "xtask");
    }
}
