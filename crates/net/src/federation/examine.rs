//! What is known of a peer with regard to a domain: what its certificate proves, by roots or by name records.

use super::{Federation, limits};
use crate::Wire;
use crate::verify::{Assurance, Claim, Role};
use hub::{Course, Demand};
use std::time::Duration;
use stream::peer::{Certificate, Dialback, Peer, Policy, Proof, who};
use tokio::time::timeout;
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

    /// Judges the certificate that somebody shows who connects. Where roots do not vouch for it, name records
    /// may (RFC 7712 §5.1): they are looked up, unless nothing could come of it.
    pub(super) async fn examine_caller(&self, wire: &Wire, domain: &Jid) -> Proof {
        let mut assurance = Assurance::default();
        if !wire.peer_chain().is_empty() && self.policy(domain) != Policy::Refuse {
            let (now, claim) = (self.now(), Claim { domain, role: Role::Connects, assurance: &assurance });
            let alone = self.verifier.examine(wire.peer_chain(), &claim, now).certificate;
            if alone != Certificate::Valid {
                let promised = timeout(Duration::from_secs(limits::PROMISE_SECONDS), self.dialler.promised(domain));
                // Who takes too long to say it has promised nothing.
                assurance = promised.await.unwrap_or_default();
            }
        }
        self.examine(wire, domain, (Role::Connects, &assurance))
    }

    fn now(&self) -> i64 {
        self.hub.clock().now() / 1_000_000
    }

    /// Judges the certificate shown on a connection. What is wrong with it is for the operator's log.
    pub(super) fn examine(&self, wire: &Wire, domain: &Jid, (role, assurance): (Role, &Assurance)) -> Proof {
        let now = self.now();
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
