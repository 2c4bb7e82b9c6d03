//! Claims by dialback on an incoming stream (XEP-0220 §2.2.1): what is asked, what is answered.

use super::{
    About, Claim, Condition, Crime, Doubt, End, Event, Incoming, Pair, Peer, Policy, Proof, Says, Step, dialback,
    ground::Pending, mem, who,
};
use xmpp::Text;

/// Domains that are asked at the same time on behalf of a peer that has not proved anything: each may
/// cost a connection of our own.
const PENDING_OF_STRANGER_MAX: usize = 4;

impl Incoming {
    /// Somebody says to be a domain.
    pub(super) fn claim(&mut self, pair: Pair, key: &str) {
        let ground = &self.ground;
        let settings = &ground.settings;
        if !settings.serves(&pair.here) {
            return self.answer(&pair, &Says::Error(Condition::ItemNotFound));
        }
        if settings.serves(&pair.there) {
            return self.answer(&pair, &Says::Error(Condition::NotAuthorized));
        }
        if ground.proved.contains(&pair) {
            return self.answer(&pair, &Says::Valid);
        }
        let most = if ground.proved.is_empty() { PENDING_OF_STRANGER_MAX } else { settings.pairs_max };
        let is_pending = ground.pending.iter().any(|pending| pending.claim.pair == pair);
        if is_pending || ground.proved.len() + ground.pending.len() >= most {
            return self.answer(&pair, &Says::Error(Condition::ResourceConstraint));
        }
        let Step::Open(offer) = mem::replace(&mut self.step, Step::Open(None)) else { return };
        // XEP-0344 §3.3: the certificate is looked at now, and for this domain.
        self.line.tell(Event::Examine(pair.there.clone()));
        let claim = Claim { pair, id: self.ground.id.clone(), key: Text::copied(key.trim()) };
        self.step = Step::Claimed(Box::new(claim), offer);
    }

    /// The certificate was looked at. XEP-0344 §2.4: it may be enough.
    pub(super) fn claim_examined(&mut self, claim: Claim, proof: Proof, policy: Policy) {
        match who(&proof, policy) {
            Peer::Unproven => {
                self.ground.pending.push(Pending { claim: claim.clone(), proof, policy });
                self.line.tell(Event::CallBack(claim));
            }
            peer => self.claim_judged(claim, peer),
        }
    }

    /// All that can be known is.
    pub(super) fn claim_judged(&mut self, claim: Claim, peer: Peer) {
        match peer {
            Peer::Proven(by) => {
                self.answer(&claim.pair, &Says::Valid);
                self.ground.prove(claim.pair, by, &mut self.line);
            }
            // Nobody else could be asked.
            Peer::Unproven => self.deny(claim.pair, Doubt::Unanswered),
            Peer::Refused(doubt) => self.deny(claim.pair, doubt),
        }
    }

    fn deny(&mut self, pair: Pair, doubt: Doubt) {
        let is_stranger = self.ground.proved.is_empty();
        let says = match doubt {
            // XEP-0220 §2.2.1: the last word to somebody who has nothing else; others are told an error.
            Doubt::Forged if is_stranger => Says::Invalid,
            Doubt::Forged => Says::Error(Condition::Forbidden),
            Doubt::Unanswered => Says::Error(Condition::RemoteServerNotFound),
            Doubt::Policy => Says::Error(Condition::PolicyViolation),
            Doubt::Certificate(_) | Doubt::Dane => Says::Error(Condition::NotAuthorized),
        };
        self.answer(&pair, &says);
        self.line.tell(Event::Doubted(pair, doubt));
        if says == Says::Invalid {
            self.close();
            self.line.end(End::Doubted(doubt));
        } else if let Err(crime) = self.failed_proof() {
            self.abort(crime);
        }
    }

    /// Counts a proof that failed.
    ///
    /// # Errors
    /// When there were too many, and none was good.
    pub(super) fn failed_proof(&mut self) -> Result<(), Crime> {
        let ground = &mut self.ground;
        ground.failures += 1;
        if ground.proved.is_empty() && ground.failures >= ground.settings.attempts_max {
            return Err(Crime::PolicyViolation);
        }
        Ok(())
    }

    fn answer(&mut self, pair: &Pair, says: &Says<'_>) {
        dialback::write(&About::Result, pair, says, &mut self.line.wire);
    }
}
