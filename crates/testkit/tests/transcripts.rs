//! Plays every transcript: those beside the features, and those of behaviour that is nobody's alone.

use std::path::{Path, PathBuf};
use testkit::client::Security;
use testkit::transcript::{play, wants_starttls};

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
    let mut failures = Vec::new();
    let chosen: Vec<_> = found.iter().filter(|path| path.to_string_lossy().contains(&only)).collect();
    assert!(!chosen.is_empty(), "no transcript is called like that");
    for path in chosen {
        let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
        let text = std::fs::read_to_string(path).expect("the transcript can be read");
        let ways =
            if wants_starttls(&text) { &[Security::Direct, Security::StartTls][..] } else { &[Security::Direct] };
        for security in ways {
            match play(&text, seed, *security).await {
                Ok(()) => println!("ok      {name} ({security:?})"),
                Err(failed) => {
                    println!("FAILED  {name}:{} ({security:?})\n        {}", failed.line, failed.why);
                    failures.push(name.clone());
                }
            }
        }
    }
    assert!(failures.is_empty(), "seed {seed}: {} transcripts failed: {failures:?}", failures.len());
}
