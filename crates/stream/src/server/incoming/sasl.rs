//! SASL EXTERNAL on an incoming stream (XEP-0178 §3).

use super::{By, Crime, Incoming, Step, features::EXTERNAL};
use crate::{sasl::Failure, server::dialback::domain};
use data_encoding::BASE64;
use xmpp::{Element, Jid, Writer, ns};

impl Incoming {
    /// The peer points to its certificate. What that proves is known: it is on offer, or not.
    pub(super) fn auth(&mut self, auth: &Element<'_>, offer: Option<By>) -> Result<(), Crime> {
        let is_external = auth.attr("mechanism").is_some_and(|name| name == EXTERNAL);
        let by = offer.filter(|_| is_external).ok_or(Failure::InvalidMechanism);
        match by.and_then(|by| acts_as(&auth.text(), self.ground.there.as_ref()).map(|()| by)) {
            Ok(by) => {
                self.line.say("success", ns::SASL);
                self.line.restart();
                self.step = Step::Reopened(by);
                Ok(())
            }
            Err(failure) => {
                let mut w = Writer::new();
                w.open("failure", ns::SASL).empty(failure.condition(), ns::SASL);
                self.line.wire.send(w);
                // XEP-0178 §3: dialback is left.
                self.failed_proof()
            }
        }
    }
}

/// Whether the peer wants to act as the domain of its open tag, which is all it can. XEP-0178 §3: it may
/// say so, or leave it out.
///
/// Compat: no response at all is taken for an empty one (`=`); old servers send that.
fn acts_as(response: &str, there: Option<&Jid>) -> Result<(), Failure> {
    let response = response.trim();
    if matches!(response, "" | "=") {
        return Ok(());
    }
    let named = BASE64.decode(response.as_bytes()).map_err(|_| Failure::IncorrectEncoding)?;
    let named = std::str::from_utf8(&named).ok().and_then(domain);
    // RFC 6120 §6.5.6
    if named.is_some() && named.as_ref() == there { Ok(()) } else { Err(Failure::InvalidAuthzid) }
}
