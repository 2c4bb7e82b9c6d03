//! The one place that judges another server's certificate: does it prove that the peer is a domain?
//!
//! A handshake takes any certificate ([`crate::tls`]); [`Verifier::examine`] then says all that is wrong with
//! it, and what an operator has to know to tell the other side. It decides nothing: who a peer is, also by
//! dialback and by policy, is decided from its verdict in one other place.
//!
//! Revocation is not looked up: no server does, and short-lived certificates have taken its place.

mod dane;
mod facts;
mod names;
mod path;
mod roots;

pub use dane::Tlsa;
pub use facts::{Facts, Link};
pub use names::Names;
pub use roots::Roots;

use path::Purpose;
use rustls::pki_types::CertificateDer;
use stream::peer::{Certificate, Dane, Flaw};
use webpki::EndEntityCert;
use xmpp::Jid;

/// Which end the peer is. Public authorities issue for servers only, and a server that connects shows what it
/// has: the purpose "server" is good for both.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// We connected to it.
    Answers,
    /// It connected to us.
    Connects,
}

/// What DNS says for certain about the end of a connection: nothing, unless DNSSEC validated it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Assurance {
    /// The host that a validated SRV record names, in ASCII: the certificate may name it instead of the
    /// domain (RFC 7673 §4.1).
    pub host: Option<String>,
    /// The validated TLSA records of the host and port; none when they, or the way to them, could not be
    /// validated.
    pub tlsa: Option<Vec<Tlsa>>,
}

/// What a certificate is to prove.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Who the peer says it is, or whom we called.
    pub domain: &'a Jid,
    /// Which end it is.
    pub role: Role,
    /// What DNS adds.
    pub assurance: &'a Assurance,
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Examined {
    /// What it proves by itself (RFC 5280 §6, RFC 9525 §6).
    pub certificate: Certificate,
    /// All that is wrong with it, the most telling first.
    pub flaws: Vec<Flaw>,
    /// What TLSA records say; they overrule the flaws in both directions.
    pub dane: Dane,
    /// What was shown, for whoever has to mend it.
    pub facts: Facts,
}

/// Judges certificates.
#[derive(Debug)]
pub struct Verifier {
    roots: Roots,
}

impl Verifier {
    /// One that trusts these roots.
    pub fn new(roots: Roots) -> Verifier {
        Verifier { roots }
    }

    /// Judges the chain that a peer showed, leaf first. `now` is in seconds since 1970.
    pub fn examine(&self, shown: &[CertificateDer<'_>], claim: &Claim<'_>, now: i64) -> Examined {
        let facts = Facts::of(shown);
        let flaws = self.flaws(shown, &facts, claim, now);
        let certificate = match flaws.first() {
            _ if shown.is_empty() => Certificate::Missing,
            Some(flaw) => Certificate::Invalid(*flaw),
            None => Certificate::Valid,
        };
        let dane = dane::judge(shown, &facts.names, claim, now);
        Examined { certificate, flaws, dane, facts }
    }

    fn flaws(&self, shown: &[CertificateDer<'_>], facts: &Facts, claim: &Claim<'_>, now: i64) -> Vec<Flaw> {
        let Some(leaf) = shown.first() else { return Vec::new() };
        let (Ok(parsed), Some(link)) = (EndEntityCert::try_from(leaf), facts.chain.first()) else {
            return vec![Flaw::Malformed];
        };
        let mut flaws = Vec::new();
        if !self.roots.is_pinned(leaf) {
            // Whether the rest is in order is to be known of an expired certificate too.
            let then = now.max(link.not_before).min(link.not_after);
            let found = path::check(&parsed, self.roots.anchors(), &shown[1..], Purpose { role: claim.role }, then);
            match found {
                Ok(()) => {}
                // Most of them say `CA:TRUE` of themselves, which hides what they are.
                Err(Flaw::UntrustedRoot | Flaw::Unsuitable) if link.is_own_issuer() => flaws.push(Flaw::SelfSigned),
                Err(flaw) => flaws.push(flaw),
            }
        }
        if now > link.not_after {
            flaws.push(Flaw::Expired);
        } else if now < link.not_before {
            flaws.push(Flaw::NotYetValid);
        }
        if !names::prove(&facts.names, claim) {
            flaws.push(Flaw::WrongName);
        }
        flaws.dedup();
        flaws
    }
}

impl Examined {
    /// What is wrong, in sentences for an operator. `domain` is what was to be proved.
    pub fn sentences(&self, domain: &Jid) -> Vec<String> {
        let mut sentences: Vec<String> = self.flaws.iter().map(|flaw| self.sentence(*flaw, domain)).collect();
        if self.certificate == Certificate::Missing {
            sentences.push("No certificate was shown.".to_owned());
        }
        if self.dane == Dane::Mismatch {
            sentences.push(
                "The TLSA records of the host name other certificates or keys: they were not changed with the \
                 certificate, or somebody stands in between."
                    .to_owned(),
            );
        }
        sentences
    }

    fn sentence(&self, flaw: Flaw, domain: &Jid) -> String {
        let date = |pick: fn(&Link) -> i64| {
            let seconds = self.facts.chain.first().map_or(0, pick);
            xmpp::time::write(seconds.saturating_mul(1_000_000))
        };
        match flaw {
            Flaw::Expired => {
                format!("The certificate, or one in its chain, has expired; its own end is {}.", date(|l| l.not_after))
            }
            Flaw::NotYetValid => {
                format!(
                    "The certificate, or one in its chain, is not valid yet; its own begin is {}. Is a clock wrong?",
                    date(|l| l.not_before)
                )
            }
            Flaw::WrongName => format!("The certificate is for {}, not for {}.", self.facts.names, domain.domain()),
            Flaw::UntrustedRoot => format!(
                "No root that is trusted here stands behind the certificate, or a certificate in between was not sent; the last issuer named is {}.",
                self.facts.chain.last().map_or("nobody", |link| link.issuer.as_str())
            ),
            Flaw::Malformed => "The certificate cannot be read.".to_owned(),
            Flaw::SelfSigned => {
                "The certificate is self-signed: nobody but itself says whose it is. To trust it all the same, add it to \
                 `roots` of [federation]."
                    .to_owned()
            }
            Flaw::Revoked => "The certificate was taken back by its issuer.".to_owned(),
            Flaw::Unsuitable => "A signature, a constraint or a purpose in the certificate's chain is not as it must be.".to_owned(),
        }
    }
}
