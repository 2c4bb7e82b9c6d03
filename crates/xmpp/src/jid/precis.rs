//! The localpart and the resourcepart: PRECIS (RFC 8264) with the Unicode of today.

use super::{JidError, PART_BYTES_MAX, Scratch, bidi, context, domain};
use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        DefaultIgnorableCodePoint, ExtendedPictographic, GeneralCategory, HangulSyllableType, NoncharacterCodePoint,
    },
};
use std::ops::Range;

/// A class of bytes that stand for themselves in a part.
const LOCAL: u8 = 1;
const DOMAIN: u8 = 2;
const RESOURCE: u8 = 4;

static CLASS: [u8; 128] = classes();

const fn classes() -> [u8; 128] {
    let mut table = [0; 128];
    let mut byte = b' ';
    while byte < 0x7F {
        let mut class = RESOURCE;
        if byte != b' ' && !is_excluded(byte) && !byte.is_ascii_uppercase() {
            class |= LOCAL;
        }
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_') {
            class |= DOMAIN;
        }
        table[byte as usize] = class;
        byte += 1;
    }
    table
}

/// RFC 7622 §3.3.1.
const fn is_excluded(byte: u8) -> bool {
    matches!(byte, b'"' | b'&' | b'\'' | b'/' | b':' | b'<' | b'>' | b'@')
}

/// Whether an address is ASCII and prepared as it stands: nearly all are.
pub(super) fn is_plain(text: &str, at: Option<usize>, domain: Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let all = |part: &[u8], class: u8| {
        !part.is_empty()
            && part.len() <= PART_BYTES_MAX
            && part.iter().all(|byte| CLASS.get(usize::from(*byte)).is_some_and(|known| known & class != 0))
    };
    let local = at.is_none_or(|at| all(&bytes[..at], LOCAL));
    let resource = match bytes.get(domain.end + 1..) {
        Some(resource) => all(resource, RESOURCE) && resource[0] != b' ',
        None => domain.end == bytes.len(),
    };
    local && resource && all(&bytes[domain.clone()], DOMAIN) && is_plain_host(&bytes[domain])
}

/// Whether a host of plain bytes needs nothing of UTS 46: no empty label, no hyphen at an edge, no
/// hyphens where `xn--` has them.
fn is_plain_host(host: &[u8]) -> bool {
    let mut start = 0;
    for at in 0..=host.len() {
        if at == host.len() || host[at] == b'.' {
            let label = &host[start..at];
            let (Some(first), Some(last)) = (label.first(), label.last()) else { return false };
            if *first == b'-' || *last == b'-' || label.get(2..4) == Some(b"--") {
                return false;
            }
            start = at + 1;
        }
    }
    true
}

/// UsernameCaseMapped (RFC 8265 §3.3) without what RFC 7622 §3.3.1 excludes.
pub(super) fn localpart(text: &str, out: &mut Scratch) -> Result<(), JidError> {
    let wide: String = text.chars().map(narrow).collect();
    check_localpart(&wide)?;
    // Letter by letter: the final sigma has no part in it (RFC 7622 §3.5).
    let lower: String = wide.chars().flat_map(char::to_lowercase).collect();
    let normal = ComposingNormalizerBorrowed::new_nfc().normalize(&lower);
    check_localpart(&normal)?;
    if !bidi::is_ordered(&normal) {
        return Err(JidError::Direction);
    }
    out.extend_from_slice(normal.as_bytes());
    Ok(())
}

fn check_localpart(text: &str) -> Result<(), JidError> {
    for (at, c) in text.char_indices() {
        let fits = match class(c) {
            Class::Valid => !(c.is_ascii() && is_excluded(c as u8)),
            Class::Context => context::allows(text, at, c),
            Class::Free | Class::Ignorable | Class::Unassigned | Class::Never => false,
        };
        if !fits {
            return Err(JidError::LocalpartCharacter(c));
        }
    }
    Ok(())
}

/// OpaqueString (RFC 8265 §4.2).
/// Deviates: emoji that are made of several characters pass, and such as are not yet assigned.
pub(super) fn resourcepart(text: &str, out: &mut Scratch) -> Result<(), JidError> {
    let spaced: String = text.chars().map(plain_space).collect();
    if spaced.starts_with(' ') {
        return Err(JidError::LeadingSpace);
    }
    let normal = ComposingNormalizerBorrowed::new_nfc().normalize(&spaced);
    for (at, c) in normal.char_indices() {
        let fits = match class(c) {
            Class::Valid | Class::Free => true,
            Class::Context => context::allows(&normal, at, c) || context::joins_emoji(&normal, at, c),
            Class::Ignorable => context::joins_emoji(&normal, at, c),
            Class::Unassigned => CodePointSetData::new::<ExtendedPictographic>().contains(c),
            Class::Never => false,
        };
        if !fits {
            return Err(JidError::ResourceCharacter(c));
        }
    }
    out.extend_from_slice(normal.as_bytes());
    Ok(())
}

/// What others may have let in as a localpart: lower case, no separators, nothing invisible.
pub(super) fn tolerated_localpart(text: &str, out: &mut Scratch) -> Result<(), JidError> {
    let lower: String = text.chars().flat_map(char::to_lowercase).collect();
    let normal = ComposingNormalizerBorrowed::new_nfc().normalize(&lower);
    let unfit = |c: &char| c.is_control() || c.is_whitespace() || (c.is_ascii() && is_excluded(*c as u8));
    match normal.chars().find(unfit) {
        Some(c) => Err(JidError::LocalpartCharacter(c)),
        None => {
            out.extend_from_slice(normal.as_bytes());
            Ok(())
        }
    }
}

/// What others may have let in as a resource: all but control characters.
pub(super) fn tolerated_resource(text: &str, out: &mut Scratch) -> Result<(), JidError> {
    match text.chars().find(|c| c.is_control() || class(*c) == Class::Never) {
        Some(c) => Err(JidError::ResourceCharacter(c)),
        None => {
            out.extend_from_slice(ComposingNormalizerBorrowed::new_nfc().normalize(text).as_bytes());
            Ok(())
        }
    }
}

/// What others may have let in as a host: lower case, no separators or spaces.
pub(super) fn tolerated_domain(text: &str, out: &mut Scratch) -> Result<(), JidError> {
    let Err(error) = domain::prepare(text, out) else { return Ok(()) };
    let lower = text.to_lowercase();
    let unfit = |c: char| c.is_control() || c.is_whitespace() || (c.is_ascii() && is_excluded(c as u8));
    let host = lower.trim_end_matches('.');
    if host.is_empty() || host.chars().any(unfit) {
        return Err(error);
    }
    out.extend_from_slice(host.as_bytes());
    Ok(())
}

/// RFC 8265 §3.3.2 (1): characters of another width become the usual ones.
fn narrow(c: char) -> char {
    if !matches!(c, '\u{FF01}'..='\u{FFEE}' | '\u{3000}') {
        return c;
    }
    let mut mapped = ComposingNormalizerBorrowed::new_nfkc().normalize_iter(std::iter::once(c));
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// RFC 8265 §4.2.2 (2): spaces of other kinds become the usual one.
fn plain_space(c: char) -> char {
    let is_space =
        !c.is_ascii() && CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::SpaceSeparator;
    if is_space { ' ' } else { c }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// In names and in resources.
    Valid,
    /// In resources only.
    Free,
    /// Where its neighbours allow it.
    Context,
    /// Invisible.
    Ignorable,
    /// Not a character yet.
    Unassigned,
    /// Nowhere.
    Never,
}

/// RFC 8264 §8, in its order.
fn class(c: char) -> Class {
    use GeneralCategory as G;
    match c {
        '!'..='~' | '\u{DF}' | '\u{3C2}' | '\u{6FD}' | '\u{6FE}' | '\u{F0B}' | '\u{3007}' => return Class::Valid,
        '\u{B7}' | '\u{375}' | '\u{5F3}' | '\u{5F4}' | '\u{30FB}' | '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' => {
            return Class::Context;
        }
        '\u{640}' | '\u{7FA}' | '\u{302E}' | '\u{302F}' | '\u{3031}'..='\u{3035}' | '\u{303B}' => return Class::Never,
        _ => {}
    }
    let category = CodePointMapData::<G>::new().get(c);
    let is_noncharacter = CodePointSetData::new::<NoncharacterCodePoint>().contains(c);
    if category == G::Unassigned && !is_noncharacter {
        return Class::Unassigned;
    }
    if matches!(c, '\u{200C}' | '\u{200D}') {
        return Class::Context;
    }
    let jamo = CodePointMapData::<HangulSyllableType>::new().get(c);
    if matches!(
        jamo,
        HangulSyllableType::LeadingJamo | HangulSyllableType::VowelJamo | HangulSyllableType::TrailingJamo
    ) || is_noncharacter
    {
        return Class::Never;
    }
    if CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c) {
        return Class::Ignorable;
    }
    if category == G::Control {
        return Class::Never;
    }
    if has_compat(c) {
        return Class::Free;
    }
    match category {
        G::LowercaseLetter | G::UppercaseLetter | G::OtherLetter | G::ModifierLetter => Class::Valid,
        G::DecimalNumber | G::NonspacingMark | G::SpacingMark => Class::Valid,
        G::TitlecaseLetter | G::LetterNumber | G::OtherNumber | G::EnclosingMark | G::SpaceSeparator => Class::Free,
        G::MathSymbol | G::CurrencySymbol | G::ModifierSymbol | G::OtherSymbol => Class::Free,
        G::ConnectorPunctuation | G::DashPunctuation | G::OpenPunctuation | G::ClosePunctuation => Class::Free,
        G::InitialPunctuation | G::FinalPunctuation | G::OtherPunctuation => Class::Free,
        _ => Class::Never,
    }
}

/// RFC 8264 §9.17: compatibility normalisation makes something else of it.
fn has_compat(c: char) -> bool {
    let mut mapped = ComposingNormalizerBorrowed::new_nfkc().normalize_iter(std::iter::once(c));
    mapped.next() != Some(c) || mapped.next().is_some()
}
