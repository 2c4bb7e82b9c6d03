//! Banned crates and licences, from `deny.toml`, without the network: what `cargo deny` would say.

use super::Report;
use crate::call::{output, root};
use std::collections::BTreeSet;
use std::fs;

const PATH: &str = "deny.toml";

/// What `deny.toml` says.
struct Policy {
    banned: Vec<String>,
    allowed: Vec<String>,
}

/// A package as `cargo tree` shows it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Package {
    name: String,
    licence: String,
}

/// Checks every package that is built for this tree on any system, its tests and tools included.
///
/// # Errors
/// When `deny.toml` cannot be read or cargo says no.
pub fn check(report: &mut Report) -> Result<(), String> {
    let text = fs::read_to_string(root().join(PATH)).map_err(|error| format!("{PATH}: {error}"))?;
    let policy = policy(&text)?;
    // Cargo.lock and `cargo metadata` also name what no feature turns on; the tree does not.
    let words =
        ["cargo", "tree", "--workspace", "--locked", "--target", "all", "--prefix", "none", "--format", "{p}|{l}"];
    check_packages(&packages(&output(&words)?), &policy, report);
    Ok(())
}

fn packages(tree: &str) -> BTreeSet<Package> {
    let package = |line: &str| {
        let (package, licence) = line.trim_end_matches(" (*)").split_once('|')?;
        let name = package.split(' ').next()?;
        Some(Package { name: name.to_owned(), licence: licence.to_owned() })
    };
    tree.lines().filter_map(package).collect()
}

fn policy(text: &str) -> Result<Policy, String> {
    let table: toml::Table = text.parse().map_err(|error| format!("{PATH}: {error}"))?;
    let list = |section: &str, key: &str| table.get(section)?.get(key)?.as_array();
    let name = |value: &toml::Value| {
        let named = value.get("crate").or_else(|| value.get("name")).unwrap_or(value);
        named.as_str().map(str::to_owned)
    };
    let banned: Vec<String> = list("bans", "deny").into_iter().flatten().filter_map(name).collect();
    let allowed: Vec<String> = list("licenses", "allow").into_iter().flatten().filter_map(name).collect();
    if banned.is_empty() || allowed.is_empty() {
        return Err(format!("{PATH}: there must be lists [bans] deny and [licenses] allow"));
    }
    Ok(Policy { banned, allowed })
}

fn check_packages(packages: &BTreeSet<Package>, policy: &Policy, report: &mut Report) {
    for Package { name, licence } in packages {
        if policy.banned.contains(name) {
            report.find(
                "Cargo.lock",
                1,
                format!("{name} is banned: {PATH} says why, `cargo tree -i {name}` who wants it"),
            );
        }
        if licence.is_empty() {
            report.find("Cargo.lock", 1, format!("{name} names no licence"));
        } else if !is_allowed(licence, &policy.allowed) {
            report.find("Cargo.lock", 1, format!("{name} is under `{licence}`, which {PATH} does not allow"));
        }
    }
    report.note(format!("{} packages: bans and licences checked", packages.len()));
}

/// Whether a licence expression (SPDX, and the older `A/B`) can be met with allowed licences.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    any_of(&words, &mut at, allowed) && at == words.len()
}

fn any_of(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = all_of(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= all_of(words, at, allowed);
    }
    met
}

fn all_of(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, allowed);
    }
    met
}

fn one(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let met = any_of(words, at, allowed);
        let closed = words.get(*at) == Some(&")");
        *at += 1;
        return met && closed;
    }
    let mut name = (*word).to_owned();
    if let [Some(&"WITH"), Some(exception)] = [words.get(*at), words.get(*at + 1)] {
        name = format!("{name} WITH {exception}");
        *at += 2;
    }
    allowed.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        let allowed: Vec<String> = ["MIT", "Apache-2.0", "ISC"].map(str::to_owned).to_vec();
        for good in ["MIT", "MIT/GPL-3.0", "MIT OR LGPL-2.1", "ISC AND (Apache-2.0 OR OpenSSL)", "(MIT OR X) AND ISC"] {
            assert!(is_allowed(good, &allowed), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND OpenSSL", "Apache-2.0 WITH LLVM-exception", "(MIT", "", "MIT ISC"] {
            assert!(!is_allowed(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn banned_crates_and_strange_licences_are_found() {
        let policy =
            policy("[bans]\ndeny = [{ crate = \"ring\", reason = \"x\" }]\n[licenses]\nallow = [\"MIT\"]\n").unwrap();
        let tree = "ring v0.17.14|MIT\na v1.0.0 (proc-macro)|GPL-3.0\nb v1.0.0|MIT\na v1.0.0|GPL-3.0 (*)\nc v1.0.0|\n";
        let mut report = Report::default();
        check_packages(&packages(tree), &policy, &mut report);
        assert_eq!(report.findings.len(), 3);
        assert!(report.findings[0].message.starts_with("a is under `GPL-3.0`"));
        assert!(report.findings[1].message.starts_with("c names no licence"));
        assert!(report.findings[2].message.starts_with("ring is banned"));
    }
}
