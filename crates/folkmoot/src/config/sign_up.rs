//! `[sign-up]`: how people get an account.

use super::low::{LowInvited, LowMode, LowSignUp, LowTerms, LowWithout};
use super::problem::Reading;
use features::consent::{Terms, Without};
use features::registration::{Invited, Mode, Policy, Question};
use toml::Spanned;
use xmpp::Jid;

/// Unless the file says otherwise.
const USUAL: LowMode = LowMode::Invite;

pub(super) fn read(low: &LowSignUp, reading: &mut Reading<'_>) -> Policy {
    Policy {
        mode: match low.mode.unwrap_or(USUAL) {
            LowMode::Closed => Mode::Closed,
            LowMode::Invite => Mode::Invite,
            LowMode::Apply => Mode::Apply,
            LowMode::Open => Mode::Open,
        },
        invited: match low.invited {
            None | Some(LowInvited::ComeIn) => Invited::ComeIn,
            Some(LowInvited::Apply) => Invited::Apply,
        },
        reserved: low.reserved.iter().filter_map(|name| reserved(name, reading)).collect(),
        question: question(low, reading),
        terms: low.terms.as_ref().and_then(|terms| read_terms(terms, reading)),
    }
}

/// A name as it will be compared, with its `*`.
fn reserved(low: &Spanned<String>, reading: &mut Reading<'_>) -> Option<Box<str>> {
    let text = low.get_ref();
    let (name, star) = text.strip_suffix('*').map_or((text.as_str(), ""), |name| (name, "*"));
    match Jid::prepare_localpart(name) {
        Ok(name) => Some(format!("{name}{star}").into()),
        Err(_) => {
            let advice =
                "Write the part of an address before the `@`, like `mayor`, or `mayor*` for all that begin so.";
            reading.note(low.span(), format!("`{text}` cannot be a name"), advice);
            None
        }
    }
}

fn read_terms(low: &LowTerms, reading: &mut Reading<'_>) -> Option<Terms> {
    let (version, url) = (*low.version.get_ref(), low.url.get_ref());
    if version == 0 {
        reading.note(
            low.version.span(),
            "terms are numbered from 1",
            "Write `version = 1`, and more with each change.",
        );
    }
    if !url.starts_with("https://") {
        let advice = "Say where they are read: `url = \"https://example.org/terms\"`.";
        reading.note(low.url.span(), format!("`{url}` is no address of a page"), advice);
    }
    let without = match low.without {
        None | Some(LowWithout::Everybody) => Without::Everybody,
        Some(LowWithout::Service) => Without::Service,
    };
    (version > 0).then(|| Terms { version, url: url.as_str().into(), without })
}

fn question(low: &LowSignUp, reading: &mut Reading<'_>) -> Option<Question> {
    let answers = low.answers.iter().map(|answer| answer.get_ref().trim()).filter(|answer| !answer.is_empty());
    let answers: Vec<Box<str>> = answers.map(Into::into).collect();
    match &low.question {
        Some(question) if answers.is_empty() => {
            let advice =
                "List what is right under `answers`, as people might write it: `answers = [\"8\", \"eight\"]`.";
            reading.note(question.span(), "a question without an answer", advice);
            None
        }
        Some(question) => Some(Question { text: question.get_ref().as_str().into(), answers }),
        None => {
            if let Some(answer) = low.answers.first() {
                reading.note(answer.span(), "an answer without a question", "Ask it with `question`.");
            }
            None
        }
    }
}

/// As it could have been written.
pub(super) fn to_low(policy: &Policy) -> LowSignUp {
    let plain = |text: &str| Spanned::new(0..0, text.to_owned());
    let question = policy.question.as_ref();
    LowSignUp {
        mode: Some(match policy.mode {
            Mode::Closed => LowMode::Closed,
            Mode::Invite => LowMode::Invite,
            Mode::Apply => LowMode::Apply,
            Mode::Open => LowMode::Open,
        }),
        invited: (policy.mode == Mode::Apply).then_some(match policy.invited {
            Invited::ComeIn => LowInvited::ComeIn,
            Invited::Apply => LowInvited::Apply,
        }),
        terms: policy.terms.as_ref().map(|terms| LowTerms {
            version: Spanned::new(0..0, terms.version),
            url: plain(&terms.url),
            without: Some(match terms.without {
                Without::Everybody => LowWithout::Everybody,
                Without::Service => LowWithout::Service,
            }),
        }),
        reserved: policy.reserved.iter().map(|name| plain(name)).collect(),
        question: question.map(|question| plain(&question.text)),
        answers: question.iter().flat_map(|question| &question.answers).map(|answer| plain(answer)).collect(),
    }
}
