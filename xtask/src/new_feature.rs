//! `cargo xtask new-feature NAME NUMBER`: the first of the seven steps in CONTRIBUTING.md.
//!
//! What it writes compiles and is refused by the tests until its gaps are filled.

use crate::call::{Outcome, root, run as call};
use crate::index::{self, Entry};
use std::fs;

const FEATURES: &str = "crates/features/src";

/// Makes the folder and lists the feature in `lib.rs`, `all.rs` and `specs/index.txt`.
///
/// # Errors
/// When the name is taken or none, or the lists do not look as expected.
pub fn run(name: &str, number: u16) -> Outcome {
    if !is_name(name) {
        return Err(format!("`{name}` is no name: lower-case words joined by `_`, like `stanza_ids`"));
    }
    let folder = root().join(FEATURES).join(name);
    if folder.exists() {
        return Err(format!("{FEATURES}/{name} is there already"));
    }
    let document = format!("XEP-{number:04}");
    let known = index::read()?.into_iter().find(|entry| entry.document == document);
    let index = with_entry(&read(index::PATH)?, &document, name, known.as_ref())?;
    let lib = with_module(&read(&format!("{FEATURES}/lib.rs"))?, name)?;
    let all = with_feature(&read(&format!("{FEATURES}/all.rs"))?, name)?;

    fs::create_dir_all(&folder).map_err(|error| format!("{FEATURES}/{name}: {error}"))?;
    write(&format!("{FEATURES}/{name}/mod.rs"), &module(name, number, known.as_ref()))?;
    write(&format!("{FEATURES}/{name}/{name}.xmpp"), &transcript(number, known.as_ref()))?;
    write(&format!("{FEATURES}/lib.rs"), &lib)?;
    write(&format!("{FEATURES}/all.rs"), &all)?;
    write(index::PATH, &index)?;
    call(&["cargo", "fmt", "--package", "features"])?;
    crate::docs::write()?;
    Ok(format!(
        "made {FEATURES}/{name}/ and listed it in lib.rs, all.rs and {}.\n\
         Next: what should two people see? Write it into {FEATURES}/{name}/{name}.xmpp (CONTRIBUTING.md, step 2).",
        index::PATH
    ))
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !crate::tidy::shape::is_empty_name(name)
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(root().join(path)).map_err(|error| format!("{path}: {error}"))
}

fn write(path: &str, text: &str) -> Result<(), String> {
    fs::write(root().join(path), text).map_err(|error| format!("{path}: {error}"))
}

fn module(name: &str, number: u16, known: Option<&Entry>) -> String {
    let (title, version) = known.map_or((name, "0.0"), |entry| (&entry.title, &entry.version));
    format!(
        "//! {title} (XEP-{number:04}).\n\
         \n\
         use crate::feature::{{Feature, Spec}};\n\
         \n\
         /// XEP-{number:04}.\n\
         pub const FEATURE: Feature = Feature {{\n    \
             name: \"{name}\",\n    \
             summary: \"\",\n    \
             specs: &[Spec::xep_without({number}, \"{version}\", \"everything\")],\n    \
             disco: &[],\n    \
             limits: &[],\n    \
             tables: &[],\n    \
             iqs: &[],\n\
         }};\n"
    )
}

fn transcript(number: u16, known: Option<&Entry>) -> String {
    let title = known.map_or("", |entry| &entry.title);
    format!(
        "// {title} (XEP-{number:04}): what two people see.\n\
         people: alice, bob\n\
         alice comes online as alice/phone\n\
         bob comes online as bob/desktop\n"
    )
}

/// Features stand behind the trunk in `lib.rs`, in a block of their own.
fn with_module(lib: &str, name: &str) -> Result<String, String> {
    let mut blocks: Vec<Vec<&str>> = lib.split("\n\n").map(|block| block.lines().collect()).collect();
    let last = blocks.iter_mut().rfind(|block| block.iter().all(|line| line.starts_with("pub mod ")));
    let block = last.ok_or("lib.rs has no block of `pub mod` lines")?;
    let line = format!("pub mod {name};");
    let at = block.iter().position(|other| *other > line.as_str()).unwrap_or(block.len());
    block.insert(at, &line);
    let text: Vec<String> = blocks.iter().map(|block| block.join("\n")).collect();
    Ok(format!("{}\n", text.join("\n\n").trim_end()))
}

/// At the end of the list `ALL`, and in the `use` line before it.
fn with_feature(all: &str, name: &str) -> Result<String, String> {
    let list = all.find("pub const ALL").ok_or("all.rs has no list `ALL`")?;
    let end = list + all[list..].find("\n];").ok_or("the list `ALL` in all.rs has no end of its own line")?;
    let begin = all.find("use crate::{").ok_or("all.rs has no `use crate::{…}`")? + "use crate::{".len();
    let close = begin + all[begin..].find('}').ok_or("`use crate::{` in all.rs has no end")?;
    let mut names: Vec<&str> = all[begin..close].split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    names.push(name);
    names.sort_unstable();
    Ok(format!("{}{}{}\n    &{name}::FEATURE,{}", &all[..begin], names.join(", "), &all[close..end], &all[end..]))
}

/// Its line becomes `partial`, in this folder; a document nobody listed gets a line.
fn with_entry(index: &str, document: &str, name: &str, known: Option<&Entry>) -> Result<String, String> {
    let (version, title) = known.map_or(("0.0", name), |entry| (&entry.version, &entry.title));
    let line = format!("{document} | {version} | partial | {name} | {title}");
    let mut lines: Vec<&str> = index.lines().collect();
    match known {
        Some(entry) => *lines.get_mut(entry.line - 1).ok_or("specs/index.txt changed meanwhile")? = &line,
        None => {
            let later = |other: &&str| other.starts_with("XEP-") && *other > document;
            let at = lines.iter().position(later).unwrap_or(lines.len());
            lines.insert(at, &line);
        }
    }
    Ok(format!("{}\n", lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_comes_into_the_block_of_features() {
        let lib = "//! x\n\npub mod all;\npub mod turn;\n\npub mod archive;\npub mod ping;\n\npub use store::Fault;\n";
        let with = with_module(lib, "blocking").unwrap();
        assert!(with.contains("pub mod archive;\npub mod blocking;\npub mod ping;\n\npub use"), "{with}");
        assert!(with_module(lib, "version").unwrap().contains("pub mod ping;\npub mod version;\n\n"));
    }

    #[test]
    fn a_feature_comes_at_the_end_of_the_list() {
        let all = "use crate::{ping, roster};\npub const ALL: &[&Feature] = &[\n    &ping::FEATURE,\n];\n";
        let with = with_feature(all, "blocking").unwrap();
        let wanted = "use crate::{blocking, ping, roster};\npub const ALL: &[&Feature] = &[\n    &ping::FEATURE,\n    &blocking::FEATURE,\n];\n";
        assert_eq!(with, wanted);
    }

    #[test]
    fn its_line_in_the_index_is_set_or_made() {
        let index = "# head\nXEP-0012 | 2.0 | planned | last | Last\nXEP-0199 | 2 | done | ping | Ping\n";
        assert!(
            with_entry(index, "XEP-0191", "blocking", None)
                .unwrap()
                .contains("Last\nXEP-0191 | 0.0 | partial | blocking |")
        );
        let known = Entry {
            line: 2,
            document: "XEP-0012".into(),
            version: "2.0".into(),
            status: index::Status::Planned,
            place: "last".into(),
            title: "Last".into(),
            reason: String::new(),
        };
        let with = with_entry(index, "XEP-0012", "last_activity", Some(&known)).unwrap();
        assert!(with.contains("XEP-0012 | 2.0 | partial | last_activity | Last\nXEP-0199"), "{with}");
    }

    #[test]
    fn names_are_words() {
        assert!(is_name("stanza_ids"));
        for bad in ["", "Blocking", "0191", "a-b", "util", "../x"] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
