//! Who may come in: what the operator chose, and the sentences and stream features that follow from it.
//! Nothing else decides it, and nothing else says it.

use super::{Applicant, Refusal};
use crate::applications::{REASON_LEAST, REASON_MOST};
use crate::consent::Terms;
use crate::feature::Limits;
use crate::invitations::Admission;
use bytes::Bytes;
use xmpp::{Writer, ns};

/// How strangers get an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Not at all: those who run the service make accounts.
    Closed,
    /// By an invitation.
    Invite,
    /// Whoever says why, if those who run the service agree ([`crate::applications`]).
    Apply,
    /// Whoever wants to, within the limits.
    Open,
}

/// What becomes of people with an invitation where others have to apply.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Invited {
    /// They come in: somebody speaks for them.
    ComeIn,
    /// They apply like everybody else.
    Apply,
}

/// What the operator chose.
#[derive(Clone, Debug)]
pub struct Policy {
    /// How strangers get an account.
    pub mode: Mode,
    /// What an invitation is worth where people apply.
    pub invited: Invited,
    /// Names that are for nobody, besides the usual ones; with `*` at the end, all that begin so.
    pub reserved: Vec<Box<str>>,
    /// What strangers have to answer.
    pub question: Option<Question>,
    /// What everybody has to agree to.
    pub terms: Option<Terms>,
}

/// A question that people can answer and programs for sending spam do not bother with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// What is asked.
    pub text: Box<str>,
    /// What is right, as anybody might write it.
    pub answers: Vec<Box<str>>,
}

impl Policy {
    /// Nobody comes in by themselves.
    pub const CLOSED: Policy =
        Policy { mode: Mode::Closed, invited: Invited::ComeIn, reserved: Vec::new(), question: None, terms: None };

    /// Whether invitations let anybody in.
    pub fn takes_invited(&self) -> bool {
        self.mode != Mode::Closed
    }

    /// What somebody is told who asks how to get an account, with an invitation or without.
    ///
    /// # Errors
    /// Why there is none to get.
    pub fn instructions(&self, invitation: Option<&Admission>) -> Result<&'static str, Refusal> {
        match (self.mode, invitation) {
            (Mode::Closed, _) => Err(Refusal::Closed),
            (Mode::Invite, None) => Err(Refusal::InvitationNeeded),
            (_, invitation) if self.is_applied_for(invitation) => Ok(
                "Choose a name and a password, and say why you would like to join. Those who run the service decide; log \
                 in to see whether they have.",
            ),
            (_, Some(Admission { name, .. })) if !name.is_empty() => {
                Ok("Choose a password. The name is chosen already.")
            }
            _ => Ok("Choose a name and a password. The name becomes a part of your address."),
        }
    }

    /// Whether an account is asked for with a reason, and somebody decides.
    pub fn is_applied_for(&self, invitation: Option<&Admission>) -> bool {
        self.mode == Mode::Apply && (invitation.is_none() || self.invited == Invited::Apply)
    }

    /// Whether somebody may come in, as far as that does not depend on the name.
    ///
    /// # Errors
    /// Why not.
    pub fn admits(&self, limits: &Limits, applicant: &Applicant) -> Result<(), Refusal> {
        let invitation = applicant.invitation.as_ref();
        self.instructions(invitation)?;
        if self.question_for(invitation).is_some_and(|question| !question.is_answered(&applicant.answer)) {
            return Err(Refusal::AnswerWrong);
        }
        let characters = applicant.reason.chars().count() as u64;
        match (limits.of(&REASON_LEAST), limits.of(&REASON_MOST)) {
            _ if !self.is_applied_for(invitation) => Ok(()),
            (least, _) if characters < least => Err(Refusal::ReasonShort(least)),
            (_, most) if characters > most => Err(Refusal::ReasonLong(most)),
            _ => Ok(()),
        }
    }

    /// What somebody has to answer. Who was invited is trusted that far.
    pub fn question_for(&self, invitation: Option<&Admission>) -> Option<&Question> {
        self.question.as_ref().filter(|_| invitation.is_none())
    }

    /// What streams offer before login. Canonical.
    pub fn stream_features(&self) -> Bytes {
        let mut w = Writer::new();
        if self.takes_invited() {
            // XEP-0445 §3
            w.empty("register", ns::INVITED);
            // XEP-0077 §8. Compat: for whoever was invited, too: Conversations 2 and its like register only where
            // they see it, and XEP-0445 §3 shows both.
            w.empty("register", ns::REGISTER_FEATURE);
        }
        w.finish()
    }
}

impl Question {
    /// Whether an answer is right. Large letters and spaces do not count.
    fn is_answered(&self, given: &str) -> bool {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let given = plain(given);
        self.answers.iter().any(|answer| plain(answer) == given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_right_however_it_is_typed() {
        let question =
            Question { text: "How many legs has a spider?".into(), answers: vec!["8".into(), "Eight".into()] };
        for right in ["8", " eight ", "EIGHT"] {
            assert!(question.is_answered(right), "{right}");
        }
        for wrong in ["", "seven", "88"] {
            assert!(!question.is_answered(wrong), "{wrong}");
        }
    }
}
