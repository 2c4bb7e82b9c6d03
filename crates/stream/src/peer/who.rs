//! The one function that decides who a peer is.

use super::{Certificate, Dane, Dialback, Flaw, Proof};

/// What the operator demands of a domain.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Policy {
    /// It is not spoken with.
    Refuse,
    /// It proves itself by a certificate, which TLSA records may vouch for (RFC 7590 §3.4).
    Certificate,
    /// Where a certificate proves nothing, dialback inside TLS is enough (RFC 7590 §3.4).
    Dialback,
}

/// Who a peer is with regard to the domain it says to be.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Peer {
    /// It is the domain.
    Proven(By),
    /// It may be: the domain has to be asked (XEP-0220), and is trusted.
    Unproven,
    /// It is not treated as the domain.
    Refused(Doubt),
}

/// By what a peer proved who it is, the best of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum By {
    /// RFC 7673
    Dane,
    /// RFC 6120 §13.7.2
    Certificate,
    /// XEP-0220
    Dialback,
}

/// Why a peer is refused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Doubt {
    /// The operator does not want it.
    Policy,
    /// The domain says by its TLSA records that the certificate is not its own.
    Dane,
    /// The certificate does not prove it, and nothing else would do.
    Certificate(Certificate),
    /// The domain says that the key is not its own.
    Forged,
    /// The domain could not be asked.
    Unanswered,
}

/// Decides who a peer is.
///
/// What contradicts the claim outweighs what speaks for it: a TLSA record that does not match
/// (RFC 7673 §4.2: then the certificate is not valid, whoever signed it), a certificate that was
/// taken back.
pub fn who(proof: &Proof, policy: Policy) -> Peer {
    if policy == Policy::Refuse {
        return Peer::Refused(Doubt::Policy);
    }
    match proof.dane {
        Dane::Mismatch => return Peer::Refused(Doubt::Dane),
        Dane::Matches => return Peer::Proven(By::Dane),
        Dane::Unknown | Dane::Absent => {}
    }
    match proof.certificate {
        Certificate::Valid => Peer::Proven(By::Certificate),
        Certificate::Invalid(Flaw::Revoked) => Peer::Refused(Doubt::Certificate(proof.certificate)),
        Certificate::Missing | Certificate::Invalid(_) if policy == Policy::Certificate => {
            Peer::Refused(Doubt::Certificate(proof.certificate))
        }
        Certificate::Missing | Certificate::Invalid(_) => asked(proof.dialback),
    }
}

/// What dialback alone is good for.
fn asked(dialback: Dialback) -> Peer {
    match dialback {
        Dialback::Unasked => Peer::Unproven,
        Dialback::Called | Dialback::Valid => Peer::Proven(By::Dialback),
        Dialback::Invalid => Peer::Refused(Doubt::Forged),
        Dialback::Failed => Peer::Refused(Doubt::Unanswered),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CERTIFICATES: [Certificate; 10] = [
        Certificate::Missing,
        Certificate::Valid,
        Certificate::Invalid(Flaw::Malformed),
        Certificate::Invalid(Flaw::SelfSigned),
        Certificate::Invalid(Flaw::UntrustedRoot),
        Certificate::Invalid(Flaw::Expired),
        Certificate::Invalid(Flaw::NotYetValid),
        Certificate::Invalid(Flaw::WrongName),
        Certificate::Invalid(Flaw::Revoked),
        Certificate::Invalid(Flaw::Unsuitable),
    ];
    const DANE: [Dane; 4] = [Dane::Unknown, Dane::Absent, Dane::Matches, Dane::Mismatch];
    const DIALBACK: [Dialback; 5] =
        [Dialback::Unasked, Dialback::Called, Dialback::Valid, Dialback::Invalid, Dialback::Failed];
    const POLICIES: [Policy; 3] = [Policy::Refuse, Policy::Certificate, Policy::Dialback];

    fn each(check: impl Fn(&Proof, Policy, Peer)) {
        let mut seen = 0;
        for certificate in CERTIFICATES {
            for dane in DANE {
                for dialback in DIALBACK {
                    for policy in POLICIES {
                        let proof = Proof { certificate, dane, dialback };
                        check(&proof, policy, who(&proof, policy));
                        seen += 1;
                    }
                }
            }
        }
        assert_eq!(seen, 600);
    }

    /// What must hold for whoever is let in, said without the order in which `who` looks at things.
    #[test]
    fn nobody_is_let_in_without_a_reason_or_against_one() {
        each(|proof, policy, peer| {
            let Peer::Proven(by) = peer else { return };
            assert_ne!(policy, Policy::Refuse);
            assert_ne!(proof.dane, Dane::Mismatch);
            match by {
                By::Dane => assert_eq!(proof.dane, Dane::Matches),
                By::Certificate => assert_eq!(proof.certificate, Certificate::Valid),
                By::Dialback => {
                    assert_eq!(policy, Policy::Dialback);
                    assert!(matches!(proof.dialback, Dialback::Valid | Dialback::Called));
                    assert_ne!(proof.certificate, Certificate::Invalid(Flaw::Revoked));
                }
            }
        });
    }

    #[test]
    fn the_domain_is_asked_only_where_its_answer_decides() {
        each(|proof, policy, peer| {
            let answered = |dialback| who(&Proof { dialback, ..*proof }, policy);
            let decides = answered(Dialback::Valid) != answered(Dialback::Invalid);
            assert_eq!(peer == Peer::Unproven, decides && proof.dialback == Dialback::Unasked);
        });
    }

    #[test]
    fn who_may_come_in_does_so_under_a_looser_policy_too() {
        each(|proof, policy, peer| {
            if policy == Policy::Certificate && matches!(peer, Peer::Proven(_)) {
                assert_eq!(who(proof, Policy::Dialback), peer);
            }
        });
    }

    #[test]
    fn a_valid_certificate_is_enough_and_a_doubt_is_named() {
        let proof = Proof { certificate: Certificate::Valid, dane: Dane::Absent, dialback: Dialback::Failed };
        assert_eq!(who(&proof, Policy::Certificate), Peer::Proven(By::Certificate));
        let expired = Certificate::Invalid(Flaw::Expired);
        let proof = Proof { certificate: expired, dane: Dane::Unknown, dialback: Dialback::Valid };
        assert_eq!(who(&proof, Policy::Certificate), Peer::Refused(Doubt::Certificate(expired)));
        assert_eq!(who(&proof, Policy::Dialback), Peer::Proven(By::Dialback));
        assert_eq!(who(&proof, Policy::Refuse), Peer::Refused(Doubt::Policy));
        let proof = Proof { dane: Dane::Mismatch, certificate: Certificate::Valid, ..proof };
        assert_eq!(who(&proof, Policy::Dialback), Peer::Refused(Doubt::Dane));
    }
}
