//! Why somebody does not get an account, in the words of the pages.

use crate::Words;
use crate::words::join;
use features::registration::Refusal;

/// The sentence for the one who asked.
pub(super) fn said(words: Words, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Closed => words.say("refused-closed"),
        Refusal::InvitationNeeded => words.say("refused-invitation-needed"),
        Refusal::InvitationSpent => words.say("refused-invitation-spent"),
        Refusal::NameOther(name) => words.with("refused-name-other", name),
        Refusal::AnswerWrong => words.say("refused-answer-wrong"),
        Refusal::TooManyTries(_) => words.say("refused-tries"),
        Refusal::TooMany { limit, minutes } => {
            join(&[words.say(&format!("refused-{}", limit.name)), wait(words, *minutes)])
        }
        Refusal::NameTaken => words.say("refused-name-taken"),
        Refusal::NameLookalike => words.say("refused-name-lookalike"),
        Refusal::NameReserved => words.say("refused-name-reserved"),
        Refusal::NameShort(least) => words.count("refused-name-short", *least),
        Refusal::NameLong(most) => words.count("refused-name-long", *most),
        Refusal::NameOdd => words.say("refused-name-odd"),
        Refusal::NameMalformed => words.say("refused-name-malformed"),
        Refusal::PasswordWeak(least) => words.count("refused-password-weak", *least),
        Refusal::Password(_) => words.say("refused-password"),
        Refusal::Busy => words.say("refused-busy"),
        // What failed is for the log.
        Refusal::Failed(_) => words.say("refused-failed"),
    }
}

/// When to try again, never sooner than it is.
fn wait(words: Words, minutes: i64) -> String {
    match u64::try_from(minutes).unwrap_or_default() {
        minutes @ ..120 => words.count("wait-minutes", minutes.max(1)),
        minutes => words.count("wait-hours", minutes.div_ceil(60)),
    }
}
