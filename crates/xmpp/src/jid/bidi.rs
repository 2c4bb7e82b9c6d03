//! The Bidi Rule (RFC 5893 §2), for localparts.

use icu_properties::{CodePointMapData, props::BidiClass as B};

/// Whether the text is shown in the order it is written, or has no letters from the right at all.
pub(super) fn is_ordered(text: &str) -> bool {
    let class = |c: char| CodePointMapData::<B>::new().get(c);
    let is_right = |class: B| matches!(class, B::RightToLeft | B::ArabicLetter | B::ArabicNumber);
    if text.is_ascii() || !text.chars().any(|c| is_right(class(c))) {
        return true;
    }
    let first = text.chars().next().map(class);
    let last = text.chars().rev().map(class).find(|class| *class != B::NonspacingMark);
    let has = |wanted: B| text.chars().any(|c| class(c) == wanted);
    match first {
        // Conditions 2 to 4
        Some(B::RightToLeft | B::ArabicLetter) => {
            text.chars().map(class).all(|class| is_right(class) || is_neutral(class))
                && last.is_some_and(|class| is_right(class) || class == B::EuropeanNumber)
                && !(has(B::EuropeanNumber) && has(B::ArabicNumber))
        }
        // Condition 5 fails on the letter from the right that is there; condition 1 on the rest.
        _ => false,
    }
}

fn is_neutral(class: B) -> bool {
    matches!(
        class,
        B::EuropeanNumber
            | B::EuropeanSeparator
            | B::CommonSeparator
            | B::EuropeanTerminator
            | B::OtherNeutral
            | B::BoundaryNeutral
            | B::NonspacingMark
    )
}
