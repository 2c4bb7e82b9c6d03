//! Installing what the real-peer tests need on Debian, and saying so.
//!
//! Nothing is installed that is there already, and no server that comes in a package is left
//! running: Debian starts services when it installs them unless `policy-rc.d` forbids it.

use crate::call::{Outcome, command, output, root, run as call, run_command, succeeds};
use std::path::Path;

/// A Debian package and what it is for.
struct Package {
    name: &'static str,
    why: &'static str,
    /// The service that installing it would start.
    service: Option<&'static str>,
}

const TEST_PACKAGES: &[Package] = &[
    Package { name: "python3-venv", why: "a Python environment for slixmpp", service: None },
    Package { name: "tmux", why: "a terminal for profanity", service: None },
    Package { name: "profanity", why: "a client that talks to our server", service: None },
    Package { name: "g++", why: "libFuzzer, which is C++", service: None },
];

const BENCH_PACKAGES: &[Package] = &[
    Package { name: "prosody", why: "a server to measure beside ours", service: Some("prosody") },
    Package { name: "ejabberd", why: "a server to measure beside ours", service: Some("ejabberd") },
];

/// Where slixmpp is installed; `tests/clients/run.py` looks there.
const VENV: &str = "target/clients-venv";

/// Asked by Debian's maintainer scripts whether a service may be started.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// What `cargo xtask test` needs: Debian packages, and slixmpp from PyPI.
///
/// # Errors
/// What is missing and cannot be installed, with the command that does it.
pub fn for_tests() -> Outcome {
    let packages = debian(TEST_PACKAGES)?;
    let python = slixmpp()?;
    Ok(format!("{packages}; {python}"))
}

/// What `cargo xtask bench` needs.
///
/// # Errors
/// As [`for_tests`].
pub fn for_bench() -> Outcome {
    debian(BENCH_PACKAGES)
}

fn debian(wanted: &[Package]) -> Outcome {
    if !succeeds(&["dpkg-query", "--version"]) {
        let names = names(&wanted.iter().collect::<Vec<_>>());
        return Err(format!(
            "this is not a Debian system: install what corresponds to {names}, then run with --no-install"
        ));
    }
    let missing: Vec<&Package> = wanted.iter().filter(|package| !is_installed(package.name)).collect();
    if missing.is_empty() {
        return Ok("every Debian package is there".to_owned());
    }
    for package in &missing {
        println!("  installing {} from Debian: {}", package.name, package.why);
    }
    let root = Root::find().ok_or_else(|| {
        format!(
            "installing needs root, and sudo wants a password: run `sudo apt-get install {}` and try again",
            names(&missing)
        )
    })?;
    let policy = Policy::forbid_services(root)?;
    let outcome = root.call(&["apt-get", "update", "--quiet"]).and_then(|()| {
        let mut words = vec!["apt-get", "install", "--yes", "--quiet", "--no-install-recommends"];
        words.extend(missing.iter().map(|package| package.name));
        root.call(&words)
    });
    drop(policy);
    outcome?;
    for service in missing.iter().filter_map(|package| package.service) {
        root.silence(service);
    }
    Ok(format!("installed {}; no service was started", names(&missing)))
}

fn is_installed(name: &str) -> bool {
    output(&["dpkg-query", "--show", "--showformat=${db:Status-Status}", name])
        .is_ok_and(|status| status == "installed")
}

fn names(packages: &[&Package]) -> String {
    packages.iter().map(|package| package.name).collect::<Vec<_>>().join(" ")
}

fn slixmpp() -> Outcome {
    let python = format!("{VENV}/bin/python");
    let there = "import slixmpp";
    if root().join(&python).exists() && succeeds(&[&python, "-c", there]) {
        return Ok(format!("slixmpp is in {VENV}"));
    }
    println!("  installing slixmpp from PyPI into {VENV}: a client that talks to our server");
    call(&["python3", "-m", "venv", VENV])?;
    call(&[&python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "slixmpp"])?;
    Ok(format!("installed slixmpp into {VENV}"))
}

/// How this process does what only root may.
#[derive(Clone, Copy)]
enum Root {
    Itself,
    Sudo,
}

impl Root {
    fn find() -> Option<Root> {
        if output(&["id", "--user"]).is_ok_and(|id| id.trim() == "0") {
            return Some(Root::Itself);
        }
        succeeds(&["sudo", "--non-interactive", "true"]).then_some(Root::Sudo)
    }

    fn words<'a>(self, words: &[&'a str]) -> Vec<&'a str> {
        let prefix: &[&str] = match self {
            Root::Itself => &[],
            Root::Sudo => &["sudo", "--non-interactive", "--preserve-env=http_proxy,https_proxy"],
        };
        [prefix, words].concat()
    }

    fn call(self, words: &[&str]) -> Result<(), String> {
        let mut command = command(&self.words(&[&["env", "DEBIAN_FRONTEND=noninteractive"], words].concat()));
        command.stdin(std::process::Stdio::null());
        run_command(command)
    }

    /// Stops a service that was started all the same, and keeps it from coming back at boot.
    fn silence(self, service: &str) {
        if succeeds(&["systemctl", "--quiet", "is-enabled", service]) {
            println!("  disabling the service {service}, which came with its package");
            let stopped = succeeds(&self.words(&["systemctl", "--quiet", "disable", "--now", service]));
            if !stopped {
                println!("  could not: run `systemctl disable --now {service}`");
            }
        }
    }
}

/// While it lives, no package starts a service.
struct Policy {
    root: Root,
    ours: bool,
}

impl Policy {
    /// Writes a policy that says no (101), unless the machine has one of its own.
    fn forbid_services(root: Root) -> Result<Policy, String> {
        if Path::new(POLICY).exists() {
            return Ok(Policy { root, ours: false });
        }
        let write = format!("printf '#!/bin/sh\\nexit 101\\n' > {POLICY} && chmod 755 {POLICY}");
        root.call(&["sh", "-c", &write])?;
        Ok(Policy { root, ours: true })
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        if self.ours && self.root.call(&["rm", "--force", POLICY]).is_err() {
            println!("  {POLICY} could not be removed: until it is, no package starts its service");
        }
    }
}
