//! The SASL of RFC 6120 §6, and SCRAM in it.

use crate::{
    peer::{HEADER, Peer, channel, within},
    scram::{Client, attribute, decode, encode},
};
use data_encoding::BASE64;
use stream::ask::Denial;
use xmpp::scram::Hash;

const SASL: &str = "urn:ietf:params:xml:ns:xmpp-sasl";

fn auth(peer: &mut Peer, mechanism: &str, message: &str) -> String {
    peer.say(&format!("<auth xmlns='{SASL}' mechanism='{mechanism}'>{message}</auth>"))
}

fn respond(peer: &mut Peer, message: &str) -> String {
    peer.say(&format!("<response xmlns='{SASL}'>{message}</response>"))
}

fn challenge(heard: &str) -> &str {
    within(heard, "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>", "</challenge>")
}

fn failure(condition: &str) -> String {
    format!("<failure xmlns='{SASL}'><{condition}/></failure>")
}

fn log_in(peer: &mut Peer, client: &Client, mechanism: &str) -> (String, String) {
    let heard = auth(peer, mechanism, &client.first());
    let (last, ours) = client.last(challenge(&heard));
    (respond(peer, &last), format!("<success xmlns='{SASL}'>{ours}</success>"))
}

/// Each hash, without channel binding and with either kind of it, at once and byte by byte.
#[test]
fn all_mechanisms_let_juliet_in() {
    let bindings = [
        ("n,,", Vec::new()),
        ("p=tls-exporter,,", vec![7; 32]),
        ("p=tls-server-end-point,,", channel().end_point.unwrap().to_vec()),
    ];
    for hash in Hash::ALL {
        for (gs2, data) in bindings.clone() {
            for bytewise in [false, true] {
                let mut peer = Peer::direct();
                peer.bytewise = bytewise;
                peer.open();
                let client = Client { gs2, data: data.clone(), ..Client::new(hash, "juliet") };
                let mechanism = if data.is_empty() { hash.mechanism() } else { hash.mechanism_plus() };
                let (heard, success) = log_in(&mut peer, &client, mechanism);
                assert_eq!(heard, success);
                assert_eq!(peer.house.logins[0].mechanism, mechanism);
                assert_eq!(peer.house.logins[0].account.as_str(), "juliet@example.org");
                let features = peer.open();
                assert!(
                    features.starts_with(
                        "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><required/></bind>"
                    )
                );
            }
        }
    }
}

/// The features after login, in full.
#[test]
fn what_is_offered_after_login() {
    let mut peer = Peer::direct();
    peer.open();
    log_in(&mut peer, &Client::new(Hash::Sha1, "juliet"), "SCRAM-SHA-1");
    assert_eq!(
        peer.open(),
        "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><required/></bind>\
         <session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session><sm xmlns='urn:xmpp:sm:3'/>\
         <csi xmlns='urn:xmpp:csi:0'/><limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>262144</max-bytes>\
         <idle-seconds>900</idle-seconds></limits><ver xmlns='urn:xmpp:features:rosterver'/></stream:features>"
    );
}

/// XEP-0474 §6.1
#[test]
fn the_challenge_protects_the_offer() {
    let mut peer = Peer::direct();
    peer.open();
    let heard = auth(&mut peer, "SCRAM-SHA-256", &Client::new(Hash::Sha256, "juliet").first());
    let list = "SCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1eSCRAM-SHA-256\x1eSCRAM-SHA-256-PLUS\x1e\
                SCRAM-SHA-512\x1eSCRAM-SHA-512-PLUS\x1ftls-exporter\x1etls-server-end-point";
    let challenge = decode(challenge(&heard));
    assert_eq!(attribute(&challenge, 'h'), BASE64.encode(&Hash::Sha256.digest(list.as_bytes())));
}

#[test]
fn downgrades_and_wrong_bindings_fail() {
    let plus = "SCRAM-SHA-256-PLUS";
    let bound = |gs2, data: &[u8]| Client { gs2, data: data.to_vec(), ..Client::new(Hash::Sha256, "juliet") };
    for (client, mechanism, condition) in [
        (bound("y,,", b""), "SCRAM-SHA-256", "not-authorized"),
        (bound("p=tls-exporter,,", &[7; 32]), "SCRAM-SHA-256", "malformed-request"),
        (bound("p=tls-unique,,", &[7; 32]), plus, "malformed-request"),
        (bound("n,,", b""), plus, "malformed-request"),
        (bound("y,,", b""), plus, "malformed-request"),
    ] {
        let mut peer = Peer::direct();
        peer.open();
        assert_eq!(auth(&mut peer, mechanism, &client.first()), failure(condition), "{}", client.gs2);
        assert!(peer.house.asked.is_empty());
    }
    for client in [bound("p=tls-exporter,,", &[8; 32]), bound("p=tls-server-end-point,,", &[7; 32])] {
        let mut peer = Peer::direct();
        peer.open();
        assert_eq!(log_in(&mut peer, &client, plus).0, failure("not-authorized"));
    }
    // Where nothing can be bound to, `y` is the truth, and -PLUS is not offered.
    let mut peer = Peer::without_binding();
    peer.open();
    let (heard, success) = log_in(&mut peer, &bound("y,,", b""), "SCRAM-SHA-256");
    assert_eq!(heard, success);
    let mut peer = Peer::without_binding();
    peer.open();
    assert_eq!(auth(&mut peer, plus, &bound("p=tls-exporter,,", b"").first()), failure("invalid-mechanism"));
}

#[test]
fn each_mistake_has_its_condition() {
    let client = Client::new(Hash::Sha1, "juliet");
    for (mechanism, message, condition) in [
        ("PLAIN", encode("\0juliet\0pencil"), "invalid-mechanism"),
        ("HT-SHA-256-NONE", encode("juliet\0x"), "invalid-mechanism"),
        ("", String::new(), "invalid-mechanism"),
        ("SCRAM-SHA-1", "not base64!".to_owned(), "incorrect-encoding"),
        ("SCRAM-SHA-1", "bg".to_owned(), "incorrect-encoding"),
        ("SCRAM-SHA-1", "bh==".to_owned(), "incorrect-encoding"),
        ("SCRAM-SHA-1", "=".to_owned(), "malformed-request"),
        ("SCRAM-SHA-1", encode("hello"), "malformed-request"),
        ("SCRAM-SHA-1", BASE64.encode(b"n,,n=\xff,r=a"), "malformed-request"),
        ("SCRAM-SHA-1", encode("n,a=romeo@example.org,n=juliet,r=a"), "invalid-authzid"),
        ("SCRAM-SHA-1", encode("n,a=juliet@example.org/x,n=juliet,r=a"), "invalid-authzid"),
        ("SCRAM-SHA-1", encode("n,,n=juliet@example.com,r=a"), "not-authorized"),
        ("SCRAM-SHA-1", encode("n,,n=juliet/x,r=a"), "not-authorized"),
    ] {
        let mut peer = Peer::direct();
        peer.open();
        assert_eq!(auth(&mut peer, mechanism, &message), failure(condition), "{mechanism} {message}");
        // Another try is free.
        let (heard, success) = log_in(&mut peer, &client, "SCRAM-SHA-1");
        assert_eq!(heard, success);
    }
    for (message, condition) in [("", "malformed-request"), ("?", "incorrect-encoding"), ("bg==", "malformed-request")]
    {
        let mut peer = Peer::direct();
        peer.open();
        auth(&mut peer, "SCRAM-SHA-1", &client.first());
        assert_eq!(respond(&mut peer, message), failure(condition));
    }
}

#[test]
fn the_own_bare_jid_is_a_fine_authzid() {
    let mut peer = Peer::direct();
    peer.open();
    let client = Client { gs2: "n,a=juliet@example.org,", ..Client::new(Hash::Sha256, "juliet") };
    let (heard, success) = log_in(&mut peer, &client, "SCRAM-SHA-256");
    assert_eq!(heard, success);
}

#[test]
fn a_first_message_may_wait_for_the_empty_challenge() {
    let mut peer = Peer::direct();
    peer.open();
    assert_eq!(
        peer.say(&format!("<auth xmlns='{SASL}' mechanism='SCRAM-SHA-1'/>")),
        format!("<challenge xmlns='{SASL}'/>")
    );
    let client = Client::new(Hash::Sha1, "juliet");
    let heard = respond(&mut peer, &client.first());
    let (last, ours) = client.last(challenge(&heard));
    assert_eq!(respond(&mut peer, &last), format!("<success xmlns='{SASL}'>{ours}</success>"));
}

#[test]
fn abort_and_a_second_auth_end_an_exchange() {
    let client = Client::new(Hash::Sha1, "juliet");
    let mut peer = Peer::direct();
    peer.open();
    auth(&mut peer, "SCRAM-SHA-1", &client.first());
    assert_eq!(peer.say(&format!("<abort xmlns='{SASL}'/>")), failure("aborted"));
    auth(&mut peer, "SCRAM-SHA-256", &client.first());
    // RFC 6120 §6.4.2: the new handshake replaces the old one.
    let (heard, success) = log_in(&mut peer, &client, "SCRAM-SHA-1");
    assert_eq!(heard, success);
}

#[test]
fn other_elements_within_an_exchange_end_the_stream() {
    for other in [
        "<presence/>".to_owned(),
        "<response xmlns='urn:xmpp:sasl:2'/>".to_owned(),
        "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-1'/>".to_owned(),
        format!("<success xmlns='{SASL}'/>"),
    ] {
        let mut peer = Peer::direct();
        peer.open();
        auth(&mut peer, "SCRAM-SHA-1", &Client::new(Hash::Sha1, "juliet").first());
        peer.dies_of(&other, "not-authorized");
    }
}

#[test]
fn the_third_failure_is_the_last() {
    let mut peer = Peer::direct();
    peer.open();
    let client = Client { password: "pen", ..Client::new(Hash::Sha256, "juliet") };
    for _ in 0..2 {
        assert_eq!(log_in(&mut peer, &client, "SCRAM-SHA-256").0, failure("not-authorized"));
    }
    let heard = log_in(&mut peer, &client, "SCRAM-SHA-256").0;
    assert!(heard.starts_with(&failure("not-authorized")));
    peer.is_dead(&heard, "policy-violation");
    assert!(!peer.house.asked.contains(&"admit"));
}

/// Somebody without an account gets the same challenge each time, and learns nothing from its form.
#[test]
fn an_unknown_user_looks_like_a_known_one() {
    let ask = |user, hash: Hash| {
        let mut peer = Peer::direct();
        peer.open();
        let client = Client::new(hash, user);
        let heard = auth(&mut peer, hash.mechanism(), &client.first());
        let message = decode(challenge(&heard));
        let (last, _) = client.last(challenge(&heard));
        assert_eq!(peer.house.asked, ["keys"]);
        (attribute(&message, 's'), attribute(&message, 'i'), attribute(&message, 'r').len(), respond(&mut peer, &last))
    };
    for hash in Hash::ALL {
        let known = ask("juliet", hash);
        let unknown = ask("nobody", hash);
        assert!(known.3.contains("<success "));
        assert_eq!(unknown.3, failure("not-authorized"));
        assert_eq!((known.0.len(), &known.1, known.2), (unknown.0.len(), &unknown.1, unknown.2));
        assert_eq!(unknown, ask("nobody", hash));
        assert_ne!(unknown.0, ask("nobody2", hash).0);
    }
    assert_ne!(ask("nobody", Hash::Sha1).0, ask("nobody", Hash::Sha256).0);
}

#[test]
fn an_account_without_keys_for_the_hash_fails_at_the_proof() {
    let mut peer = Peer::direct();
    peer.house.hashes = vec![Hash::Sha1];
    peer.open();
    let client = Client::new(Hash::Sha512, "juliet");
    assert_eq!(log_in(&mut peer, &client, "SCRAM-SHA-512").0, failure("not-authorized"));
}

#[test]
fn who_may_not_come_in_is_told_why() {
    for (denial, condition) in [(Denial::Disabled, "account-disabled"), (Denial::Temporary, "temporary-auth-failure")] {
        let mut peer = Peer::direct();
        peer.house.denial = Some(denial);
        peer.open();
        let client = Client::new(Hash::Sha256, "juliet");
        assert_eq!(log_in(&mut peer, &client, "SCRAM-SHA-256").0, failure(condition));
    }
}

#[test]
fn who_says_to_be_somebody_else_fails() {
    let mut peer = Peer::direct();
    peer.say(&HEADER.replace("to=", "from='romeo@example.org' to="));
    assert_eq!(auth(&mut peer, "SCRAM-SHA-1", &Client::new(Hash::Sha1, "juliet").first()), failure("not-authorized"));
    let mut peer = Peer::direct();
    peer.open();
    log_in(&mut peer, &Client::new(Hash::Sha1, "juliet"), "SCRAM-SHA-1");
    peer.dies_of(&HEADER.replace("to=", "from='romeo@example.org' to="), "invalid-from");
}

#[test]
fn a_wrong_open_tag_after_login_is_answered_before_it_is_refused() {
    let mut peer = Peer::direct();
    peer.open();
    log_in(&mut peer, &Client::new(Hash::Sha1, "juliet"), "SCRAM-SHA-1");
    let heard = peer.say("<oops>");
    assert!(heard.starts_with("<?xml version='1.0'?><stream:stream "), "{heard}");
    assert!(heard.contains("<stream:error>"));
}

/// A client may send its next open tag with its proof.
#[test]
fn the_next_open_tag_may_come_at_once() {
    let mut peer = Peer::direct();
    peer.open();
    let client = Client::new(Hash::Sha1, "juliet");
    let heard = auth(&mut peer, "SCRAM-SHA-1", &client.first());
    let (last, _) = client.last(challenge(&heard));
    let heard = peer.say(&format!("<response xmlns='{SASL}'>{last}</response>{HEADER}"));
    assert!(heard.contains("</success><?xml version='1.0'?><stream:stream "), "{heard}");
}
