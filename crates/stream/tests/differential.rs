//! Mutations of the corpus, read by the scanner and by rxml.
//!
//! The seed is printed; `SCANNER_SEED` sets it, and `SCANNER_SECONDS` how long it runs.

mod oracle;

use std::time::{Duration, Instant};

/// What XML is made of: put where it hurts.
const TOKENS: &[&[u8]] = &[
    b"<",
    b">",
    b"/",
    b"</",
    b"/>",
    b"'",
    b"\"",
    b"=",
    b"&",
    b";",
    b"&amp;",
    b"&#x41;",
    b"&#13;",
    b"&#9;",
    b"&lol;",
    b"]]>",
    b"<![CDATA[",
    b"]",
    b"<!--",
    b"-->",
    b"<?",
    b"?>",
    b"<?xml version='1.0'?>",
    b"xmlns",
    b"xmlns=''",
    b" xmlns='u'",
    b" xmlns:p='u'",
    b" xmlns:q='u'",
    b"p:",
    b"q:",
    b"xml:",
    b"xmlns:",
    b"xml:lang='x'",
    b":",
    b" ",
    b"\r",
    b"\n",
    b"\r\n",
    b"\t",
    b"<p:a xmlns:p='u'/>",
    b"<a>",
    b"</a>",
    b" a='1'",
    b" p:a='1'",
    b" q:a='1'",
    b"\x00",
    b"\x7F",
    b"\xC3\xA9",
    b"\xE2\x82\xAC",
    b"\xF0\x9F\x98\x80",
    b"\xEF\xBF\xBE",
    b"\xEF\xBB\xBF",
    b"\xFF",
    b"\xC3",
    b"\xCC\x81",
    b"\xC2\xB7",
    b"1",
    b"-",
    b"jabber:client",
    b"http://www.w3.org/XML/1998/namespace",
];

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        // xorshift64
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end.max(1)
    }
}

fn mutate(document: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(document.len());
    let len = random.below(8).min(document.len() - at);
    match random.below(6) {
        0 => drop(document.drain(at..at + len)),
        1 => {
            let copy = document[at..at + len].to_vec();
            let to = random.below(document.len());
            drop(document.splice(to..to, copy));
        }
        2 if at < document.len() => document[at] ^= 1 << random.below(8),
        3 => document.truncate(at.max(document.len() / 2)),
        4 => drop(document.splice(at..at + len, TOKENS[random.below(TOKENS.len())].iter().copied())),
        _ => drop(document.splice(at..at, TOKENS[random.below(TOKENS.len())].iter().copied())),
    }
}

fn corpus() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the corpus is a folder")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    paths.sort();
    paths.into_iter().map(|path| std::fs::read(path).expect("it can be read")).collect()
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn agrees_with_rxml() {
    let seed =
        number("SCANNER_SEED").unwrap_or_else(|| u64::from(std::process::id()).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    println!("SCANNER_SEED={seed}");
    let end = Instant::now() + Duration::from_secs(number("SCANNER_SECONDS").unwrap_or(3));
    let corpus = corpus();
    assert!(corpus.len() > 10);
    for document in &corpus {
        assert_eq!(oracle::difference(document), None, "{}", String::from_utf8_lossy(document));
    }
    let mut random = Random(seed);
    let mut count = 0;
    while Instant::now() < end {
        let mut document = corpus[random.below(corpus.len())].clone();
        for _ in 0..=random.below(4) {
            mutate(&mut document, &mut random);
        }
        let difference = oracle::difference(&document);
        assert_eq!(difference, None, "SCANNER_SEED={seed}, document {count}: {:?}", String::from_utf8_lossy(&document));
        count += 1;
    }
    println!("{count} documents");
}
