//! Arrows between crates, read from their manifests.

use super::Report;
use crate::arrows::CRATES;
use std::fs;
use std::path::Path;

/// Checks every manifest against the list in `arrows.rs`.
///
/// # Errors
/// When a manifest cannot be read.
pub fn check(root: &Path, report: &mut Report) -> Result<(), String> {
    let says = |error: std::io::Error| format!("crates: {error}");
    let mut paths = vec!["xtask/Cargo.toml".to_owned()];
    for entry in fs::read_dir(root.join("crates")).map_err(says)? {
        let name = entry.map_err(says)?.file_name();
        paths.push(format!("crates/{}/Cargo.toml", name.to_string_lossy()));
    }
    for path in paths {
        let text = fs::read_to_string(root.join(&path)).map_err(|error| format!("{path}: {error}"))?;
        check_manifest(&path, &text, report);
    }
    Ok(())
}

fn check_manifest(path: &str, text: &str, report: &mut Report) {
    let table: toml::Table = match text.parse() {
        Ok(table) => table,
        Err(error) => return report.find(path, 1, format!("not TOML: {error}")),
    };
    let name = table.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
    let Some((name, allowed)) = CRATES.iter().find(|(known, _)| Some(*known) == name) else {
        return report.find(path, 1, "a new crate: list it in xtask/src/arrows.rs, with what it may import");
    };
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let Some(dependencies) = table.get(kind).and_then(toml::Value::as_table) else { continue };
        for dependency in dependencies.keys() {
            let ours = CRATES.iter().any(|(known, _)| known == dependency);
            // A crate's own tests may use the test kit, which product code may not.
            let for_tests = kind == "dev-dependencies" && dependency == "testkit";
            if ours && !for_tests && !allowed.contains(&dependency.as_str()) {
                let line = text.lines().position(|line| line.starts_with(dependency.as_str())).map_or(1, |at| at + 1);
                report.find(
                    path,
                    line,
                    format!("{name} may not import {dependency}: a new arrow goes into xtask/src/arrows.rs, in a commit of its own with the reason"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_that_is_not_listed_is_refused() {
        let text = "[package]\nname = \"store\"\n[dependencies]\nbytes = \"1\"\nxmpp.workspace = true\n";
        let mut report = Report::default();
        check_manifest("crates/store/Cargo.toml", text, &mut report);
        assert_eq!(report.findings.len(), 1);
        assert_eq!(report.findings[0].line, 5);
    }

    #[test]
    fn a_crate_nobody_listed_is_refused() {
        let mut report = Report::default();
        check_manifest("crates/new/Cargo.toml", "[package]\nname = \"new\"\n", &mut report);
        assert!(report.findings[0].message.contains("new crate"));
    }
}
