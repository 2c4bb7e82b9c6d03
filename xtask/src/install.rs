//! Installing what the real-peer tests need on Debian, and saying so.
//!
//! Nothing is installed that is there already, and no server that comes in a package is left
//! running: Debian starts services when it installs them unless `policy-rc.d` forbids it.

use crate::call::{Outcome, command, output, run_command, succeeds};

/// A Debian package and what it is for.
struct Package {
    name: &'static str,
    why: &'static str,
    /// The program it is installed for, where other sources than Debian are as good.
    command: Option<&'static str>,
    /// The service that installing it would start.
    service: Option<&'static str>,
}

const TEST_PACKAGES: &[Package] = &[
    Package { name: "python3-venv", why: "a Python environment for slixmpp and nbxmpp", command: None, service: None },
    Package { name: "python3-gi", why: "GLib for nbxmpp", command: None, service: None },
    Package { name: "python3-cairo", why: "what PyGObject asks for", command: None, service: None },
    Package { name: "gir1.2-soup-3.0", why: "WebSocket for nbxmpp", command: None, service: None },
    Package { name: "glib-networking", why: "TLS for nbxmpp", command: None, service: None },
    Package { name: "tmux", why: "a terminal for profanity", command: Some("tmux"), service: None },
    Package { name: "profanity", why: "a client that talks to our server", command: None, service: None },
    Package { name: "nodejs", why: "@xmpp/client, as web pages use it", command: Some("node"), service: None },
    Package { name: "npm", why: "where those and axe-core come from", command: Some("npm"), service: None },
    Package { name: "chromium", why: "a browser for Converse and our pages", command: Some("chromium"), service: None },
    Package { name: "chromium-driver", why: "hands for that browser", command: Some("chromedriver"), service: None },
    Package { name: "openssl", why: "certificates for those clients", command: Some("openssl"), service: None },
    Package { name: "g++", why: "libFuzzer, which is C++", command: Some("g++"), service: None },
    Package { name: "prosody", why: "a server that accounts move from", command: None, service: Some("prosody") },
    Package { name: "ejabberd", why: "a server that accounts move from", command: None, service: Some("ejabberd") },
    Package { name: "erlang-p1-sqlite3", why: "ejabberd's database in SQLite", command: None, service: None },
    Package { name: "sqlite3", why: "a dump of that database", command: Some("sqlite3"), service: None },
    Package {
        name: "knot",
        why: "a name server that signs, for other servers' domains",
        command: Some("knotd"),
        service: Some("knot"),
    },
    Package { name: "knot-dnsutils", why: "what asks it for its keys", command: Some("kdig"), service: None },
    Package {
        name: "unbound",
        why: "a resolver that validates, as operators run one",
        command: Some("unbound"),
        service: Some("unbound"),
    },
    Package { name: "lua-unbound", why: "how Prosody looks up other servers", command: None, service: None },
    Package { name: "biboumi", why: "a gateway to IRC", command: Some("biboumi"), service: Some("biboumi") },
    Package { name: "ngircd", why: "an IRC server behind it", command: None, service: Some("ngircd") },
];

const BENCH_PACKAGES: &[Package] = &[
    Package { name: "prosody", why: "a server to measure beside ours", command: None, service: Some("prosody") },
    Package { name: "ejabberd", why: "a server to measure beside ours", command: None, service: Some("ejabberd") },
    Package { name: "lua-dbi-sqlite3", why: "Prosody's archive in SQLite", command: None, service: None },
    Package { name: "erlang-p1-sqlite3", why: "ejabberd's archive in SQLite", command: None, service: None },
];

/// Installs its arguments. Debian's packages ask `policy-rc.d` whether they may start their services;
/// meanwhile it says no (101), unless the machine has a policy of its own. The shell takes it away
/// again however this ends, a Ctrl-C included.
const SCRIPT: &str = r#"
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM HUP
    printf '#!/bin/sh\nexit 101\n' > "$policy" && chmod 755 "$policy" || exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet && apt-get install --yes --quiet --no-install-recommends "$@"
"#;

/// What `cargo xtask test` needs of Debian; `tests/clients/packages.py` installs into `target` what
/// comes from PyPI and npm, and says so.
///
/// # Errors
/// What is missing and cannot be installed, with the command that does it.
pub fn for_tests() -> Outcome {
    debian(TEST_PACKAGES)
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
    let missing: Vec<&Package> = wanted.iter().filter(|package| !is_there(package)).collect();
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
    let wanted: Vec<&str> = missing.iter().map(|package| package.name).collect();
    let mut shell = command(&root.words(&[&["sh", "-c", SCRIPT, "sh"], &wanted[..]].concat()));
    shell.stdin(std::process::Stdio::null());
    run_command(shell, &format!("apt-get update && apt-get install {}", wanted.join(" ")))?;
    for service in missing.iter().filter_map(|package| package.service) {
        root.silence(service);
    }
    Ok(format!("installed {}; no service was started", names(&missing)))
}

/// Whether the package is installed, or what it would bring is there from somewhere else: a node of
/// one's own comes with an npm that Debian's would quarrel with.
fn is_there(package: &Package) -> bool {
    is_installed(package.name) || package.command.is_some_and(|command| succeeds(&[command, "--version"]))
}

fn is_installed(name: &str) -> bool {
    output(&["dpkg-query", "--show", "--showformat=${db:Status-Status}", name])
        .is_ok_and(|status| status == "installed")
}

fn names(packages: &[&Package]) -> String {
    packages.iter().map(|package| package.name).collect::<Vec<_>>().join(" ")
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
            Root::Sudo => &["sudo", "--non-interactive"],
        };
        [prefix, words].concat()
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
