//! What somebody may ask who has no account yet: to get one, and nothing else (XEP-0077 §3.1.1,
//! XEP-0445 §4).

use super::{
    Ground,
    step::{Moved, Next, Step},
};
use crate::{Crime, ask::Ask};
use xmpp::{IqType, Kind, Stanza, ns};

/// Takes a stanza while mechanisms are on offer.
///
/// # Errors
/// RFC 6120 §4.9.3.12: when it is anything else, or too much of it.
pub(super) fn ask(stanza: Stanza, ground: &mut Ground) -> Moved {
    if !is_for_us(&stanza, ground) {
        return Err(Crime::NotAuthorized);
    }
    ground.requests += 1;
    if ground.requests > ground.settings.requests_max {
        return Err(Crime::PolicyViolation);
    }
    // Who is nobody yet has no address, whatever it says. What is asked may wait for slow answers, and
    // must not hold on to all that came with it.
    Ok(Next::Ask(Step::Registering, Ask::Register(stanza.with_from(None).detached())))
}

fn is_for_us(stanza: &Stanza, ground: &Ground) -> bool {
    let is_request = matches!(stanza.kind, Kind::Iq(IqType::Get | IqType::Set));
    let is_to_us = stanza.to.as_ref().is_none_or(|to| *to == ground.settings.domain);
    let Some(payload) = stanza.payload().filter(|_| is_request && is_to_us) else { return false };
    payload.is("query", ns::REGISTER) || payload.is("preauth", ns::PARS)
}
