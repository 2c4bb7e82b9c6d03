//! Documents for people against the tree: a file that is named or linked must be there.

use super::Report;
use std::fs;
use std::path::{Path, PathBuf};

/// What a name in backticks begins with if it is a path of this repository.
const ROOTS: &[&str] = &["crates/", "xtask/", "docs/", "specs/", ".ci/"];

/// Checks the documents at the root and those under `docs/`.
///
/// # Errors
/// When a document cannot be read.
pub fn check(root: &Path, report: &mut Report) -> Result<(), String> {
    let mut documents = Vec::new();
    collect(root, false, &mut documents)?;
    collect(&root.join("docs"), true, &mut documents)?;
    documents.sort();
    for path in documents {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        let folder = path.parent().unwrap_or(root);
        for (at, line) in text.lines().enumerate() {
            let named = in_backticks(line).into_iter().map(|path| (path, root));
            let linked = links(line).into_iter().map(|path| (path, folder));
            for (missing, _) in named.chain(linked).filter(|(path, from)| !from.join(path).exists()) {
                report.find(
                    &name,
                    at + 1,
                    format!("`{missing}` is not there: the tree has moved on, or the name is wrong"),
                );
            }
        }
    }
    Ok(())
}

fn collect(folder: &Path, deep: bool, documents: &mut Vec<PathBuf>) -> Result<(), String> {
    let says = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(says)? {
        let path = entry.map_err(says)?.path();
        if path.is_dir() && deep {
            collect(&path, deep, documents)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            documents.push(path);
        }
    }
    Ok(())
}

/// Paths of this repository in backticks; patterns and placeholders are none.
fn in_backticks(line: &str) -> Vec<&str> {
    let spans = line.split('`').skip(1).step_by(2);
    spans
        .filter(|span| ROOTS.iter().any(|root| span.starts_with(root)) && !span.contains(['*', ' ', '<', '{']))
        .collect()
}

/// The targets of relative links.
fn links(line: &str) -> Vec<&str> {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    targets.filter(|target| !target.is_empty() && !target.contains(':')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_links_are_found() {
        let line =
            "see `crates/a/src/b.rs`, `cargo run`, `crates/*/x` and [this](docs/c.md#d) or [that](https://e.f/g)";
        assert_eq!(in_backticks(line), ["crates/a/src/b.rs"]);
        assert_eq!(links(line), ["docs/c.md"]);
    }
}
