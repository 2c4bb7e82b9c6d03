//! What of a stream's failure those who run the service are told.

use super::Federation;
use crate::verify::{Examined, Link};
use hub::{Cause, Course, Failed, Trouble};
use stream::peer::{Certificate, Dane, Doubt, Flaw};
use stream::server::End;
use xmpp::{Condition, Jid};

impl Federation {
    /// A domain's certificate was looked at, and is not enough.
    pub(super) fn alarm_of_certificate(&self, domain: &Jid, course: Course, (doubt, seen): (Doubt, &Examined)) {
        let Some(cause) = cause(doubt) else { return };
        let mut lines = seen.sentences(domain);
        lines.extend(seen.facts.chain.iter().map(describe));
        lines.push(
            match seen.dane {
                Dane::Unknown => "TLSA records: nothing is known for certain, DNSSEC does not validate.",
                Dane::Absent => "TLSA records: there are none, as DNSSEC proves.",
                Dane::Matches => "TLSA records: one names this certificate.",
                Dane::Mismatch => "TLSA records: none of them names this certificate.",
            }
            .to_owned(),
        );
        self.alarm(domain, course, (cause, lines.join("\n")));
    }

    /// A domain was not believed for what it, or another, said.
    pub(super) fn alarm_of_doubt(&self, domain: &Jid, course: Course, doubt: Doubt) {
        // What is wrong with certificates was told when they were looked at.
        if let Some(cause) = cause(doubt).filter(|cause| !cause.is_certificate()) {
            self.alarm(domain, course, (cause, String::new()));
        }
    }

    /// A domain could not be reached.
    pub(super) fn alarm_of_end(&self, domain: &Jid, end: Option<&End>, trouble: &Trouble) {
        let cause = match end {
            Some(End::Doubted(doubt)) => return self.alarm_of_doubt(domain, Course::Out, *doubt),
            Some(End::NoTls) => Cause::NoTls,
            Some(End::Rejected(_)) => Cause::Rejected,
            Some(End::Error { condition, .. }) if condition.as_str() == "policy-violation" => Cause::Rejected,
            // Somebody mistyped an address.
            _ if trouble.condition == Condition::RemoteServerNotFound => return,
            _ => Cause::Unreachable,
        };
        self.alarm(domain, Course::Out, (cause, trouble.sentence.clone()));
    }

    fn alarm(&self, domain: &Jid, course: Course, (cause, evidence): (Cause, String)) {
        self.hub.failed(Failed { domain: domain.host(), course, cause, evidence });
    }
}

/// What it is, unless an operator here decided it.
fn cause(doubt: Doubt) -> Option<Cause> {
    Some(match doubt {
        Doubt::Policy => return None,
        Doubt::Dane => Cause::Dane,
        Doubt::Forged => Cause::Forged,
        Doubt::Unanswered => Cause::Unanswered,
        Doubt::Certificate(Certificate::Missing | Certificate::Valid) => Cause::NoCertificate,
        Doubt::Certificate(Certificate::Invalid(flaw)) => match flaw {
            Flaw::Expired => Cause::Expired,
            Flaw::NotYetValid => Cause::NotYetValid,
            Flaw::SelfSigned => Cause::SelfSigned,
            Flaw::UntrustedRoot => Cause::Untrusted,
            Flaw::WrongName => Cause::WrongName,
            Flaw::Malformed | Flaw::Revoked | Flaw::Unsuitable => Cause::Unsuitable,
        },
    })
}

fn describe(link: &Link) -> String {
    let until = xmpp::time::write(link.not_after.saturating_mul(1_000_000));
    let fingerprint = link.fingerprint_text();
    format!("{} issued by {}, until {until}, SHA-256 {fingerprint}", link.subject, link.issuer)
}
