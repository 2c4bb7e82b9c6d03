//! Why a domain cannot be reached, as its correspondents here are told (RFC 6120 §10.4.3).

use crate::dial::Unreachable;
use hub::Trouble;
use std::io;
use stream::peer::{Certificate, Doubt, Flaw};
use stream::server::End;
use xmpp::{Condition, Jid, Text};

/// There is no connection.
pub(super) fn of_call(domain: &Jid, error: &Unreachable) -> Trouble {
    match error {
        Unreachable::Closed => {
            lasting(Condition::RemoteServerNotFound, format!("{domain} says that it is not on this network."))
        }
        nowhere if nowhere.is_nowhere() => {
            lasting(Condition::RemoteServerNotFound, format!("There is no service at {domain}."))
        }
        Unreachable::Dns(_) | Unreachable::Tried(_) => passing(format!("{domain} does not answer.")),
    }
}

/// A connection, but nothing that could carry stanzas.
pub(super) fn of_end(domain: &Jid, end: &End) -> Trouble {
    match end {
        End::Doubted(doubt) => of_doubt(domain, *doubt),
        End::NoTls => lasting(Condition::PolicyViolation, format!("{domain} offers no encryption.")),
        End::Rejected(condition) => {
            let condition = condition.as_ref().map_or("", Text::as_str);
            passing(format!("{domain} does not believe that we are who we are, or has no such service. {condition}"))
        }
        End::Error { condition, .. } if condition.as_str() == "host-unknown" => {
            lasting(Condition::RemoteServerNotFound, format!("There is no service at {domain}."))
        }
        // RFC 6120 §4.9.3.14: trying again would not change that.
        End::Error { condition, .. } if condition.as_str() == "policy-violation" => {
            lasting(Condition::PolicyViolation, format!("{domain} does not want to talk with this service."))
        }
        End::Error { condition, .. } => passing(format!("{domain} broke the connection off: {condition}.")),
        End::Crime(_) | End::Closed => passing(format!("{domain} could not be talked with.")),
    }
}

/// The connection broke.
pub(super) fn of_io(domain: &Jid, error: &io::Error) -> Trouble {
    tracing::debug!(%domain, %error, "a connection to another service broke");
    passing(format!("The connection to {domain} broke."))
}

/// It took too long.
pub(super) fn late(domain: &Jid) -> Trouble {
    passing(format!("{domain} does not answer in time."))
}

/// An operator here decided it, or one over there has something to mend: who writes should know at once.
fn of_doubt(domain: &Jid, doubt: Doubt) -> Trouble {
    let why = match doubt {
        Doubt::Policy => {
            return lasting(Condition::PolicyViolation, format!("This service does not talk with {domain}."));
        }
        Doubt::Dane => "is not the one that its name records promise",
        Doubt::Certificate(Certificate::Missing) => "is missing",
        Doubt::Certificate(Certificate::Invalid(Flaw::Expired)) => "has expired",
        Doubt::Certificate(Certificate::Invalid(Flaw::NotYetValid)) => "is not valid yet",
        Doubt::Certificate(Certificate::Invalid(Flaw::WrongName)) => "is for another name",
        Doubt::Certificate(_) | Doubt::Forged | Doubt::Unanswered => "cannot be trusted",
    };
    lasting(Condition::PolicyViolation, format!("The certificate of {domain} {why}; its operators can mend that."))
}

fn lasting(condition: Condition, sentence: String) -> Trouble {
    Trouble { condition, sentence, is_lasting: true }
}

fn passing(sentence: String) -> Trouble {
    Trouble { condition: Condition::RemoteServerTimeout, sentence, is_lasting: false }
}
