//! The judgement of other servers' certificates.

use crate::authority::{Authority, DAY, Leaf, self_signed};
use crate::peer::now;
use aws_lc_rs::digest;
use net::verify::{Assurance, Claim, Examined, Role, Roots, Tlsa, Verifier};
use rcgen::ExtendedKeyUsagePurpose::{ClientAuth, EmailProtection, ServerAuth};
use rustls::pki_types::CertificateDer;
use stream::peer::{Certificate, Dane, Flaw};
use x509_parser::prelude::{FromDer, X509Certificate};
use xmpp::Jid;

type Chain = Vec<CertificateDer<'static>>;

struct Court {
    authority: Authority,
    verifier: Verifier,
}

impl Court {
    fn new() -> Court {
        let (authority, folder) = (Authority::new("Throw-away"), tempfile::tempdir().unwrap());
        let mut roots = Roots::default();
        roots.add_file(&authority.write_root(folder.path())).unwrap();
        Court { authority, verifier: Verifier::new(roots) }
    }

    fn examine(&self, chain: &Chain, role: Role) -> Examined {
        self.examine_with(chain, role, &Assurance::default())
    }

    fn examine_with(&self, chain: &Chain, role: Role, assurance: &Assurance) -> Examined {
        let domain = Jid::parse("example.org").unwrap();
        self.verifier.examine(chain, &Claim { domain: &domain, role, assurance }, now())
    }

    fn flaws(&self, leaf: &Leaf<'_>) -> Vec<Flaw> {
        self.examine(&self.authority.issue(leaf).0, Role::Answers).flaws
    }
}

#[test]
fn each_kind_of_name_proves_the_domain() {
    let court = Court::new();
    assert_eq!(court.flaws(&Leaf::of(&["example.org"])), []);
    assert_eq!(court.flaws(&Leaf { xmpp: &["example.org"], ..Leaf::of(&[]) }), []);
    assert_eq!(court.flaws(&Leaf { srv: &["_xmpp-server.example.org"], ..Leaf::of(&[]) }), []);
    let other = Leaf { srv: &["_xmpp-client.example.org"], ..Leaf::of(&[]) };
    assert_eq!(court.flaws(&other), [Flaw::WrongName]);
    assert_eq!(court.flaws(&Leaf::of(&[])), [Flaw::WrongName], "a common name is none");
}

#[test]
fn what_is_wrong_is_said_and_all_of_it() {
    let court = Court::new();
    assert_eq!(court.examine(&vec![], Role::Answers).certificate, Certificate::Missing);
    assert_eq!(court.examine(&vec![vec![0x30, 3, 1, 1, 1].into()], Role::Answers).flaws, [Flaw::Malformed]);
    assert_eq!(court.flaws(&Leaf { days: (-30, -1), ..Leaf::of(&["example.org"]) }), [Flaw::Expired]);
    assert_eq!(court.flaws(&Leaf { days: (1, 30), ..Leaf::of(&["example.org"]) }), [Flaw::NotYetValid]);
    let worse = Leaf { days: (-30, -1), purposes: &[EmailProtection], ..Leaf::of(&["example.net"]) };
    assert_eq!(court.flaws(&worse), [Flaw::Unsuitable, Flaw::Expired, Flaw::WrongName]);
    let (own, _) = self_signed(&Leaf::of(&["example.org"]));
    assert_eq!(court.examine(&own, Role::Answers).flaws, [Flaw::SelfSigned]);
    let (foreign, _) = Authority::new("Foreign").issue(&Leaf::of(&["example.org"]));
    assert_eq!(court.examine(&foreign, Role::Answers).flaws, [Flaw::UntrustedRoot]);
    let (mut short, _) = court.authority.issue(&Leaf::of(&["example.org"]));
    short.truncate(1);
    assert_eq!(court.examine(&short, Role::Answers).flaws, [Flaw::UntrustedRoot], "nobody fetches what is missing");
    let backwards = Leaf { days: (10, -10), ..Leaf::of(&["example.org"]) };
    assert!(!court.flaws(&backwards).is_empty());
}

#[test]
fn a_certificate_for_servers_is_good_in_both_directions() {
    let court = Court::new();
    let flaws = |purposes, role| {
        let (chain, _) = court.authority.issue(&Leaf { purposes, ..Leaf::of(&["example.org"]) });
        court.examine(&chain, role).flaws
    };
    for role in [Role::Answers, Role::Connects] {
        assert_eq!(flaws(&[ServerAuth], role), []);
        assert_eq!(flaws(&[ServerAuth, ClientAuth], role), []);
        assert_eq!(flaws(&[], role), []);
        assert_eq!(flaws(&[EmailProtection], role), [Flaw::Unsuitable]);
    }
    assert_eq!(flaws(&[ClientAuth], Role::Connects), []);
    assert_eq!(flaws(&[ClientAuth], Role::Answers), [Flaw::Unsuitable]);
}

#[test]
fn an_operator_may_trust_one_certificate_and_not_what_it_signs() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key) = self_signed(&Leaf::of(&["example.org"]));
    let path = folder.path().join("friend.pem");
    crate::authority::write(&path, &chain, &key);
    let mut roots = Roots::default();
    roots.add_file(&path).unwrap();
    let court = Court { verifier: Verifier::new(roots), ..Court::new() };
    assert_eq!(court.examine(&chain, Role::Answers).flaws, []);
    let (another, _) = self_signed(&Leaf::of(&["example.org"]));
    assert_eq!(court.examine(&another, Role::Answers).flaws, [Flaw::SelfSigned]);
}

#[test]
fn the_sentences_say_what_to_look_at() {
    let court = Court::new();
    let (chain, _) = court.authority.issue(&Leaf { days: (-30, -1), ..Leaf::of(&["a.example", "*.b.example"]) });
    let examined = court.examine(&chain, Role::Answers);
    let text = examined.sentences(&Jid::parse("example.org").unwrap()).join("\n");
    assert!(
        text.contains("has expired") && text.contains("is for a.example, *.b.example, not for example.org"),
        "{text}"
    );
    assert_eq!(examined.facts.chain.len(), 2);
    let leaf = &examined.facts.chain[0];
    assert!(leaf.issuer.contains("Throw-away between") && (leaf.not_after - (now() - DAY)).abs() < 60);
    assert_eq!(leaf.fingerprint_text().len(), 95);
    let (foreign, _) = Authority::new("Foreign").issue(&Leaf::of(&["example.org"]));
    let text = court.examine(&foreign, Role::Answers).sentences(&Jid::parse("example.org").unwrap()).join("\n");
    assert!(text.contains("the last issuer named is CN=Foreign."), "{text}");
}

fn key_of(certificate: &CertificateDer<'_>) -> Vec<u8> {
    X509Certificate::from_der(certificate).unwrap().1.public_key().raw.to_vec()
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

fn secured(tlsa: Vec<Tlsa>) -> Assurance {
    Assurance { host: Some("xmpp.hosting.example".to_owned()), tlsa: Some(tlsa) }
}

#[test]
fn a_key_in_validated_dns_proves_the_domain_whatever_the_certificate_says() {
    let court = Court::new();
    let (chain, _) = self_signed(&Leaf { days: (-30, -1), ..Leaf::of(&["other.example"]) });
    let record = |selector, matching, data| Tlsa { usage: 3, selector, matching, data };
    let (leaf, key) = (chain[0].to_vec(), key_of(&chain[0]));
    let sha512 = |bytes: &[u8]| digest::digest(&digest::SHA512, bytes).as_ref().to_vec();
    for matching in [
        record(1, 1, sha256(&key)),
        record(0, 1, sha256(&leaf)),
        record(1, 2, sha512(&key)),
        record(0, 0, leaf.clone()),
        record(1, 0, key.clone()),
    ] {
        let old = record(1, 1, vec![7; 32]);
        let found = court.examine_with(&chain, Role::Answers, &secured(vec![old, matching.clone()]));
        assert_eq!(found.dane, Dane::Matches, "{matching:?}");
        assert_eq!(found.certificate, Certificate::Invalid(Flaw::SelfSigned), "the flaws are told all the same");
        let found = court.examine_with(&chain, Role::Connects, &secured(vec![matching]));
        assert_eq!(found.dane, Dane::Matches, "and when it is the other one that connects");
    }
    // Another machine of theirs may call us, with a certificate that is good for it.
    let other = secured(vec![record(1, 1, vec![7; 32])]);
    assert_eq!(court.examine_with(&chain, Role::Connects, &other).dane, Dane::Unknown);
    assert_eq!(court.examine_with(&Vec::new(), Role::Connects, &other).dane, Dane::Unknown);
}

#[test]
fn a_good_certificate_that_validated_dns_does_not_name_is_a_mismatch() {
    let court = Court::new();
    let (chain, _) = court.authority.issue(&Leaf::of(&["example.org"]));
    let judge = |records: Option<Vec<Tlsa>>| {
        court.examine_with(&chain, Role::Answers, &Assurance { host: None, tlsa: records }).dane
    };
    let record = |usage, selector, matching| Tlsa { usage, selector, matching, data: vec![1; 32] };
    assert_eq!(judge(None), Dane::Unknown);
    assert_eq!(judge(Some(vec![])), Dane::Absent);
    assert_eq!(judge(Some(vec![record(3, 1, 1)])), Dane::Mismatch);
    assert_eq!(judge(Some(vec![record(2, 0, 1)])), Dane::Mismatch);
    for unusable in [record(0, 0, 1), record(1, 1, 1), record(4, 1, 1), record(3, 2, 1), record(3, 1, 3)] {
        assert_eq!(judge(Some(vec![unusable.clone()])), Dane::Absent, "{unusable:?}");
        assert_eq!(judge(Some(vec![unusable, record(3, 1, 1)])), Dane::Mismatch);
    }
    let text = court.examine_with(&chain, Role::Answers, &secured(vec![record(3, 1, 1)]));
    assert!(text.sentences(&Jid::parse("example.org").unwrap())[0].contains("TLSA"));
}

#[test]
fn an_authority_in_validated_dns_needs_name_and_date() {
    let court = Court::new();
    let foreign = Authority::new("Foreign");
    let judge = |leaf: &Leaf<'_>, with_root: bool| {
        let (mut chain, _) = foreign.issue(leaf);
        if with_root {
            chain.push(foreign.root.der().clone());
        }
        let root = Tlsa { usage: 2, selector: 0, matching: 1, data: sha256(foreign.root.der()) };
        court.examine_with(&chain, Role::Answers, &secured(vec![root])).dane
    };
    assert_eq!(judge(&Leaf::of(&["example.org"]), true), Dane::Matches);
    assert_eq!(judge(&Leaf::of(&["xmpp.hosting.example"]), true), Dane::Matches, "the host may be named");
    assert_eq!(judge(&Leaf::of(&["example.org"]), false), Dane::Mismatch, "the authority is to be sent");
    assert_eq!(judge(&Leaf::of(&["other.example"]), true), Dane::Mismatch);
    assert_eq!(judge(&Leaf { days: (-9, -1), ..Leaf::of(&["example.org"]) }, true), Dane::Mismatch);
    let (mut forged, _) = self_signed(&Leaf::of(&["example.org"]));
    forged.push(foreign.root.der().clone());
    let root = Tlsa { usage: 2, selector: 1, matching: 1, data: sha256(&key_of(foreign.root.der())) };
    let found = court.examine_with(&forged, Role::Answers, &secured(vec![root]));
    assert_eq!(found.dane, Dane::Mismatch, "sending the authority along proves nothing");
}
