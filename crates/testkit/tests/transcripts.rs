//! Plays every transcript: those beside the features, and those of behaviour that is nobody's alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use testkit::client::Security;
use testkit::transcript::{Failed, play, wants_starttls};
use tokio::task::{JoinError, JoinSet};

/// Transcripts played at a time. Each has a house of its own, and mostly waits.
const AT_ONCE: usize = 4;

fn transcripts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            transcripts(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "xmpp") {
            found.push(path);
        }
    }
}

/// `FOLKMOOT_TRANSCRIPT=carbons` plays only those with that in their path; `FOLKMOOT_SEED` repeats a
/// run. Those marked so are played over STARTTLS as well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_transcript() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    transcripts(&root.join("../features/src"), &mut found);
    transcripts(&root.join("transcripts"), &mut found);
    found.sort();
    let only = std::env::var("FOLKMOOT_TRANSCRIPT").unwrap_or_default();
    let seed = std::env::var("FOLKMOOT_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| u64::from(std::process::id()));
    println!("seed {seed}");
    let chosen: Vec<_> = found.iter().filter(|path| path.to_string_lossy().contains(&only)).collect();
    assert!(!chosen.is_empty(), "no transcript is called like that");
    let mut playing = JoinSet::new();
    let mut failures = Vec::new();
    for path in chosen {
        let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
        let text: Arc<str> = std::fs::read_to_string(path).expect("the transcript can be read").into();
        let ways =
            if wants_starttls(&text) { &[Security::Direct, Security::StartTls][..] } else { &[Security::Direct] };
        for &security in ways {
            if playing.len() == AT_ONCE {
                failures.extend(playing.join_next().await.and_then(told));
            }
            let (name, text) = (name.clone(), text.clone());
            playing.spawn(async move { (name, security, play(&text, seed, security).await) });
        }
    }
    while let Some(played) = playing.join_next().await {
        failures.extend(told(played));
    }
    assert!(failures.is_empty(), "seed {seed}: {} transcripts failed: {failures:?}", failures.len());
}

/// Says how one went, and gives its name if it failed.
fn told(played: Result<(String, Security, Result<(), Failed>), JoinError>) -> Option<String> {
    let (name, security, outcome) = played.expect("a player does not panic");
    let Err(failed) = outcome else {
        println!("ok      {name} ({security:?})");
        return None;
    };
    println!("FAILED  {name}:{} ({security:?})\n        {}", failed.line, failed.why);
    Some(name)
}
