//! How Prosody names its folders and files: every byte that is no letter or digit as `%xx`, in names of
//! stores but for the underscore.

use super::super::source::Trouble;
use std::collections::{BTreeSet, VecDeque};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The data folder.
pub struct Folder(PathBuf);

/// A host that has accounts.
pub struct Host {
    /// Its address.
    pub domain: String,
    /// Its accounts, by name.
    pub names: VecDeque<String>,
    /// Its stores, by name.
    pub stores: Vec<String>,
}

impl Folder {
    /// Looks whether it is one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(path: &Path) -> Result<Folder, Trouble> {
        entries(path)?;
        Ok(Folder(path.into()))
    }

    /// The hosts with accounts in them.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn hosts(&self) -> Result<Vec<Host>, Trouble> {
        let mut hosts = Vec::new();
        for entry in entries(&self.0)?.into_iter().filter(|entry| self.0.join(entry).is_dir()) {
            let folder = self.0.join(&entry);
            let stores: Vec<String> = entries(&folder)?
                .into_iter()
                .filter(|store| folder.join(store).is_dir())
                .filter_map(|store| decode(&store))
                .collect();
            // Where somebody else knows the passwords, the roster knows who is there.
            let Some(of) = ["accounts", "roster"].into_iter().find(|store| folder.join(store).is_dir()) else {
                continue;
            };
            let names: BTreeSet<String> = entries(&folder.join(of))?
                .iter()
                .filter_map(|file| file.strip_suffix(".dat"))
                .filter_map(decode)
                .collect();
            let Some(domain) = decode(&entry).filter(|_| !names.is_empty()) else { continue };
            hosts.push(Host { domain, names: names.into_iter().collect(), stores });
        }
        Ok(hosts)
    }

    /// The file of an account in a store.
    pub fn file(&self, host: &Host, store: &str, name: &str, kind: &str) -> PathBuf {
        self.0.join(encode(&host.domain, "")).join(encode(store, "_")).join(format!("{}.{kind}", encode(name, "")))
    }

    /// Whether a store has anything of an account.
    pub fn has(&self, host: &Host, store: &str, name: &str) -> bool {
        ["dat", "list"].iter().any(|kind| self.file(host, store, name, kind).exists())
    }
}

/// The names in a folder, in order. What is not UTF-8 is none of Prosody's.
fn entries(folder: &Path) -> Result<Vec<String>, Trouble> {
    let unreadable = |error: std::io::Error| Trouble::rest(folder, None, format!("it cannot be read: {error}"));
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        names.extend(entry.map_err(unreadable)?.file_name().into_string().ok());
    }
    names.sort();
    Ok(names)
}

fn encode(name: &str, plain: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || plain.as_bytes().contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02x}").expect("writing to a string does not fail");
        }
    }
    out
}

/// What was encoded; none if it is no text.
fn decode(name: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = name.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| byte == b'%').and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(code) => {
                bytes.push(code);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_were_written() {
        assert_eq!(encode("j.ö@x", ""), "j%2e%c3%b6%40x");
        assert_eq!(encode("pep_urn:x", "_"), "pep_urn%3ax");
        assert_eq!(decode("j%2e%c3%b6%40x").unwrap(), "j.ö@x");
        assert_eq!(decode("%zz%").unwrap(), "%zz%");
        assert_eq!(decode("%ff"), None);
    }
}
