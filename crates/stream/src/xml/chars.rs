//! Which bytes and characters XML allows where (XML 1.0 §2.2, §2.3).

use super::names;
use crate::Crime;

/// White space in tags.
pub(super) const SPACE: u8 = 1;
/// ASCII of names, the colon included, and all that is not ASCII.
pub(super) const NAME: u8 = 2;
/// What stands in text as it is, and all that is not ASCII.
pub(super) const TEXT: u8 = 4;
/// What stands in an attribute value as it is, and all that is not ASCII.
pub(super) const VALUE: u8 = 8;
/// ASCII that a name may start with.
const START: u8 = 16;

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        let mut class = 0;
        if matches!(b, b' ' | b'\t' | b'\r' | b'\n') {
            class |= SPACE;
        }
        if b.is_ascii_alphabetic() || b == b'_' {
            class |= START;
        }
        if b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':' | 0x80..) {
            class |= NAME;
        }
        if (b >= b' ' || b == b'\t' || b == b'\n') && !matches!(b, b'<' | b'&' | b'>' | b']') {
            class |= TEXT;
        }
        if b >= b' ' && !matches!(b, b'<' | b'&' | b'>' | b'\'' | b'"') {
            class |= VALUE;
        }
        table[byte] = class;
        byte += 1;
    }
    table
}

/// Whether `byte` is of the class.
pub(super) fn is(byte: u8, class: u8) -> bool {
    CLASS[byte as usize] & class != 0
}

/// How many bytes at the front are of the class.
pub(super) fn run(bytes: &[u8], class: u8) -> usize {
    bytes.iter().position(|byte| !is(*byte, class)).unwrap_or(bytes.len())
}

/// As [`run`], sixteen bytes at a time, for text and values.
pub(super) fn long_run(bytes: &[u8], class: u8) -> usize {
    let (blocks, _) = bytes.as_chunks::<16>();
    let mut at = 0;
    for block in blocks {
        if !is_plain(block) {
            let part = run(block, class);
            if part < block.len() {
                return at + part;
            }
        }
        at += block.len();
    }
    at + run(&bytes[at..], class)
}

/// Whether nothing in the block needs a look. Without branches, so that it becomes vector code.
fn is_plain(block: &[u8; 16]) -> bool {
    let odd = block.iter().fold(0, |odd, byte| {
        odd | u8::from(*byte < b' ')
            | u8::from(*byte == b'<')
            | u8::from(*byte == b'&')
            | u8::from(*byte == b'>')
            | u8::from(*byte == b']')
            | u8::from(*byte == b'\'')
            | u8::from(*byte == b'"')
    });
    odd == 0
}

/// How many bytes of `run`, whose ASCII is known to be fit, are whole characters of XML. Fewer than
/// all only where the input ends (`cut`) within a character.
pub(super) fn legal(run: &[u8], cut: bool) -> Result<usize, Crime> {
    if run.is_ascii() {
        return Ok(run.len());
    }
    let (valid, whole) = utf8(run, cut);
    // U+FFFE and U+FFFF are the only characters of UTF-8 beyond ASCII that XML 1.0 §2.2 excludes.
    let excluded = |at: usize| matches!(run.get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF]));
    if memchr::memchr_iter(0xEF, &run[..valid]).any(excluded) {
        return Err(Crime::NotWellFormed);
    }
    if whole { Ok(valid) } else { Err(Crime::NotUtf8) }
}

/// As [`legal`], for characters of a name.
pub(super) fn legal_name(run: &[u8], cut: bool) -> Result<usize, Crime> {
    if run.is_ascii() {
        return Ok(run.len());
    }
    let (valid, whole) = utf8(run, cut);
    if !text(&run[..valid]).chars().all(|c| c.is_ascii() || names::goes_on(c)) {
        return Err(Crime::NotWellFormed);
    }
    if whole { Ok(valid) } else { Err(Crime::NotUtf8) }
}

/// How much of `run` is UTF-8, and whether what is not may still become so.
fn utf8(run: &[u8], cut: bool) -> (usize, bool) {
    match std::str::from_utf8(run) {
        Ok(text) => (text.len(), true),
        Err(error) => (error.valid_up_to(), cut && error.error_len().is_none()),
    }
}

/// Text that was checked when it was taken in.
pub(super) fn text(checked: &[u8]) -> &str {
    std::str::from_utf8(checked).expect("what was taken in is UTF-8")
}

/// The length of the prefix of a qualified name, without its colon; zero if there is none.
pub(super) fn split(name: &[u8]) -> Result<usize, Crime> {
    let Some(colon) = memchr::memchr(b':', name) else {
        starts_name(name)?;
        return Ok(0);
    };
    // Namespaces in XML §4: one colon, a name on each side of it.
    let local = &name[colon + 1..];
    if memchr::memchr(b':', local).is_some() {
        return Err(Crime::NotWellFormed);
    }
    starts_name(&name[..colon])?;
    starts_name(local)?;
    Ok(colon)
}

fn starts_name(name: &[u8]) -> Result<(), Crime> {
    let starts = match name.first() {
        Some(first) if first.is_ascii() => is(*first, START),
        Some(_) => text(name).chars().next().is_some_and(names::starts),
        None => false,
    };
    if starts { Ok(()) } else { Err(Crime::NotWellFormed) }
}

/// XML 1.0 §2.2, `Char`.
pub(super) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
