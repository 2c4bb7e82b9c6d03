//! Characters that are right only beside certain others (RFC 5892 Appendix A), and the joints of
//! emoji (UTS 51).

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{CanonicalCombiningClass, Emoji, ExtendedPictographic, JoiningType, Script},
};

const VARIATION_SELECTORS: [char; 2] = ['\u{FE0E}', '\u{FE0F}'];
const BLACK_FLAG: char = '\u{1F3F4}';

/// Whether the neighbours of `c`, which stands at byte `at`, allow it.
pub(super) fn allows(text: &str, at: usize, c: char) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + c.len_utf8()..].chars().next();
    let script =
        |c: Option<char>, script: Script| c.is_some_and(|c| CodePointMapData::<Script>::new().get(c) == script);
    match c {
        // A.1, A.2
        '\u{200C}' => is_virama(before) || joins_arabic(text, at),
        '\u{200D}' => is_virama(before),
        // A.3
        '\u{B7}' => before == Some('l') && after == Some('l'),
        // A.4
        '\u{375}' => script(after, Script::Greek),
        // A.5, A.6
        '\u{5F3}' | '\u{5F4}' => script(before, Script::Hebrew),
        // A.7
        '\u{30FB}' => text
            .chars()
            .any(|c| [Script::Hiragana, Script::Katakana, Script::Han].iter().any(|wanted| script(Some(c), *wanted))),
        // A.8, A.9
        '\u{660}'..='\u{669}' => !text.contains(|c| matches!(c, '\u{6F0}'..='\u{6F9}')),
        '\u{6F0}'..='\u{6F9}' => !text.contains(|c| matches!(c, '\u{660}'..='\u{669}')),
        _ => false,
    }
}

/// Whether `c` at byte `at` holds an emoji together: a variation selector or a joiner behind one, a
/// tag of a flag (UTS 51 §1.4).
pub(super) fn joins_emoji(text: &str, at: usize, c: char) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + c.len_utf8()..].chars().next();
    match c {
        '\u{FE0E}' | '\u{FE0F}' => before.is_some_and(is_emoji),
        '\u{200D}' => {
            before.is_some_and(|c| is_emoji(c) || VARIATION_SELECTORS.contains(&c)) && after.is_some_and(is_emoji)
        }
        '\u{E0020}'..='\u{E007F}' => {
            let base = text[..at].chars().rev().find(|c| !matches!(c, '\u{E0020}'..='\u{E007E}'));
            base == Some(BLACK_FLAG)
        }
        _ => false,
    }
}

fn is_emoji(c: char) -> bool {
    CodePointSetData::new::<Emoji>().contains(c) || CodePointSetData::new::<ExtendedPictographic>().contains(c)
}

fn is_virama(c: Option<char>) -> bool {
    c.is_some_and(|c| CodePointMapData::<CanonicalCombiningClass>::new().get(c) == CanonicalCombiningClass::Virama)
}

/// A.1: a letter that joins to the left before it, one that joins to the right behind it.
fn joins_arabic(text: &str, at: usize) -> bool {
    let joining = |c: &char| CodePointMapData::<JoiningType>::new().get(*c);
    let solid = |c: &char| joining(c) != JoiningType::Transparent;
    let before = text[..at].chars().rev().find(solid);
    let after = text[at..].chars().skip(1).find(solid);
    before.is_some_and(|c| matches!(joining(&c), JoiningType::LeftJoining | JoiningType::DualJoining))
        && after.is_some_and(|c| matches!(joining(&c), JoiningType::RightJoining | JoiningType::DualJoining))
}
