//! Requests over a real socket.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Requests over a real socket, several at once; what is not a request is answered, not obeyed.
#[test]
fn a_request_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let path = socket_path(folder.path());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(1).build().unwrap();
    let asked = std::sync::Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let socket = runtime.block_on(async { Socket::bind(&path).unwrap() });
    let serving = runtime.spawn(serve(socket, move |control| {
        counter.fetch_add(1, Relaxed);
        async move {
            match control {
                Control::EnableAccount { name } => Reply::Enabled { address: name },
                other => Reply::Refused { sentence: format!("{other:?}") },
            }
        }
    }));
    let reply = ask(&path, &Control::EnableAccount { name: "alice".into() }).unwrap();
    assert_eq!(reply, Reply::Enabled { address: "alice".into() });
    let secret = Control::AddAccount { name: "alice".into(), password: Password("secret".into()) };
    let Reply::Refused { sentence } = ask(&path, &secret).unwrap() else { panic!("not refused") };
    assert!(!sentence.contains("secret"));
    assert_eq!(asked.load(Relaxed), 2);
    assert!(client::ask_line(&path, "{\"do\":\"dance\"}").unwrap().contains("refused"));
    let long = "x".repeat(200_000);
    assert!(client::ask_line(&path, &long).is_ok_and(|reply| reply.contains("refused") || reply.is_empty()));
    assert_eq!(asked.load(Relaxed), 2);
    serving.abort();
    drop(runtime);
    assert!(matches!(ask(&path, &Control::ListAccounts { after: String::new() }), Err(Unanswered::NobodyThere)));
}

#[test]
fn only_the_owner_may_use_the_socket() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = socket_path(folder.path());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let bind = || runtime.block_on(async { Socket::bind(&path) });
    let first = bind().unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    drop(first);
    std::fs::write(&path, "left over").unwrap();
    assert!(bind().is_ok(), "what was left over is replaced");
}

#[test]
fn requests_are_plain_json() {
    let text = serde_json::to_string(&Control::DeleteAccount { name: "bob".into() }).unwrap();
    assert_eq!(text, r#"{"do":"delete-account","name":"bob"}"#);
    let ended = Ended { address: "bob@localhost".into(), sessions: 2 };
    let text = serde_json::to_string(&Reply::Deleted { ended, erased: vec![] }).unwrap();
    assert_eq!(text, r#"{"reply":"deleted","address":"bob@localhost","sessions":2,"erased":[]}"#);
}
