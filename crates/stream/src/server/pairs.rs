//! Which stanzas may travel on a stream: those between domains that were proved.

use super::{Event, Pair};
use crate::Crime;
use xmpp::{Condition, Jid, Stanza, StanzaError};

/// Whether a stanza may come in on a stream for which these pairs were proved.
///
/// # Errors
/// The stream error for the one that may not: sender or recipient are missing (RFC 6120 §4.9.3.7), or
/// the sender is of a domain that was not proved (§4.9.3.9), or the recipient of one that is not
/// served here (§4.9.3.6).
pub(crate) fn admit(stanza: &Stanza, proved: &[Pair], serves: impl Fn(&Jid) -> bool) -> Result<(), Crime> {
    if proved.is_empty() {
        return Err(Crime::NotAuthorized);
    }
    let (Some(from), Some(to)) = (&stanza.from, &stanza.to) else { return Err(Crime::ImproperAddressing) };
    let is_from = |pair: &Pair| pair.there.domain() == from.domain();
    if proved.iter().any(|pair| is_from(pair) && pair.here.domain() == to.domain()) {
        return Ok(());
    }
    Err(match () {
        () if !proved.iter().any(is_from) => Crime::InvalidFrom,
        () if !serves(to) => Crime::HostUnknown,
        // Served here, but for this pair nothing was negotiated.
        () => Crime::ImproperAddressing,
    })
}

/// What becomes of a stanza that cannot be processed: an error goes back if it is plain where to. An
/// address that is none is no reason to end a stream that others share.
///
/// # Errors
/// As [`admit`], for what can be read of the addresses.
pub(crate) fn refuse(
    stanza: Stanza,
    condition: Condition,
    proved: &[Pair],
    serves: impl Fn(&Jid) -> bool,
) -> Result<Event, Crime> {
    if condition != Condition::JidMalformed {
        admit(&stanza, proved, serves)?;
        return Ok(Event::Refused(stanza.error(&StanzaError::new(condition))));
    }
    if proved.is_empty() {
        return Err(Crime::NotAuthorized);
    }
    let Some(from) = &stanza.from else { return Ok(Event::Refused(None)) };
    let Some(pair) = proved.iter().find(|pair| pair.there.domain() == from.domain()) else {
        return Err(Crime::InvalidFrom);
    };
    let to = stanza.to.clone().filter(serves).unwrap_or_else(|| pair.here.clone());
    Ok(Event::Refused(stanza.with_to(Some(to)).error(&StanzaError::new(condition))))
}
