//! Every numbered use case of XEP-0045 §6 to §11 has a transcript that names its section, or a reason why not; and
//! so has every status code of §16.6.

use std::fs::{read_dir, read_to_string};
use std::path::Path;

/// Sections without a transcript, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("6.7", "It is asked of a client, which answers by itself; the server only brings it there."),
    ("7.2.17", "A table: each condition is in the transcript of its own section."),
    ("9.9", "Nobody approves registrations: a room lets people register, or is for members whom admins choose."),
];

/// Status codes that no transcript shows, and why.
const UNSAID: &[(u16, &str)] = &[
    (101, "A courtesy to people who are not there, which tells them of rooms they may want nothing of."),
    (102, "Occupants who are not there are not shown."),
    (103, "The same."),
];

/// Chapters with the number of their sections, and sections with that of their parts.
const CHAPTERS: &[(u8, u8)] = &[(6, 7), (7, 14), (8, 6), (9, 9), (10, 9), (11, 2)];
const PARTS: &[(&str, u8)] = &[("7.2", 18), ("7.8", 2), ("10.1", 3)];

/// §16.6.2.
const CODES: &[u16] = &[100, 101, 102, 103, 104, 110, 170, 171, 172, 173, 201, 210, 301, 303, 307, 321, 322, 332, 333];

fn sections() -> Vec<String> {
    let mut all = vec!["10.2.1".to_owned()];
    for (chapter, count) in CHAPTERS {
        for section in (1..=*count).map(|section| format!("{chapter}.{section}")) {
            match PARTS.iter().find(|(whole, _)| *whole == section) {
                Some((_, parts)) => all.extend((1..=*parts).map(|part| format!("{section}.{part}"))),
                None => all.push(section),
            }
        }
    }
    all
}

/// The transcripts of rooms.
fn transcripts() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rooms");
    let found = read_dir(folder).expect("the folder is there").filter_map(|entry| Some(entry.ok()?.path()));
    let found = found.filter(|path| path.extension().is_some_and(|extension| extension == "xmpp"));
    found.map(|path| read_to_string(path).expect("a transcript can be read")).collect()
}

/// Whether a comment names exactly that section of XEP-0045; a number of another document stands behind its name.
fn names(text: &str, section: &str) -> bool {
    text.lines().filter(|line| line.trim_start().starts_with("//")).any(|line| {
        line.match_indices('§').any(|(at, sign)| {
            let number: String =
                line[at + sign.len()..].chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            let is_of_another = line[..at]
                .split_whitespace()
                .next_back()
                .is_some_and(|word| (word.starts_with("XEP-") && word != "XEP-0045") || word == "RFC");
            !is_of_another && number.trim_end_matches('.') == section
        })
    })
}

#[test]
fn every_use_case_has_a_transcript() {
    let transcripts = transcripts();
    for section in sections() {
        let shown = transcripts.iter().any(|text| names(text, &section));
        let left_out = LEFT_OUT.iter().any(|(left, _)| *left == section);
        assert!(shown || left_out, "no transcript names XEP-0045 §{section}, and no reason is given for it");
        assert!(!(shown && left_out), "XEP-0045 §{section} has a transcript: it need not be left out");
    }
}

#[test]
fn every_status_code_is_seen() {
    let transcripts = transcripts();
    for code in CODES {
        let seen = transcripts.iter().any(|text| text.contains(&format!("<status code='{code}'/>")));
        assert_ne!(seen, UNSAID.iter().any(|(unsaid, _)| unsaid == code), "status code {code}");
    }
}
