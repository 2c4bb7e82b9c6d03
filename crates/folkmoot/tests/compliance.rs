//! `folkmoot check --as compliance` against a server that runs: every row passes.

#![allow(clippy::unwrap_used, reason = "what is not there fails the test")]

use serde_json::Value;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn folkmoot(config: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_folkmoot"));
    command.arg("--config").arg(config).arg("--json");
    command
}

/// A configuration on ports that were free a moment ago.
fn configuration(folder: &Path) -> std::path::PathBuf {
    let listeners: Vec<TcpListener> = (0..4).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    let [starttls, tls, https, components] = [0, 1, 2, 3].map(|at| listeners[at].local_addr().unwrap());
    let text = format!(
        "[listen]\nstarttls = [\"{starttls}\"]\ntls = [\"{tls}\"]\nhttps = [\"{https}\"]\ncomponents = [\"{components}\"]\n\
         [[external]]\ntype = \"turn\"\nhost = \"turn.example\"\nsecret-file = \"turn.secret\"\n"
    );
    // It is named to clients, and nobody calls it.
    std::fs::write(folder.join("turn.secret"), "known to the relay\n").unwrap();
    let file = folder.join("folkmoot.toml");
    std::fs::write(&file, text).unwrap();
    file
}

fn served(config: &Path, folder: &Path) -> Server {
    let child = folkmoot(config).arg("serve").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let server = Server(child);
    let started = Instant::now();
    while !folder.join("folkmoot-data/control.sock").exists() {
        assert!(started.elapsed() < Duration::from_secs(30), "the server does not start");
        std::thread::sleep(Duration::from_millis(50));
    }
    server
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_row_passes() {
    let folder = tempfile::tempdir().unwrap();
    let config = configuration(folder.path());
    let asked = |config: &Path| folkmoot(config).args(["check", "--as", "compliance"]).output().unwrap();
    let refused = lines(&asked(&config));
    assert!(refused[0]["error"].as_str().unwrap().contains("Start the server"), "{refused:?}");

    let _server = served(&config, folder.path());
    let output = asked(&config);
    let came = lines(&output);
    let rows: Vec<&Value> = came.iter().filter(|line| line.get("document").is_some()).collect();
    assert_eq!(rows.len(), 30, "{came:?}");
    let lacking: Vec<_> = rows.iter().filter(|row| row["verdict"] != "passed").collect();
    assert!(lacking.is_empty() && output.status.success(), "{lacking:?}");
    // What was made for the occasion is gone.
    let accounts = folkmoot(&config).args(["account", "list"]).output().unwrap();
    assert!(!String::from_utf8_lossy(&accounts.stdout).contains("compliance-"));
}
