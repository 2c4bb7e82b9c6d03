//! XEP-0484: tokens, asked for, used, rotated, forgotten.

use crate::{
    peer::{AGENT, Peer, channel, within},
    scram::Client,
};
use bytes::Bytes;
use data_encoding::BASE64;
use stream::ask::Token;
use xmpp::scram::Hash;

fn token(id: i64, secret: &'static str) -> Token {
    let secret = Bytes::from_static(secret.as_bytes());
    Token { id, mechanism: "HT-SHA-256-EXPR".into(), secret, expired: false, count: 4 }
}

fn message(secret: &str, data: &[u8]) -> String {
    let hash = Hash::Sha256.hmac(secret.as_bytes(), &[b"Initiator", data].concat());
    BASE64.encode(&[b"juliet\0", hash.as_ref()].concat())
}

fn proof(secret: &str, data: &[u8]) -> String {
    BASE64.encode(&Hash::Sha256.hmac(secret.as_bytes(), &[b"Responder", data].concat()))
}

fn use_token(peer: &mut Peer, mechanism: &str, message: &str, fast: &str) -> String {
    peer.say(&format!(
        "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='{mechanism}'>\
         <initial-response>{message}</initial-response>{AGENT}{fast}\
         <bind xmlns='urn:xmpp:bind:0'/></authenticate>"
    ))
}

const FAST: &str = "<fast xmlns='urn:xmpp:fast:0'/>";
const EXPORTER: [u8; 32] = [7; 32];

fn failure(condition: &str) -> String {
    format!("<failure xmlns='urn:xmpp:sasl:2'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>")
}

#[test]
fn a_token_is_issued_with_the_success() {
    let mut peer = Peer::direct();
    peer.house.new_token = Some(("secret".into(), "2026-12-09T00:00:00Z".into()));
    peer.open();
    let request = format!("{AGENT}<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-ENDP'/>");
    let heard = peer.log_in(&Client::new(Hash::Sha256, "juliet"), "SCRAM-SHA-256", &request);
    assert!(heard.contains(
        "</authorization-identifier><token xmlns='urn:xmpp:fast:0' token='secret' expiry='2026-12-09T00:00:00Z'/></success>"
    ));
    let fast = &peer.house.logins[0].fast;
    assert_eq!(fast.request, Some("HT-SHA-256-ENDP"));
    assert!(fast.used.is_none() && !fast.invalidate);
}

#[test]
fn a_token_is_not_asked_for_by_nobody_or_for_nothing() {
    for request in [
        "<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-ENDP'/>".to_owned(),
        format!("{AGENT}<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-UNIQ'/>"),
        format!("{AGENT}<request-token xmlns='urn:xmpp:fast:0'/>"),
    ] {
        let mut peer = Peer::direct();
        peer.open();
        peer.log_in(&Client::new(Hash::Sha256, "juliet"), "SCRAM-SHA-256", &request);
        assert_eq!(peer.house.logins[0].fast.request, None);
    }
}

#[test]
fn a_token_lets_its_client_in_within_one_round_trip() {
    for bytewise in [false, true] {
        let mut peer = Peer::direct();
        peer.bytewise = bytewise;
        // The new one and, as long as that was not used, the current one (XEP-0484 §5.1).
        peer.house.tokens = vec![token(2, "new"), token(1, "current")];
        peer.house.new_token = Some(("next".into(), "2026-12-09T00:00:00Z".into()));
        peer.open();
        let fast = "<fast xmlns='urn:xmpp:fast:0' count='5'/>";
        let heard = use_token(&mut peer, "HT-SHA-256-EXPR", &message("current", &EXPORTER), fast);
        assert!(heard.starts_with("<success xmlns='urn:xmpp:sasl:2'>"), "{heard}");
        assert_eq!(within(&heard, "<additional-data>", "</additional-data>"), proof("current", &EXPORTER));
        // Rotation: a new token comes unasked (XEP-0484 §3.5).
        assert!(heard.contains("<token xmlns='urn:xmpp:fast:0' token='next' "));
        assert_eq!(peer.house.asked, ["tokens", "admit", "bind"]);
        let login = &peer.house.logins[0];
        assert_eq!(login.mechanism, "HT-SHA-256-EXPR");
        let used = login.fast.used.as_ref().unwrap();
        assert_eq!((used.id, used.count), (1, Some(5)));
    }
}

#[test]
fn every_kind_of_binding_has_its_mechanism() {
    let end_point = channel().end_point.unwrap();
    for (mechanism, data) in [("HT-SHA-256-NONE", b"".as_slice()), ("HT-SHA-256-ENDP", end_point.as_ref())] {
        let mut peer = Peer::direct();
        peer.house.tokens = vec![Token { mechanism: mechanism.into(), ..token(1, "t") }];
        peer.open();
        let heard = use_token(&mut peer, mechanism, &message("t", data), FAST);
        assert_eq!(within(&heard, "<additional-data>", "</additional-data>"), proof("t", data));
    }
    // Not offered where the connection has no data for it.
    let mut peer = Peer::without_binding();
    peer.open();
    assert_eq!(use_token(&mut peer, "HT-SHA-256-EXPR", &message("t", b""), FAST), failure("invalid-mechanism"));
}

#[test]
fn a_token_is_forgotten_on_request() {
    let mut peer = Peer::direct();
    peer.house.tokens = vec![token(1, "t")];
    peer.open();
    let fast = "<fast xmlns='urn:xmpp:fast:0' invalidate='true'/>";
    assert!(use_token(&mut peer, "HT-SHA-256-EXPR", &message("t", &EXPORTER), fast).contains("<success "));
    assert!(peer.house.logins[0].fast.invalidate);
}

#[test]
fn tokens_that_are_not_good_are_refused() {
    let none = Token { mechanism: "HT-SHA-256-NONE".into(), ..token(1, "t") };
    let expired = Token { expired: true, ..token(1, "t") };
    let seen = "<fast xmlns='urn:xmpp:fast:0' count='4'/>";
    let broken = "<fast xmlns='urn:xmpp:fast:0' count='x'/>";
    let right = message("t", &EXPORTER);
    for (tokens, mechanism, message, fast, condition) in [
        // Issued for another mechanism (XEP-0484 §3.4), in both directions.
        (vec![none], "HT-SHA-256-EXPR", right.clone(), FAST, "not-authorized"),
        (vec![token(1, "t")], "HT-SHA-256-NONE", message("t", b""), FAST, "not-authorized"),
        (vec![expired], "HT-SHA-256-EXPR", right.clone(), FAST, "credentials-expired"),
        (vec![token(1, "other")], "HT-SHA-256-EXPR", right.clone(), FAST, "not-authorized"),
        (vec![], "HT-SHA-256-EXPR", right.clone(), FAST, "not-authorized"),
        // Another connection's data.
        (vec![token(1, "t")], "HT-SHA-256-EXPR", message("t", &[8; 32]), FAST, "not-authorized"),
        // Replayed.
        (vec![token(1, "t")], "HT-SHA-256-EXPR", right.clone(), seen, "not-authorized"),
        (vec![token(1, "t")], "HT-SHA-256-EXPR", right.clone(), broken, "malformed-request"),
        (vec![token(1, "t")], "HT-SHA-256-EXPR", right.clone(), "", "invalid-mechanism"),
        (vec![token(1, "t")], "HT-SHA-256-EXPR", BASE64.encode(b"juliet"), FAST, "malformed-request"),
        (vec![token(1, "t")], "HT-SHA-256-EXPR", BASE64.encode(b"juliet\0"), FAST, "not-authorized"),
    ] {
        let mut peer = Peer::direct();
        peer.house.tokens = tokens;
        peer.open();
        assert_eq!(use_token(&mut peer, mechanism, &message, fast), failure(condition));
        assert!(peer.house.logins.is_empty());
    }
}

#[test]
fn a_client_that_does_not_say_which_it_is_has_no_tokens() {
    let mut peer = Peer::direct();
    peer.open();
    let heard = peer.say(&format!(
        "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-EXPR'>\
         <initial-response>{}</initial-response>{FAST}</authenticate>",
        message("t", &EXPORTER)
    ));
    assert_eq!(heard, failure("malformed-request"));
}
