//! What is known of a peer with regard to a domain: what its certificate proves.

use super::Federation;
use crate::Wire;
use crate::verify::{Assurance, Claim, Role};
use hub::{Course, Demand};
use stream::peer::{Dialback, Peer, Policy, Proof, who};
use xmpp::Jid;

impl Federation {
    /// What a domain has to show.
    pub(super) fn policy(&self, domain: &Jid) -> Policy {
        match self.hub.demand(domain) {
            Err(_) => Policy::Refuse,
            Ok(Some(Demand::Certificate)) => Policy::Certificate,
            Ok(Some(Demand::Dialback)) => Policy::Dialback,
            Ok(None) => self.policy,
        }
    }

    /// Judges the certificate shown on a connection. What is wrong with it is for the operator's log.
    pub(super) fn examine(&self, wire: &Wire, domain: &Jid, (role, assurance): (Role, &Assurance)) -> Proof {
        let now = self.hub.clock().now() / 1_000_000;
        let examined = self.verifier.examine(wire.peer_chain(), &Claim { domain, role, assurance }, now);
        let proof = Proof { certificate: examined.certificate, dane: examined.dane, dialback: Dialback::Unasked };
        let peer = who(&proof, self.policy(domain));
        if let Peer::Refused(doubt) = peer {
            let course = if role == Role::Connects { Course::In } else { Course::Out };
            self.alarm_of_certificate(domain, course, (doubt, &examined));
        }
        if !matches!(peer, Peer::Proven(_)) {
            let flaws = examined.sentences(domain).join(" ");
            tracing::info!(%domain, flaws, "another service has not proved itself by its certificate");
        }
        proof
    }
}
